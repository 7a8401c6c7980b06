"""The balances: how a row says what its account holds, and how the writer changes rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.backends.utils import CursorWrapper

from sharemall.ledger import copying
from sharemall.ledger.books import Books
from sharemall.ledger.copying import BIGINT, BOOLEAN, SMALLINT, Column

COLUMNS = (
    "account_id",
    "is_member",
    "level",
    "share_micro",
    "coin_micro",
    "moved_micro",
    "granted_micro",
    "used_micro",
    "dividends_micro",
)
_WIDTHS = (BIGINT, BOOLEAN, SMALLINT, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT)
_UPDATE = """
UPDATE ledger_balance b SET level = v.level, share_micro = v.share, coin_micro = v.coin,
    moved_micro = v.moved, granted_micro = v.granted, used_micro = v.used,
    dividends_micro = v.dividends
FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[])
    AS v(account_id, level, share, coin, moved, granted, used, dividends)
WHERE b.account_id = v.account_id
"""


@dataclass(frozen=True)
class Changes:
    """Rows of `COLUMNS` as a batch left them: of accounts that are new, and of others."""

    new: Column = field(default_factory=lambda: _nothing())
    old: Column = field(default_factory=lambda: _nothing())


def changes(books: Books, keys: Iterable[str], known: int) -> Changes:
    """How these accounts stand, in the order of their ids; those above `known` are new."""
    ordered = sorted(keys, key=books.number)
    members = _members(books, [key for key in ordered if key.startswith("m:")])
    merchants = _merchants(books, [key for key in ordered if not key.startswith("m:")])
    rows = np.concatenate((members, merchants))
    new = rows[:, 0] > known
    return Changes(rows[new], rows[~new])


def write(cursor: CursorWrapper, changed: Changes) -> None:
    """Write the rows: new ones by COPY, the others by one UPDATE."""
    if len(changed.old):
        number, _, *rest = changed.old.T
        cursor.execute(_UPDATE, [copying.array(column) for column in (number, *rest)])
    copying.copy(cursor, "ledger_balance", COLUMNS, copying.integers(_WIDTHS, changed.new.T))


def _members(books: Books, keys: Sequence[str]) -> Column:
    """Members' rows; how many are at each level is counted anew."""
    if not keys:
        return _nothing()
    held = books.state.members
    places = _column([held.rows[key[2:]] for key in keys])
    level, shares, coins, cash, dividends, quota = (
        np.frombuffer(column, np.int64)[places]
        for column in (held.level, held.shares, held.coins, held.cash, held.dividends, held.quota)
    )
    books.count_levels(keys, level.tolist())
    number = _column([books.numbers[key] for key in keys])
    granted = _column([books.granted.get(key, 0) for key in keys])
    used = granted - quota - dividends
    member, moved = np.ones_like(number), cash - dividends
    return np.column_stack((number, member, level, shares, coins, moved, granted, used, dividends))


def _merchants(books: Books, keys: Sequence[str]) -> Column:
    if not keys:
        return _nothing()
    held = books.state.merchants
    places = _column([held.rows[key[2:]] for key in keys])
    shares, coins, cash = (
        np.frombuffer(column, np.int64)[places] for column in (held.shares, held.coins, held.cash)
    )
    number = _column([books.numbers[key] for key in keys])
    none = np.zeros_like(number)
    return np.column_stack((number, none, none, shares, coins, cash, none, none, none))


def _nothing() -> Column:
    return np.empty((0, len(COLUMNS)), np.int64)


def _column(values: Sequence[int]) -> Column:
    return np.array(values, np.int64)
