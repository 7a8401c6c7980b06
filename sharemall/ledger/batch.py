"""A batch: a run of events applied to the books, and the rows that say what they did."""

import itertools
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any

from django.db.backends.utils import CursorWrapper

from sharemall.engine.bulk import BulkMoves
from sharemall.engine.events import accounts_of
from sharemall.engine.run import Done, apply_run
from sharemall.ledger import balances, chain, copying, entries, failpoints, queue
from sharemall.ledger.books import Books
from sharemall.ledger.models import Pool, SchemeVersion
from sharemall.ledger.queue import Queued


class Overtaken(Exception):
    """Another process has applied events since these books were opened."""


@dataclass
class Batch:
    """What was done behind a position, ready to be written."""

    position: int  # behind which it was done
    hash: bytes  # of the chain there
    numbers: list[int]  # of its events in the queue
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
    known, schemes, moves = books.row.accounts, len(books.state.schemes), BulkMoves()
    everybody = partial(books.load_holders, cursor)  # for a wind-up: all are paid out
    done = apply_run(books.state, [item.event for item in queued], moves, everybody)
    settle(books, batch, queued, done)
    batch.schemes = _versions(batch, queued, done, schemes)
    made = books.adopt()
    batch.accounts = [copying.numbered_text(books.numbers[key], key) for key in made]
    batch.entries = entries.post(books, moves, batch.position + 1)
    # A buyer's level or account may be new without a move.
    applied = itertools.compress(touching, map(operator.not_, done.codes))
    touched = set(itertools.chain.from_iterable(applied)).union(map(itemgetter(0), moves))
    batch.changes = balances.changes(books, touched, known)
    batch.pool = books.pool_values()
    return batch


def start(books: Books, queued: Sequence[Queued]) -> Batch:
    """An empty batch at the books' position."""
    return Batch(books.row.position, bytes(books.row.hash), [item.seq for item in queued])


def settle(books: Books, batch: Batch, queued: Sequence[Queued], done: Done) -> None:
    """Put down what became of the batch's events, each at its position; the chain moves on."""
    row, zone = books.row, books.state.scheme.timezone
    batch.applications, row.hash = chain.applications(
        batch.hash, batch.position, queued, done, zone
    )
    row.position = batch.position + len(queued)


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
    queue.remove(cursor, batch.numbers)


def _versions(
    batch: Batch, queued: Sequence[Queued], done: Done, before: int
) -> list[SchemeVersion]:
    """The schemes that came into force, behind this many."""
    found: list[SchemeVersion] = []
    for place, (item, code) in enumerate(zip(queued, done.codes, strict=True), 1):
        if not code and item.event["type"] == "set_scheme":
            version, toml = before + len(found) + 1, item.event["toml"]
            found.append(SchemeVersion(version=version, toml=toml, position=batch.position + place))
    return found
