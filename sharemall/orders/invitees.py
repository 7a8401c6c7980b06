"""Whom a member invited, and what their orders brought and may still bring it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sharemall.catalogue import estimates
from sharemall.ledger import referrals
from sharemall.ledger.values import PoolView
from sharemall.members.models import Member
from sharemall.orders import amounts, rates
from sharemall.orders.models import Order, OrderLine
from sharemall.orders.sales import sale_id
from sharemall.referral.selectors import masked_name

PAGE = 20

Status = Order.Status
WAITING = (Status.PAID, Status.SHIPPED, Status.RECEIVED)


@dataclass(frozen=True, slots=True)
class Invitee:
    """One whom the member invited; what the referrer gets of it, in micro-shares.

    `pending_micro` is an estimate: what its orders would bring if they completed now.
    """

    name: str
    joined_at: datetime
    pending_orders: int
    pending_micro: int
    completed_orders: int
    earned_micro: int


@dataclass(frozen=True, slots=True)
class InviteePage:
    """Invitees, the newest members first; `before` asks for the next page (None: there is none)."""

    rows: list[Invitee]
    before: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many a member invited who ordered, and what that has brought it, in micro-shares."""

    invitees: int
    earned_micro: int


def count(member: Member) -> int:
    """How many have the member as their referrer. One query."""
    return Member.objects.filter(referrer=member).count()


def summary(member: Member) -> Summary:
    """What inviting has brought the member so far, from the ledger. Three queries."""
    return Summary(count(member), referrals.referred_total(member.account))


def invitees(
    member: Member, pool: PoolView, *, before: int | None = None, limit: int = PAGE
) -> InviteePage:
    """A page of those whom the member invited, found by key. Seven queries, however many."""
    found = Member.objects.filter(referrer=member).order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    people = list(found.only("id", "name", "joined_at")[: limit + 1])
    shown = people[:limit]
    ids = [person.pk for person in shown]
    pending, done = _pending(ids, pool), _completed(ids, member.account)
    return InviteePage(
        [
            Invitee(
                masked_name(person.name), person.joined_at, *pending[person.pk], *done[person.pk]
            )
            for person in shown
        ],
        shown[-1].pk if len(people) > limit else None,
    )


def _pending(ids: Sequence[int], pool: PoolView) -> dict[int, tuple[int, int]]:
    """By member: how many orders are on their way, and what the referrer would get of them."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for order in _of(ids).filter(status__in=WAITING).prefetch_related("lines"):
        orders, shares = found[order.member_id]
        found[order.member_id] = (orders + 1, shares + _referrers_part(order, pool))
    return found


def _referrers_part(order: Order, pool: PoolView) -> int:
    scheme = rates.of(order.scheme_version)
    return sum(
        estimates.referrer_shares_micro(pool, scheme, scheme.zones[zone_key], paid_fen, cost_fen)
        for zone_key, paid_fen, cost_fen in amounts.by_zone(order)
    )


def _completed(ids: Sequence[int], account: str) -> dict[int, tuple[int, int]]:
    """By member: how many orders are completed, and what the ledger says they brought `account`."""
    lines = OrderLine.objects.filter(order__member__in=ids, order__status=Status.COMPLETED)
    parts = list(lines.values_list("order__member", "order__no", "zone_key").distinct())
    sales = {sale_id(no, zone): member_id for member_id, no, zone in parts}
    orders: dict[int, set[str]] = defaultdict(set)
    for member_id, no, _zone in parts:
        orders[member_id].add(no)
    earned: dict[int, int] = defaultdict(int)
    for event_id, shares in referrals.referred_shares(account, list(sales)).items():
        earned[sales[event_id]] += shares
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    return found | {key: (len(numbers), earned[key]) for key, numbers in orders.items()}


def _of(ids: Sequence[int]) -> QuerySet[Order]:
    return Order.objects.filter(member__in=ids)
