"""A case under its locks, and how it moves on.

Every step locks the payment, then the order (docs/locking.md); the order's lock guards its cases.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sharemall.aftersale import telling
from sharemall.aftersale.models import MOST_CHARACTERS, OPEN, Case, Step
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.members.models import Member
from sharemall.orders import life, locks
from sharemall.orders.models import Order, OrderLine
from sharemall.orders.refusals import Refused as RefusedByOrders
from sharemall.payments.models import Payment

State: TypeAlias = Case.State
Action: TypeAlias = Step.Action
Actor: TypeAlias = Step.Actor

ANSWER_WITHIN = timedelta(hours=48)
APPEAL_WITHIN = timedelta(days=7)
DECIDE_WITHIN = timedelta(days=7)
SEND_WITHIN = timedelta(days=7)
CONFIRM_WITHIN = timedelta(days=10)
PAY_AGAIN_AFTER = timedelta(days=1)

WITHIN = {
    State.ASKED: ANSWER_WITHIN,
    State.OFFERED: APPEAL_WITHIN,
    State.DECLINED: APPEAL_WITHIN,
    State.ARBITRATION: DECIDE_WITHIN,
    State.TO_SEND: SEND_WITHIN,
    State.SENT_BACK: CONFIRM_WITHIN,
    State.RESENT: CONFIRM_WITHIN,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A case with what it hangs on, all of it locked; `line` is one of the order's own."""

    payment: Payment
    order: Order
    line: OrderLine
    case: Case


@dataclass(frozen=True, slots=True)
class Author:
    """Who takes a step, and in what words."""

    actor: Actor
    by: Member | None = None
    text: str = ""


TIME = Author(Actor.TIME)


def hold_order(no: str, member: Member) -> tuple[Payment, Order]:
    """Lock the member's own order and its payment. Raises Order.DoesNotExist."""
    payment = locks.payment(orders__no=no, orders__member=member)
    if payment is None:
        raise Order.DoesNotExist
    return payment, locks.whole().get(no=no)


def hold(**where: Any) -> Held:
    """Lock a case (`no`, `member`) with its order and payment. Raises Case.DoesNotExist."""
    found = Case.objects.filter(**where).values_list("pk", "order_id", "order__payment_id").first()
    if found is None:
        raise Case.DoesNotExist
    return _held(*found, skip_locked=False)


def hold_if_free(case_id: int) -> Held | None:
    """The same for the worker; None if somebody else has one of the locks."""
    found = Case.objects.filter(pk=case_id).values_list("pk", "order_id", "order__payment_id").get()
    try:
        return _held(*found, skip_locked=True)
    except Order.DoesNotExist:
        return None


def _held(case_id: int, order_id: int, payment_id: int, *, skip_locked: bool) -> Held:
    payment = locks.payment(pk=payment_id, skip_locked=skip_locked)
    if payment is None:
        raise Order.DoesNotExist
    order = locks.whole(skip_locked=skip_locked).get(pk=order_id)
    case = Case.objects.get(pk=case_id)
    line = next(one for one in order.lines.all() if one.pk == case.line_id)
    return Held(payment, order, line, case)


def expect(held: Held, *states: State, now: datetime) -> None:
    """Raises Refused: WRONG_STATE, or LATE where the case is about to go on by itself."""
    if held.case.state not in states:
        raise Refused(Refusal.WRONG_STATE, state=held.case.state)
    if held.case.late(now):
        raise Refused(Refusal.LATE)


def words(text: str, *, needed: bool = False) -> str:
    """A text as it is kept. Raises Refused (TOO_LONG, NO_TEXT)."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > MOST_CHARACTERS:
        raise Refused(Refusal.TOO_LONG, most=MOST_CHARACTERS)
    if needed and not text:
        raise Refused(Refusal.NO_TEXT)
    return text


def parcel(carrier: str, tracking_no: str) -> tuple[str, str]:
    """A parcel's carrier and number as they are kept. Raises Refused(BAD_PARCEL)."""
    carrier, tracking_no = carrier.strip(), tracking_no.strip()
    try:
        life.check_parcel(carrier, tracking_no)
    except RefusedByOrders:
        raise Refused(Refusal.BAD_PARCEL) from None
    return carrier, tracking_no


def note(case: Case, action: Action, author: Author, now: datetime) -> None:
    """Write down a step and tell the member. Every change of a case passes here."""
    step = Step.objects.create(
        case=case, actor=author.actor, action=action, by=author.by, text=author.text, at=now
    )
    telling.tell(step, now)


def move(held: Held, state: State, *, now: datetime, within: timedelta | None = None) -> None:
    """Bring the case into another state, with the deadline of that state; saves it.

    An end takes it off the open cases of its order.
    """
    case = held.case
    was_open = case.state in OPEN
    case.state = state
    wait = within or WITHIN.get(state)
    case.due_at = now + wait if wait else None
    if state not in OPEN:
        case.ended_at = now
        if was_open:
            held.order.open_cases -= 1
            held.order.save(update_fields=["open_cases"])
    case.save()


def close(held: Held, because: Case.Closed, author: Author, *, now: datetime) -> None:
    """End the case with nothing changed. An order that waited for it can complete."""
    held.case.closed_because = because
    note(held.case, Action.CLOSED, author, now)
    move(held, State.CLOSED, now=now)
    life.end_refunded(held.order, now=now)
