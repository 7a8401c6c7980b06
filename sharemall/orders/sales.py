"""The journal's events of a completed order, under ids that are the order's for ever.

First its sales, one a zone, then what the merchant is due: cash, and the coins out of the escrow.
"""

from sharemall.ledger import events
from sharemall.ledger.events import FEN_MICRO
from sharemall.merchants.models import ESCROW, PLATFORM
from sharemall.orders.amounts import by_zone
from sharemall.orders.models import Order


def sale_id(no: str, zone_key: str) -> str:
    """The id of the sale in this zone of the order of this number."""
    return f"order-{no}-{zone_key}"


def sale_ids(order: Order) -> list[str]:
    """The ids of the order's sales, in the order of the zones' keys."""
    return [sale_id(order.no, one.zone_key) for one in by_zone(order)]


def event_ids(order: Order) -> list[str]:
    """The ids of all events of the completed order, in the order in which they are applied."""
    return [event["id"] for event in events_of(order)]


def events_of(order: Order) -> list[events.Event]:
    """What the completed order journals. Source: rules.md, "sale" and "Beside the engine"."""
    return [*_sales(order), *_due(order), *_coins(order)]


def _sales(order: Order) -> list[events.Event]:
    """Per zone what was paid in money and what that cost, under the rates it was paid under."""
    referrer = order.member.referrer
    return [
        events.sale(
            id=sale_id(order.no, zone_key),
            at=_at(order),
            member=order.member.account,
            zone=zone_key,
            paid_fen=paid_fen,
            cost_fen=cost_fen,
            referrer=referrer.account if referrer else None,
            merchant=order.merchant_id,
            scheme=order.scheme_version,
        )
        for zone_key, paid_fen, cost_fen in by_zone(order)
    ]


def _due(order: Order) -> list[events.Event]:
    """What the merchant gets in money: its due and what is left of the freight, but for coins."""
    freight_fen = order.freight_fen - order.freight_refunded_fen
    cash_fen = order.due_fen + freight_fen - _passed_fen(order)
    if not cash_fen:
        return []
    due = events.cash_in(
        id=_beside(order, "due"),
        at=_at(order),
        merchant=order.merchant_id,
        cash_micro=cash_fen * FEN_MICRO,
        reason="order",
    )
    return [due]


def _coins(order: Order) -> list[events.Event]:
    """The coins leave the escrow: to the merchant, and the commission's to the platform."""
    passed = {
        ("coins", order.merchant_id): _passed_fen(order),
        ("coins-fee", PLATFORM): order.coin_commission_fen,
    }
    return [
        events.pass_coins(
            id=_beside(order, name),
            at=_at(order),
            merchant=ESCROW,
            to=taker,
            coins_micro=fen * FEN_MICRO,
        )
        for (name, taker), fen in passed.items()
        if fen
    ]


def _passed_fen(order: Order) -> int:
    """The coins that the merchant gets."""
    return order.coins_fen - order.refunded_coins_fen - order.coin_commission_fen


def _at(order: Order) -> str:
    assert order.completed_at is not None
    return events.timestamp(order.completed_at)


def _beside(order: Order, name: str) -> str:
    """Set apart from the sales by a sign that no zone's key has: a zone may be called "due"."""
    return f"order-{order.no}.{name}"
