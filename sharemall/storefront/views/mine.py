"""What a member has put by: favourites, products looked at, coupons."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sharemall.catalogue import selectors as catalogue
from sharemall.clock.services import now
from sharemall.coupons import selectors, services
from sharemall.storefront.answers import say
from sharemall.storefront.shelves import cards, mark_of, vary
from sharemall.storefront.views.product import member_of

STATES = ("usable", "used", "over")


@never_cache
@require_safe
@login_required
def favourites(request: HttpRequest) -> HttpResponse:
    """The products that the member wants to find again."""
    shelf = catalogue.favourites(request.user.pk, after=mark_of(request))
    if request.headers.get("HX-Request"):
        return cards(request, shelf)
    return vary(render(request, "shop/favourites.html", {"shelf": shelf, "dock": "me"}))


@never_cache
@require_safe
@login_required
def visits(request: HttpRequest) -> HttpResponse:
    """The products that the member looked at last."""
    shelf = catalogue.visits(request.user.pk, after=mark_of(request))
    if request.headers.get("HX-Request"):
        return cards(request, shelf)
    return vary(render(request, "shop/visits.html", {"shelf": shelf, "dock": "me"}))


@require_safe
def coupons(request: HttpRequest) -> HttpResponse:
    """The coupons that anybody may claim now."""
    member_id = request.user.pk if request.user.is_authenticated else None
    found = selectors.claimable(now(), member_id=member_id)
    return render(request, "shop/coupons.html", {"coupons": found, "dock": "coupons"})


@never_cache
@require_safe
@login_required
def my_coupons(request: HttpRequest) -> HttpResponse:
    """The coupons in the member's hands: those that can be used, were used, are over."""
    state = request.GET.get("state", "usable")
    if state not in STATES:
        state = "usable"
    found = selectors.mine(request.user.pk, now(), state)
    context = {"claims": found, "state": state, "dock": "me"}
    return render(request, "shop/my_coupons.html", context)


@require_POST
@login_required
def claim(request: HttpRequest, coupon_id: int) -> HttpResponse:
    """Take a coupon; why not, if it cannot be had."""
    moment = now()
    fault = ""
    try:
        services.claim(member=member_of(request), coupon_id=coupon_id, now=moment)
    except services.Refused as refusal:
        fault = refusal_text(refusal.code)
    if not request.headers.get("HX-Request"):
        if fault:
            messages.error(request, fault)
        else:
            messages.success(request, _("The coupon is yours."))
        return redirect(_back(request))
    found = selectors.coupon(coupon_id)
    context = {"coupon": found, "claimed": not fault}
    answer = render(request, "shop/_claim.html", context)
    return say(answer, fault or _("The coupon is yours."), kind="bad" if fault else "good")


def refusal_text(code: str) -> str:
    """Why a coupon cannot be claimed, in a sentence."""
    return {
        "gone": _("The last one has just been taken."),
        "over": _("This coupon is over."),
        "not_yet": _("This coupon cannot be claimed yet."),
        "yours_already": _("You have this coupon already."),
    }.get(code, _("This coupon cannot be claimed."))


def _back(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else reverse("coupons")
