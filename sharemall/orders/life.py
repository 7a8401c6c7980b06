"""Writes: an order's life once it is placed: sent, received, completed, or cancelled.

Locks (docs/locking.md): whoever cancels locks the payment, then its orders; sending, receiving and
completing lock the order alone. `book` runs after the commit; the ledger's writer takes its own.
"""

from datetime import datetime, timedelta

from django.db import transaction

from sharemall.coupons import services as coupons
from sharemall.ledger import journal, writer
from sharemall.members.models import Member
from sharemall.orders import amounts, counters, locks, paying, rates, sales, stock
from sharemall.orders.models import Order, OrderLine
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import refunds, rounds, wallet
from sharemall.payments import services as payments
from sharemall.payments.models import Payment

RECEIVE_WITHIN = timedelta(days=10)
LONGEST_CARRIER = 40
LONGEST_TRACKING_NO = 40
REFUNDED = ("refunded_fen", "refunded_coins_fen", "freight_refunded_fen", "subsidy_back_fen")


@transaction.atomic
def ship(*, no: str, carrier: str, tracking_no: str, now: datetime) -> Order:
    """A paid order is on its way; the same parcel again changes nothing.

    Raises Order.DoesNotExist, Refused (BAD_PARCEL, or WRONG_STATE unless it is paid).
    """
    carrier, tracking_no = carrier.strip(), tracking_no.strip()
    check_parcel(carrier, tracking_no)
    order = Order.objects.select_for_update().get(no=no)
    if order.status == Order.Status.SHIPPED and order.tracking_no == tracking_no:
        return order
    if order.status != Order.Status.PAID:
        raise Refused(Refusal.WRONG_STATE, status=order.status)
    order.status = Order.Status.SHIPPED
    order.carrier, order.tracking_no = carrier, tracking_no
    order.shipped_at, order.receive_by = now, now + RECEIVE_WITHIN
    order.save(update_fields=["status", "carrier", "tracking_no", "shipped_at", "receive_by"])
    return order


def check_parcel(carrier: str, tracking_no: str) -> None:
    """Raises Refused(BAD_PARCEL) unless both are there, printable and short enough."""
    fits = 0 < len(carrier) <= LONGEST_CARRIER and 0 < len(tracking_no) <= LONGEST_TRACKING_NO
    if not fits or not (carrier + tracking_no).isprintable():
        raise Refused(Refusal.BAD_PARCEL)


@transaction.atomic
def receive(*, member: Member, no: str, now: datetime) -> Order:
    """The member has the goods; a second call changes nothing.

    Without a return period the order completes at once. Raises Order.DoesNotExist for another's,
    Refused(WRONG_STATE) unless it is shipped. After the commit the caller lets `book` bring what
    was earned into the ledger.
    """
    order = locks.whole().get(no=no, member=member)
    if order.status in (Order.Status.RECEIVED, Order.Status.COMPLETED):
        return order
    if order.status != Order.Status.SHIPPED:
        raise Refused(Refusal.WRONG_STATE, status=order.status)
    _receive(order, now=now)
    return order


def receive_due(now: datetime) -> int:
    """Take as received what was sent long enough ago; how many orders that was."""
    due = Order.objects.filter(status=Order.Status.SHIPPED, receive_by__lte=now)
    keys = due.order_by("receive_by", "pk").values_list("pk", flat=True)
    return rounds.each(keys, lambda pk: _receive_due(pk, now=now))


@transaction.atomic
def _receive_due(order_id: int, *, now: datetime) -> bool:
    order = locks.whole(skip_locked=True).filter(pk=order_id).first()
    if order is None or order.status != Order.Status.SHIPPED:
        return False
    _receive(order, now=now)
    return True


def _receive(order: Order, *, now: datetime) -> None:
    """Receive the locked order; it completes with it where nothing can be sent back."""
    order.status = Order.Status.RECEIVED
    order.received_at = now
    order.returnable_until = now + timedelta(days=order.return_days)
    if order.returnable_until <= now and not order.open_cases:
        _complete(order, now=now)
    else:
        order.save(update_fields=["status", "received_at", "returnable_until"])


def complete_due(now: datetime) -> int:
    """Complete the received orders whose return period is over; how many there were.

    One with an open after-sale case waits for its end.
    """
    due = Order.objects.filter(
        status=Order.Status.RECEIVED, open_cases=0, returnable_until__lte=now
    )
    keys = due.order_by("returnable_until", "pk").values_list("pk", flat=True)
    return rounds.each(keys, lambda pk: _complete_due(pk, now=now))


@transaction.atomic
def _complete_due(order_id: int, *, now: datetime) -> bool:
    order = locks.whole(skip_locked=True).filter(pk=order_id).first()
    if order is None or order.status != Order.Status.RECEIVED or order.open_cases:
        return False
    _complete(order, now=now)
    return True


def _complete(order: Order, *, now: datetime) -> None:
    """Complete the locked order and journal its sales and dues, in this one transaction."""
    order.status = Order.Status.COMPLETED
    order.completed_at = now
    settlement = amounts.settle(order, rates.of(order.scheme_version))
    for name, fen in settlement._asdict().items():
        setattr(order, name, fen)
    order.save(
        update_fields=[
            "status",
            "received_at",
            "returnable_until",
            "completed_at",
            *settlement._fields,
        ]
    )
    counters.count_sold(order.lines.all())
    journal.append_many(sales.events_of(order))


