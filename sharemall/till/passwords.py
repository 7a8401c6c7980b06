"""The payment password: setting it, and checking it before the wallet pays."""

import re
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from sharemall.members import services as members
from sharemall.members.models import Member
from sharemall.till.models import PaymentPassword
from sharemall.till.refusals import Refusal, Refused

DIGITS = re.compile(r"[0-9]{6}")
MOST_WRONG = 5
LOCKED_FOR = timedelta(hours=24)
RUN = "01234567890123456789"


def is_set(member: Member) -> bool:
    """Whether the member has a payment password."""
    return PaymentPassword.objects.filter(member=member).exists()


def locked_until(member: Member, now: datetime) -> datetime | None:
    """Until when none is taken, after too many wrong ones; None if it is not locked."""
    locked = PaymentPassword.objects.filter(member=member, locked_until__gt=now)
    return locked.values_list("locked_until", flat=True).first()


def save(*, member: Member, sign_in: str, password: str, address: str, now: datetime) -> None:
    """Set or change the payment password, after the sign-in password.

    A lock stays to its end: who found a phone open gains nothing by a change. A wrong sign-in
    password counts as a failed attempt to sign in from this address. Raises Refused (WRONG_SIGN_IN,
    SIGN_IN_RESTS, NO_DIGITS, EASY).
    """
    _check_form(member, password)
    try:
        members.check_sign_in(phone=member.phone, password=sign_in, address=address)
    except members.TooManyFailures as failures:
        raise Refused(Refusal.SIGN_IN_RESTS, minutes=-(-failures.wait_seconds // 60)) from failures
    except members.WrongPassword as wrong:
        raise Refused(Refusal.WRONG_SIGN_IN) from wrong
    PaymentPassword.objects.update_or_create(
        member=member, defaults={"hash": make_password(password), "changed_at": now}
    )


def check(*, member: Member, password: str, now: datetime) -> None:
    """Return if this is the member's payment password.

    Raises Refused (NO_PASSWORD, LOCKED, WRONG_PASSWORD). A wrong one is counted, whatever the
    caller does next: must not be called inside a transaction.
    """
    refused = _try(member, password, now)
    if refused is not None:
        raise refused


def check_if_set(*, member: Member, password: str, now: datetime) -> None:
    """The same for payments that a member without a payment password makes freely."""
    if is_set(member):
        check(member=member, password=password, now=now)


@transaction.atomic(durable=True)
def _try(member: Member, password: str, now: datetime) -> Refused | None:
    """Look at the password under the lock of the row: many guesses at once are counted one by one.

    Who has none takes as long as who has one.
    """
    row = PaymentPassword.objects.select_for_update().filter(member=member).first()
    if row is None:
        make_password(password)
        return Refused(Refusal.NO_PASSWORD)
    if row.locked_until is not None and row.locked_until > now:
        return Refused(Refusal.LOCKED, until=row.locked_until)
    if check_password(password, row.hash):
        if row.failures:
            row.failures = 0
            row.save(update_fields=["failures"])
        return None
    return _count(row, now)


def _count(row: PaymentPassword, now: datetime) -> Refused:
    row.failures += 1
    left = MOST_WRONG - row.failures
    if left <= 0:
        row.failures, row.locked_until = 0, now + LOCKED_FOR
    row.save(update_fields=["failures", "locked_until"])
    if row.locked_until is not None and left <= 0:
        return Refused(Refusal.LOCKED, until=row.locked_until)
    return Refused(Refusal.WRONG_PASSWORD, left=left)


def _check_form(member: Member, password: str) -> None:
    if not DIGITS.fullmatch(password):
        raise Refused(Refusal.NO_DIGITS)
    is_run = password in RUN or password in RUN[::-1]
    if len(set(password)) == 1 or is_run or password in member.phone:
        raise Refused(Refusal.EASY)
