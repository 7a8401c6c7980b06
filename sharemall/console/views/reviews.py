"""Reviews: taking one off the product's page and back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sharemall.console.access import page
from sharemall.reviews import services
from sharemall.reviews.models import Review


@page("POST", may="reviews.change")
def show_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Hide a review, or show it again."""
    try:
        if request.POST.get("on") == "1":
            services.show(review_id=review_id)
            messages.success(request, _("The review is shown again."))
        else:
            services.hide(review_id=review_id)
            messages.success(request, _("The review is hidden."))
    except Review.DoesNotExist:
        raise Http404 from None
    return redirect("console-reviews")
