"""Reads: whose a code is, who invited a member."""

from django.db import connection

from sharemall.members.models import Member
from sharemall.referral.models import DepthCheck, Referral

IS_ABOVE = """
WITH RECURSIVE above(id) AS (
    SELECT %s::bigint
    UNION
    SELECT m.referrer_id FROM members_member m JOIN above ON m.id = above.id
    WHERE m.referrer_id IS NOT NULL
)
SELECT EXISTS (SELECT FROM above WHERE id = %s)
"""


def by_code(code: str) -> Member | None:
    """The active member whose link has this code; large and small letters are the same."""
    if not (code.isascii() and code.isalnum() and len(code) <= 8):
        return None
    return Member.objects.filter(link__code=code.upper(), is_active=True).first()


def is_above(member: Member, other: Member) -> bool:
    """Whether `other` was invited by the member, directly or further on, or is the member."""
    with connection.cursor() as cursor:
        cursor.execute(IS_ABOVE, [other.pk, member.pk])
        row = cursor.fetchone()
    return bool(row and row[0])


def invited_by(member: Member) -> Member | None:
    """The member's referrer, or before the first order the one that the last link was of."""
    if member.first_ordered_at is not None:
        return member.referrer
    found = Referral.objects.select_related("referrer").filter(pk=member.pk).first()
    return found.referrer if found is not None and found.settled_at is None else member.referrer


def last_depth() -> DepthCheck | None:
    """The newest look at how far from a buyer anybody was ever paid."""
    return DepthCheck.objects.order_by("-id").first()


def masked_name(name: str) -> str:
    """A name that who knows the member recognises: 张*, 欧***."""
    return name[:1] + "*" * max(1, min(len(name) - 1, 3))
