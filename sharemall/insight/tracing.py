"""From an event of the journal back to what caused it: an order, a refund, a case, a member."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sharemall.aftersale.models import Case
from sharemall.engine.times import parse_date
from sharemall.members.models import Member
from sharemall.orders.models import Order
from sharemall.payments.models import Refund
from sharemall.till.models import TillPayment


@dataclass(frozen=True, slots=True)
class Trace:
    """Where an event came from; what does not apply is empty."""

    orders: tuple[str, ...] = ()
    case: str = ""
    till: str = ""
    day: date | None = None
    account: str = ""  # of the member whose wish it was

    @property
    def leads_somewhere(self) -> bool:
        return self != Trace()


def traces(event_ids: Iterable[str]) -> dict[str, Trace]:
    """Each event's origin, as far as its id tells; at most six queries, however many events."""
    ids = dict.fromkeys(event_ids)
    found = {event_id: Trace() for event_id in ids}
    kinds: dict[str, dict[str, list[str]]] = {}
    for event_id in ids:
        kind, _, rest = event_id.partition("-")
        if kind == "close" and (day := parse_date(rest)) is not None:
            found[event_id] = Trace(day=day)
        elif rest:
            kinds.setdefault(kind, {})[event_id] = list(_beginnings(rest))
    for kind, look in LOOKS.items():
        found |= look(kinds.get(kind, {}))
    return found


def trace(event_id: str) -> Trace:
    """One event's origin."""
    return traces([event_id])[event_id]


def _beginnings(rest: str) -> Iterator[str]:
    """What may be the number in the rest of an id, the longest first."""
    yield rest
    for place in range(len(rest) - 1, 0, -1):
        if rest[place] in "-.":
            yield rest[:place]


def _longest(asked: dict[str, list[str]], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each event with the longest beginning that is known."""
    there = set(known)
    for event_id, beginnings in asked.items():
        number = next((one for one in beginnings if one in there), None)
        if number is not None:
            yield event_id, number


def _all(asked: dict[str, list[str]]) -> set[str]:
    return {one for beginnings in asked.values() for one in beginnings}


def _of_orders(asked: dict[str, list[str]]) -> dict[str, Trace]:
    if not asked:
        return {}
    known = Order.objects.filter(no__in=_all(asked)).values_list("no", flat=True)
    return {event_id: Trace(orders=(no,)) for event_id, no in _longest(asked, known)}


def _of_payments(asked: dict[str, list[str]]) -> dict[str, Trace]:
    if not asked:
        return {}
    orders: dict[str, list[str]] = {}
    rows = Order.objects.filter(payment__no__in=_all(asked)).order_by("id")
    for payment_no, no in rows.values_list("payment__no", "no"):
        orders.setdefault(payment_no, []).append(no)
    return {
        event_id: Trace(orders=tuple(orders[payment_no]))
        for event_id, payment_no in _longest(asked, orders)
    }


def _of_refunds(asked: dict[str, list[str]]) -> dict[str, Trace]:
    if not asked:
        return {}
    rows = Refund.objects.filter(no__in=_all(asked)).exclude(order_no="")
    orders = dict(rows.values_list("no", "order_no"))
    return {event_id: Trace(orders=(orders[no],)) for event_id, no in _longest(asked, orders)}


def _of_cases(asked: dict[str, list[str]]) -> dict[str, Trace]:
    if not asked:
        return {}
    orders = dict(Case.objects.filter(no__in=_all(asked)).values_list("no", "order__no"))
    return {
        event_id: Trace(orders=(orders[no],), case=no) for event_id, no in _longest(asked, orders)
    }


def _of_tills(asked: dict[str, list[str]]) -> dict[str, Trace]:
    if not asked:
        return {}
    known = TillPayment.objects.filter(no__in=_all(asked)).values_list("no", flat=True)
    return {event_id: Trace(till=no) for event_id, no in _longest(asked, known)}


def _of_members(asked: dict[str, list[str]]) -> dict[str, Trace]:
    if not asked:
        return {}
    known = Member.objects.filter(account__in=_all(asked)).values_list("account", flat=True)
    return {event_id: Trace(account=name) for event_id, name in _longest(asked, known)}


LOOKS = {
    "order": _of_orders,
    "pay": _of_payments,
    "refund": _of_refunds,
    "case": _of_cases,
    "till": _of_tills,
    "sell": _of_members,
    "coins": _of_members,
}
