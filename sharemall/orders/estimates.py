"""What a purchase would bring if it completed now, by the engine's own rule: an estimate.

It becomes exact only when the order completes, at the price of that moment.
"""

from dataclasses import dataclass, replace

from sharemall.engine import rules
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import Pool
from sharemall.ledger.events import FEN_MICRO
from sharemall.ledger.views import PoolView


@dataclass(frozen=True, slots=True)
class Estimate:
    """Micro-units. `worth_micro` is the shares' value by the formula right after the purchase,
    `sells_for_micro` what would arrive, after the fee, if they were sold at once."""

    shares_micro: int
    quota_micro: int
    worth_micro: int
    sells_for_micro: int


def estimate(
    pool: PoolView, scheme: Scheme, *, zone_key: str, paid_fen: int, cost_fen: int
) -> Estimate:
    """What paying `paid_fen` in this zone would bring the buyer now.

    Raises KeyError if the scheme has no such zone. Source: rules.md, "sale" and "sell".
    """
    before = Pool(
        reserve_micro=pool.reserve_micro,
        outstanding_micro=pool.outstanding_micro,
        issued_micro=pool.issued_micro,
    )
    sale = rules.sale(
        before,
        scheme,
        scheme.zones[zone_key],
        paid_fen * FEN_MICRO,
        cost_fen * FEN_MICRO,
        referred=False,
    )
    after = replace(
        before,
        reserve_micro=before.reserve_micro + sale.reserve_micro,
        outstanding_micro=before.outstanding_micro + sale.buyer_shares_micro,
    )
    shares = sale.buyer_shares_micro
    return Estimate(
        shares_micro=shares,
        quota_micro=sale.quota_micro,
        worth_micro=rules.value_of(after, shares) if shares else 0,
        sells_for_micro=rules.sell(after, scheme, shares).paid_micro if shares else 0,
    )


def total(estimates: list[Estimate]) -> Estimate:
    """Several estimates as one."""
    return Estimate(
        shares_micro=sum(one.shares_micro for one in estimates),
        quota_micro=sum(one.quota_micro for one in estimates),
        worth_micro=sum(one.worth_micro for one in estimates),
        sells_for_micro=sum(one.sells_for_micro for one in estimates),
    )
