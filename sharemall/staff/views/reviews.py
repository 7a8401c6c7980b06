"""Reviews: seeing them, taking them off the product's page and back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sharemall.reviews import services
from sharemall.reviews.models import Review
from sharemall.staff import selectors
from sharemall.staff.access import staff_page
from sharemall.staff.views.paging import before, next_url

SHOWN = {"shown": True, "hidden": False}


@staff_page("GET")
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
    return render(request, "staff/reviews.html", context)


@staff_page("POST")
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
    return redirect("staff-reviews")
