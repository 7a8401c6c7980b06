"""Entries: the engine's moves as rows, each of its event's position."""

from array import array
from collections.abc import Sequence

import numpy as np

from sharemall.engine.state import Move
from sharemall.ledger import copying
from sharemall.ledger.books import Books
from sharemall.ledger.copying import BIGINT, SMALLINT, Column
from sharemall.ledger.reasons import NUMBER, POOL_ACCOUNTS

COLUMNS = (
    "account_id",
    "position",
    "reason",
    "cash_micro",
    "share_micro",
    "coin_micro",
    "quota_micro",
)
_WIDTHS = (BIGINT, BIGINT, SMALLINT, BIGINT, BIGINT, BIGINT, BIGINT)
_OUTSIDE = POOL_ACCOUNTS.index(".outside") + 1


def post(books: Books, position: int, moves: Sequence[Move], moved: "array[int]") -> bytes:
    """The rows of a batch's moves, and in the books the totals that they change.

    The first `moved[0]` moves are of the event behind `position`, and so on.
    """
    if not moves:
        return b""
    keys, reasons, cash, share, coin, quota = zip(*moves, strict=True)
    account = _column(map(books.numbers.__getitem__, keys))
    coins, quotas = np.array(coin, np.int64), np.array(quota, np.int64)
    books.row.coins_micro -= sum(coins[account == _OUTSIDE].tolist())
    _grant(books, keys, account, quotas)
    columns = (
        account,
        np.repeat(np.arange(position + 1, position + 1 + len(moved)), moved),
        _column(map(NUMBER.__getitem__, reasons)),
        np.array(cash, np.int64),
        np.array(share, np.int64),
        coins,
        quotas,
    )
    return copying.integers(_WIDTHS, columns)


def _grant(books: Books, keys: Sequence[str], account: Column, quotas: Column) -> None:
    """Add up the quota granted: what a member's quota went up by, which only a sale does."""
    places, granted = books.state.members.rows, books.members.granted
    for place in np.flatnonzero((quotas > 0) & (account > len(POOL_ACCOUNTS))).tolist():
        quota = int(quotas[place])
        granted[places[keys[place][2:]]] += quota
        books.row.granted_micro += quota


def _column(values: "map[int]") -> Column:
    return np.fromiter(values, np.int64)
