"""Reviews: seeing them, taking them off the product's page and back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sharemall.console import selectors
from sharemall.console.access import page
from sharemall.console.views.paging import before, next_url
from sharemall.reviews import services
from sharemall.reviews.models import Review

SHOWN = {"shown": True, "hidden": False}


@page("GET", may="reviews.read")
def reviews(request: HttpRequest) -> HttpResponse:
    """Reviews, the newest first."""
    wanted = request.GET.get("show", "")
    page = selectors.reviews(SHOWN.get(wanted), before(request))
    context = {
        "reviews": page.rows,
        "wanted": wanted if wanted in SHOWN else "",
        "tabs": [
            ("", _("All")),
            ("shown", pgettext("staff", "Shown")),
            ("hidden", pgettext("staff", "Hidden")),
        ],
        "next_url": next_url(request, page),
    }
    return render(request, "console/reviews.html", context)


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
