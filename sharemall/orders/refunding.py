"""Writes: a part of an order that is paid and not completed goes back, the way it came.

Runs in its caller's transaction, with the payment and the order locked (docs/locking.md).
"""

from datetime import datetime

from sharemall.orders import amounts, life, stock
from sharemall.orders.amounts import Parts
from sharemall.orders.models import Order, OrderLine
from sharemall.payments import refunds
from sharemall.payments.models import Payment


def refund(
    payment: Payment,
    order: Order,
    line: OrderLine,
    *,
    quantity: int,
    fen: int,
    freight_fen: int = 0,
    returned: bool,
    cause: str,
    now: datetime,
) -> Parts:
    """Refund pieces of one of the order's own prefetched lines, once for each cause.

    `returned`: the merchant has the pieces, and the stock gets them. The rewards that the order
    would bring shrink with it. An order that is not sent is cancelled with the last of its goods:
    give the freight with it. Raises MoreThanPaid (payments.refunds); the database refuses what
    is more than the line or the order can bear.
    """
    kept = sum(one.kept_fen for one in order.lines.all())
    whole = order.status == Order.Status.PAID and kept == fen
    parts = amounts.take_back(
        order,
        line,
        quantity=quantity,
        fen=fen,
        freight_fen=freight_fen,
        returned=returned and not whole,
    )
    line.save(
        update_fields=["refunded_quantity", "returned_quantity", "refunded_fen", "subsidy_back_fen"]
    )
    order.save(update_fields=life.REFUNDED)
    if whole:
        life.end_unsent(payment, order, now=now)
    elif returned:
        stock.give_back([(line, quantity)], member_id=order.member_id)
    refunds.make(
        payment,
        amounts.by_means(parts),
        order_no=order.no,
        cause=cause,
        reason="after_sale",
        now=now,
    )
    return parts


def give_goodwill(
    order: Order, line: OrderLine, *, quantity: int, fen: int, returned: bool
) -> None:
    """Note what the merchant of a completed order refunds of its own; the order stays as it is.

    The money is moved by the caller's events of the journal.
    """
    line.refunded_quantity += quantity
    line.goodwill_fen += fen
    line.save(update_fields=["refunded_quantity", "goodwill_fen"])
    if returned:
        stock.give_back([(line, quantity)], member_id=order.member_id)
