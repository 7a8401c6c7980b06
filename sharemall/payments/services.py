"""Writes: payments and the notifications of their providers.

Every function runs in its caller's transaction, with the payment locked: whoever changes an unpaid
order or refunds one locks its payment first (docs/locking.md).
"""

from datetime import datetime

from django.db import connection

from sharemall.payments import refunds
from sharemall.payments.models import Notice, Payment
from sharemall.payments.providers import Notification

ONCE = ("provider", "trade_no", "succeeded")  # of a payment, as the constraint has it
STRAY = (Notice.Verdict.LATE, Notice.Verdict.DOUBLE, Notice.Verdict.MISMATCH)


def open_payment(*, no: str, member_id: int, amount_fen: int, now: datetime) -> Payment:
    """A payment that waits for a plan and its money. Locks nothing but the new row."""
    return Payment.objects.create(no=no, member_id=member_id, amount_fen=amount_fen, created_at=now)


def succeed(payment: Payment, *, trade: tuple[str, str] | None = None, now: datetime) -> None:
    """It is paid: by the wallet alone, or by a provider's trade (its key and the number)."""
    payment.status, payment.paid_at = Payment.Status.SUCCEEDED, now
    if trade:
        payment.provider, payment.trade_no = trade
    payment.save(update_fields=["status", "paid_at", "provider", "trade_no"])


def close(payment: Payment, *, now: datetime) -> None:
    """No money is expected any more."""
    payment.status, payment.closed_at = Payment.Status.CLOSED, now
    payment.save(update_fields=["status", "closed_at", "wallet"])


def take(
    payment: Payment, notification: Notification, *, provider: str, now: datetime
) -> tuple[Notice, bool]:
    """Apply a verified notification to its payment; the same one again changes nothing.

    The notice with its verdict, and whether it is new: only a new `paid` pays for anything. Money
    that was not expected (late, double, another amount) is refunded, once for each trade.
    """
    notice = Notice(
        payment=payment,
        asked_no=notification.payment_no,
        provider=provider,
        trade_no=notification.trade_no,
        succeeded=notification.succeeded,
        amount_fen=notification.amount_fen,
        verdict=_judge(payment, notification),
        body=notification.body,
        received_at=now,
    )
    if not _keep(notice):
        return payment.notices.get(**{name: getattr(notice, name) for name in ONCE}), False
    if notice.verdict == Notice.Verdict.PAID:
        succeed(payment, trade=(provider, notification.trade_no), now=now)
    elif notice.verdict in STRAY and notice.amount_fen > 0:
        refunds.make_stray(payment, notice, now=now)
    elif not notice.succeeded and payment.status == Payment.Status.PENDING:
        payment.failed_at = now
        payment.save(update_fields=["failed_at"])
    return notice, True


def _keep(notice: Notice) -> bool:
    """Write the notice, unless the same one is there: one statement for both questions."""
    fields = [field for field in Notice._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = [field.get_db_prep_save(field.pre_save(notice, True), connection) for field in fields]
    places = ", ".join(["%s"] * len(values))
    statement = f"""
    INSERT INTO payments_notice ({names}) VALUES ({places})
    ON CONFLICT (payment_id, {", ".join(ONCE)}) DO NOTHING RETURNING id
    """  # noqa: S608 the columns of the model
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is not None:
        notice.pk, notice._state.adding = row[0], False
    return row is not None


def _judge(payment: Payment, notification: Notification) -> Notice.Verdict:
    """Money counts whichever provider it came through, if it is what is to be paid now."""
    if not notification.succeeded:
        return Notice.Verdict.FAILED
    if payment.status == Payment.Status.CLOSED:
        return Notice.Verdict.LATE
    if payment.status == Payment.Status.SUCCEEDED:
        return Notice.Verdict.DOUBLE
    # While the wallet's part of a new plan is on its way, money for an old one fits nothing.
    moving = payment.wallet == Payment.Wallet.MOVING
    if moving or notification.amount_fen != payment.provider_fen:
        return Notice.Verdict.MISMATCH
    return Notice.Verdict.PAID
