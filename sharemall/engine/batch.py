"""Many events of one kind at once, by columns: the same as one after the other, to the micro-unit.

What does not hang on the price is worked out for all at once; only the price, which every sale
before has changed, takes a loop. Accounts are named by row. Source: rules.md, "What each event
does"; `apply.py` does the same for one event, and the tests hold them equal.

Rejections are the caller's business: rows must exist and quantities be allowed (ValueError if
not). Where a number could pass 2^62, nothing is applied and OverflowStop is raised.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sharemall.engine import rules
from sharemall.engine.amounts import FEN_MICRO, MICRO, MOST_AFTER_EVENT, MOST_EVER, NANO
from sharemall.engine.apply import sell_shares
from sharemall.engine.errors import OverflowStop
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.engine.scheme import Zone
from sharemall.engine.state import Accounts, Pool, State

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


class Sells(NamedTuple):
    """What each of many sells brought; shorter than what was asked for if one wound all up."""

    gross_micro: Column
    fee_micro: Column

    @property
    def paid_micro(self) -> Column:
        """What each seller got."""
        paid: Column = self.gross_micro - self.fee_micro
        return paid


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


def sales(
    state: State, zone: Zone, buyers: Column, referrers: Column, paid: Column, cost: Column
) -> Sales:
    """Sales one after the other in a zone of the current scheme; `referrers` NOBODY for none.

    Columns of one length: rows of members, and micro-yuan. `cost` counts only in profit zones.
    """
    _check_sales(buyers, referrers, paid, cost)
    base = paid if zone.base == "sales" else np.maximum(paid - cost, 0)
    parts = [
        scaled_down(base, rate, NANO)
        for rate in (zone.reserve_nano, zone.dividend_nano, zone.honor_nano, zone.quota_nano)
    ]
    reserve, dividend, honor, quota = parts
    _refuse_overflow(state, *(total(part) for part in parts))
    budgets = _budgets(zone, reserve, paid, referrers)
    shares, of_referrer = np.empty_like(paid), np.empty_like(paid)
    unassigned, place = np.zeros_like(paid), 0
    # One by one while nothing is outstanding, and where the cap may not be enough for all.
    while place < len(paid) and not _plain(state, budgets.after(place)):
        for one in range(place, min(place + _AT_ONCE, len(paid))):
            referred = bool(referrers[one] != NOBODY)
            amounts = int(paid[one]), int(cost[one])
            terms = rules.sale_terms(state.pool, state.scheme, zone, *amounts, referred)
            _book(state.pool, terms)
            reserve[one], dividend[one], honor[one], unassigned[one] = terms[:4]
            shares[one], of_referrer[one] = terms[4:6]
            place += 1
    if place < len(paid):
        rest = reserve[place:], budgets.after(place)
        shares[place:], of_referrer[place:] = _issue(state, *rest)
        state.pool.dividend_fund_micro += total(dividend[place:])
        state.pool.honor_fund_micro += total(honor[place:])
    _give(state, buyers, referrers, shares, of_referrer, quota)
    return Sales(reserve, dividend, honor, unassigned, shares, of_referrer, quota)


def _check_sales(buyers: Column, referrers: Column, paid: Column, cost: Column) -> None:
    if (paid <= 0).any() or (paid % FEN_MICRO).any() or (cost < 0).any():
        raise ValueError("a sale's amounts are not allowed")
    if (buyers == referrers).any():
        raise ValueError("nobody refers itself")


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


def _budgets(zone: Zone, reserve: Column, paid: Column, referrers: Column) -> _Budgets:
    issue, referred = zone.issue, referrers != NOBODY
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


def _give(
    state: State,
    buyers: Column,
    referrers: Column,
    shares: Column,
    of_referrer: Column,
    quota: Column,
) -> None:
    """Shares and quota to the accounts; shares only grow here, so levels are looked at once."""
    members = state.members
    held = np.frombuffer(members.shares, np.int64)
    np.add.at(held, buyers, shares)
    np.add.at(np.frombuffer(members.quota, np.int64), buyers, quota)
    given = np.flatnonzero(of_referrer)
    got = referrers[given]
    np.add.at(held, got, of_referrer[given])
    thresholds = state.scheme.honor_thresholds_micro
    if thresholds:
        rows, level = np.concatenate((buyers, got)), np.frombuffer(members.level, np.int64)
        reached = np.searchsorted(np.array(thresholds, np.int64), held[rows], side="right")
        level[rows] = np.maximum(level[rows], reached)


def sells(state: State, accounts: Accounts, rows: Column, shares: Column) -> Sells:
    """Sells one after the other; each row once, `shares` not above what it has.

    Where one winds everything up nobody has shares any more: it is the last, and the columns that
    come back end with it. The state must be complete.
    """
    _check_rows(accounts, rows, shares)
    _refuse_high_cash(state)
    found = np.array(list(_sold(state, shares.tolist())), np.int64).reshape(-1, 2)
    place, sold = len(found), Sells(found[:, 0], found[:, 1])
    _pay_sellers(state, accounts, rows[:place], shares[:place], sold)
    if place == len(rows):
        return sold
    last = rules.sell(state.pool, state.scheme, int(shares[place]))
    sell_shares(state, accounts, int(rows[place]), "", int(shares[place]), None)
    more = np.append(sold.gross_micro, last.gross_micro), np.append(sold.fee_micro, last.fee_micro)
    return Sells(*more)


def _refuse_high_cash(state: State) -> None:
    """All that is paid comes out of the pool's cash, and out of coins in a wind-up."""
    most = 0
    for accounts in (state.members, state.merchants):
        cash, coins = (
            np.frombuffer(accounts.cash, np.int64),
            np.frombuffer(accounts.coins, np.int64),
        )
        most = max(most, int(cash.max(initial=0)) + int(coins.max(initial=0)))
    if most + 2 * sum(state.pool.cash_numbers()) > MOST_AFTER_EVENT:
        raise OverflowStop("sells could push a number past 2^62")


