"""The one writer: applies pending events in micro-batches, one transaction a batch.

Lock: a transaction-level advisory lock. While one process applies, the others wait and then find
their event applied. A batch ends before a close_day, which is a batch of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sharemall.ledger import books, failpoints, queue, selectors
from sharemall.ledger.backlog import apply_ahead
from sharemall.ledger.batch import Batch, gather, work, write
from sharemall.ledger.closing_step import close
from sharemall.ledger.collecting import without_collecting
from sharemall.ledger.values import Outcome

LOCK = 0x5348415245  # "SHARE"
BATCH = 4000

# On Citus, what a node has left open is finished first, and a batch goes to the nodes one after
# the other: a connection for each shard would take ten times as long. Elsewhere both do nothing.
BEGIN = """
SELECT pg_advisory_xact_lock(%s), ledger_settled(),
       set_config('citus.multi_shard_modify_mode', 'sequential', true)
"""


class NotAppended(LookupError):
    """Nobody has appended (and committed) an event with this id."""


def drain() -> int:
    """Apply all that is pending; how many events that was. Never call it inside a transaction."""
    total = 0
    while done := _apply_batch():
        total += done
        if done == BATCH:
            total += apply_ahead(BATCH, _commit)
    return total


def settle(event_id: str) -> Outcome:
    """Drain until this event is applied or rejected, and say which. Raises NotAppended."""
    while True:
        outcome = selectors.outcome(event_id)
        if outcome is not None:
            return outcome
        if not _apply_batch() and selectors.outcome(event_id) is None:
            raise NotAppended(event_id)


def _apply_batch() -> int:
    """One batch from the queue to the commit, all of it under the lock; how many events."""
    with without_collecting(), _locked() as cursor:
        queued = queue.following(cursor, 0, BATCH)
        if not queued:
            return 0
        opened = books.opened()
        if queue.is_close(queued[0]):
            batch = close(cursor, opened, queued[0])
        else:
            batch = work(cursor, opened, queued, gather(cursor, opened, queued))
        write(cursor, batch)
        failpoints.reached("before-commit")
    failpoints.reached("after-commit")
    return len(queued)


def _commit(batch: Batch) -> None:
    """Write a batch that was worked out without the lock. Raises Overtaken."""
    with _locked() as cursor:
        write(cursor, batch)
        failpoints.reached("before-commit")
    failpoints.reached("after-commit")


@contextmanager
def _locked() -> Iterator[CursorWrapper]:
    """A transaction that holds the writer's lock to its end."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(BEGIN, [LOCK])
        yield cursor
