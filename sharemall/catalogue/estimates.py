"""What buying brings, worked out ahead by the engine's own rules from the pool as it is now.

An estimate: the order completes later, at the price of that moment.
"""

from dataclasses import dataclass

from sharemall.catalogue.models import Product, Variant
from sharemall.engine import rules
from sharemall.engine.scheme import Scheme
from sharemall.engine.scheme import Zone as Rates
from sharemall.engine.state import Pool
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView

MICRO_PER_FEN = 10_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a purchase adds, in micro-units; `sold_micro`: what its shares pay if sold at once."""

    paid_micro: int
    shares_micro: int
    quota_micro: int
    reserve_micro: int
    dividend_micro: int
    honour_micro: int
    value_micro: int
    fee_micro: int
    sold_micro: int


def of_product(
    product: Product,
    quantity: int = 1,
    *,
    variant: Variant | None = None,
    price_fen: int | None = None,
) -> Estimate | None:
    """What `quantity` of a product brings now; None while the ledger has no such zone.

    Of `variant`, or of the cheapest one on sale; at `price_fen` a piece (a flash price, a price
    after coupons), or at the variant's own.
    """
    if variant is None:
        variant = cheapest(product)
    try:
        pool, scheme = ledger.pool_and_scheme()
    except ledger.LedgerClosed:
        return None
    rates = scheme.zones.get(product.zone_id)
    if rates is None or variant is None:
        return None
    price_fen = variant.price_fen if price_fen is None else price_fen
    return of_sale(pool, scheme, rates, price_fen * quantity, variant.cost_fen * quantity)


def cheapest(product: Product) -> Variant | None:
    """The variant on sale that costs least. Reads `product.variants`."""
    offered = [variant for variant in product.variants.all() if variant.on_sale]
    return min(offered, key=lambda variant: variant.price_fen, default=None)


def of_sale(view: PoolView, scheme: Scheme, rates: Rates, paid_fen: int, cost_fen: int) -> Estimate:
    """What a sale of `paid_fen` brings its buyer, and what its shares would pay if sold at once."""
    pool = _engine_pool(view)
    paid = paid_fen * MICRO_PER_FEN
    sale = rules.sale(pool, scheme, rates, paid, cost_fen * MICRO_PER_FEN, referred=False)
    pool.reserve_micro += sale.reserve_micro
    pool.outstanding_micro += sale.buyer_shares_micro
    sell = rules.Sell(0, 0, 0)
    if sale.buyer_shares_micro:
        sell = rules.sell(pool, scheme, sale.buyer_shares_micro)
    return Estimate(
        paid_micro=paid,
        shares_micro=sale.buyer_shares_micro,
        quota_micro=sale.quota_micro,
        reserve_micro=sale.reserve_micro,
        dividend_micro=sale.dividend_fund_micro,
        honour_micro=sale.honor_fund_micro,
        value_micro=sell.gross_micro,
        fee_micro=sell.fee_micro,
        sold_micro=sell.paid_micro,
    )


def referrer_shares_micro(
    view: PoolView, scheme: Scheme, rates: Rates, paid_fen: int, cost_fen: int
) -> int:
    """The micro-shares that a sale of `paid_fen` brings the buyer's referrer."""
    paid, cost = paid_fen * MICRO_PER_FEN, cost_fen * MICRO_PER_FEN
    sale = rules.sale(_engine_pool(view), scheme, rates, paid, cost, referred=True)
    return sale.referrer_shares_micro


def contributions_micro(scheme: Scheme, rates: Rates, price_fen: int, cost_fen: int) -> int:
    """What a sale at this price hands over to the reserve, the dividends and the honour pools."""
    paid, cost = price_fen * MICRO_PER_FEN, cost_fen * MICRO_PER_FEN
    sale = rules.sale(Pool(), scheme, rates, paid, cost, referred=False)
    return (
        sale.reserve_micro
        + sale.dividend_fund_micro
        + sale.honor_fund_micro
        + sale.unassigned_micro
    )


def _engine_pool(view: PoolView) -> Pool:
    return Pool(
        reserve_micro=view.reserve_micro,
        outstanding_micro=view.outstanding_micro,
        treasury_micro=view.treasury_micro,
        issued_micro=view.issued_micro,
    )
