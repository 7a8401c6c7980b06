"""What selling shares or turning them into coins would bring now, by the engine's own rules."""

from dataclasses import dataclass
from fractions import Fraction

from sharemall.engine import rules
from sharemall.engine.amounts import MICRO
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import Pool
from sharemall.ledger.values import PoolView


@dataclass(frozen=True, slots=True)
class SellQuote:
    """A sale of shares at the price of the moment; amounts in micro-units.

    `winds_up`: it would leave less than one share outstanding, so that everything is paid out and
    the price begins anew; what the seller gets beside the sale then is not in `received_micro`.
    """

    shares_micro: int
    gross_micro: int
    fee_micro: int
    received_micro: int
    fee_nano: int
    price_before: Fraction
    price_after: Fraction
    winds_up: bool


def quote_sell(pool: PoolView, scheme: Scheme, shares_micro: int) -> SellQuote:
    """What selling `shares_micro` would pay. Raises ValueError if not so many are outstanding.

    Source: rules.md, "sell".
    """
    if not 0 < shares_micro <= pool.outstanding_micro:
        raise ValueError(f"cannot sell {shares_micro} of {pool.outstanding_micro} outstanding")
    numbers = Pool(reserve_micro=pool.reserve_micro, outstanding_micro=pool.outstanding_micro)
    sale = rules.sell(numbers, scheme, shares_micro)
    left = pool.outstanding_micro - shares_micro
    winds_up = left < rules.WHOLE_SHARE_MICRO
    price_after = Fraction(scheme.initial_price_micro, MICRO)
    if not winds_up:
        price_after = Fraction(pool.reserve_micro - sale.gross_micro + sale.kept_micro, left)
    return SellQuote(
        shares_micro=shares_micro,
        gross_micro=sale.gross_micro,
        fee_micro=sale.fee_micro,
        received_micro=sale.paid_micro,
        fee_nano=scheme.sell_fee_nano,
        price_before=pool.price,
        price_after=price_after,
        winds_up=winds_up,
    )


@dataclass(frozen=True, slots=True)
class CoinsQuote:
    """Shares turned into coins at the price of the moment; amounts in micro-units.

    There is no fee and the price stays. `quota_micro` is how much quota it takes, in a scheme
    with forced exit.
    """

    shares_micro: int
    coins_micro: int
    quota_micro: int
    price: Fraction


def quote_coins(
    pool: PoolView, scheme: Scheme, shares_micro: int, *, quota_micro: int
) -> CoinsQuote:
    """What `shares_micro` become for a holder of `quota_micro`.

    Raises ValueError if not so many are outstanding. Source: rules.md, "to_coins".
    """
    if not 0 < shares_micro <= pool.outstanding_micro:
        raise ValueError(f"cannot turn {shares_micro} of {pool.outstanding_micro} outstanding")
    coins = gross_at(pool.reserve_micro, pool.outstanding_micro, shares_micro)
    used = min(quota_micro, coins) if scheme.forced_exit else 0
    return CoinsQuote(shares_micro, coins, used, pool.price)


def gross_at(reserve_micro: int, outstanding_micro: int, shares_micro: int) -> int:
    """What shares are worth in a pool of these numbers, in micro-yuan; 0 of nothing."""
    pool = Pool(reserve_micro=reserve_micro, outstanding_micro=outstanding_micro)
    return rules.value_of(pool, shares_micro) if outstanding_micro else 0
