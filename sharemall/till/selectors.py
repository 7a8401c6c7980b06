"""Reads: payments in person, of a member and of the tills."""

from datetime import datetime

from sharemall.members.models import Member
from sharemall.till.models import TillPayment

RECENT = 20


def of_member(member: Member, no: str) -> TillPayment | None:
    """The member's own payment of this number."""
    found = TillPayment.objects.select_related("merchant", "member").prefetch_related("refunds")
    return found.filter(member=member, no=no).first()


def waiting(member: Member, now: datetime) -> TillPayment | None:
    """The newest payment that a till asks the member for and that it can still confirm."""
    found = TillPayment.objects.filter(
        member=member,
        origin=TillPayment.Origin.CODE,
        status__in=[TillPayment.Status.PENDING, TillPayment.Status.MOVING],
        expires_at__gt=now,
    )
    return found.order_by("-id").first()


def recent_of_member(member: Member) -> list[TillPayment]:
    """The member's newest payments."""
    found = TillPayment.objects.filter(member=member).select_related("merchant")
    return list(found.order_by("-id")[:RECENT])


def payment(no: str) -> TillPayment | None:
    """Any payment by its number: for staff."""
    found = TillPayment.objects.select_related("merchant", "member", "staff")
    found = found.prefetch_related("refunds__by")
    return found.filter(no=no).first()


def merchants_of(numbers: set[str]) -> dict[str, TillPayment]:
    """Payments by their numbers, each with its merchant."""
    if not numbers:
        return {}
    found = TillPayment.objects.filter(no__in=numbers).select_related("merchant")
    return {row.no: row for row in found}
