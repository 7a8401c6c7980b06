"""Reads: coupons to be claimed, and those in a member's hands."""

from datetime import datetime
from typing import Literal

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from sharemall.coupons.models import Coupon, CouponClaim

State = Literal["usable", "used", "over"]
MOST = 100


def claimable(
    now: datetime,
    merchant_key: str | None = None,
    member_id: int | None = None,
    zone_key: str | None = None,
) -> list[Coupon]:
    """What can be claimed now, those that end first first, at most 100; one query.

    With `merchant_key` and `zone_key` those good for such goods: the merchant's own and the
    platform's. Each has `claimed`: how many of it the member has (0 where nobody is signed in).
    """
    found = Coupon.objects.filter(is_open=True, left__gt=0, starts_at__lte=now, ends_at__gt=now)
    if merchant_key is not None:
        found = found.filter(Q(merchant=None) | Q(merchant=merchant_key))
    if zone_key is not None:
        found = found.filter(zone_key__in=["", zone_key])
    return list(found.select_related("merchant").annotate(claimed=_claimed(member_id))[:MOST])


def _claimed(member_id: int | None) -> Coalesce | Value:
    """The highest number of the member's claims of a coupon: they are counted from 1."""
    if member_id is None:
        return Value(0)
    mine = CouponClaim.objects.filter(coupon=OuterRef("pk"), member=member_id)
    highest = mine.order_by("-number").values("number")[:1]
    return Coalesce(Subquery(highest, output_field=IntegerField()), 0)


def mine(
    member_id: int, now: datetime, state: State = "usable", before: int | None = None
) -> list[CouponClaim]:
    """A member's claims with their coupons, the newest first, at most 100; one query.

    `usable` are those not used and not over, also those that begin later. `before` is the id of
    the last one seen.
    """
    found = _with_coupons().filter(member=member_id).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    if state == "used":
        return list(found.filter(used_at__isnull=False)[:MOST])
    end = {"coupon__ends_at__gt": now} if state == "usable" else {"coupon__ends_at__lte": now}
    return list(found.filter(used_at__isnull=True, **end)[:MOST])


def usable(member_id: int, now: datetime) -> list[CouponClaim]:
    """What a member may use on an order now, with the coupons, those that end first first."""
    return list(
        _with_coupons()
        .filter(member=member_id, used_at__isnull=True)
        .filter(coupon__starts_at__lte=now, coupon__ends_at__gt=now)
        .order_by("coupon__ends_at", "pk")
    )


def count_usable(member_id: int, now: datetime) -> int:
    """How many coupons a member holds that are neither used nor over."""
    found = CouponClaim.objects.filter(member=member_id, used_at__isnull=True)
    return found.filter(coupon__ends_at__gt=now).count()


def coupon(coupon_id: int, member_id: int | None = None) -> Coupon | None:
    """One coupon with its merchant and `claimed`, as in `claimable`."""
    found = Coupon.objects.select_related("merchant").annotate(claimed=_claimed(member_id))
    return found.filter(pk=coupon_id).first()


def claimed_coupon(coupon_id: int, member_id: int) -> Coupon | None:
    """One coupon with its merchant and `claimed`, as `claimable` gives them."""
    found = Coupon.objects.select_related("merchant").annotate(claimed=_claimed(member_id))
    return found.filter(pk=coupon_id).first()


def issued(before: int | None = None) -> list[Coupon]:
    """All coupons, the newest first, at most 100: for the platform's staff."""
    found = Coupon.objects.select_related("merchant").order_by("-pk")
    return list((found if before is None else found.filter(pk__lt=before))[:MOST])


def _with_coupons() -> QuerySet[CouponClaim]:
    return CouponClaim.objects.select_related("coupon__merchant")
