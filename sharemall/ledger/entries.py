"""Entries: the engine's moves as rows, each of its event's position."""

from collections.abc import Iterator, Sequence

import numpy as np

from sharemall.engine.bulk import BUYER, REFERRER, BulkMoves
from sharemall.ledger import copying
from sharemall.ledger.books import Books
from sharemall.ledger.copying import BIGINT, SMALLINT, Column
from sharemall.ledger.reasons import NUMBER, NUMBER_OF_POOL

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
_OUTSIDE = NUMBER_OF_POOL[".outside"]
Columns = tuple[Column, ...]


def post(books: Books, moves: BulkMoves, first: int) -> bytes:
    """The rows of a batch's moves, and in the books the totals that they change.

    The moves are numbered by their events; the first of these has the position `first`.
    """
    sold = np.frombuffer(moves.of_sale, np.int64) + first
    rows = [copying.integers(_WIDTHS, columns) for columns in _sold(books, moves, sold)]
    if moves:
        columns = _moved(books, moves, np.frombuffer(moves.of_move, np.int64) + first)
        account, coin = columns[0], columns[5]
        books.row.coins_micro -= sum(coin[account == _OUTSIDE].tolist())
        rows.append(copying.integers(_WIDTHS, columns))
    return b"".join(rows)


def _moved(books: Books, moves: BulkMoves, position: Column) -> Columns:
    """All but the sales."""
    keys, reasons, cash, share, coin, quota = zip(*moves, strict=True)
    return (
        _column(map(books.numbers.__getitem__, keys)),
        position,
        _column(map(NUMBER.__getitem__, reasons)),
        np.array(cash, np.int64),
        np.array(share, np.int64),
        np.array(coin, np.int64),
        np.array(quota, np.int64),
    )


def _sold(books: Books, moves: BulkMoves, position: Column) -> Iterator[Columns]:
    """The sales, leg by leg, and in the books what they grant."""
    for leg in moves.legs() if moves.buyers else ():
        where = np.flatnonzero((leg.cash != 0) | (leg.share != 0) | (leg.quota != 0))
        if not len(where):
            continue
        if leg.account in (BUYER, REFERRER):
            names = moves.buyers if leg.account == BUYER else moves.referrers
            account = _members(books, [names[place] for place in where.tolist()], leg.quota[where])
        else:
            account = np.full_like(where, NUMBER_OF_POOL[leg.account])
        reason, none = np.full_like(where, NUMBER[leg.reason]), np.zeros_like(where)
        cash, share, quota = (column[where] for column in (leg.cash, leg.share, leg.quota))
        yield account, position[where], reason, cash, share, none, quota


def _members(books: Books, names: Sequence[str | None], quotas: Column) -> Column:
    """The accounts of these members, who are granted these quotas."""
    places = books.state.members.rows
    rows = [places[name] for name in names if name is not None]
    np.add.at(np.frombuffer(books.members.granted, np.int64), rows, quotas)
    books.row.granted_micro += sum(quotas.tolist())
    return np.frombuffer(books.members.number, np.int64)[rows]


def _column(values: "map[int]") -> Column:
    return np.fromiter(values, np.int64)
