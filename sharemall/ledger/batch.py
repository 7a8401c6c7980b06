"""A batch: a run of events applied to the books, and the rows that say what they did."""

import itertools
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np
from django.db.backends.utils import CursorWrapper

from sharemall.engine.apply import apply
from sharemall.engine.bulk import BulkMoves
from sharemall.engine.errors import IncompleteState
from sharemall.engine.events import accounts_of
from sharemall.ledger import balances, chain, copying, entries, failpoints, queue
from sharemall.ledger.books import Books
from sharemall.ledger.events import Event
from sharemall.ledger.models import Pool, SchemeVersion
from sharemall.ledger.queue import Queued


class Overtaken(Exception):
    """Another process has applied events since these books were opened."""


@dataclass
class Batch:
    """What was done behind a position, ready to be written."""

    position: int  # behind which it was done
    hash: bytes  # of the chain there
    queued: Sequence[Queued]
    applications: list[bytes] = field(default_factory=list)
    schemes: list[SchemeVersion] = field(default_factory=list)
    entries: bytes = b""
    accounts: list[bytes] = field(default_factory=list)  # those that are new
    changes: balances.Changes = field(default_factory=balances.Changes)
    pool: dict[str, Any] = field(default_factory=dict)  # the pool's row behind it


def gather(cursor: CursorWrapper, books: Books, queued: Sequence[Queued]) -> list[list[str]]:
    """Load the accounts that the events may touch; their keys, event by event."""
    touching = [accounts_of(item.event) for item in queued]
    books.load(cursor, dict.fromkeys(itertools.chain.from_iterable(touching)))
    return touching


def work(
    cursor: CursorWrapper, books: Books, queued: Sequence[Queued], touching: list[list[str]]
) -> Batch:
    """Apply the events, whose accounts are gathered, to the books; nothing is written yet."""
    batch = start(books, queued)
    known, moves = books.row.accounts, BulkMoves()
    moved, sold = array("q"), array("q")  # the positions of the moves' events, and of the sales
    unmoved = set[str]()  # a buyer's level or account may be new without a move
    for item, keys in zip(queued, touching, strict=True):
        code = _apply(cursor, books, item.event, moves)
        settle(books, batch, item, code)
        if len(moves) > len(moved):
            moved.extend([books.row.position] * (len(moves) - len(moved)))
        if len(moves.buyers) > len(sold):
            sold.append(books.row.position)
        if not code:
            unmoved.update(keys)
            if item.event["type"] == "set_scheme":
                batch.schemes.append(_version(books, item.event))
    made = books.adopt()
    batch.accounts = [copying.numbered_text(books.numbers[key], key) for key in made]
    batch.entries = entries.post(
        books, moves, np.frombuffer(moved, np.int64), np.frombuffer(sold, np.int64)
    )
    touched = unmoved.union(map(itemgetter(0), moves))
    batch.changes = balances.changes(books, touched, known)
    batch.pool = books.pool_values()
    return batch


def start(books: Books, queued: Sequence[Queued]) -> Batch:
    """An empty batch at the books' position."""
    return Batch(books.row.position, bytes(books.row.hash), queued)


def settle(books: Books, batch: Batch, item: Queued, code: str) -> None:
    """Put down what became of an event at the next position; the chain moves on."""
    row, pool = books.row, books.state.pool
    row.position += 1
    application, row.hash = chain.application(
        bytes(row.hash),
        row.position,
        item.event_id,
        code,
        pool.reserve_micro,
        pool.outstanding_micro,
        item.payload,
        chain.day_field(item.event, books.state.scheme.timezone),
    )
    batch.applications.append(application)


def write(cursor: CursorWrapper, batch: Batch) -> None:
    """Write the batch, in the transaction of the caller, who holds the writer's lock.

    Raises Overtaken, with nothing written, if the ledger does not stand where the batch began.
    """
    unmoved = Pool.objects.filter(position=batch.position, hash=batch.hash)
    if not unmoved.update(**batch.pool):
        raise Overtaken
    copying.copy(cursor, "ledger_entry", entries.COLUMNS, batch.entries)
    balances.write(cursor, batch.changes)
    copying.copy(cursor, "ledger_account", ("id", "key"), batch.accounts)
    if batch.schemes:
        SchemeVersion.objects.bulk_create(batch.schemes)
    failpoints.reached("inside-batch")
    copying.copy(cursor, "ledger_application", chain.COLUMNS, batch.applications)
    failpoints.reached("before-dequeue")
    queue.remove(cursor, [item.seq for item in batch.queued])


def _apply(cursor: CursorWrapper, books: Books, event: Event, moves: BulkMoves) -> str:
    try:
        return apply(books.state, event, moves)
    except IncompleteState:  # a wind-up: everybody is paid out
        books.load_holders(cursor)
        return apply(books.state, event, moves)


def _version(books: Books, event: Event) -> SchemeVersion:
    return SchemeVersion(
        version=len(books.state.schemes), toml=event["toml"], position=books.row.position
    )
