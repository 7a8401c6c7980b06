"""The balances: how a row says what its account holds, and how the writer changes rows."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.backends.utils import CursorWrapper

from sharemall.engine.amounts import LEVELS
from sharemall.ledger import copying
from sharemall.ledger.books import NOT_THERE, Books
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
# Emptied by every commit, and before every use: two batches of one transaction must not mix.
_CHANGED = """
CREATE TEMP TABLE IF NOT EXISTS ledger_changed (LIKE ledger_balance) ON COMMIT DELETE ROWS;
DELETE FROM ledger_changed
"""
_UPDATE = """
UPDATE ledger_balance b SET level = c.level, share_micro = c.share_micro,
    coin_micro = c.coin_micro, moved_micro = c.moved_micro, granted_micro = c.granted_micro,
    used_micro = c.used_micro, dividends_micro = c.dividends_micro
FROM ledger_changed c WHERE b.account_id = c.account_id
"""


@dataclass(frozen=True)
class Changes:
    """Rows of `COLUMNS` as a batch left them: of accounts that are new, and of others."""

    new: Column = field(default_factory=lambda: _nothing())
    old: Column = field(default_factory=lambda: _nothing())


def changes(books: Books, keys: Iterable[str], known: int) -> Changes:
    """How these accounts, as far as they exist, stand, in the order of their ids.

    Those with an id above `known` are new. Keys of the pool's own accounts are passed over.
    """
    members, merchants = books.state.members.rows, books.state.merchants.rows
    touched = [(key[0], key[2:]) for key in keys]
    of_members = [members[name] for kind, name in touched if kind == "m" and name in members]
    of_merchants = [merchants[name] for kind, name in touched if kind == "s" and name in merchants]
    rows = np.concatenate((_members(books, of_members), _merchants(books, of_merchants)))
    rows = rows[np.argsort(rows[:, 0])]
    new = rows[:, 0] > known
    return Changes(rows[new], rows[~new])


def write(cursor: CursorWrapper, changed: Changes) -> None:
    """Write the rows: new ones by COPY, the others by COPY beside the table and one UPDATE."""
    if len(changed.old):
        cursor.execute(_CHANGED)
        copying.copy(cursor, "ledger_changed", COLUMNS, copying.integers(_WIDTHS, changed.old.T))
        cursor.execute(_UPDATE)
    copying.copy(cursor, "ledger_balance", COLUMNS, copying.integers(_WIDTHS, changed.new.T))


def _members(books: Books, places: list[int]) -> Column:
    """Members' rows of the balances; how many there are at each level is counted anew."""
    held, kept = books.state.members, books.members
    level, shares, coins, cash, dividends, quota, number, granted, before = _at(
        places,
        (held.level, held.shares, held.coins, held.cash, held.dividends, held.quota),
        (kept.number, kept.granted, kept.level),
    )
    _count_levels(books, before, level)
    for place in np.array(places, np.int64)[before != level].tolist():
        kept.level[place] = held.level[place]
    used = granted - quota - dividends
    member, moved = np.ones_like(number), cash - dividends
    return np.column_stack((number, member, level, shares, coins, moved, granted, used, dividends))


def _merchants(books: Books, places: list[int]) -> Column:
    held = books.state.merchants
    shares, coins, cash, number = _at(
        places, (held.shares, held.coins, held.cash), (books.merchants.number,)
    )
    none = np.zeros_like(number)
    return np.column_stack((number, none, none, shares, coins, cash, none, none, none))


def _at(places: list[int], *columns: Sequence["array[int]"]) -> list[Column]:
    """What the columns hold at these places."""
    return [
        np.frombuffer(column, np.int64)[places] if places else _nothing()[:, 0]
        for part in columns
        for column in part
    ]


def _count_levels(books: Books, before: Column, now: Column) -> None:
    """Members are counted at the levels that they have now, no longer at those they had."""
    counts = np.bincount(now, minlength=LEVELS + 1)
    counts -= np.bincount(before[before != NOT_THERE], minlength=LEVELS + 1)
    books.row.level_counts = [
        count + int(change) for count, change in zip(books.row.level_counts, counts, strict=True)
    ]


def _nothing() -> Column:
    return np.empty((0, len(COLUMNS)), np.int64)
