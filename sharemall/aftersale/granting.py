"""What a case brings: the refund the way the money came, or the merchant's own money.

A goodwill refund goes through the journal in two events, the second once the first was applied:
off the merchant's balance, onto the member's. Refused for want of money, the case waits again.
"""

from datetime import datetime

from django.db import transaction

from sharemall.aftersale.cases import (
    PAY_AGAIN_AFTER,
    TIME,
    Action,
    Author,
    Held,
    State,
    hold,
    move,
    note,
)
from sharemall.aftersale.models import Case
from sharemall.ledger import events, failpoints, journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import FEN_MICRO
from sharemall.orders import life, refunding
from sharemall.orders.models import Order
from sharemall.payments import rounds

REASON = "goodwill"


def refund(held: Held, author: Author, *, now: datetime) -> None:
    """Refund what was agreed. A goodwill refund begins here; `settle` brings it to its end."""
    if held.case.is_goodwill:
        _begin(held, now)
        return
    order, case = held.order, held.case
    unsent = order.status == Order.Status.PAID
    case.freight_fen = _freight_fen(held, unsent)
    parts = refunding.refund(
        held.payment,
        order,
        held.line,
        quantity=case.pieces,
        fen=case.agreed_fen,
        freight_fen=case.freight_fen,
        returned=unsent or bool(case.tracking_no),
        cause=f"case{case.number}",
        now=now,
    )
    case.coins_fen, case.balance_fen, case.provider_fen = parts
    note(case, Action.REFUNDED, author, now)
    move(held, State.REFUNDED, now=now)
    life.end_refunded(order, now=now)


def _freight_fen(held: Held, unsent: bool) -> int:
    """The freight that comes back: what was agreed, or all of it once nothing is to be sent."""
    order, case = held.order, held.case
    left = order.freight_fen - order.freight_refunded_fen
    kept = sum(line.kept_fen for line in order.lines.all())
    if unsent and kept == case.agreed_fen:
        return left
    return min(case.freight_fen, left)


def _begin(held: Held, now: datetime) -> None:
    case = held.case
    case.refused_code = ""
    if not case.agreed_fen:  # pieces that cost nothing
        _end(held, now)
        return
    case.attempt += 1
    move(held, State.PAYING, now=now)
    journal.append(
        events.cash_out(
            id=_id(case, "out"),
            at=events.timestamp(now),
            merchant=case.merchant_id,
            cash_micro=case.agreed_fen * FEN_MICRO,
            reason=REASON,
        )
    )


def settle(*, no: str, now: datetime) -> None:
    """Bring a goodwill refund that has begun to its end; does nothing for any other case.

    Must not be called inside a transaction. If the process dies, the worker goes on here.
    """
    failpoints.reached("goodwill-begun")
    while (waiting := _advance(no, now)) is not None:
        writer.settle(waiting)
        failpoints.reached("goodwill-applied")
    case = Case.objects.get(no=no)
    if case.state == State.REFUNDED and case.attempt:
        failpoints.reached("goodwill-granted")
        writer.settle(_id(case, "in"))  # so that whoever looks next finds the money there


@transaction.atomic
def _advance(no: str, now: datetime) -> str | None:
    """End the refund if its first event was applied or refused; else that event's id."""
    held = hold(no=no)
    case = held.case
    if case.state != State.PAYING:
        return None
    out = _id(case, "out")
    code = ledger.codes([out]).get(out)
    if code is None:
        return out
    if code:
        _refuse(held, code, now)
    else:
        _finish(held, now)
    return None


def _refuse(held: Held, code: str, now: datetime) -> None:
    case = held.case
    case.refused_code = code
    note(case, Action.NOT_PAID, TIME, now)
    state = State.SENT_BACK if case.tracking_no else State.ASKED
    move(held, state, now=now, within=PAY_AGAIN_AFTER)


def _finish(held: Held, now: datetime) -> None:
    case = held.case
    journal.append(
        events.cash_in(
            id=_id(case, "in"),
            at=events.timestamp(now),
            member=held.order.member.account,
            cash_micro=case.agreed_fen * FEN_MICRO,
            reason=REASON,
        )
    )
    _end(held, now)


def _end(held: Held, now: datetime) -> None:
    case = held.case
    refunding.give_goodwill(
        held.order,
        held.line,
        quantity=case.pieces,
        fen=case.agreed_fen,
        returned=bool(case.tracking_no),
    )
    case.balance_fen = case.agreed_fen
    note(case, Action.REFUNDED, TIME, now)
    move(held, State.REFUNDED, now=now)


def event_ids(case: Case) -> tuple[str, str]:
    """The ids of the events of a goodwill refund's last try: off the merchant, onto the member."""
    return _id(case, "out"), _id(case, "in")


def _id(case: Case, leg: str) -> str:
    return f"case-{case.no}-{case.attempt}.{leg}"


def settle_moving(now: datetime) -> int:
    """Bring every goodwill refund that has begun to its end; how many there were."""
    moving = Case.objects.filter(state=State.PAYING).order_by("id")
    return rounds.each(moving.values_list("pk", flat=True), lambda pk: _settle_one(pk, now))


def _settle_one(case_id: int, now: datetime) -> bool:
    settle(no=Case.objects.values_list("no", flat=True).get(pk=case_id), now=now)
    return True
