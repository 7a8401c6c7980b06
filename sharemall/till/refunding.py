"""Writes: a payment in person goes back, whole or in part, the way it came.

First the merchant's balance gives its part, then its coins go back to the member, and then the
member gets the balance's part. The journal can refuse the first two: what was taken comes back
then, and nothing was given back. Ids belong to the payment and the refund's number, so that a
process that dies leaves nothing half done.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from sharemall.ledger import events, failpoints, journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import FEN_MICRO
from sharemall.members.models import Member
from sharemall.payments import rounds
from sharemall.till.locks import locked
from sharemall.till.models import TillPayment, TillRefund
from sharemall.till.refusals import Refusal, Refused
from sharemall.till.telling import tell_refunded

OUT, COINS, IN = "out", "coins", "in"
REASON = "till"

Status = TillRefund.Status


def refund(
    *, no: str, amount_fen: int | None, by: Member, key: UUID, now: datetime, text: str = ""
) -> TillRefund:
    """Begin to give back so much of a payment in person; None: all that is left of it.

    After the commit the caller lets `settle` move it. The same key again gives the refund that it
    made. Raises TillPayment.DoesNotExist, Refused (NOT_PAID, NOTHING_LEFT, BAD_AMOUNT, REFUNDING,
    KEY_USED), having moved nothing.
    """
    try:
        with transaction.atomic():
            payment = locked(no=no)
            if (found := _made_by(key, payment, amount_fen)) is not None:
                return found
            amount_fen = _checked(payment, amount_fen)
            return _begin(payment, TillRefund(key=key, by=by, text=text), amount_fen, now)
    except IntegrityError:
        raise Refused(Refusal.KEY_USED) from None  # another payment's form had this key


def _made_by(key: UUID, payment: TillPayment, amount_fen: int | None) -> TillRefund | None:
    found = TillRefund.objects.filter(key=key).first()
    if found is None:
        return None
    if found.payment_id != payment.pk or amount_fen not in (None, found.amount_fen):
        raise Refused(Refusal.KEY_USED)
    return found


def _checked(payment: TillPayment, amount_fen: int | None) -> int:
    if payment.status != TillPayment.Status.PAID:
        raise Refused(Refusal.NOT_PAID)
    if payment.refunds.filter(status=Status.MOVING).exists():
        raise Refused(Refusal.REFUNDING)
    left_fen = payment.left_fen
    if not left_fen:
        raise Refused(Refusal.NOTHING_LEFT)
    amount_fen = left_fen if amount_fen is None else amount_fen
    if not 0 < amount_fen <= left_fen:
        raise Refused(Refusal.BAD_AMOUNT, most_fen=left_fen)
    return amount_fen


def _begin(payment: TillPayment, made: TillRefund, amount_fen: int, now: datetime) -> TillRefund:
    """The amount is taken off what is left at once: whoever comes next finds less."""
    last = payment.refunds.aggregate(last=Max("number"))["last"] or 0
    made.payment, made.number, made.created_at = payment, last + 1, now
    made.amount_fen = amount_fen
    made.coins_fen = coins_of(payment, amount_fen)
    made.balance_fen = amount_fen - made.coins_fen
    made.save()
    payment.refunded_coins_fen += made.coins_fen
    payment.refunded_balance_fen += made.balance_fen
    payment.save(update_fields=["refunded_coins_fen", "refunded_balance_fen"])
    journal.append(_event(made, _legs(made)[0], now))
    return made


def coins_of(payment: TillPayment, amount_fen: int) -> int:
    """How much of the next so many fen comes back in coins: their part of the payment.

    Floors of the running sum: all parts together bring back exactly the coins that were paid.
    """
    after = payment.refunded_fen + amount_fen
    return payment.coins_fen * after // payment.amount_fen - payment.refunded_coins_fen


def settle(*, no: str, now: datetime) -> None:
    """Move a payment's refund that has begun to its end: given back, or refused with nothing moved.

    Does nothing where none moves. Must not be called inside a transaction. If the process dies, the
    worker goes on here.
    """
    failpoints.reached("till-refund-begun")
    while (waiting := _advance(no, now)) is not None:
        leg = waiting.rpartition("-")[2]
        failpoints.reached(f"till-refund-{leg}-appended")
        writer.settle(waiting)
        failpoints.reached(f"till-refund-{leg}-applied")


@transaction.atomic
def _advance(no: str, now: datetime) -> str | None:
    """Take it one leg further; the id of the event that must be applied next."""
    payment = locked(no=no)
    made = payment.refunds.filter(status=Status.MOVING).first()
    if made is None:
        return None
    made.payment = payment
    legs = _legs(made)
    codes = ledger.codes([_id(made, leg) for leg in legs])
    for number, leg in enumerate(legs):
        event_id = _id(made, leg)
        if event_id not in codes:
            journal.append(_event(made, leg, now))
        code = codes.get(event_id)
        if code is None:
            return event_id
        if code:
            return _refuse(made, legs[:number], code, now)
    return _succeed(made, now)


def _refuse(made: TillRefund, taken: list[str], code: str, now: datetime) -> str | None:
    """The merchant gets back what was taken of it, and the payment has as much left as before."""
    payment = made.payment
    payment.refunded_coins_fen -= made.coins_fen
    payment.refunded_balance_fen -= made.balance_fen
    payment.save(update_fields=["refunded_coins_fen", "refunded_balance_fen"])
    made.status, made.refused_code, made.ended_at = Status.REFUSED, code, now
    made.save(update_fields=["status", "refused_code", "ended_at"])
    if OUT not in taken:
        return None
    return _give(made, f"{OUT}-back", now, merchant=payment.merchant_id)


def _succeed(made: TillRefund, now: datetime) -> str | None:
    made.status, made.ended_at = Status.DONE, now
    made.save(update_fields=["status", "ended_at"])
    tell_refunded(made, now)
    if not made.balance_fen:
        return None
    return _give(made, IN, now, member=made.payment.member.account)


def _give(made: TillRefund, leg: str, now: datetime, **whom: str) -> str:
    event_id = _id(made, leg)
    journal.append(
        events.cash_in(
            id=event_id,
            at=events.timestamp(now),
            cash_micro=made.balance_fen * FEN_MICRO,
            reason=REASON,
            **whom,
        )
    )
    return event_id


def _legs(made: TillRefund) -> list[str]:
    amounts = {OUT: made.balance_fen, COINS: made.coins_fen}
    return [leg for leg, amount in amounts.items() if amount]


def _id(made: TillRefund, leg: str) -> str:
    return f"till-{made.payment.no}-r{made.number}-{leg}"


def _event(made: TillRefund, leg: str, now: datetime) -> events.Event:
    payment, event_id, at = made.payment, _id(made, leg), events.timestamp(now)
    if leg == COINS:
        return events.return_coins(
            id=event_id,
            at=at,
            merchant=payment.merchant_id,
            member=payment.member.account,
            coins_micro=made.coins_fen * FEN_MICRO,
        )
    return events.cash_out(
        id=event_id,
        at=at,
        merchant=payment.merchant_id,
        cash_micro=made.balance_fen * FEN_MICRO,
        reason=REASON,
    )


def settle_moving(now: datetime) -> int:
    """Take every refund that is on its way to its end; how many there were. For the worker."""
    moving = TillRefund.objects.filter(status=Status.MOVING).order_by("id")
    return rounds.each(moving.values_list("pk", flat=True), lambda pk: _settle_one(pk, now))


def _settle_one(refund_id: int, now: datetime) -> bool:
    made = TillRefund.objects.select_related("payment").get(pk=refund_id)
    settle(no=made.payment.no, now=now)
    return True
