"""Issuing coupons: honest names, and goods that can still bear them."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sharemall.catalogue import fit, search
from sharemall.catalogue.errors import GoodsDoNotFit
from sharemall.catalogue.models import Product, Zone
from sharemall.compliance import claims
from sharemall.coupons.models import Coupon
from sharemall.merchants import services as merchants
from sharemall.merchants.models import NANO, Merchant

KEPT_HERE = {"id", "left", "is_open"}


@transaction.atomic
def issue_coupon(*, now: datetime, **fields: Any) -> Coupon:
    """Offer a coupon: the fields of the model, but `left` (it starts at `quantity`) and `is_open`.

    Raises ValidationError for ill-formed fields, BlockedClaims for its names, GoodsDoNotFit with
    the goods in its scope that could be paid below what they cost and hand over; FieldDoesNotExist
    for a misspelt field. Takes the exclusive lock of `fit`.
    """
    for name in fields:
        Coupon._meta.get_field(name)
    if refused := KEPT_HERE & set(fields):
        raise ValueError(f"a coupon's {', '.join(sorted(refused))} cannot be given")
    coupon = Coupon(**{"left": fields.get("quantity", 0), **fields})
    coupon.full_clean(validate_constraints=False)
    _clean(coupon, now)
    claims.refuse([coupon.name_zh, coupon.name_en])
    coupon.save(force_insert=True)
    _refuse(fit.check_coupon(coupon, now))
    return coupon


def _clean(coupon: Coupon, now: datetime) -> None:
    """What the constraints refuse and what they cannot know, in sentences."""
    amount, nano, most = coupon.off_fen, coupon.off_nano or 0, coupon.most_off_fen or 0
    if amount is None:
        takes_off = 0 < nano < NANO and most > 0
    else:
        takes_off = amount > 0 and coupon.off_nano is None and coupon.most_off_fen is None
    known = not coupon.zone_key or Zone.objects.filter(key=coupon.zone_key).exists()
    by_merchant = coupon.funder == Coupon.Funder.MERCHANT
    rules = [
        (
            takes_off,
            "off_fen",
            _("Give an amount, or a percentage and the most that it takes off."),
        ),
        (
            coupon.threshold_fen > max(amount or 0, 0),
            "threshold_fen",
            _("The goods it is for must be worth more than what it takes off."),
        ),
        (coupon.quantity > 0, "quantity", _("There must be at least one.")),
        (coupon.per_member > 0, "per_member", _("There must be at least one.")),
        (coupon.ends_at > coupon.starts_at, "ends_at", _("It must end after it starts.")),
        (coupon.ends_at > now, "ends_at", _("This time is over already.")),
        (known, "zone_key", _("There is no such zone.")),
        (
            not by_merchant or coupon.merchant_id is not None,
            "funder",
            _("Only a merchant's own coupon can be paid for by a merchant."),
        ),
    ]
    if faults := {field: [sentence] for holds, field, sentence in rules if not holds}:
        raise ValidationError(faults)


def close_coupon(*, coupon_id: int) -> Coupon:
    """Hand a coupon out no longer; whoever holds one can use it until it is over.

    A second call changes nothing. Raises Coupon.DoesNotExist.
    """
    Coupon.objects.filter(pk=coupon_id).update(is_open=False)
    return Coupon.objects.get(pk=coupon_id)


@transaction.atomic
def save_merchant(*, key: str, now: datetime, **fields: Any) -> Merchant:
    """Make or change a merchant whose goods must fit its commission; they are found by its name.

    Raises what merchants.services.save_merchant raises, and GoodsDoNotFit.
    """
    before = Merchant.objects.filter(key=key).values_list("name_zh", "name_en").first()
    merchant = merchants.save_merchant(key=key, now=now, **fields)
    # Products are locked before what `fit` locks, as when one of them is saved.
    if before not in (None, (merchant.name_zh, merchant.name_en)):
        search.renew(Product.objects.filter(merchant=merchant))
    if "commission_nano" in fields:
        _refuse(fit.check_merchant(merchant, now))
    return merchant


def _refuse(misfits: fit.Misfits) -> None:
    if misfits.products:
        raise GoodsDoNotFit(misfits)
