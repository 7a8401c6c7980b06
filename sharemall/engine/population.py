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
        self._dividends: tuple[Rate, Column] | None = None
        self._left: tuple[tuple[int, ...], Column] | None = None

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """See `Population`."""
        shares, quota = self._members.shares, self._members.quota
        eligible = (shares > 0) & (quota > 0)
        if rate is None:
            return 0, total(shares[eligible])
        capped = eligible & (quota <= scaled_down(shares, rate.left, rate.weight))
        return total(quota[capped]), total(shares[eligible & ~capped])

    def honour_totals(
        self,
        level: int,
        least_shares: int,
        rate: Rate,
        before: tuple[int, ...],
        per_head: Rate | None,
    ) -> tuple[int, int]:
        """See `Population`."""
        members = self._members
        left = self._quota_left(rate, before, least_shares)
        eligible = (members.level >= level) & (members.shares >= least_shares) & (left > 0)
        if per_head is None:
            return 0, int(eligible.sum())
        capped = eligible & (left <= per_head.left // per_head.weight)
        return total(left[capped]), int((eligible & ~capped).sum())

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """See `Population`."""
        members = self._members
        dividends = self._dividends_at(rate)
        left = self._quota_left(rate, amounts, least_shares)
        honours = members.quota - dividends - left
        paid = dividends + honours
        _add(members.cash, paid)
        _add(members.dividends, paid)
        members.quota[:] = left
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

    def _dividends_at(self, rate: Rate) -> Column:
        """Everybody's dividend at this rate."""
        if self._dividends is None or self._dividends[0] != rate:
            shares, quota = self._members.shares, self._members.quota
            if rate.weight:
                column = np.minimum(quota, scaled_down(shares, rate.left, rate.weight))
            else:
                column = np.where(shares > 0, quota, 0)
            self._dividends = (rate, column)
            self._left = None
        return self._dividends[1]

    def _quota_left(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> Column:
        """Everybody's quota after the dividend and the first honour pools, paying these amounts."""
        members = self._members
        dividends = self._dividends_at(rate)
        if self._left is None or self._left[0] != amounts[: len(self._left[0])]:
            self._left = ((), members.quota - dividends)
        done, left = self._left
        for level, amount in enumerate(amounts[len(done) :], len(done) + 1):
            if amount:
                heads = (members.level >= level) & (members.shares >= least_shares)
                left = left - np.where(heads, np.minimum(left, amount), 0)
        self._left = (amounts, left)
        return left

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


def _add(column: Column, amounts: Column, rows: Column | slice = slice(None)) -> None:
    """Adds amounts that are not negative, row by row; raises OverflowStop before any is added."""
    if bool((column[rows] > MOST_EVER - amounts).any()):
        raise OverflowStop("a balance would pass 2^63 - 1 micro-units")
    column[rows] += amounts
