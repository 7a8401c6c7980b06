"""All members and merchants in memory, summed and paid by columns: the reference `Population`."""

import numpy as np

from sharemall.engine.amounts import MOST_EVER, NANO
from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.errors import OverflowStop
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.engine.state import Accounts, Move, Rate, State, post


class MemoryPopulation:
    """The accounts of a complete state. Lives for one event: no account can be made meanwhile."""

    def __init__(self, state: State, moves: list[Move] | None = None) -> None:
        self._moves = moves
        self._members = _Columns(state.members, "m:")
        self._merchants = _Columns(state.merchants, "s:")
        self._sharers: _Sharers | None = None
        self._heads: _Heads | None = None

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """See `Population`."""
        sharers = self._get_sharers()
        if rate is None:
            return 0, total(sharers.shares)
        capped = sharers.quota <= sharers.parts(rate)
        return total(sharers.quota[capped]), total(sharers.shares[~capped])

    def honour_totals(
        self,
        level: int,
        least_shares: int,
        rate: Rate,
        before: tuple[int, ...],
        per_head: Rate | None,
    ) -> tuple[int, int]:
        """See `Population`."""
        heads = self._get_heads(least_shares, rate)
        left = heads.left_after(before)
        left = left[(heads.level >= level) & (left > 0)]
        if per_head is None:
            return 0, len(left)
        capped = left <= per_head.left // per_head.weight
        return total(left[capped]), int((~capped).sum())

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """See `Population`."""
        members, sharers = self._members, self._get_sharers()
        heads = self._get_heads(least_shares, rate)
        dividends = sharers.dividends(rate)
        honours = heads.left_after(()) - heads.left_after(amounts)
        for rows, amount in ((sharers.rows, dividends), (heads.rows, honours)):
            _add(members.cash, amount, rows)
            _add(members.dividends, amount, rows)
            members.quota[rows] -= amount
        self._sharers = self._heads = None
        return total(dividends), total(honours)

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        """See `Population`."""
        sums = [0, 0, 0, 0, 0]
        for columns in (self._members, self._merchants):
            value = scaled_down(columns.shares, reserve, outstanding)
            rows = np.flatnonzero((columns.shares > 0) & (value >= columns.quota))
            gross, shares = value[rows], columns.shares[rows]
            fees = gross - scaled_down(gross, NANO - fee_nano, NANO)
            used = np.minimum(columns.quota[rows], gross)
            _add(columns.cash, gross - fees, rows)
            columns.quota[rows] -= used
            columns.shares[rows] = 0
            self._post("forced_exit", columns, rows, cash=gross - fees, share=-shares, quota=-used)
            sold = (len(rows), total(shares), total(gross), total(fees), total(used))
            sums = [so_far + more for so_far, more in zip(sums, sold, strict=True)]
        return ExitRound(*sums)

    def wind_up(self, reserve: int, outstanding: int) -> WindUp:
        """See `Population`."""
        sums = [0, 0, 0]
        for columns in (self._members, self._merchants):
            rows = np.flatnonzero((columns.shares > 0) | (columns.coins > 0))
            shares, coins = columns.shares[rows], columns.coins[rows]
            worth = scaled_down(shares, reserve, outstanding)
            _add(columns.cash, worth + coins, rows)
            columns.shares[rows] = 0
            columns.coins[rows] = 0
            self._post("wind_up", columns, rows, cash=worth + coins, share=-shares, coin=-coins)
            wound = (total(shares), total(worth), total(coins))
            sums = [so_far + more for so_far, more in zip(sums, wound, strict=True)]
        return WindUp(*sums)

    def _get_sharers(self) -> "_Sharers":
        if self._sharers is None:
            self._sharers = _Sharers(self._members)
        return self._sharers

    def _get_heads(self, least_shares: int, rate: Rate) -> "_Heads":
        if self._heads is None or self._heads.key != (least_shares, rate):
            self._heads = _Heads(self._members, self._get_sharers(), least_shares, rate)
        return self._heads

    def _post(self, reason: str, columns: "_Columns", rows: Column, **changes: Column) -> None:
        if self._moves is None:
            return
        names = columns.names()
        for place, row in enumerate(rows.tolist()):
            change = {unit: int(column[place]) for unit, column in changes.items()}
            post(self._moves, columns.prefix + names[row], reason, **change)


class _Columns:
    """NumPy's view of the accounts' columns: what is written here is written there."""

    def __init__(self, accounts: Accounts, prefix: str) -> None:
        self.prefix = prefix
        self._accounts = accounts
        self.shares = np.frombuffer(accounts.shares, np.int64)
        self.quota = np.frombuffer(accounts.quota, np.int64)
        self.cash = np.frombuffer(accounts.cash, np.int64)
        self.coins = np.frombuffer(accounts.coins, np.int64)
        self.dividends = np.frombuffer(accounts.dividends, np.int64)
        self.level = np.frombuffer(accounts.level, np.int64)

    def names(self) -> list[str]:
        return list(self._accounts.rows)


class _Sharers:
    """The members with shares and quota, before anything is paid."""

    def __init__(self, members: _Columns) -> None:
        self.rows = np.flatnonzero((members.shares > 0) & (members.quota > 0))
        self.shares = members.shares[self.rows]
        self.quota = members.quota[self.rows]
        self._parts: tuple[Rate, Column] | None = None

    def parts(self, rate: Rate) -> Column:
        """What everybody's shares would get, whatever the quota."""
        if self._parts is None or self._parts[0] != rate:
            self._parts = (rate, scaled_down(self.shares, rate.left, rate.weight))
        return self._parts[1]

    def dividends(self, rate: Rate) -> Column:
        """What everybody gets."""
        return np.minimum(self.quota, self.parts(rate)) if rate.weight else self.quota


class _Heads:
    """The members of any honour level who hold enough shares, after the dividend at `rate`."""

    def __init__(self, members: _Columns, sharers: _Sharers, least_shares: int, rate: Rate) -> None:
        left = members.quota.copy()
        left[sharers.rows] -= sharers.dividends(rate)
        self.key = (least_shares, rate)
        self.rows = np.flatnonzero((members.level > 0) & (members.shares >= least_shares))
        self.level = members.level[self.rows]
        self._left: dict[tuple[int, ...], Column] = {(): left[self.rows]}

    def left_after(self, amounts: tuple[int, ...]) -> Column:
        """Everybody's quota left after the first pools, which pay these amounts."""
        if amounts not in self._left:
            left, level = self.left_after(amounts[:-1]), len(amounts)
            if amounts[-1]:
                left = left - np.where(self.level >= level, np.minimum(left, amounts[-1]), 0)
            self._left[amounts] = left
        return self._left[amounts]


def _add(column: Column, amounts: Column, rows: Column) -> None:
    """Adds amounts that are not negative, row by row; raises OverflowStop before any is added."""
    if bool((column[rows] > MOST_EVER - amounts).any()):
        raise OverflowStop("a balance would pass 2^63 - 1 micro-units")
    column[rows] += amounts
