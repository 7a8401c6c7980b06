"""NumPy's view of the accounts' columns, and the blocks of rows in which they are gone through.

The rows of a block, and the room for what is worked out from them, fit into the processor's cache
together. Whole columns do not: every step would have to fetch them from memory again.
"""

from collections.abc import Iterator

import numpy as np

from sharemall.engine.exact import Column, Scale
from sharemall.engine.state import Accounts, Rate

BLOCK = 1 << 15
# A number shifted by this is a mask: all bits set if it was negative, none if not.
SIGN = 63


class Columns:
    """The accounts' columns: what is written here is written there. No balance is negative.

    The highest shares and quota are those at the beginning: a close only lowers both.
    """

    def __init__(self, accounts: Accounts, prefix: str) -> None:
        self.prefix = prefix
        self._accounts = accounts
        self._names: list[str] | None = None
        self.shares = np.frombuffer(accounts.shares, np.int64)
        self.quota = np.frombuffer(accounts.quota, np.int64)
        self.cash = np.frombuffer(accounts.cash, np.int64)
        self.coins = np.frombuffer(accounts.coins, np.int64)
        self.dividends = np.frombuffer(accounts.dividends, np.int64)
        self.level = np.frombuffer(accounts.level, np.int64)
        self.block = min(BLOCK, max(len(self.shares), 1))
        self.most_shares = int(self.shares.max(initial=0))
        self.most_quota = int(self.quota.max(initial=0))

    def names(self) -> list[str]:
        """The accounts' ids by row."""
        if self._names is None:
            self._names = list(self._accounts.rows)
        return self._names

    def blocks(self, step: int = 1) -> Iterator[slice]:
        """The rows a block at a time: all of them, or every `step`th block."""
        for start in range(0, len(self.shares), self.block * step):
            yield slice(start, min(start + self.block, len(self.shares)))

    def room(self, columns: int) -> Column:
        """Room for so many columns of a block."""
        return np.empty((columns, self.block), np.int64)

    def scale(self, rate: Rate) -> Scale:
        """What a block of shares gets at a rate whose weight is not 0."""
        return Scale(rate.left, rate.weight, self.most_shares, self.block)
