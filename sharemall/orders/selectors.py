"""Reads: orders of a member and for the staff, their timelines, what they bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Prefetch, QuerySet

from sharemall.catalogue import estimates
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView
from sharemall.members.models import Member
from sharemall.orders import amounts, rates, sales
from sharemall.orders.models import Order, OrderLine
from sharemall.payments.models import Payment, Refund

PAGE = 10

Status = Order.Status

# The states that pages list orders by, and which statuses each holds.
STATES: dict[str, tuple[Status, ...]] = {
    "unpaid": (Status.UNPAID, Status.PAYING),
    "paid": (Status.PAID,),
    "shipped": (Status.SHIPPED,),
    "received": (Status.RECEIVED,),
    "completed": (Status.COMPLETED,),
    "cancelled": (Status.CANCELLED,),
}


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders, newest first; `before` asks for the next page (None: there is none)."""

    orders: list[Order]
    before: int | None


@dataclass(frozen=True, slots=True)
class Earned:
    """What a completed order brought its buyer, exactly, in micro-units.

    `codes` are the ledger's reasons if it refused a sale of the order (nothing was moved by it).
    """

    shares_micro: int
    quota_micro: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """What an order would bring if it completed now, in micro-units: an estimate.

    `due_at` is when it completes if nobody does anything: the end of the return period, counted
    from the receipt, or from the day it counts as received. None while it is not sent.
    """

    shares_micro: int
    quota_micro: int
    due_at: datetime | None


class Step(StrEnum):
    """What happened to an order, or will."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of an order's timeline; `is_due`: it lies ahead and comes by itself at `at`."""

    step: Step
    at: datetime
    is_due: bool = False


def orders(
    member: Member, *, state: str | None = None, before: int | None = None, limit: int = PAGE
) -> OrderPage:
    """A page of the member's own orders, found by key: a late page costs what the first does.

    `state` is one of STATES. Raises KeyError for another.
    """
    mine = Order.objects.filter(member=member).select_related("merchant", "payment")
    return _page(_with_lines(mine), state, before, limit)


def staff_orders(
    *,
    state: str | None = None,
    merchant: str | None = None,
    no: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> OrderPage:
    """A page of all orders for the staff, newest first; `no` finds one by its number."""
    found = _with_lines(Order.objects.select_related("member", "merchant", "payment"))
    if merchant is not None:
        found = found.filter(merchant=merchant)
    if no:
        found = found.filter(no=no)
    return _page(found, state, before, limit)


def _page(found: QuerySet[Order], state: str | None, before: int | None, limit: int) -> OrderPage:
    if state is not None:
        found = found.filter(status__in=STATES[state])
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[: limit + 1])
    return OrderPage(rows[:limit], rows[limit - 1].pk if len(rows) > limit else None)


def counts(member: Member) -> dict[str, int]:
    """How many of the member's own orders are in each of STATES."""
    return _counts(Order.objects.filter(member=member))


def staff_counts() -> dict[str, int]:
    """How many orders of everybody are in each state that something still follows."""
    over = (Status.COMPLETED, Status.CANCELLED)
    found = _counts(Order.objects.exclude(status__in=over))
    return {state: found[state] for state in STATES if STATES[state][0] not in over}


def _counts(found: QuerySet[Order]) -> dict[str, int]:
    each = dict(found.order_by().values_list("status").annotate(Count("pk")))
    return {
        state: sum(each.get(status, 0) for status in statuses) for state, statuses in STATES.items()
    }


def order(member: Member, no: str) -> Order | None:
    """The member's own order of this number, with its lines, merchant, payment and refunds."""
    return _whole(Order.objects.filter(member=member), no)


def staff_order(no: str) -> Order | None:
    """The order of this number for the staff, with its member as well."""
    return _whole(Order.objects.select_related("member"), no)


def _whole(found: QuerySet[Order], no: str) -> Order | None:
    return _with_lines(found).select_related("merchant", "payment").filter(no=no).first()


