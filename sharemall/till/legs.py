"""How a payment in person moves: leg by leg through the journal, all of it or nothing.

First the balance leaves the member, then its coins go to the merchant, and then the merchant gets
the balance. The journal can refuse the first two; what the balance's leg took comes back then, and
cash can always come back. Ids belong to the payment and the attempt, so that a process that dies
leaves nothing half done: whoever looks next finds in the journal how far it came.

Every function runs in its caller's transaction, with the payment locked.
"""

from datetime import datetime

from sharemall.ledger import events, journal
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import FEN_MICRO
from sharemall.till.models import TillPayment

BALANCE, COINS = LEGS = ("balance", "coins")
REASON = "till"

Status = TillPayment.Status


def begin(payment: TillPayment, *, coins_fen: int, now: datetime) -> None:
    """Start to move the amount: so much in coins, the rest from the balance. Saves the payment."""
    payment.coins_fen, payment.balance_fen = coins_fen, payment.amount_fen - coins_fen
    payment.attempt += 1
    payment.status, payment.refused_code = Status.MOVING, ""
    payment.save()
    journal.append(_event(payment, _legs(payment)[0], now))


def advance(payment: TillPayment, *, now: datetime) -> str | None:
    """Take the moving payment one leg further; the id of the event that must be applied next.

    None where nothing moves. Saves the payment where it ends.
    """
    if payment.status != Status.MOVING:
        return None
    legs = _legs(payment)
    codes = ledger.codes([_id(payment, leg) for leg in legs])
    for number, leg in enumerate(legs):
        event_id = _id(payment, leg)
        if event_id not in codes:
            journal.append(_event(payment, leg, now))
        code = codes.get(event_id)
        if code is None:
            return event_id
        if code:
            return _refuse(payment, legs[:number], code, now)
    return _succeed(payment, now)


def _refuse(payment: TillPayment, taken: list[str], code: str, now: datetime) -> str | None:
    """What was taken comes back, and the payment waits again."""
    back = None
    if BALANCE in taken:
        back = f"{_id(payment, BALANCE)}-back"
        journal.append(
            events.cash_in(
                id=back,
                at=events.timestamp(now),
                member=payment.member.account,
                cash_micro=payment.balance_fen * FEN_MICRO,
                reason=REASON,
            )
        )
    payment.status, payment.refused_code = Status.PENDING, code
    payment.coins_fen = payment.balance_fen = 0
    payment.save()
    return back


def _succeed(payment: TillPayment, now: datetime) -> str | None:
    """Everything has left the member: the merchant gets the balance's part."""
    payment.status, payment.ended_at = Status.PAID, now
    payment.save()
    if not payment.balance_fen:
        return None
    due = events.cash_in(
        id=_id(payment, "due"),
        at=events.timestamp(now),
        merchant=payment.merchant_id,
        cash_micro=payment.balance_fen * FEN_MICRO,
        reason=REASON,
    )
    journal.append(due)
    return str(due["id"])


def _legs(payment: TillPayment) -> list[str]:
    amounts = {BALANCE: payment.balance_fen, COINS: payment.coins_fen}
    return [leg for leg in LEGS if amounts[leg]]


def _id(payment: TillPayment, leg: str) -> str:
    return f"till-{payment.no}-{payment.attempt}-{leg}"


def _event(payment: TillPayment, leg: str, now: datetime) -> events.Event:
    event_id, at = _id(payment, leg), events.timestamp(now)
    member = payment.member.account
    if leg == COINS:
        return events.pay_coins(
            id=event_id,
            at=at,
            member=member,
            merchant=payment.merchant_id,
            coins_micro=payment.coins_fen * FEN_MICRO,
        )
    cash = payment.balance_fen * FEN_MICRO
    return events.cash_out(id=event_id, at=at, member=member, cash_micro=cash, reason=REASON)
