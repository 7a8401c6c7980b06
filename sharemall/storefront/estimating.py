"""What a whole checkout would bring, worked out ahead: the sum of its orders, zone by zone."""

from dataclasses import astuple

from sharemall.catalogue import estimates
from sharemall.catalogue.estimates import Estimate
from sharemall.ledger import selectors as ledger
from sharemall.orders.pricing import OrderQuote, Quote


def of_quote(quote: Quote) -> Estimate | None:
    """What the quote's orders would bring now, paid in money; None if a zone has no rates."""
    try:
        scheme, pool = ledger.scheme(), ledger.pool()
    except ledger.LedgerClosed:
        return None
    found = []
    for order in quote.orders:
        for zone_key, (paid_fen, cost_fen) in _by_zone(order).items():
            if zone_key not in scheme.zones:
                return None
            if paid_fen:
                zone = scheme.zones[zone_key]
                found.append(estimates.of_sale(pool, scheme, zone, paid_fen, cost_fen))
    if not found:
        return None
    return Estimate(*(sum(part) for part in zip(*map(astuple, found), strict=True)))


def longest_return(quote: Quote) -> int:
    """The days of the longest return period in the checkout."""
    days = [
        line.item.variant.product.returnable_days for order in quote.orders for line in order.lines
    ]
    return max(days, default=0)


def _by_zone(order: OrderQuote) -> dict[str, tuple[int, int]]:
    """Zone → what is paid and what it costs, in fen."""
    sums: dict[str, tuple[int, int]] = {}
    for line in order.lines:
        variant = line.item.variant
        paid_fen, cost_fen = sums.get(variant.product.zone_id, (0, 0))
        sums[variant.product.zone_id] = (
            paid_fen + line.payable_fen,
            cost_fen + line.item.quantity * variant.cost_fen,
        )
    return sums
