"""What members had paid and received by the end, one by one and by month of joining."""

import numpy as np

from sharemall.engine.amounts import NANO
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.engine.state import State
from sharemall.simulator.books import NOT_YET, MemberBooks
from sharemall.simulator.results import COHORT_COLUMNS, PARTS, QUANTILES
from sharemall.simulator.scenario import Scenario

PPM = 1_000_000
# A product with a million stays within 64 bits below this.
_PLAIN = 2**63 // PPM


def members_of(books: MemberBooks, state: State, count: int) -> dict[str, Column]:
    """results.MEMBER_COLUMNS of the first `count` members."""
    there = min(count, len(state.members.shares))
    dividends, holding = np.zeros((2, count), np.int64)
    dividends[:there] = np.frombuffer(state.members.dividends, np.int64)[:there]
    holding[:there] = _holding(state)[:there]
    return {
        "joined_day": books.joined_day[:count].astype(np.int64),
        "orders": books.orders[:count].astype(np.int64),
        "paid_micro": books.paid_micro[:count],
        "received_micro": books.received_micro(np.frombuffer(state.members.cash, np.int64))[:count],
        "holding_micro": holding,
        "quota_granted_micro": books.granted_micro[:count],
        "dividends_micro": dividends,
        **{
            f"days_to_{part}": books.parts[place, :count].astype(np.int64)
            for place, part in enumerate(PARTS)
        },
    }


def _holding(state: State) -> Column:
    """What each would get if it alone sold now, and its coins."""
    shares, pool = np.frombuffer(state.members.shares, np.int64), state.pool
    coins = np.frombuffer(state.members.coins, np.int64)
    if not pool.outstanding_micro:
        return coins.copy()
    worth = scaled_down(shares, pool.reserve_micro, pool.outstanding_micro)
    left: Column = scaled_down(worth, NANO - state.scheme.sell_fee_nano, NANO)
    return left + coins


def cohorts_of(scenario: Scenario, days: int, members: dict[str, Column]) -> dict[str, Column]:
    """results.COHORT_COLUMNS, for every month that had a simulated day."""
    first = np.datetime64(scenario.start, "D")
    month_of_day = (first + np.arange(days)).astype("datetime64[M]")
    months = np.unique(month_of_day)
    rows = [_cohort(members, _joined_in(members, month_of_day, month)) for month in months]
    cohorts = {name: np.array([row[name] for row in rows], np.int64) for name in COHORT_COLUMNS[1:]}
    return {"month": months, **cohorts}


def _joined_in(members: dict[str, Column], month_of_day: Column, month: object) -> Column:
    """The members of a month who paid anything; days of a month lie beside one another."""
    of_month = np.flatnonzero(month_of_day == month)
    joined = members["joined_day"]
    first, last = np.searchsorted(joined, (of_month[0], of_month[-1] + 1))
    rows: Column = first + np.flatnonzero(members["paid_micro"][first:last])
    return rows


def _cohort(members: dict[str, Column], rows: Column) -> dict[str, int]:
    sums = {
        name: total(members[name][rows])
        for name in ("paid_micro", "received_micro", "holding_micro", "quota_granted_micro")
    }
    paid = total(members["dividends_micro"][rows])
    granted = sums["quota_granted_micro"]
    cohort = {
        "members": len(rows),
        **sums,
        "quota_paid_micro": paid,
        "quota_paid_ppm": paid * PPM // granted if granted else 0,
    }
    returned = ratio_ppm(members["received_micro"][rows], members["paid_micro"][rows])
    for percent in QUANTILES:
        cohort[f"returned_{percent}_ppm"] = quantile(returned, percent)
    for part in PARTS:
        waited = members[f"days_to_{part}"][rows]
        waited = waited[waited != NOT_YET]
        cohort[f"days_to_{part}"] = quantile(waited, 50) if len(waited) else NOT_YET
        cohort[f"reached_{part}_ppm"] = len(waited) * PPM // max(len(rows), 1)
    return cohort


def ratio_ppm(parts: Column, wholes: Column) -> Column:
    """Each part of its whole, which is above 0, in millionths, rounded down."""
    if int(parts.max(initial=0)) < _PLAIN:
        ratio: Column = parts * PPM // wholes
        return ratio
    pairs = zip(parts.tolist(), wholes.tolist(), strict=True)
    return np.array([part * PPM // whole for part, whole in pairs], np.int64)


def quantile(values: Column, percent: int) -> int:
    """The least value that so many percent of all do not exceed; 0 of none."""
    if not len(values):
        return 0
    place = max(-(-len(values) * percent // 100), 1) - 1
    return int(np.partition(values, place)[place])