def payment(member: Member, no: str) -> Payment | None:
    """The member's own payment of this number."""
    return Payment.objects.filter(no=no, member=member).first()


def orders_of_payment(member: Member, payment: Payment) -> list[Order]:
    """The orders that a payment pays, with their lines and merchants."""
    mine = Order.objects.filter(member=member, payment=payment).select_related("merchant")
    return list(_with_lines(mine).order_by("id"))


def refunds(order: Order) -> list[Refund]:
    """What comes back of an order, by means."""
    return list(Refund.objects.filter(order_no=order.no).order_by("id"))


def _with_lines(found: QuerySet[Order]) -> QuerySet[Order]:
    lines = OrderLine.objects.select_related("product__zone")
    return found.prefetch_related(Prefetch("lines", lines))


def timeline(order: Order) -> list[Moment]:
    """What happened to an order, oldest first, and what comes next by itself."""
    happened = [
        (Step.PLACED, order.placed_at),
        (Step.PAID, order.paid_at),
        (Step.SHIPPED, order.shipped_at),
        (Step.RECEIVED, order.received_at),
        (Step.COMPLETED, order.completed_at),
        (Step.CANCELLED, order.cancelled_at),
    ]
    moments = [Moment(step, at) for step, at in happened if at is not None]
    if order.cancelled_at is not None and order.refunded_fen:
        moments.append(Moment(Step.REFUNDED, order.cancelled_at))
    return moments + _next(order)


def _next(order: Order) -> list[Moment]:
    if order.status in STATES["unpaid"]:
        return [Moment(Step.CANCELLED, order.expires_at, is_due=True)]
    if order.status == Status.SHIPPED and order.receive_by is not None:
        return [Moment(Step.RECEIVED, order.receive_by, is_due=True)]
    if order.status == Status.RECEIVED and order.returnable_until is not None:
        return [Moment(Step.COMPLETED, order.returnable_until, is_due=True)]
    return []


def earned(order: Order, account: str) -> Earned | None:
    """What the order brought, from the ledger's entries; None until all of it is booked."""
    if order.status != Order.Status.COMPLETED:
        return None
    ids = sales.sale_ids(order)
    codes = ledger.codes(ids)
    if any(codes.get(event_id) is None for event_id in ids):
        return None
    # An account that refers itself there is none: every "sale" entry on it is the buyer's.
    moved = [
        movement
        for event_id in ids
        for movement in ledger.movements_of(event_id, account)
        if movement.reason == "sale"
    ]
    return Earned(
        shares_micro=sum(movement.share_micro for movement in moved),
        quota_micro=sum(movement.quota_micro for movement in moved),
        codes=tuple(code for code in codes.values() if code),
    )


def pending(order: Order, pool: PoolView) -> Pending:
    """What an order that is not completed would bring now, under the rates it keeps.

    Only what is paid in money earns: as planned by now.
    """
    scheme = rates.of(order.scheme_version)
    sums = [
        estimates.of_sale(pool, scheme, scheme.zones[zone_key], paid_fen, cost_fen)
        for zone_key, paid_fen, cost_fen in amounts.by_zone(order)
    ]
    return Pending(
        shares_micro=sum(one.shares_micro for one in sums),
        quota_micro=sum(one.quota_micro for one in sums),
        due_at=_due_at(order),
    )


def pending_of(member: Member) -> Sequence[Order]:
    """The member's orders that are paid and not completed, newest first: what is still to come."""
    waiting = (Status.PAID, Status.SHIPPED, Status.RECEIVED)
    found = Order.objects.filter(member=member, status__in=waiting)
    return list(_with_lines(found).order_by("-id"))


def _due_at(order: Order) -> datetime | None:
    if order.returnable_until is not None:
        return order.returnable_until
    if order.receive_by is None:
        return None
    return order.receive_by + timedelta(days=order.return_days)
