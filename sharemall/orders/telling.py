"""What members are told of their orders: a worker's round over the steps that orders took.

The database notes each step when an order's status changes (a trigger of `0006_steps_to_tell`), in
the order's own transaction, so that no page waits for a message. The round takes notes and writes
their messages in one transaction: killed anywhere, nothing is lost or told twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from sharemall.ledger import selectors as ledger
from sharemall.messages import services, standing
from sharemall.messages.services import News
from sharemall.orders import sales
from sharemall.orders.models import Order, OrderLine, Step

PART = 200
MOST_PARTS = 10


def tell(now: datetime) -> int:
    """Tell the steps that orders took; how many notes it took off the list."""
    done, after = 0, 0
    for _part in range(MOST_PARTS):
        taken, after = _tell_part(after, now)
        done += taken
        if not after:
            break
    return done


@transaction.atomic
def _tell_part(after: int, now: datetime) -> tuple[int, int]:
    """Tell up to PART notes behind `after`; how many, and the last one (0: there are no more).

    What was earned is told once it is booked: such a note waits for a later round.
    """
    found = Step.objects.select_for_update(skip_locked=True).filter(pk__gt=after)
    steps = list(found.order_by("pk")[:PART])
    if not steps:
        return 0, 0
    orders = _orders(steps)
    booked = _booked([order for order in orders.values() if order.completed_at is not None])
    ready = [step for step in steps if _is_ready(step, booked)]
    whole = [(step, orders[step.order_id]) for step in ready if step.order_id in orders]
    completed = [order for step, order in whole if step.status == Order.Status.COMPLETED]
    earned = _earned(completed)
    news = [_news(step, order, earned.get(order.pk, (0, 0))) for step, order in whole]
    services.send_many([one for one in news if one is not None], now=now)
    _look(completed, now)
    Step.objects.filter(pk__in=[step.pk for step in ready]).delete()
    return len(ready), steps[-1].pk if len(steps) == PART else 0


def _orders(steps: Sequence[Step]) -> dict[int, Order]:
    found = Order.objects.filter(pk__in={step.order_id for step in steps})
    lines = Prefetch("lines", OrderLine.objects.order_by("position"))
    return {
        order.pk: order
        for order in found.select_related("member__referrer").prefetch_related(lines)
    }


def _booked(completed: Sequence[Order]) -> set[int]:
    """Which completed orders' sales the ledger has applied or refused."""
    ids = {order.pk: sales.sale_ids(order) for order in completed}
    codes = ledger.codes([event_id for each in ids.values() for event_id in each])
    return {
        pk for pk, each in ids.items() if all(codes.get(event_id) is not None for event_id in each)
    }


def _is_ready(step: Step, booked: set[int]) -> bool:
    return step.status != Order.Status.COMPLETED or step.order_id in booked


def _look(orders: Sequence[Order], now: datetime) -> None:
    """Buyers and their referrers may have reached a level."""
    accounts = [order.member.account for order in orders]
    accounts += [order.member.referrer.account for order in orders if order.member.referrer]
    if accounts:
        standing.look(accounts, now=now)


def _earned(orders: Sequence[Order]) -> dict[int, tuple[int, int]]:
    """What completed orders brought their buyers: (micro-shares, micro-quota)."""
    buyers = {
        event_id: (order.pk, order.member.account)
        for order in orders
        for event_id in sales.sale_ids(order)
    }
    moved = ledger.moved_by({key: account for key, (_, account) in buyers.items()}, "sale")
    sums = {order.pk: (0, 0) for order in orders}
    for event_id, (shares, quota) in moved.items():
        pk = buyers[event_id][0]
        sums[pk] = (sums[pk][0] + shares, sums[pk][1] + quota)
    return sums


def _news(step: Step, order: Order, earned: tuple[int, int]) -> News | None:
    """The message of a step; None for one that the member took itself and needs no word of."""
    facts = _facts(order)
    match step.status:
        case Order.Status.PAID:
            facts |= {"total_fen": order.total_fen}
        case Order.Status.SHIPPED:
            facts |= {"carrier": order.carrier, "tracking_no": order.tracking_no}
        case Order.Status.RECEIVED:
            if order.receive_by is None or order.received_at is None:
                return None
            if order.received_at < order.receive_by:
                return None
        case Order.Status.COMPLETED:
            facts |= {"shares_micro": earned[0], "quota_micro": earned[1]}
        case Order.Status.CANCELLED:
            facts |= {"reason": order.cancel_reason, "refunded_fen": order.refunded_fen}
        case _:
            return None
    return News(
        member_id=order.member_id,
        kind=f"order_{step.status}",
        key=f"order-{order.no}-{step.status}",
        facts=facts,
        link=f"/orders/{order.no}/",
    )


def _facts(order: Order) -> dict[str, Any]:
    lines = order.lines.all()
    first = lines[0]
    return {
        "no": order.no,
        "name_zh": first.name_zh,
        "name_en": first.name_en,
        "lines": len(lines),
    }
