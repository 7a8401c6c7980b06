"""Registering and signing in."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from sharemall.clock.services import now
from sharemall.members.models import Member, SignInFailure

WINDOW = timedelta(minutes=15)
# A guess at one member's password has few tries; an address may be a whole office or a proxy.
MOST_PER_PHONE = 8
MOST_PER_ADDRESS = 80


class PhoneTaken(Exception):
    """There is a member with this phone number."""


class WrongPassword(Exception):
    """No active member has this phone and this password."""


class TooManyFailures(Exception):
    """Sign-in rests for `wait_seconds`."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(wait_seconds)
        self.wait_seconds = wait_seconds


def new_account_key(moment: datetime) -> str:
    """A new id in the journal: the time first, so that new members lie together, then chance."""
    return f"{int(moment.timestamp() * 1000):012x}{secrets.token_hex(8)}"


def register(*, phone: str, password: str | None, name: str) -> Member:
    """A new member; without a password it cannot sign in. Raises PhoneTaken."""
    moment = now()
    try:
        with transaction.atomic():
            return Member.objects.create_user(
                phone, password, name=name, account=new_account_key(moment), joined_at=moment
            )
    except IntegrityError:
        raise PhoneTaken from None


def check_sign_in(*, phone: str, password: str, address: str) -> Member:
    """The member of this phone and password.

    Raises TooManyFailures before looking at the password, else WrongPassword. A failure counts
    against the phone and the address it came from for 15 minutes.
    """
    moment = now()
    refuse_after_failures(phone, address, moment)
    member = authenticate(username=phone, password=password)
    if not isinstance(member, Member):
        count_failure(phone, address, moment)
        raise WrongPassword
    SignInFailure.objects.filter(phone=phone, address=address).delete()
    return member


def count_failure(phone: str, address: str, moment: datetime) -> None:
    """A failed attempt to sign in; old ones are swept away."""
    SignInFailure.objects.filter(at__lte=moment - WINDOW).delete()
    SignInFailure.objects.create(phone=phone, address=address, at=moment)


def refuse_after_failures(phone: str, address: str, moment: datetime) -> None:
    """Raise TooManyFailures where this phone or this address failed too often."""
    recent = SignInFailure.objects.filter(at__gt=moment - WINDOW).order_by("-at")
    for found, most in (
        (recent.filter(phone=phone), MOST_PER_PHONE),
        (recent.filter(address=address), MOST_PER_ADDRESS),
    ):
        times = list(found.values_list("at", flat=True)[:most])
        if len(times) == most:
            wait = times[-1] + WINDOW - moment
            raise TooManyFailures(max(1, -(-wait // timedelta(seconds=1))))
