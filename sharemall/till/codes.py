"""The codes that a member shows: eighteen digits drawn at random, good once, for a minute.

Only a keyed digest is kept: who reads the table cannot pay.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from sharemall.members.models import Member
from sharemall.till.models import Code
from sharemall.till.refusals import Refusal, Refused

DIGITS = 18
GOOD_FOR = timedelta(seconds=60)
KEPT = 10  # of a member; a phone in the hand shows a new one every fifty seconds


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A new code; nobody but its reader can tell its digits from now on."""

    digits: str
    expires_at: datetime


@transaction.atomic
def show(*, member: Member, now: datetime) -> ShownCode:
    """A new code of the member's; earlier ones stay good to their own end, the last ten of them."""
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    code = Code.objects.create(digest=_digest(digits), member=member, expires_at=now + GOOD_FOR)
    mine = Code.objects.filter(member=member).order_by("-id")
    Code.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[KEPT:])).delete()
    return ShownCode(digits, code.expires_at)


def take(digits: str, *, now: datetime) -> Code:
    """Use a code up, in the caller's transaction; its row stays locked to the end of that.

    Raises Refused (UNKNOWN_CODE, CODE_USED, CODE_EXPIRED).
    """
    found = Code.objects.select_for_update(of=("self",)).filter(digest=_digest(digits))
    code = found.select_related("member").first()
    if code is None:
        raise Refused(Refusal.UNKNOWN_CODE)
    if code.used_at is not None:
        raise Refused(Refusal.CODE_USED)
    if code.expires_at <= now:
        raise Refused(Refusal.CODE_EXPIRED)
    code.used_at = now
    code.save(update_fields=["used_at"])
    return code


def _digest(digits: str) -> str:
    return salted_hmac("sharemall.till.code", digits, algorithm="sha256").hexdigest()
