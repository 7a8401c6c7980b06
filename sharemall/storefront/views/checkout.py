"""The checkout: what is bought, where it goes, what it costs; its POST places the orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sharemall.clock import services as clock
from sharemall.compliance import notes
from sharemall.compliance import selectors as compliance
from sharemall.coupons import selectors as coupons
from sharemall.members import addresses
from sharemall.members.models import Address
from sharemall.orders import checkout as services
from sharemall.orders.checkout import Basket
from sharemall.orders.items import MOST_OF_ONE
from sharemall.orders.pricing import Choice, Quote
from sharemall.orders.refusals import Refusal, Refused
from sharemall.storefront import estimating
from sharemall.storefront.figures import pool_or_none
from sharemall.storefront.forms import checkout as forms
from sharemall.storefront.forms.orders import sentence
from sharemall.storefront.requests import member_of, number
from sharemall.storefront.ways import with_query


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address or the form asks for."""

    given: QueryDict
    variant_id: int | None
    quantity: int
    bad_quantity: bool  # what the address asks for is no number of pieces that can be bought
    addresses: list[Address]
    address: Address | None
    now: datetime

    @property
    def page(self) -> str:
        """The address of this checkout, to come back to."""
        if self.variant_id is None:
            return reverse("checkout")
        return with_query(reverse("checkout"), variant=self.variant_id, quantity=self.quantity)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def checkout(request: HttpRequest) -> HttpResponse:
    """From the cart's chosen lines, or of one variant (`?variant=&quantity=`)."""
    asked = _asked(request)
    basket = _basket(request, asked)
    if request.method == "POST" and request.POST.get("do") == "place":
        return _place(request, asked, basket)
    if not basket.items and asked.variant_id is None:
        return redirect("cart")
    quote = _quote(request, asked, basket, forms.choices(asked.given))
    return _page(request, asked, quote, key=forms.key_of(asked.given))


def _asked(request: HttpRequest) -> _Asked:
    given = request.POST if request.method == "POST" else request.GET
    variant_id = number(given.get("variant"))
    quantity = number(given.get("quantity", "1")) or 0
    fits = 0 < quantity <= MOST_OF_ONE
    found = addresses.addresses(member_of(request))
    wanted = number(given.get("address"))
    chosen = next((one for one in found if one.pk == wanted), found[0] if found else None)
    return _Asked(
        given=given,
        variant_id=variant_id,
        quantity=quantity if fits else 1,
        bad_quantity=variant_id is not None and not fits,
        addresses=found,
        address=chosen,
        now=clock.now(),
    )


def _basket(request: HttpRequest, asked: _Asked) -> Basket:
    if asked.variant_id is None:
        return services.basket_of_cart(member_of(request), asked.now)
    return services.basket_of(asked.variant_id, asked.quantity, asked.now)


def _quote(
    request: HttpRequest, asked: _Asked, basket: Basket, claims: Mapping[str, Choice] | None
) -> Quote:
    return services.quote(
        member=member_of(request),
        basket=basket,
        address_id=asked.address.pk if asked.address else None,
        claims=claims,
        now=asked.now,
    )


def _place(request: HttpRequest, asked: _Asked, basket: Basket) -> HttpResponse:
    key, claims = forms.key_of(asked.given), forms.choices(asked.given)
    quote = _quote(request, asked, basket, claims)
    remarks, fault = forms.remarks(asked.given, quote)
    if fault or asked.bad_quantity:
        faults = [fault] if fault else None
        return _page(request, asked, quote, key=key, faults=faults, status=422)
    try:
        payment = services.place(
            member=member_of(request),
            basket=basket,
            address_id=asked.address.pk if asked.address else None,
            claims=claims or {},
            remarks=remarks,
            seen=asked.given.get("seen", ""),
            key=key,
            note_version=number(asked.given.get("note_version")),
            language=get_language() or settings.LANGUAGE_CODE,
            now=asked.now,
        )
    except Refused as refused:
        return _refused(request, asked, refused, key=key)
    return redirect("pay", no=payment.no)


def _refused(request: HttpRequest, asked: _Asked, refused: Refused, *, key: UUID) -> HttpResponse:
    """The page as it is now: what changed is said, and the shopper is asked again."""
    if refused.refusal == Refusal.KEY_USED:
        key = uuid4()
    claims = forms.choices(asked.given)
    if refused.refusal in (Refusal.COUPON_GONE, Refusal.QUOTE_CHANGED):
        claims = None
    basket = _basket(request, asked)
    quote = _quote(request, asked, basket, claims)
    return _page(
        request,
        asked,
        quote,
        key=key,
        faults=[sentence(refused)],
        changes=forms.changes(asked.given, quote),
        status=422,
    )


def _page(
    request: HttpRequest,
    asked: _Asked,
    quote: Quote,
    *,
    key: UUID,
    faults: list[str] | None = None,
    changes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    member = member_of(request)
    now = asked.now
    claims = coupons.mine(member.pk, now)
    remarks, _fault = forms.remarks(asked.given, quote)
    note = None if compliance.note_confirmed(member.pk) else notes.current()
    context = {
        "quote": quote,
        "parts": [
            {
                "order": order,
                "merchant_coupons": forms.coupon_rows(
                    quote, order, claims, of_merchant=True, now=now
                ),
                "platform_coupons": forms.coupon_rows(
                    quote, order, claims, of_merchant=False, now=now
                ),
                "remark": remarks.get(order.merchant.key, ""),
            }
            for order in quote.orders
        ],
        "asked": asked,
        "faults": faults or _general(asked, quote),
        "changes": changes or [],
        "ready": not quote.faults and not asked.bad_quantity,
        "key": key,
        "note": note,
        "note_ticked": bool(asked.given.get("note_version")),
        "estimate": estimating.of_quote(quote),
        "return_days": estimating.longest_return(quote),
        "pool": pool_or_none(),
        "opened": request.headers.get("HX-Trigger", ""),
        "dock": "cart",
    }
    partial = bool(request.headers.get("HX-Request"))
    template = "checkout/_form.html" if partial else "checkout/checkout.html"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _general(asked: _Asked, quote: Quote) -> list[str]:
    """What keeps the whole from being ordered; what belongs to a line stands beside it."""
    if asked.bad_quantity:
        return [sentence(Refused(Refusal.BAD_QUANTITY, most=MOST_OF_ONE))]
    known = {Refusal.NO_ADDRESS, Refusal.EMPTY}
    beside = [line.fault for order in quote.orders for line in order.lines]
    found = [one for one in quote.faults if one.refusal not in known and one not in beside]
    if not quote.orders:
        return [_("This is not on sale any more.")]
    return [sentence(Refused(one.refusal, **one.facts)) for one in found]
