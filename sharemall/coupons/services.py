"""Writes: coupons claimed, used on orders and given back.

A coupon's row is locked by the UPDATE that takes one of what is left, and held to the end of the
claim: claims of one coupon follow each other. Coupons are issued by the catalogue, which knows
whether the goods can bear them.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F

from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.members.models import Member


class Refusal(StrEnum):
    """Why a coupon was not claimed, or could not be used."""

    CLOSED = "closed"  # it is not handed out any more
    NOT_YET = "not_yet"
    OVER = "over"
    YOURS_ALREADY = "yours_already"  # the member has claimed as many as one member may
    GONE = "gone"  # none is left
    NOT_USABLE = "not_usable"  # used, another's, over or not begun


class Refused(Exception):
    """A service refused and changed nothing."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal

    @property
    def code(self) -> str:
        """The reason as plain text."""
        return self.refusal.value


@transaction.atomic
def claim(*, member: Member, coupon_id: int, now: datetime) -> CouponClaim:
    """Put one of a coupon into the member's hands.

    Raises Coupon.DoesNotExist; Refused (every reason but NOT_USABLE), having changed nothing.
    """
    taken = Coupon.objects.filter(
        pk=coupon_id, is_open=True, left__gt=0, starts_at__lte=now, ends_at__gt=now
    ).update(left=F("left") - 1)
    coupon = Coupon.objects.get(pk=coupon_id)
    mine = CouponClaim.objects.filter(coupon=coupon, member=member).count()
    if refusal := _why_not(coupon, mine, now=now, taken=bool(taken)):
        raise Refused(refusal)
    return CouponClaim.objects.create(coupon=coupon, member=member, number=mine + 1, claimed_at=now)


def _why_not(coupon: Coupon, mine: int, *, now: datetime, taken: bool) -> Refusal | None:
    """The reason that helps the member most: one who has it already need not hear it is gone."""
    if mine >= coupon.per_member:
        return Refusal.YOURS_ALREADY
    if taken:
        return None
    if not coupon.is_open:
        return Refusal.CLOSED
    if now < coupon.starts_at:
        return Refusal.NOT_YET
    return Refusal.OVER if now >= coupon.ends_at else Refusal.GONE


def use(claim_ids: Collection[int], *, member_id: int, order_no: str, now: datetime) -> None:
    """Use the member's claims on an order; one query, in the caller's transaction.

    Raises Refused(NOT_USABLE) unless every one can be used now: then the caller's transaction must
    be rolled back, since some may have been marked. A coupon that was closed is still good for
    those who hold it. Locks the claims.
    """
    if not claim_ids:
        return
    # No join: after waiting for another transaction PostgreSQL looks again only at the row that
    # it updates, and "not used" must be looked at again.
    running = Coupon.objects.filter(starts_at__lte=now, ends_at__gt=now).order_by()
    used = CouponClaim.objects.filter(
        pk__in=claim_ids, member_id=member_id, used_at__isnull=True, coupon__in=running
    ).update(order_no=order_no, used_at=now)
    if used != len(set(claim_ids)):
        raise Refused(Refusal.NOT_USABLE)


def give_back(order_nos: Collection[str]) -> int:
    """Free the claims that these orders use, how many; one query, in the caller's transaction.

    A second call frees none. Locks the claims.
    """
    return CouponClaim.objects.filter(order_no__in=[no for no in order_nos if no]).update(
        order_no="", used_at=None
    )
