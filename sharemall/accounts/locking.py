"""Locking a member's account: it is signed out everywhere and cannot sign in until unlocked.

What the account holds stays its own; orders, rewards and dividends go on.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from sharemall.accounts import devices
from sharemall.members.models import Member


class Refusal(StrEnum):
    """Why nothing was locked or unlocked."""

    UNKNOWN = "unknown"
    STAFF = "staff"  # its roles must be taken first
    LOCKED = "locked"
    NOT_LOCKED = "not_locked"


class Refused(Exception):
    """Nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@transaction.atomic
def lock(*, member_id: int, by: Member, now: datetime) -> Member:
    """Lock an account and end its sessions. Raises Refused (UNKNOWN, STAFF, LOCKED)."""
    member = _locked_row(member_id)
    if member.is_staff:
        raise Refused(Refusal.STAFF)
    if not member.is_active:
        raise Refused(Refusal.LOCKED)
    member.is_active = False
    member.save(update_fields=["is_active"])
    devices.sign_out_all(member=member)
    return member


@transaction.atomic
def unlock(*, member_id: int, by: Member, now: datetime) -> Member:
    """Let an account sign in again. Raises Refused (UNKNOWN, NOT_LOCKED)."""
    member = _locked_row(member_id)
    if member.is_active:
        raise Refused(Refusal.NOT_LOCKED)
    member.is_active = True
    member.save(update_fields=["is_active"])
    return member


def _locked_row(member_id: int) -> Member:
    member = Member.objects.select_for_update(no_key=True).filter(pk=member_id).first()
    if member is None:
        raise Refused(Refusal.UNKNOWN)
    return member
