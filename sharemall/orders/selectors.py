"""Reads: a member's own orders and what they brought or would bring."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from sharemall.catalogue import estimates
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView
from sharemall.members.models import Member
from sharemall.orders import rates, sales
from sharemall.orders.models import Order, OrderLine
from sharemall.payments.models import Payment

PAGE = 10


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
    """What an order would bring if it completed now, in micro-units: an estimate."""

    shares_micro: int
    quota_micro: int


def orders(member: Member, *, before: int | None = None, limit: int = PAGE) -> OrderPage:
    """A page of the member's own orders, found by key: a late page costs what the first does."""
    found = _with_lines(member).order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found[: limit + 1])
    return OrderPage(rows[:limit], rows[limit - 1].pk if len(rows) > limit else None)


def order(member: Member, no: str) -> Order | None:
    """The member's own order of this number, with its lines and payment."""
    return _with_lines(member).select_related("payment").filter(no=no).first()


def payment(member: Member, no: str) -> Payment | None:
    """The member's own payment of this number."""
    return Payment.objects.filter(no=no, member=member).first()


def orders_of_payment(member: Member, payment: Payment) -> list[Order]:
    """The orders that a payment pays, with their lines."""
    return list(_with_lines(member).filter(payment=payment).order_by("id"))


def _with_lines(member: Member) -> QuerySet[Order]:
    lines = OrderLine.objects.select_related("product__zone")
    return Order.objects.filter(member=member).prefetch_related(Prefetch("lines", lines))


def earned(order: Order, account: str) -> Earned | None:
    """What the order brought, from the ledger's entries; None until all of it is booked."""
    if order.status != Order.Status.COMPLETED:
        return None
    ids = sales.event_ids(order)
    outcomes = [ledger.outcome(event_id) for event_id in ids]
    if None in outcomes:
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
        codes=tuple(outcome.code for outcome in outcomes if outcome and outcome.code),
    )


def pending(order: Order, pool: PoolView) -> Pending:
    """What an order that is not completed would bring now, under the rates it keeps."""
    scheme = rates.of(order.scheme_version)
    sums = [
        estimates.of_sale(pool, scheme, scheme.zones[zone_key], paid_fen, cost_fen)
        for zone_key, paid_fen, cost_fen in sales.by_zone(order)
    ]
    return Pending(
        shares_micro=sum(one.shares_micro for one in sums),
        quota_micro=sum(one.quota_micro for one in sums),
    )
