"""What waits to be sent by SMS and WeChat: written where it is caused, sent after the commit.

A row is put off (`next_try_at`) in the transaction that claims it, so that no second process sends
it meanwhile; then the network is asked, under no lock. A process that dies in between leaves it to
the next try: a message may come twice then, and a sender that knows keys carries it once.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from sharemall.messages import kinds, senders
from sharemall.messages.models import Outgoing
from sharemall.messages.senders import Letter, NotSent, Unreachable

LOG = logging.getLogger(__name__)
MOST = 200  # a round
MOST_TRIES = 8
# A try is given this long before another process may begin the next.
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=30)  # doubled with every try
LANGUAGE = "zh-hans"  # of all that leaves the house

State = Outgoing.State


def send_due(now: datetime) -> int:
    """Send what waits, oldest first; how much was sent. What came too late is given up."""
    Outgoing.objects.filter(state=State.WAITING, expires_at__lte=now).update(
        state=State.EXPIRED, secret=""
    )
    sent, away = 0, set[str]()
    for _each in range(MOST):
        outgoing = _claim(now, away)
        if outgoing is None:
            break
        if _send(outgoing, now):
            sent += 1
        elif outgoing.state == State.WAITING:
            away.add(outgoing.channel)  # who is away is not asked again in this round
    return sent


def send_now(outgoing_id: int, *, now: datetime) -> bool:
    """Send one at once, for a member who waits for it; False if it did not go out.

    Must not be called inside a transaction. What does not go out, the worker tries again.
    """
    outgoing = _claim(now, set(), pk=outgoing_id)
    return outgoing is not None and _send(outgoing, now)


@transaction.atomic
def _claim(now: datetime, away: set[str], **where: Any) -> Outgoing | None:
    waiting = Outgoing.objects.select_for_update(skip_locked=True).filter(
        state=State.WAITING, next_try_at__lte=now, expires_at__gt=now, **where
    )
    found = waiting.exclude(channel__in=away).order_by("next_try_at", "pk").first()
    if found is not None:
        found.tries += 1
        found.next_try_at = now + LEASE
        found.save(update_fields=["tries", "next_try_at"])
    return found


def _send(outgoing: Outgoing, now: datetime) -> bool:
    sender = senders.sender(outgoing.channel)
    try:
        if sender is None:
            raise NotSent("nobody carries messages of this kind here")
        sender.send(_letter(outgoing), now)
    except NotSent as refused:
        _end(outgoing, State.FAILED, fault=str(refused)[:200])
    except Unreachable as error:
        LOG.warning("%s could not be sent: %s", outgoing.key, error)
        _put_off(outgoing, now, str(error)[:200])
    else:
        _end(outgoing, State.SENT, sent_at=now, fault="")
        return True
    return False


def _end(outgoing: Outgoing, state: Outgoing.State, **fields: Any) -> None:
    outgoing.state = state
    waiting = Outgoing.objects.filter(pk=outgoing.pk, state=State.WAITING)
    waiting.update(state=state, secret="", **fields)


def _put_off(outgoing: Outgoing, now: datetime, fault: str) -> None:
    if outgoing.tries >= MOST_TRIES:
        _end(outgoing, State.FAILED, fault=fault)
        return
    pause = FIRST_PAUSE * 2 ** (outgoing.tries - 1)
    waiting = Outgoing.objects.filter(pk=outgoing.pk, state=State.WAITING)
    waiting.update(next_try_at=now + pause, fault=fault)


def _letter(outgoing: Outgoing) -> Letter:
    facts = {**outgoing.facts, "code": outgoing.secret} if outgoing.secret else outgoing.facts
    with translation.override(LANGUAGE):
        return Letter(
            kind=outgoing.kind,
            address=outgoing.address,
            key=outgoing.key,
            title=kinds.title_of(outgoing.kind),
            text=kinds.text_of(outgoing.kind, facts),
            values=facts,
            url=outgoing.link,
        )
