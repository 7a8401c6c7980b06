"""What a member has put by: favourites, products looked at, coupons."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue import services as keeping
from sharemall.coupons import selectors, services
from sharemall.coupons.models import Coupon
from sharemall.storefront.answers import say
from sharemall.storefront.frame import page_of
from sharemall.storefront.requests import member_of, next_page, number
from sharemall.storefront.shelves import cards, mark_of, vary

STATES: tuple[selectors.State, ...] = ("usable", "used", "over")


@never_cache
@require_safe
@login_required
def favourites(request: HttpRequest) -> HttpResponse:
    """The products that the member wants to find again."""
    now = page_of(request).now
    shelf = catalogue.favourites(member_of(request).pk, after=mark_of(request), now=now)
    if request.headers.get("HX-Request"):
        return cards(request, shelf)
    return vary(render(request, "shop/favourites.html", {"shelf": shelf, "dock": "me"}))


@never_cache
@require_safe
@login_required
def visits(request: HttpRequest) -> HttpResponse:
    """The products that the member looked at last."""
    now = page_of(request).now
    shelf = catalogue.visits(member_of(request).pk, after=mark_of(request), now=now)
    if request.headers.get("HX-Request"):
        return cards(request, shelf)
    return vary(render(request, "shop/visits.html", {"shelf": shelf, "dock": "me"}))


@require_POST
@login_required
def clear_visits(request: HttpRequest) -> HttpResponse:
    """Forget everything that the member looked at."""
    keeping.forget_visits(member_id=member_of(request).pk)
    messages.success(request, _("Your browsing history is empty now."))
    return redirect("visits")


@require_safe
def coupons(request: HttpRequest) -> HttpResponse:
    """The coupons that anybody may claim now."""
    member_id = request.user.pk if request.user.is_authenticated else None
    found = selectors.claimable(page_of(request).now, member_id=member_id)
    return render(request, "shop/coupons.html", {"coupons": found, "dock": "coupons"})


@never_cache
@require_safe
@login_required
def my_coupons(request: HttpRequest) -> HttpResponse:
    """The coupons in the member's hands: those that can be used, were used, are over."""
    state = request.GET.get("state", "")
    state = state if state in STATES else STATES[0]
    before = number(request.GET.get("before"))
    found = selectors.mine(member_of(request).pk, page_of(request).now, state, before)
    more = len(found) == selectors.MOST
    context = {
        "claims": found,
        "state": state,
        "next_query": f"state={state}&before={found[-1].pk}" if more else "",
        "dock": "me",
    }
    return render(request, "shop/my_coupons.html", context)


@require_POST
@login_required
def claim(request: HttpRequest, coupon_id: int) -> HttpResponse:
    """Take a coupon; why not, if it cannot be had."""
    member, now = member_of(request), page_of(request).now
    fault = ""
    try:
        services.claim(member=member, coupon_id=coupon_id, now=now)
    except Coupon.DoesNotExist:
        raise Http404 from None
    except services.Refused as refused:
        fault = refusal_text(refused.refusal)
    text = fault or _("The coupon is yours.")
    if not request.headers.get("HX-Request"):
        (messages.error if fault else messages.success)(request, text)
        return redirect(next_page(request) or "coupons")
    coupon = selectors.claimed_coupon(coupon_id, member.pk)
    answer = render(request, "shop/_claim.html", {"coupon": coupon})
    return say(answer, text, kind="bad" if fault else "good")


def refusal_text(refusal: services.Refusal) -> str:
    """Why a coupon cannot be claimed, in a sentence."""
    texts = {
        services.Refusal.GONE: _("The last one has just been taken."),
        services.Refusal.OVER: _("This coupon is over."),
        services.Refusal.NOT_YET: _("This coupon cannot be claimed yet."),
        services.Refusal.YOURS_ALREADY: _("You have this coupon already."),
    }
    return texts.get(refusal, _("This coupon cannot be claimed any more."))
