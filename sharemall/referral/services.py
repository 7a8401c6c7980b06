"""Following a link, fixing the referrer, and noting what tells accounts of one person.

The rules at the first order are in the database's function `referral_settle`: one statement, which
looks at what is committed by then, so that two first orders at once cannot close a circle.
"""

import secrets
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, connection, transaction
from django.utils.crypto import salted_hmac

from sharemall.members.models import Member
from sharemall.referral import selectors
from sharemall.referral.models import Link, Referral, Trace

# No letter or digit that is easily taken for another one.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8
SALT = "sharemall.referral.trace"

FOLLOW = """
INSERT INTO referral_referral AS kept (member_id, referrer_id, state, reason, followed_at)
SELECT id, %s, 'candidate', '', %s FROM members_member WHERE id = %s AND first_ordered_at IS NULL
ON CONFLICT (member_id) DO UPDATE
    SET referrer_id = excluded.referrer_id, followed_at = excluded.followed_at
    WHERE kept.state = 'candidate'
RETURNING member_id
"""


class Following(StrEnum):
    """What came of following a link."""

    KEPT = "kept"  # it counts, unless another link is followed before the first order
    UNKNOWN = "unknown"  # nobody has this code
    OWN = "own"
    CIRCLE = "circle"  # the link of someone whom the member invited, directly or further on
    LATE = "late"  # the member has ordered before: the referrer stays


def link_of(*, member: Member, now: datetime) -> Link:
    """The member's link; the same one every time, also for two who ask at once."""
    while (link := Link.objects.filter(member=member).first()) is None:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                Link.objects.create(member=member, code=code, made_at=now)
        except IntegrityError:
            continue  # it is there by now, or the code is another's
    return link


def follow(*, member: Member, code: str, now: datetime) -> Following:
    """The member followed the link with this code: the last one before the first order counts."""
    referrer = selectors.by_code(code)
    if referrer is None:
        return Following.UNKNOWN
    if referrer.pk == member.pk:
        return Following.OWN
    if member.first_ordered_at is not None:
        return Following.LATE
    if selectors.is_above(member, referrer):
        return Following.CIRCLE
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, [referrer.pk, now, member.pk])
        kept = cursor.fetchone()
    return Following.KEPT if kept else Following.LATE


def settle(*, member: Member, now: datetime) -> None:
    """Fix the member's referrer with its first order, inside the transaction that places it.

    One statement. Whoever the candidate is refused for goes without a referrer, and the reason is
    kept. A second first order at once waits here and finds it settled.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT referral_settle(%s, %s)", [member.pk, now])


def saw(
    *, member: Member, phone: str = "", device: str = "", payer: str = "", now: datetime
) -> None:
    """Note what the member was seen with. One statement; the same again changes nothing.

    `payer` names the provider as well as the account there.
    """
    found = {Trace.Kind.PHONE: phone, Trace.Kind.DEVICE: device, Trace.Kind.PAYER: payer}
    Trace.objects.bulk_create(
        [
            Trace(member=member, kind=kind, mark=mark_of(kind, value), seen_at=now)
            for kind, value in found.items()
            if value
        ],
        ignore_conflicts=True,
    )


def mark_of(kind: Trace.Kind, value: str) -> str:
    """What is kept instead of a phone, a device or a payer: it tells nothing without the key."""
    return salted_hmac(SALT, f"{kind}:{value}", algorithm="sha256").hexdigest()


@transaction.atomic
def saw_payer(*, member_id: int, payer: str, ordered_at: datetime, now: datetime) -> None:
    """Note who paid an order of the member's, placed at `ordered_at`.

    A first order that is paid from an account which has paid for the referrer goes on without a
    referrer: this is the first moment at which it can be known, and long before any reward.
    """
    member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
    saw(member=member, payer=payer, now=now)
    if member.referrer_id is None or member.first_ordered_at != ordered_at:
        return
    mark = mark_of(Trace.Kind.PAYER, payer)
    both = Trace.objects.filter(member=member.referrer_id, kind=Trace.Kind.PAYER, mark=mark)
    if both.exists():
        Member.objects.filter(pk=member_id).update(referrer=None)
        Referral.objects.filter(pk=member_id).update(
            state=Referral.State.REFUSED, reason=Referral.Reason.PAYER, settled_at=now
        )
