"""Many sales at once, by columns: their parts, the shares that they issue, what accounts get.

What does not hang on the price is worked out for all at once; only the price, which every sale
before has changed, takes a loop. For `batch.sales` and `run.apply_run`, who check the sales.
Source: rules.md, "sale"; `rules.sale_terms` says the same for one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sharemall.engine import rules
from sharemall.engine.amounts import MICRO, MOST_AFTER_EVENT, MOST_EVER, NANO
from sharemall.engine.errors import OverflowStop
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.engine.scheme import Zone
from sharemall.engine.state import Pool, State

Columns = tuple[Column, ...]

NOBODY = -1

# So many sales are worked out one by one before it is asked again whether that is needed.
_AT_ONCE = 64


class Sales(NamedTuple):
    """What each of many sales did, as `rules.Sale`, by columns."""

    reserve_micro: Column
    dividend_fund_micro: Column
    honor_fund_micro: Column
    unassigned_micro: Column
    buyer_shares_micro: Column
    referrer_shares_micro: Column
    quota_micro: Column


class Lots(NamedTuple):
    """Sales one after the other, by columns of one length.

    Which of `zones` each is of, what was paid and what the goods cost in micro-yuan (`cost` counts
    only in profit zones), and whether a referrer takes part.
    """

    zones: Sequence[Zone]
    zone: Column
    paid: Column
    cost: Column
    referred: NDArray[np.bool_]

    def of(self, zone: int) -> Column:
        """The places of the sales of a zone."""
        return np.flatnonzero(self.zone == zone)


class _Budgets(NamedTuple):
    """What a sale's shares may be worth, and (by amount) the most that there may be of them."""

    buyer: Column
    referrer: Column
    most_buyer: Column | None = None
    most_referrer: Column | None = None

    def bound(self, worth: int, shares: int) -> int:
        """No more than this is issued at this price or at a higher one."""
        by_value = (total(self.buyer) + total(self.referrer)) * shares // worth
        if self.most_buyer is None or self.most_referrer is None:
            return by_value
        return min(by_value, total(self.most_buyer) + total(self.most_referrer))

    def after(self, place: int) -> "_Budgets":
        """Those from a place on."""
        buyer, referrer, most, most_of_referrer = self
        if most is None or most_of_referrer is None:
            return _Budgets(buyer[place:], referrer[place:])
        return _Budgets(buyer[place:], referrer[place:], most[place:], most_of_referrer[place:])


def issue(state: State, lots: Lots) -> Sales:
    """What sales whose amounts are allowed do to the pool; `give` does the rest."""
    parts, budgets = _terms(lots)
    reserve, dividend, honor, quota = parts
    _refuse_overflow(state, *(total(part) for part in parts))
    shares, of_referrer = np.empty_like(reserve), np.empty_like(reserve)
    unassigned, place = np.zeros_like(reserve), 0
    # One by one while nothing is outstanding, and where the cap may not be enough for all.
    while place < len(reserve) and not _plain(state, budgets.after(place)):
        for one in range(place, min(place + _AT_ONCE, len(reserve))):
            terms = _one(state, lots, one)
            _book(state.pool, terms)
            reserve[one], dividend[one], honor[one], unassigned[one] = terms[:4]
            shares[one], of_referrer[one] = terms[4:6]
            place += 1
    if place < len(reserve):
        rest = reserve[place:], budgets.after(place)
        shares[place:], of_referrer[place:] = _issue(state, *rest)
        state.pool.dividend_fund_micro += total(dividend[place:])
        state.pool.honor_fund_micro += total(honor[place:])
    return Sales(reserve, dividend, honor, unassigned, shares, of_referrer, quota)


def _refuse_overflow(state: State, reserve: int, dividend: int, honor: int, quota: int) -> None:
    pool, quotas = state.pool, np.frombuffer(state.members.quota, np.int64)
    highest = max(
        pool.reserve_micro + reserve,
        pool.dividend_fund_micro + dividend,
        pool.honor_fund_micro + honor,
        pool.unassigned_micro + reserve + dividend + honor,
        int(quotas.max(initial=0)) + quota,
    )
    if highest > MOST_AFTER_EVENT:
        raise OverflowStop("sales would push a number past 2^62")


def give(state: State, buyers: Column, referrers: Column, sold: Sales) -> None:
    """Shares and quota to the accounts of these rows; NOBODY where a referrer gets nothing.

    Shares only grow here, so levels are looked at once.
    """
    members = state.members
    held = np.frombuffer(members.shares, np.int64)
    np.add.at(held, buyers, sold.buyer_shares_micro)
    np.add.at(np.frombuffer(members.quota, np.int64), buyers, sold.quota_micro)
    given = np.flatnonzero(sold.referrer_shares_micro)
    got = referrers[given]
    np.add.at(held, got, sold.referrer_shares_micro[given])
    thresholds = state.scheme.honor_thresholds_micro
    if thresholds:
        rows, level = np.concatenate((buyers, got)), np.frombuffer(members.level, np.int64)
        reached = np.searchsorted(np.array(thresholds, np.int64), held[rows], side="right")
        level[rows] = np.maximum(level[rows], reached)


def _terms(lots: Lots) -> tuple[Columns, _Budgets]:
    """What goes to the reserve, to dividends, to honours, and the quota; and the budgets."""
    if len(lots.zones) == 1:
        return _terms_in(lots.zones[0], lots.paid, lots.cost, lots.referred)
    by_amount = any(zone.issue.by == "amount" for zone in lots.zones)
    columns = np.empty((8 if by_amount else 6, len(lots.paid)), np.int64)
    columns[6:] = MOST_EVER  # by value nothing but the budget is a bound
    for place, zone in enumerate(lots.zones):
        where = lots.of(place)
        parts, budgets = _terms_in(zone, lots.paid[where], lots.cost[where], lots.referred[where])
        for row, column in enumerate((*parts, *budgets)):
            if column is not None:
                columns[row, where] = column
    return tuple(columns[:4]), _Budgets(*columns[4:])


