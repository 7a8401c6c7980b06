"""The `sale` events of an order: one a zone, with ids that are the order's for ever."""

from typing import NamedTuple

from sharemall.ledger import events
from sharemall.orders.models import Order


class ZoneSum(NamedTuple):
    """What an order pays and costs in one zone."""

    zone_key: str
    paid_fen: int
    cost_fen: int


def by_zone(order: Order) -> list[ZoneSum]:
    """The order's sums, in the order of the zones' keys."""
    sums: dict[str, ZoneSum] = {}
    for line in order.lines.all():
        zone, paid_fen, cost_fen = sums.get(line.zone_key, ZoneSum(line.zone_key, 0, 0))
        sums[zone] = ZoneSum(zone, paid_fen + line.total_fen, cost_fen + line.total_cost_fen)
    return sorted(sums.values())


def event_ids(order: Order) -> list[str]:
    """The ids of the order's sale events, in the order of the zones' keys."""
    return [_event_id(order, one.zone_key) for one in by_zone(order)]


def events_of(order: Order) -> list[events.Event]:
    """What the completed order journals: per zone what was paid and what it cost.

    Source: rules.md, "sale" and "Beside the engine": the rates are those it was paid under.
    """
    assert order.completed_at is not None
    referrer = order.member.referrer
    return [
        events.sale(
            id=_event_id(order, zone_key),
            at=events.timestamp(order.completed_at),
            member=order.member.account,
            zone=zone_key,
            paid_fen=paid_fen,
            cost_fen=cost_fen,
            referrer=referrer.account if referrer else None,
            merchant=order.merchant,
            scheme=order.scheme_version,
        )
        for zone_key, paid_fen, cost_fen in by_zone(order)
    ]


def _event_id(order: Order, zone_key: str) -> str:
    return f"order-{order.no}-{zone_key}"