def _check_rows(accounts: Accounts, rows: Column, quantity: Column) -> None:
    held = np.frombuffer(accounts.shares, np.int64)
    if (quantity <= 0).any() or (quantity > held[rows]).any():
        raise ValueError("more than is held, or nothing")
    if len(np.unique(rows)) != len(rows):
        raise ValueError("an account comes twice")


def _sold(state: State, quantities: list[int]) -> Iterator[tuple[int, int]]:
    """Each sell's value and fee, up to one that would wind everything up."""
    pool, fee_nano = state.pool, state.scheme.sell_fee_nano
    worth, shares, fund = pool.reserve_micro, pool.outstanding_micro, pool.dividend_fund_micro
    for quantity in quantities:
        left = shares - quantity
        if left < rules.WHOLE_SHARE_MICRO:
            break
        gross = quantity * worth // shares
        fee = -(-gross * fee_nano // NANO)
        kept = fee * left // shares
        worth -= gross - kept
        fund += fee - kept
        shares = left
        yield gross, fee
    pool.reserve_micro, pool.outstanding_micro, pool.dividend_fund_micro = worth, shares, fund


def _pay_sellers(
    state: State, accounts: Accounts, rows: Column, shares: Column, sold: Sells
) -> None:
    cash = np.frombuffer(accounts.cash, np.int64)
    cash[rows] += sold.paid_micro
    np.frombuffer(accounts.shares, np.int64)[rows] -= shares
    if state.scheme.forced_exit:
        quota = np.frombuffer(accounts.quota, np.int64)
        quota[rows] = np.maximum(quota[rows] - sold.gross_micro, 0)


def to_coins(state: State, rows: Column, shares: Column) -> Column:
    """Members' shares into coins, which they bring; each row once. The price stays as it is."""
    members, pool = state.members, state.pool
    _check_rows(members, rows, shares)
    if not len(rows):
        return np.empty(0, np.int64)
    coins = scaled_down(shares, pool.reserve_micro, pool.outstanding_micro)
    held = np.frombuffer(members.coins, np.int64)
    if int(held[rows].max(initial=0)) + int(coins.max(initial=0)) > MOST_AFTER_EVENT:
        raise OverflowStop("coins would pass 2^62")
    held[rows] += coins
    np.frombuffer(members.shares, np.int64)[rows] -= shares
    if state.scheme.forced_exit:
        quota = np.frombuffer(members.quota, np.int64)
        quota[rows] = np.maximum(quota[rows] - coins, 0)
    pool.treasury_micro += total(shares)
    return coins


def pay_coins(state: State, rows: Column, merchant: str, coins: Column) -> None:
    """Members' coins to one merchant; each row once."""
    held = np.frombuffer(state.members.coins, np.int64)
    if (coins <= 0).any() or (coins > held[rows]).any() or len(np.unique(rows)) != len(rows):
        raise ValueError("more coins than are held, or none, or an account comes twice")
    merchants = state.merchants
    row = merchants.row(merchant)
    if merchants.coins[row] + total(coins) > MOST_AFTER_EVENT:
        raise OverflowStop("coins would pass 2^62")
    held[rows] -= coins
    merchants.coins[row] += total(coins)
