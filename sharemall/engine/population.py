"""All members and merchants in memory, summed and paid by columns: the reference `Population`."""

import numpy as np

from sharemall.engine.amounts import LEVELS, MOST_EVER, NANO
from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.columns import Columns
from sharemall.engine.errors import OverflowStop
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.engine.sharing import Heads, Payments, Sellers, Sharers, weight_of
from sharemall.engine.state import Move, Pool, Rate, State, post


class MemoryPopulation:
    """The accounts of a complete state. Lives for one event: no account can be made meanwhile."""

    def __init__(self, state: State, moves: list[Move] | None = None) -> None:
        self._moves = moves
        self._members = Columns(state.members, "m:")
        self._merchants = Columns(state.merchants, "s:")
        self._sharers: Sharers | None = None
        self._heads: Heads | None = None
        # What an honour pool will hold, to be expected before anybody asks about one.
        self._pool = state.pool.honor_fund_micro // LEVELS + max(state.pool.honor_carry_micro)
        self._sellers = Sellers(self._members), Sellers(self._merchants)

    def cannot_overflow(self, pool: Pool) -> bool:
        """Whether no close of this pool could push a number past 2^63 - 1.

        All that is paid comes out of the pool's cash. While the shares held are those outstanding,
        none are worth more than the reserve, so that a close pays an account at most that cash for
        its quota, again for its shares in an exit, and its coins in a wind-up.
        """
        pool_cash = sum(pool.cash_numbers())
        held, most = pool.treasury_micro, 0
        for columns in (self._members, self._merchants):
            shares, most_shares = columns.shares, columns.most_shares
            held += sum(total(shares[block], most_shares) for block in columns.blocks())
            coins = int(columns.coins.max(initial=0))
            most = max(most, int(columns.cash.max(initial=0)) + coins)
            most = max(most, int(columns.dividends.max(initial=0)))
        return held == pool.outstanding_micro and most + 3 * pool_cash <= MOST_EVER

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """See `Population`."""
        if rate is None:
            return 0, weight_of(self._members)
        if self._sharers is None or not self._sharers.covers(rate):
            self._sharers = Sharers(self._members, rate)
        return self._sharers.totals(rate)

    def honour_totals(
        self,
        level: int,
        least_shares: int,
        rate: Rate,
        before: tuple[int, ...],
        per_head: Rate | None,
    ) -> tuple[int, int]:
        """See `Population`."""
        if self._heads is None or self._heads.key != (least_shares, rate):
            self._heads = Heads(self._members, least_shares, rate, self._pool)
        return self._heads.totals(level, before, per_head)

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """See `Population`."""
        members, paid, honours_paid = self._members, 0, 0
        payments = Payments(members, rate, amounts, least_shares)
        for block in members.blocks():
            gets = payments.dividends(block)
            paid += total(gets, members.most_quota)
            if any(amounts):
                honours = payments.honours(block, gets)
                honours_paid += total(honours, members.most_quota)
                gets += honours
            members.quota[block] -= gets
            _add(members.cash[block], gets)
            _add(members.dividends[block], gets)
        self._sharers = self._heads = None
        return paid, honours_paid

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        """See `Population`."""
        sums, price = [0, 0, 0, 0, 0], Rate(reserve, outstanding)
        for columns, sellers in zip((self._members, self._merchants), self._sellers, strict=True):
            for rows, gross in sellers.at(price):
                sold = self._sell(columns, rows, gross, fee_nano)
                sums = [so_far + more for so_far, more in zip(sums, sold, strict=True)]
        return ExitRound(*sums)

    def _sell(
        self, columns: Columns, rows: Column, gross: Column, fee_nano: int
    ) -> tuple[int, ...]:
        """Sells these rows out for their value; the sums of an `ExitRound`."""
        shares, quota = columns.shares[rows], columns.quota[rows]
        fees = gross - scaled_down(gross, NANO - fee_nano, NANO)
        used = np.minimum(quota, gross)
        _credit(columns, rows, gross - fees)
        columns.quota[rows] = quota - used
        columns.shares[rows] = 0
        self._post("forced_exit", columns, rows, cash=gross - fees, share=-shares, quota=-used)
        return len(rows), total(shares), total(gross), total(fees), total(used)

    def wind_up(self, reserve: int, outstanding: int) -> WindUp:
        """See `Population`."""
        sums = [0, 0, 0]
        for columns in (self._members, self._merchants):
            for block in columns.blocks():
                rows = np.flatnonzero((columns.shares[block] > 0) | (columns.coins[block] > 0))
                rows += block.start
                shares, coins = columns.shares[rows], columns.coins[rows]
                worth = scaled_down(shares, reserve, outstanding)
                _credit(columns, rows, worth, coins)
                columns.shares[rows] = 0
                columns.coins[rows] = 0
                self._post("wind_up", columns, rows, cash=worth + coins, share=-shares, coin=-coins)
                wound = (total(shares), total(worth), total(coins))
                sums = [so_far + more for so_far, more in zip(sums, wound, strict=True)]
        return WindUp(*sums)

    def _post(self, reason: str, columns: Columns, rows: Column, **changes: Column) -> None:
        if self._moves is None:
            return
        names = columns.names()
        for place, row in enumerate(rows.tolist()):
            change = {unit: int(column[place]) for unit, column in changes.items()}
            post(self._moves, columns.prefix + names[row], reason, **change)


def _add(column: Column, amounts: Column) -> None:
    """Adds amounts that are not negative; raises OverflowStop if a sum is too high."""
    column += amounts
    if column.min(initial=0) < 0:  # past 2^63 - 1 a sum wraps
        raise OverflowStop("a balance would pass 2^63 - 1 micro-units")


def _credit(columns: Columns, rows: Column, *amounts: Column) -> None:
    """Adds amounts to the cash of some rows, as `_add` does."""
    cash = columns.cash[rows]
    for amount in amounts:
        _add(cash, amount)
    columns.cash[rows] = cash
