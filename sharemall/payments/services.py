"""Writes: payments and the notifications of their providers.

Every function runs in its caller's transaction. Lock order: the caller holds the locks of the
orders of a payment before it asks for the payment's (see orders/services.py).
"""

from datetime import datetime

from sharemall.payments.models import Notice, Payment
from sharemall.payments.providers import Notification


def open_payment(*, no: str, member_id: int, amount_fen: int, now: datetime) -> Payment:
    """A payment that waits for its money. Locks nothing but the new row."""
    return Payment.objects.create(no=no, member_id=member_id, amount_fen=amount_fen, created_at=now)


def close(payment_id: int, *, now: datetime) -> Payment:
    """No money is expected any more; a payment that is not pending stays as it is.

    Locks the payment.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.status == Payment.Status.PENDING:
        payment.status = Payment.Status.CLOSED
        payment.closed_at = now
        payment.save(update_fields=["status", "closed_at"])
    return payment


def take(payment_id: int, notification: Notification, *, now: datetime) -> Notice:
    """Apply a verified notification to its payment; the same one again changes nothing.

    Returns the notice with its verdict: only `paid`, when it is new, pays for anything. Locks the
    payment, and under it looks for the same notice, so that one of two at once waits and finds it.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    known = payment.notices.filter(
        trade_no=notification.trade_no, succeeded=notification.succeeded
    ).first()
    if known:
        return known
    verdict = _judge(payment, notification)
    if verdict == Notice.Verdict.PAID:
        payment.status = Payment.Status.SUCCEEDED
        payment.trade_no = notification.trade_no
        payment.paid_at = now
        payment.save(update_fields=["status", "trade_no", "paid_at"])
    elif verdict == Notice.Verdict.FAILED:
        payment.failed_at = now
        payment.save(update_fields=["failed_at"])
    return Notice.objects.create(
        payment=payment,
        trade_no=notification.trade_no,
        succeeded=notification.succeeded,
        amount_fen=notification.amount_fen,
        verdict=verdict,
        body=notification.body,
        received_at=now,
    )


def _judge(payment: Payment, notification: Notification) -> Notice.Verdict:
    if not notification.succeeded:
        return Notice.Verdict.FAILED
    if payment.status == Payment.Status.CLOSED:
        return Notice.Verdict.LATE
    if payment.status == Payment.Status.SUCCEEDED:
        return Notice.Verdict.DOUBLE
    if notification.amount_fen != payment.amount_fen:
        return Notice.Verdict.MISMATCH
    return Notice.Verdict.PAID
