"""The rules for one account at a time, as pure functions over plain integers in micro-units.

Everything is rounded down for whoever receives and up for fees. Source: rules.md, "What each event
does". `exact.py` and `population.py` hold the same rules for whole columns.
"""

from typing import NamedTuple

from sharemall.engine.amounts import MICRO, NANO
from sharemall.engine.scheme import Scheme, Zone
from sharemall.engine.state import Pool

WHOLE_SHARE_MICRO = MICRO


class Sale(NamedTuple):
    """What a sale adds to each pool number and account, in micro-units.

    Either the first three are 0 or `unassigned_micro` is.
    """

    reserve_micro: int
    dividend_fund_micro: int
    honor_fund_micro: int
    unassigned_micro: int
    buyer_shares_micro: int
    referrer_shares_micro: int
    quota_micro: int


class Sell(NamedTuple):
    """What shares sold back bring: value, fee, and the fee's part that stays in the reserve."""

    gross_micro: int
    fee_micro: int
    kept_micro: int

    @property
    def paid_micro(self) -> int:
        """What the seller gets."""
        return self.gross_micro - self.fee_micro


def sale(
    pool: Pool, scheme: Scheme, zone: Zone, paid_micro: int, cost_micro: int, *, referred: bool
) -> Sale:
    """What a sale of `paid_micro` in `zone` does to the pool as it is.

    `cost_micro` counts only in profit zones.
    """
    return Sale(*sale_terms(pool, scheme, zone, paid_micro, cost_micro, referred))


def sale_terms(
    pool: Pool,
    scheme: Scheme,
    zone: Zone,
    paid_micro: int,
    cost_micro: int,
    referred: bool,  # not by keyword: that takes time
) -> tuple[int, int, int, int, int, int, int]:
    """`sale` as a plain tuple, which a replay makes a million times.

    `parts_of` and `budgets_of` stand here once more, in place: two calls a sale cost a replay 13 %.
    The tests hold them equal.
    """
    base = paid_micro if zone.base == "sales" else max(paid_micro - cost_micro, 0)
    reserve = base * zone.reserve_nano // NANO
    dividend = base * zone.dividend_nano // NANO
    honor = base * zone.honor_nano // NANO
    quota = base * zone.quota_nano // NANO
    issue, outstanding = zone.issue, pool.outstanding_micro
    if outstanding:
        worth, shares = pool.reserve_micro, outstanding
    else:
        worth, shares = scheme.initial_price_micro, MICRO
    if issue.by == "value":
        buyer = reserve * issue.buyer_nano // NANO * shares // worth
        referrer = reserve * issue.referrer_nano // NANO * shares // worth if referred else 0
    else:
        budget = reserve * NANO // (NANO + issue.referrer_nano)
        wanted = paid_micro * MICRO // issue.yuan_per_share_micro
        buyer = min(wanted, budget * shares // worth)
        most = (reserve - budget) * shares // worth if referred else 0
        referrer = min(wanted * issue.referrer_nano // NANO, most)
    left = scheme.share_cap_micro - pool.issued_micro
    if buyer + referrer > left:
        buyer = min(buyer, left)
        referrer = min(referrer, left - buyer)
    if outstanding + buyer + referrer < WHOLE_SHARE_MICRO:
        return 0, 0, 0, reserve + dividend + honor, 0, 0, quota
    return reserve, dividend, honor, 0, buyer, referrer, quota


def parts_of(zone: Zone, base_micro: int) -> tuple[int, int, int, int]:
    """What `base_micro` of a zone's base gives: to the reserve, dividends, honours; and quota."""
    return (
        base_micro * zone.reserve_nano // NANO,
        base_micro * zone.dividend_nano // NANO,
        base_micro * zone.honor_nano // NANO,
        base_micro * zone.quota_nano // NANO,
    )


def budgets_of(zone: Zone, reserve_micro: int) -> tuple[int, int]:
    """What the new shares of the buyer, and of a referrer, may be worth at the most."""
    issue = zone.issue
    if issue.by == "value":
        buyer = reserve_micro * issue.buyer_nano // NANO
        return buyer, reserve_micro * issue.referrer_nano // NANO
    buyer = reserve_micro * NANO // (NANO + issue.referrer_nano)
    return buyer, reserve_micro - buyer


def shares_for(pool: Pool, value_micro: int) -> int:
    """The micro-shares worth at most `value_micro` while some are outstanding."""
    return value_micro * pool.outstanding_micro // pool.reserve_micro


def value_of(pool: Pool, shares_micro: int) -> int:
    """What `shares_micro` (some of those outstanding) are worth in micro-yuan."""
    return shares_micro * pool.reserve_micro // pool.outstanding_micro


def sell(pool: Pool, scheme: Scheme, shares_micro: int) -> Sell:
    """What selling `shares_micro` (some of those outstanding) to the reserve brings."""
    gross = value_of(pool, shares_micro)
    fee = fee_of(gross, scheme)
    return Sell(gross, fee, kept_of(fee, pool.outstanding_micro, shares_micro))


def shares_to_raise(pool: Pool, scheme: Scheme, cash_micro: int) -> int | None:
    """The fewest micro-shares that bring at least `cash_micro` when sold at once; None: too many.

    What a sale pays never falls with its size, so the closed form is exact: the least gross of
    which the fee leaves enough, then the least quantity of that value.
    """
    kept_nano = NANO - scheme.sell_fee_nano
    if not kept_nano or not pool.outstanding_micro:
        return None
    gross = -(-cash_micro * NANO // kept_nano)
    shares = -(-gross * pool.outstanding_micro // pool.reserve_micro) if pool.reserve_micro else 0
    return shares if 0 < shares <= pool.outstanding_micro else None


def fee_of(gross_micro: int, scheme: Scheme) -> int:
    """The fee on shares sold for their value of `gross_micro`, rounded up."""
    return -(-gross_micro * scheme.sell_fee_nano // NANO)


def kept_of(fee_micro: int, outstanding_micro: int, shares_micro: int) -> int:
    """The part of a fee that stays in the reserve: that of the shares that are not sold."""
    return fee_micro * (outstanding_micro - shares_micro) // outstanding_micro


def price_micro(pool: Pool, scheme: Scheme) -> int:
    """The price in micro-yuan a share, rounded down for showing; nothing is computed from it."""
    if pool.outstanding_micro:
        return pool.reserve_micro * MICRO // pool.outstanding_micro
    return scheme.initial_price_micro
