"""What happens by itself when nobody acts in time; the worker's rounds."""

from datetime import datetime

from django.db import transaction

from sharemall.aftersale import answering, granting, offering
from sharemall.aftersale.cases import (
    TIME,
    Action,
    Held,
    State,
    close,
    hold_if_free,
    move,
    note,
)
from sharemall.aftersale.models import Case
from sharemall.orders import life
from sharemall.payments import rounds


def act_due(now: datetime) -> int:
    """Take every case whose time is over a step further; how many that was.

    A goodwill refund only begins here: `granting.settle_moving` ends it.
    """
    due = Case.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    return rounds.each(due.values_list("pk", flat=True), lambda pk: _act(pk, now))


@transaction.atomic
def _act(case_id: int, now: datetime) -> bool:
    held = hold_if_free(case_id)
    if held is None or not held.case.late(now):
        return False
    match held.case.state:
        case State.ASKED if held.case.refused_code:
            granting.refund(held, TIME, now=now)
        case State.ASKED if held.case.is_goodwill:
            close(held, Case.Closed.NOT_ANSWERED, TIME, now=now)
        case State.ASKED:
            answering.grant(held, Action.ACCEPTED, TIME, now=now)
        case State.OFFERED:
            offering.take_by_time(held, now)
        case State.DECLINED:
            close(held, Case.Closed.NOT_APPEALED, TIME, now=now)
        case State.ARBITRATION:
            answering.grant(held, Action.GRANTED, TIME, now=now)
        case State.TO_SEND:
            close(held, Case.Closed.NOT_SENT, TIME, now=now)
        case State.SENT_BACK:
            granting.refund(held, TIME, now=now)
        case State.RESENT:
            _exchanged(held, now)
    return True


def _exchanged(held: Held, now: datetime) -> None:
    note(held.case, Action.EXCHANGED, TIME, now)
    move(held, State.EXCHANGED, now=now)
    life.end_refunded(held.order, now=now)
