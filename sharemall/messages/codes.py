"""Codes of six digits that prove a phone: sent by SMS, good for five minutes and one use.

Only the newest code of a phone and purpose counts, and only five guesses at it. They are kept as
keyed hashes: a copy of the database opens nothing.
"""

import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from sharemall.messages import outbox
from sharemall.messages.models import Code, Outgoing

GOOD_FOR = timedelta(minutes=5)
MOST_TRIES = 5
DAY = timedelta(days=1)
PAUSE = timedelta(minutes=1)  # between two codes for one phone
MOST_A_DAY = 10  # for one phone, and from one address
LOCKS = 7302  # a number space of our own among PostgreSQL's advisory locks

Purpose = Code.Purpose


class TooOften(Exception):
    """No code was sent; the next may be asked for in `wait_seconds`."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(wait_seconds)
        self.wait_seconds = wait_seconds


class WrongCode(Exception):
    """The digits are wrong; `tries_left` guesses at this code are left."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class NoCode(Exception):
    """No code is there to compare with: none was sent, or it is used, too old or guessed at."""


def ask(*, phone: str, purpose: str, address: str, now: datetime) -> Code:
    """Send a new code to the phone; `address` is where the wish came from.

    Waits for the network after its commit: must not be called inside a transaction. What does not
    go out at once, the worker tries again. Raises TooOften, having sent nothing.
    """
    code, outgoing = _write(phone, purpose, address, now)
    outbox.send_now(outgoing.pk, now=now)
    return code


@transaction.atomic
def _write(phone: str, purpose: str, address: str, now: datetime) -> tuple[Code, Outgoing]:
    _lock(f"address {address}")
    _lock(f"phone {phone}")
    _refuse_too_often(phone, address, now)
    digits = f"{secrets.randbelow(10**6):06d}"
    code = Code.objects.create(
        phone=phone,
        purpose=purpose,
        address=address,
        hash=_hash(phone, purpose, digits),
        at=now,
        expires_at=now + GOOD_FOR,
    )
    outgoing = Outgoing.objects.create(
        channel=Outgoing.Channel.SMS,
        address=phone,
        kind="code",
        key=f"code-{code.pk}",
        facts={"minutes": GOOD_FOR // timedelta(minutes=1)},
        secret=digits,
        next_try_at=now,
        expires_at=code.expires_at,
        at=now,
    )
    return code, outgoing


def _lock(what: str) -> None:
    """Wishes for one phone, or from one address, follow each other. The address comes first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCKS, what])


def _refuse_too_often(phone: str, address: str, now: datetime) -> None:
    of_phone = Code.objects.filter(phone=phone)
    for found, window, most in (
        (of_phone, PAUSE, 1),
        (of_phone, DAY, MOST_A_DAY),
        (Code.objects.filter(address=address), DAY, MOST_A_DAY),
    ):
        _refuse(found, window, most, now)


def _refuse(found: QuerySet[Code], window: timedelta, most: int, now: datetime) -> None:
    recent = found.filter(at__gt=now - window).order_by("-at")
    times = list(recent.values_list("at", flat=True)[:most])
    if len(times) == most:
        wait = times[-1] + window - now
        raise TooOften(max(1, -(-wait // timedelta(seconds=1))))


def check(*, phone: str, purpose: str, digits: str, now: datetime) -> None:
    """Use up the code of this phone and purpose; every call is a guess, right or wrong.

    A guess counts whatever becomes of the caller: must not be called inside a transaction. Raises
    WrongCode and NoCode.
    """
    tries_left = _guess(phone, purpose, digits, now)
    if tries_left is not None:
        raise WrongCode(tries_left)


@transaction.atomic(durable=True)
def _guess(phone: str, purpose: str, digits: str, now: datetime) -> int | None:
    """None for the right digits, else how many guesses are left."""
    newest = Code.objects.filter(phone=phone, purpose=purpose).order_by("-at", "-pk")
    code = newest.select_for_update().first()
    if code is None or code.used_at or code.expires_at <= now or code.tries >= MOST_TRIES:
        raise NoCode
    code.tries += 1
    is_right = constant_time_compare(code.hash, _hash(phone, purpose, digits))
    if is_right:
        code.used_at = now
    code.save(update_fields=["tries", "used_at"])
    return None if is_right else MOST_TRIES - code.tries


def _hash(phone: str, purpose: str, digits: str) -> str:
    text = f"{phone}:{purpose}:{digits}"
    return salted_hmac("sharemall.code", text, algorithm="sha256").hexdigest()
