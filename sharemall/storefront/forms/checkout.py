"""What the checkout's form says, and what has changed since it was shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from sharemall.coupons.models import CouponClaim
from sharemall.orders.pricing import Choice, OrderQuote, Quote
from sharemall.storefront.requests import number
from sharemall.storefront.templatetags.money import fen

REMARK = forms.CharField(max_length=200, required=False)
FINGERPRINT = 32


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A coupon as the checkout offers it: `off_fen` if it fits, else `why` it does not."""

    claim: CouponClaim
    off_fen: int
    why: str
    is_chosen: bool


def key_of(given: QueryDict) -> UUID:
    """The key of this one form; a new one where it has none that can be read."""
    try:
        return UUID(given.get("key", ""))
    except ValueError:
        return uuid4()


def choices(given: QueryDict) -> dict[str, Choice] | None:
    """The coupons chosen by merchant; None where the form has not asked yet: the best then."""
    merchants = [one for one in given.getlist("claims") if one.isascii() and len(one) <= 40]
    if not merchants:
        return None
    return {
        key: Choice(
            number(given.get(f"merchant-claim-{key}")), number(given.get(f"platform-claim-{key}"))
        )
        for key in merchants
    }


def remarks(given: QueryDict, quote: Quote) -> tuple[dict[str, str], str]:
    """The remarks by merchant, and a sentence if one of them cannot be taken."""
    found, fault = {}, ""
    for order in quote.orders:
        key = order.merchant.key
        text = given.get(f"remark-{key}", "")
        try:
            found[key] = REMARK.clean(text)
        except ValidationError:
            found[key] = text.replace("\0", "")[:200]
            fault = gettext("A remark can have at most 200 characters, without control characters.")
    return found, fault


def changes(given: QueryDict, quote: Quote) -> list[str]:
    """What costs something else than the form says the shopper saw, a sentence each."""
    found = []
    lines = [line for order in quote.orders for line in order.lines]
    for line in lines:
        before = number(given.get(f"seen-price-{line.item.variant.pk}"))
        if before is not None and before != line.item.price_fen:
            text = gettext("%(name)s: the price changed from %(before)s to %(now)s.")
            name = line.item.variant.product.name
            found.append(text % {"name": name, **_two(before, line.item.price_fen)})
    shown = set(given.getlist("seen-line"))
    if shown and shown != {f"{one.item.variant.pk}-{one.item.quantity}" for one in lines}:
        found.append(gettext("The goods are not the same as before."))
    for order in quote.orders:
        found += _changes_of(given, order)
    return found


def _changes_of(given: QueryDict, order: OrderQuote) -> list[str]:
    key, found = order.merchant.key, []
    freight_fen = number(given.get(f"seen-freight-{key}"))
    if freight_fen is not None and order.freight_fen not in (None, freight_fen):
        text = gettext("%(name)s: freight changed from %(before)s to %(now)s.")
        found.append(
            text % {"name": order.merchant.name, **_two(freight_fen, order.freight_fen or 0)}
        )
    off_fen = number(given.get(f"seen-discount-{key}"))
    if off_fen is not None and off_fen != order.discount_fen:
        text = gettext("%(name)s: coupons take off %(now)s instead of %(before)s.")
        found.append(text % {"name": order.merchant.name, **_two(off_fen, order.discount_fen)})
    return found


def _two(before_fen: int, now_fen: int) -> dict[str, str]:
    return {"before": fen(before_fen), "now": fen(now_fen)}


def coupon_rows(
    quote: Quote,
    order: OrderQuote,
    claims: list[CouponClaim],
    *,
    of_merchant: bool,
    now: datetime,
) -> list[CouponRow]:
    """The coupons that could be used on an order, those that fit first, by what they take off."""
    worth = {claim.pk: off_fen for claim, off_fen in order.usable}
    chosen = order.merchant_claim if of_merchant else order.platform_claim
    elsewhere = {
        claim.pk
        for other in quote.orders
        if other is not order
        for claim in (other.merchant_claim, other.platform_claim)
        if claim
    }
    owner = order.merchant.key if of_merchant else None
    rows = [
        CouponRow(
            claim=claim,
            off_fen=worth.get(claim.pk, 0),
            why="" if claim.pk in worth else _why_not(claim, elsewhere, now),
            is_chosen=chosen is not None and claim.pk == chosen.pk,
        )
        for claim in claims
        if claim.coupon.merchant_id == owner
    ]
    return sorted(rows, key=lambda row: (-row.off_fen, row.claim.coupon.ends_at, row.claim.pk))


def _why_not(claim: CouponClaim, elsewhere: set[int], now: datetime) -> str:
    if claim.pk in elsewhere:
        return gettext("Used on another order of this checkout.")
    coupon = claim.coupon
    if coupon.starts_at > now:
        day = date_format(localtime(coupon.starts_at), "Y-m-d H:i")
        return gettext("Good from %(day)s on.") % {"day": day}
    threshold = fen(coupon.threshold_fen)
    if coupon.zone_key:
        return gettext("From %(threshold)s of goods of its zone on.") % {"threshold": threshold}
    return gettext("From %(threshold)s of goods on.") % {"threshold": threshold}