def _terms_in(
    zone: Zone, paid: Column, cost: Column, referred: NDArray[np.bool_]
) -> tuple[Columns, _Budgets]:
    base = paid if zone.base == "sales" else np.maximum(paid - cost, 0)
    rates = (zone.reserve_nano, zone.dividend_nano, zone.honor_nano, zone.quota_nano)
    parts = tuple(scaled_down(base, rate, NANO) for rate in rates)
    return parts, _budgets(zone, parts[0], paid, referred)


def _one(state: State, lots: Lots, place: int) -> tuple[int, int, int, int, int, int, int]:
    zone, amounts = lots.zones[lots.zone[place]], (int(lots.paid[place]), int(lots.cost[place]))
    referred = bool(lots.referred[place])
    return rules.sale_terms(state.pool, state.scheme, zone, *amounts, referred)


def _budgets(zone: Zone, reserve: Column, paid: Column, referred: NDArray[np.bool_]) -> _Budgets:
    issue = zone.issue
    if issue.by == "value":
        budget = scaled_down(reserve, issue.buyer_nano, NANO)
        return _Budgets(budget, scaled_down(reserve, issue.referrer_nano, NANO) * referred)
    budget = scaled_down(reserve, NANO, NANO + issue.referrer_nano)
    wanted = scaled_down(paid, MICRO, issue.yuan_per_share_micro)
    if int(wanted.max(initial=0)) == MOST_EVER:
        raise OverflowStop("a sale asks for more shares than 64 bits hold")
    most = scaled_down(wanted, issue.referrer_nano, NANO)
    return _Budgets(budget, (reserve - budget) * referred, wanted, most * referred)


def _plain(state: State, budgets: _Budgets) -> bool:
    """Whether all of these sales have a price, and shares enough under the cap."""
    pool = state.pool
    left = state.scheme.share_cap_micro - pool.issued_micro
    if not pool.outstanding_micro:
        return False
    return not left or budgets.bound(pool.reserve_micro, pool.outstanding_micro) <= left


def _book(pool: Pool, terms: tuple[int, int, int, int, int, int, int]) -> None:
    reserve, dividend, honor, unassigned, shares, of_referrer, _ = terms
    pool.reserve_micro += reserve
    pool.dividend_fund_micro += dividend
    pool.honor_fund_micro += honor
    pool.unassigned_micro += unassigned
    pool.outstanding_micro += shares + of_referrer
    pool.issued_micro += shares + of_referrer


def _issue(state: State, reserve: Column, budgets: _Budgets) -> tuple[Column, Column]:
    """The shares of each sale's buyer and referrer, and what they change in the pool."""
    pool = state.pool
    if pool.issued_micro == state.scheme.share_cap_micro:
        pool.reserve_micro += total(reserve)
        return np.zeros_like(reserve), np.zeros_like(reserve)
    before = pool.outstanding_micro
    if budgets.most_buyer is None or budgets.most_referrer is None:
        shares, of_referrer = _by_value(pool, reserve, budgets.buyer, budgets.referrer)
    else:
        most = budgets.most_buyer, budgets.most_referrer
        shares, of_referrer = _by_amount(pool, reserve, budgets.buyer, budgets.referrer, *most)
    pool.issued_micro += pool.outstanding_micro - before
    return np.array(shares, np.int64), np.array(of_referrer, np.int64)


def _by_value(
    pool: Pool, reserve: Column, buyer: Column, referrer: Column
) -> tuple[list[int], list[int]]:
    """The one loop that each sale takes: its price is what the sale before has left."""
    worth, shares = pool.reserve_micro, pool.outstanding_micro
    issued: list[int] = []
    note = issued.append
    if not referrer.any():
        for more, budget in zip(reserve.tolist(), buyer.tolist(), strict=True):
            new = budget * shares // worth
            worth += more
            shares += new
            note(new)
        pool.reserve_micro, pool.outstanding_micro = worth, shares
        return issued, [0] * len(issued)
    of_referrer: list[int] = []
    note_other = of_referrer.append
    columns = reserve.tolist(), buyer.tolist(), referrer.tolist()
    for more, budget, other_budget in zip(*columns, strict=True):
        new = budget * shares // worth
        other = other_budget * shares // worth if other_budget else 0
        worth += more
        shares += new + other
        note(new)
        note_other(other)
    pool.reserve_micro, pool.outstanding_micro = worth, shares
    return issued, of_referrer


def _by_amount(
    pool: Pool, reserve: Column, buyer: Column, referrer: Column, most: Column, most_other: Column
) -> tuple[list[int], list[int]]:
    """The same loop with the most shares that each sale's payment stands for."""
    worth, shares = pool.reserve_micro, pool.outstanding_micro
    issued: list[int] = []
    of_referrer: list[int] = []
    columns = (reserve, buyer, referrer, most, most_other)
    for more, budget, other_budget, wanted, other_wanted in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        new = budget * shares // worth
        if new > wanted:
            new = wanted
        other = min(other_budget * shares // worth, other_wanted) if other_wanted else 0
        worth += more
        shares += new + other
        issued.append(new)
        of_referrer.append(other)
    pool.reserve_micro, pool.outstanding_micro = worth, shares
    return issued, of_referrer