def book(order: Order) -> list[str]:
    """Let the ledger apply what a completed order journalled; the codes of what it refused.

    Call it after the commit. If the process dies before, the worker does the same.
    """
    if order.status != Order.Status.COMPLETED:
        return []
    ids = sales.event_ids(order)
    codes = writer.settle_all(ids)
    return [code for event_id in ids if (code := codes.get(event_id))]


@transaction.atomic
def cancel(*, member: Member, no: str, now: datetime) -> Order:
    """Cancel the member's own order while it is not sent; a second call changes nothing.

    An unpaid one takes the others of its payment with it, since they were to be paid together. A
    paid one goes alone; its money comes back by the means it was paid with. Raises
    Order.DoesNotExist for another's, Refused(WRONG_STATE) when it is sent, or while the wallet's
    part is on its way.
    """
    payment = locks.payment(orders__no=no, member=member)
    return _cancel(payment, no, Order.CancelReason.MEMBER, now=now)


@transaction.atomic
def cancel_by_staff(*, no: str, now: datetime) -> Order:
    """Cancel an order that cannot be delivered. Otherwise as `cancel`."""
    return _cancel(locks.payment(orders__no=no), no, Order.CancelReason.MERCHANT, now=now)


def _cancel(
    payment: Payment | None, no: str, reason: Order.CancelReason, *, now: datetime
) -> Order:
    if payment is None:
        raise Order.DoesNotExist
    orders = locks.orders_of(payment)
    order = next(one for one in orders if one.no == no)
    if order.status == Order.Status.UNPAID:
        _close(payment, orders, reason, now=now)
        # What expires, the provider closes by itself.
        transaction.on_commit(lambda: paying.stop_asking(payment, now=now), robust=True)
    elif order.status == Order.Status.PAID:
        _refund(payment, order, reason, now=now)
    elif order.status != Order.Status.CANCELLED:
        raise Refused(Refusal.WRONG_STATE, status=order.status)
    return order


def close_unpaid(now: datetime) -> int:
    """Cancel the orders that waited too long for their payment; how many payments that was."""
    due = Order.objects.filter(status=Order.Status.UNPAID, expires_at__lte=now)
    payments_due = Payment.objects.filter(pk__in=due.values("payment")).order_by("pk")
    return rounds.each(
        payments_due.values_list("pk", flat=True), lambda pk: _close_expired(pk, now=now)
    )


@transaction.atomic
def _close_expired(payment_id: int, *, now: datetime) -> bool:
    payment = locks.payment(skip_locked=True, pk=payment_id)
    if payment is None or payment.status != Payment.Status.PENDING:
        return False
    orders = locks.orders_of(payment)
    if not any(order.expired(now) for order in orders):
        return False
    _close(payment, orders, Order.CancelReason.EXPIRED, now=now)
    return True


def _close(
    payment: Payment, orders: list[Order], reason: Order.CancelReason, *, now: datetime
) -> None:
    """Close the locked, unpaid payment: all its orders give everything back."""
    _mark(orders, reason, now=now)
    _give_back(payment, orders)
    wallet.give_back(payment, now=now)
    payments.close(payment, now=now)


def _refund(payment: Payment, order: Order, reason: Order.CancelReason, *, now: datetime) -> None:
    """Cancel one locked order that is paid: its money goes back the way it came."""
    parts = amounts.take_back_all(order)
    _mark([order], reason, now=now, **{name: getattr(order, name) for name in REFUNDED})
    _give_back(payment, [order])
    refunds.make(payment, amounts.by_means(parts), order_no=order.no, cause="cancel", now=now)


def _mark(
    orders: list[Order], reason: Order.CancelReason, *, now: datetime, **refunded_fen: int
) -> None:
    fields = {
        "status": Order.Status.CANCELLED,
        "cancel_reason": reason,
        "cancelled_at": now,
        **refunded_fen,
    }
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(**fields)
    for order in orders:
        for name, value in fields.items():
            setattr(order, name, value)


def end_unsent(payment: Payment, order: Order, *, now: datetime) -> None:
    """Cancel the locked order that is not sent and of which all was refunded line by line."""
    _mark([order], Order.CancelReason.RETURNED, now=now)
    _give_back(payment, [order])


def end_refunded(order: Order, *, now: datetime) -> None:
    """Complete the locked order if it was sent and all of its goods were refunded since.

    It has nothing to wait for: it brings no sale, and the merchant the freight that it keeps.
    """
    if order.open_cases or order.status not in (Order.Status.SHIPPED, Order.Status.RECEIVED):
        return
    if any(line.kept_fen for line in order.lines.all()):
        return
    order.received_at = order.received_at or now
    order.returnable_until = now
    _complete(order, now=now)


def _give_back(payment: Payment, orders: list[Order]) -> None:
    """Coupons and stock of the orders go back to where they came from."""
    used = [order.no for order in orders if order.merchant_claim_id or order.platform_claim_id]
    if used:
        coupons.give_back(used)
    lines = OrderLine.objects.filter(order__in=orders)
    pieces = [(line, line.sold_quantity) for line in lines]  # the others came back before
    stock.give_back(pieces, member_id=payment.member_id)
