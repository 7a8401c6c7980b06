"""Writing reviews: of a line of a completed order; what is still to be reviewed; one's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sharemall.catalogue.pictures import UnreadablePicture
from sharemall.clock import services as clock
from sharemall.compliance.claims import BlockedClaims
from sharemall.orders import selectors as orders
from sharemall.orders.models import OrderLine
from sharemall.reviews import selectors, services
from sharemall.reviews.models import MOST_CHARACTERS, MOST_PICTURES
from sharemall.storefront.forms import reviews as forms
from sharemall.storefront.requests import mark, member_of


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The member's own reviews, newest first."""
    page = selectors.mine(member_of(request).pk, mark(request))
    context = {"reviews": page.reviews, "next_url": _more(page.before), "dock": "me"}
    return render(request, "reviews/mine.html", context)


@never_cache
@require_safe
@login_required
def to_write(request: HttpRequest) -> HttpResponse:
    """What can still be reviewed, newest first."""
    page = selectors.to_write(member_of(request).pk, mark(request))
    context = {"lines": page.lines, "next_url": _more(page.before), "dock": "me"}
    return render(request, "reviews/to_write.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def write(request: HttpRequest, no: str, position: int) -> HttpResponse:
    """Stars, words and pictures of one line."""
    line = _line(request, no, position)
    written = selectors.of_line(member_of(request).pk, no, position)
    if written:
        return redirect("my-reviews")
    if request.method != "POST":
        return _page(request, line)
    fault = _write(request, no, position)
    if fault:
        return _page(request, line, fault=fault, status=422)
    messages.success(request, _("Thank you for your review."))
    return redirect("reviews-to-write")


def _write(request: HttpRequest, no: str, position: int) -> str:
    """Why it was not written; "" if it was."""
    pictures = request.FILES.getlist("pictures")
    if any((picture.size or 0) > forms.MOST_BYTES for picture in pictures):
        return _("A picture can have at most 8 MB.")
    try:
        services.write(
            member=member_of(request),
            order_no=no,
            position=position,
            stars=forms.stars_of(request.POST),
            text=request.POST.get("text", ""),
            pictures=pictures,
            now=clock.now(),
        )
    except services.Refused as refused:
        return forms.sentence(refused.refusal)
    except BlockedClaims as blocked:
        words = ", ".join(blocked.words)
        return _("These words may not stand in a review: %(words)s.") % {"words": words}
    except UnreadablePicture:
        return _("One of the files is no picture that can be shown. Use JPEG, PNG or WebP.")
    return ""


def _line(request: HttpRequest, no: str, position: int) -> OrderLine:
    order = orders.order(member_of(request), no)
    lines = order.lines.all() if order else []
    found = next((line for line in lines if line.position == position), None)
    if order is None or found is None or order.status != order.Status.COMPLETED:
        raise Http404
    return found


def _page(
    request: HttpRequest, line: OrderLine, *, fault: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "line": line,
        "order_no": line.order.no,
        "stars": forms.stars_of(request.POST),
        "text": request.POST.get("text", ""),
        "fault": fault,
        "most_pictures": MOST_PICTURES,
        "most_characters": MOST_CHARACTERS,
        "dock": "me",
    }
    return render(request, "reviews/write.html", context, status=status)


def _more(before: int | None) -> str:
    return f"?before={before}" if before else ""
