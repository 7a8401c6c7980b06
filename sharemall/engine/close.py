"""The close of a day: who orchestrates is here; who sums and pays is a `Population`.

The engine's own population (`population.py`) works in memory, the ledger's in the database; both
run through this one orchestration. Only scalars are computed here. Source: rules.md, "close_day".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from sharemall.engine.amounts import LEVELS, MOST_EVER
from sharemall.engine.errors import OverflowStop
from sharemall.engine.rules import WHOLE_SHARE_MICRO, kept_of
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import DayRow, Move, Pool, Rate, post

# The most passes that sharing one fund can take; `_solve` says why. A fund with its carry is below
# 2^64. No weight reaches 2^94, that of 2^31 members who each hold all that 64 bits can.
MOST_PASSES = 4 + (64 + 94) // 2


@dataclass(frozen=True, slots=True)
class ExitRound:
    """The sums of one round of forced exits, in micro-units; `count` accounts sold."""

    count: int
    shares: int
    gross: int
    fees: int
    quota_used: int


@dataclass(frozen=True, slots=True)
class WindUp:
    """What members and merchants gave up and were paid for in a wind-up, summed, in micro-units."""

    shares: int
    share_cash: int
    coins: int


class Population(Protocol):
    """All members and merchants, summed and paid as a whole; every amount in micro-units.

    A method that pays raises OverflowStop if a balance would pass 2^63 - 1.
    """

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """The quota of the capped and the shares of the uncapped, summed.

        Of the members with shares > 0 and quota > 0; capped if and only if
        quota·weight ≤ shares·left. None caps nobody.
        """

    def honour_totals(
        self,
        level: int,
        least_shares: int,
        rate: Rate,
        before: tuple[int, ...],
        per_head: Rate | None,
    ) -> tuple[int, int]:
        """The quota left of the capped, summed, and the number of the uncapped.

        Of the members with at least this level and these shares, and quota left > 0: quota less
        the dividend at `rate` and the pools below (`before`, each min(quota left, amount)).
        Capped if and only if quota left·weight ≤ left of `per_head`. None caps nobody.
        """

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """Pays everybody: cash and dividends go up, quota goes down. Returns both sums.

        First the dividend, min(quota, ⌊shares·left/weight⌋), or the whole quota if the weight is
        0, to members with shares; then min(quota left, Σ amounts[:level]) to members with at least
        these shares.
        """

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        """Sells out every member whose value ⌊shares·reserve/outstanding⌋ reaches its quota.

        And every merchant; only accounts with shares. Each gets gross - ⌈gross·fee⌉ and loses
        min(quota, gross) of its quota.
        """

    def wind_up(self, reserve: int, outstanding: int) -> WindUp:
        """Takes all shares and coins, paying ⌊shares·reserve/outstanding⌋ and the coins in cash."""


class _Solved(NamedTuple):
    """How one fund is shared: its last rate, how many were eligible, how many passes it took."""

    rate: Rate
    weight: int
    passes: int


class _Honours(NamedTuple):
    amounts: tuple[int, ...]
    heads: tuple[int, ...]
    carries: list[int]
    to_reserve: int
    passes: int


def close_day(
    pool: Pool, scheme: Scheme, day: date, population: Population, moves: list[Move] | None = None
) -> DayRow:
    """Closes `day` (already checked to be closable), changing the pool and the population.

    Adds the pool's moves, not the accounts', to `moves`. Raises OverflowStop, whereupon pool and
    population are half changed.
    """
    fund = pool.dividend_fund_micro + pool.dividend_carry_micro
    honor_fund = pool.honor_fund_micro
    dividend = _solve(fund, population.dividend_totals)
    honours = _solve_honours(pool, scheme, population, dividend.rate)
    paid, honor_paid = _pay(pool, scheme, population, dividend.rate, honours)
    left = 0 if dividend.rate.weight else dividend.rate.left
    _book_dividend(pool, paid, left, moves)
    _book_honours(pool, honours, honor_paid, moves)
    _check(pool, day)
    exits = _force_exits(pool, scheme, day, population, moves) if scheme.forced_exit else 0
    pool.last_closed = day
    return DayRow(
        date=day,
        dividend_fund_micro=fund,
        dividend_paid_micro=paid,
        honor_fund_micro=honor_fund,
        honor_paid_micro=honor_paid,
        to_reserve_micro=left + honours.to_reserve,
        forced_exits=exits,
        rate=dividend.rate if fund and dividend.rate.weight else None,
        honor_amounts_micro=honours.amounts,
        honor_heads=honours.heads,
        passes=dividend.passes + honours.passes,
    )


def _solve(fund: int, totals: Callable[[Rate | None], tuple[int, int]]) -> _Solved:
    """The rate at which exactly the fund is paid, found from below by Newton steps.

    What is paid is piecewise linear and concave in the rate; each step takes the capped of the
    last rate out and shares the rest among the others, until nobody more is capped.

    In at most MOST_PASSES. At the k-th rate, from 0, let h be what of the fund F is not paid and S
    the weight of the uncapped, so that the next rate is higher by h/S. By the concavity
    h' + S'·(h/S) ≤ h for the next h' and S', hence h'/h + S'/S ≤ 1, and each step divides h·S, at
    first at most F·W, by 4 or more. While h > 0, h times the S before is a whole number, at least
    1: so the last k with h > 0 has 4^(k-1) ≤ F·W. One pass comes before these k + 1, for W, and two
    more may follow: one that caps exact ties, and one that caps nobody.
    """
    if not fund:
        return _Solved(Rate(0, 1), 0, 0)
    rate = Rate(fund, totals(None)[1])
    eligible, passes = rate.weight, 1
    while rate.weight:
        capped, uncapped = totals(rate)
        passes += 1
        if passes > MOST_PASSES:
            raise AssertionError("sharing a fund takes more passes than can be")
        if uncapped == rate.weight:
            break
        rate = Rate(fund - capped, uncapped)
    return _Solved(rate, eligible, passes)


def _solve_honours(pool: Pool, scheme: Scheme, population: Population, rate: Rate) -> _Honours:
    share, rest = divmod(pool.honor_fund_micro, LEVELS)
    amounts: list[int] = []
    heads: list[int] = []
    carries: list[int] = []
    to_reserve = passes = 0
    for level, carried in enumerate(pool.honor_carry_micro, 1):
        available = share + carried + (rest if level == 1 else 0)
        solved = _solve_honour(scheme, population, level, available, rate, tuple(amounts))
        left, weight = solved.rate
        passes += solved.passes
        heads.append(solved.weight)
        if weight:
            amounts.append(left // weight)
            carries.append(left % weight)
        else:
            # Nobody is left over: each head gets its quota left, which is never above the pool.
            amounts.append(available if solved.weight else 0)
            carries.append(0)
            to_reserve += left
    return _Honours(tuple(amounts), tuple(heads), carries, to_reserve, passes)


def _solve_honour(
    scheme: Scheme,
    population: Population,
    level: int,
    available: int,
    rate: Rate,
    before: tuple[int, ...],
) -> _Solved:
    if not scheme.honor_thresholds_micro:
        return _Solved(Rate(available, 0), 0, 0)
    least = scheme.honor_thresholds_micro[0]

    def totals(per_head: Rate | None) -> tuple[int, int]:
        return population.honour_totals(level, least, rate, before, per_head)

    return _solve(available, totals)


def _pay(
    pool: Pool, scheme: Scheme, population: Population, rate: Rate, honours: _Honours
) -> tuple[int, int]:
    """Pays what was found; nothing at all is done on a day without anything to share."""
    if not rate.left and rate.weight and not any(honours.amounts):
        return 0, 0
    least = scheme.honor_thresholds_micro[0] if scheme.honor_thresholds_micro else 0
    paid, honor_paid = population.pay(rate, honours.amounts, least)
    given = pool.honor_fund_micro + sum(pool.honor_carry_micro)
    if honor_paid != given - honours.to_reserve - sum(honours.carries):
        raise AssertionError(f"honours of {honor_paid} were paid, which is not what was found")
    return paid, honor_paid


def _book_dividend(pool: Pool, paid: int, to_reserve: int, moves: list[Move] | None) -> None:
    fund = pool.dividend_fund_micro
    dust = fund + pool.dividend_carry_micro - paid - to_reserve
    post(moves, ".dividend_fund", "dividend", cash=-fund)
    post(moves, ".dividend_carry", "dividend", cash=dust - pool.dividend_carry_micro)
    post(moves, ".reserve", "dividend", cash=to_reserve)
    post(moves, ".dividends", "dividend", cash=paid, quota=-paid)
    post(moves, ".outside", "dividend", quota=paid)
    pool.dividend_fund_micro = 0
    pool.dividend_carry_micro = dust
    pool.reserve_micro += to_reserve


def _book_honours(pool: Pool, honours: _Honours, paid: int, moves: list[Move] | None) -> None:
    carried = sum(honours.carries) - sum(pool.honor_carry_micro)
    post(moves, ".honor_fund", "honour", cash=-pool.honor_fund_micro)
    post(moves, ".honor_carry", "honour", cash=carried)
    post(moves, ".reserve", "honour", cash=honours.to_reserve)
    post(moves, ".dividends", "honour", cash=paid, quota=-paid)
    post(moves, ".outside", "honour", quota=paid)
    pool.honor_fund_micro = 0
    pool.honor_carry_micro = honours.carries
    pool.reserve_micro += honours.to_reserve


def _force_exits(
    pool: Pool, scheme: Scheme, day: date, population: Population, moves: list[Move] | None
) -> int:
    """Rounds of forced exits until nobody qualifies; returns how many accounts sold."""
    count = shares = quota_used = from_reserve = to_fund = 0
    while pool.outstanding_micro:
        sold = population.exit_round(
            pool.reserve_micro, pool.outstanding_micro, scheme.sell_fee_nano
        )
        if not sold.count:
            break
        kept = kept_of(sold.fees, pool.outstanding_micro, sold.shares)
        pool.reserve_micro -= sold.gross - kept
        pool.outstanding_micro -= sold.shares
        pool.dividend_fund_micro += sold.fees - kept
        count += sold.count
        shares += sold.shares
        quota_used += sold.quota_used
        from_reserve += sold.gross - kept
        to_fund += sold.fees - kept
        _check(pool, day)
        if pool.outstanding_micro < WHOLE_SHARE_MICRO:
            wind_up(pool, population, moves)
            _check(pool, day)
    post(moves, ".reserve", "forced_exit", cash=-from_reserve)
    post(moves, ".dividend_fund", "forced_exit", cash=to_fund)
    post(moves, ".outside", "forced_exit", share=shares, quota=quota_used)
    return count


def wind_up(pool: Pool, population: Population, moves: list[Move] | None) -> None:
    """Pays everybody out: nothing stays outstanding, what is left is unassigned."""
    wound = WindUp(0, 0, 0)
    if pool.outstanding_micro:
        wound = population.wind_up(pool.reserve_micro, pool.outstanding_micro)
    carry = sum(pool.honor_carry_micro)
    left = (
        pool.reserve_micro
        + pool.dividend_fund_micro
        + pool.honor_fund_micro
        + pool.dividend_carry_micro
        + carry
        - wound.share_cash
        - wound.coins
    )
    post(moves, ".reserve", "wind_up", cash=-pool.reserve_micro)
    post(moves, ".dividend_fund", "wind_up", cash=-pool.dividend_fund_micro)
    post(moves, ".honor_fund", "wind_up", cash=-pool.honor_fund_micro)
    post(moves, ".dividend_carry", "wind_up", cash=-pool.dividend_carry_micro)
    post(moves, ".honor_carry", "wind_up", cash=-carry)
    post(moves, ".unassigned", "wind_up", cash=left)
    post(moves, ".treasury", "wind_up", share=-pool.treasury_micro)
    post(moves, ".outside", "wind_up", share=pool.outstanding_micro, coin=wound.coins)
    pool.reserve_micro = pool.dividend_fund_micro = pool.honor_fund_micro = 0
    pool.dividend_carry_micro = pool.outstanding_micro = pool.treasury_micro = 0
    pool.honor_carry_micro = [0] * LEVELS
    pool.unassigned_micro += left


def _check(pool: Pool, day: date) -> None:
    if max(pool.numbers()) > MOST_EVER:
        raise OverflowStop(f"the close of {day} would push a pool number past 2^63 - 1")
