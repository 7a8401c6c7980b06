"""Reads: cases of a member and for the staff, what can be asked for and what it would bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet

from sharemall.aftersale.asking import check_kind
from sharemall.aftersale.models import OPEN, Case, Step
from sharemall.aftersale.refusals import Refused
from sharemall.members.models import Member
from sharemall.orders import amounts
from sharemall.orders.amounts import Parts
from sharemall.orders.models import Order, OrderLine

PAGE = 20

# What the staff's list is narrowed to, and the states of each.
GROUPS: dict[str, tuple[str, ...]] = {
    "asked": ("asked",),
    "sent_back": ("sent_back",),
    "arbitration": ("arbitration",),
    "open": tuple(OPEN),
    "ended": ("refunded", "exchanged", "closed"),
}


@dataclass(frozen=True, slots=True)
class CasePage:
    """Cases, newest first; `before` asks for the next page (None: there is none)."""

    cases: list[Case]
    before: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be asked for with a line: pieces, kinds, and what all of them would bring."""

    line: OrderLine
    left: int
    kinds: list[Case.Kind]
    open_case: Case | None

    @property
    def is_open(self) -> bool:
        """Whether anything can be asked for."""
        return bool(self.kinds)


def cases(
    member: Member, *, group: str = "", before: int | None = None, limit: int = PAGE
) -> CasePage:
    """A page of the member's own cases. Raises KeyError for an unknown group."""
    return _page(Case.objects.filter(member=member), group, before, limit)


def _page(found: QuerySet[Case], group: str, before: int | None, limit: int) -> CasePage:
    if group:
        found = found.filter(state__in=GROUPS[group])
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(
        found.select_related("line__product__zone", "merchant").order_by("-pk")[: limit + 1]
    )
    return CasePage(rows[:limit], rows[limit - 1].pk if len(rows) > limit else None)


def case(member: Member, no: str) -> Case | None:
    """The member's own case, with its line, order, steps and pictures."""
    return _whole(Case.objects.filter(member=member), no)


def staff_case(no: str) -> Case | None:
    """The case of this number for the staff, with its member as well."""
    return _whole(Case.objects.select_related("member"), no)


def _whole(found: QuerySet[Case], no: str) -> Case | None:
    steps = Prefetch("steps", Step.objects.select_related("by"))
    return (
        found.select_related("line__product__zone", "merchant", "order__payment")
        .prefetch_related(steps, "pictures", "order__lines")
        .filter(no=no)
        .first()
    )


def count_open(member: Member) -> int:
    """How many cases of the member are not over."""
    return Case.objects.filter(member=member, state__in=OPEN).count()


def staff_counts() -> dict[str, int]:
    """How many cases wait for the merchant's answer, for its receipt, for arbitration."""
    waiting = ("asked", "sent_back", "arbitration")
    found = Case.objects.filter(state__in=waiting).order_by()
    each = dict(found.values_list("state").annotate(Count("pk")))
    return {state: each.get(state, 0) for state in waiting}


def of_order(order: Order) -> list[Case]:
    """The cases of an order, oldest first."""
    return list(Case.objects.filter(order=order).select_related("line").order_by("pk"))


def offers(order: Order, found: Sequence[Case], now: datetime) -> dict[int, Offer]:
    """What can be asked for with each line of an order, by position; `found` are its cases."""
    open_cases = {case.line_id: case for case in found if case.is_open}
    return {
        line.position: _offer(order, line, open_cases.get(line.pk), now)
        for line in order.lines.all()
    }


def _offer(order: Order, line: OrderLine, open_case: Case | None, now: datetime) -> Offer:
    left = line.quantity - line.refunded_quantity
    kinds = [kind for kind in Case.Kind if _can_ask(order, line, kind, now)]
    return Offer(line, left, kinds if left and not open_case else [], open_case)


def _can_ask(order: Order, line: OrderLine, kind: Case.Kind, now: datetime) -> bool:
    try:
        check_kind(order, line, kind, now)
    except Refused:
        return False
    return kind == Case.Kind.EXCHANGE or bool(line.kept_fen - line.goodwill_fen)


def most_fen(order: Order, position: int, quantity: int) -> int:
    """The most that so many pieces of a line bring back."""
    return amounts.refundable_fen(_line(order, position), quantity)


def parts(order: Order, position: int, quantity: int, fen: int, freight_fen: int = 0) -> Parts:
    """By which means so much would come back for pieces of a line of the order as it stands.

    Before it is sent, the freight comes with the last of the goods.
    """
    if order.status == Order.Status.COMPLETED:
        return Parts(0, fen, 0)
    kept = sum(line.kept_fen for line in order.lines.all())
    if order.status == Order.Status.PAID and kept == fen:
        freight_fen = order.freight_fen - order.freight_refunded_fen
    return amounts.preview(order, position, quantity=quantity, fen=fen, freight_fen=freight_fen)


def _line(order: Order, position: int) -> OrderLine:
    return next(line for line in order.lines.all() if line.position == position)
