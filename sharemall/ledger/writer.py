"""The one writer: applies pending events in micro-batches, one transaction a batch.

Lock: a transaction-level advisory lock. While one process applies, the others wait and then find
their event applied. A batch ends before a close_day, which is a batch of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sharemall.ledger import books, failpoints, queue, selectors
from sharemall.ledger.backlog import apply_ahead
from sharemall.ledger.batch import Batch, gather, work, write
from sharemall.ledger.closing_step import close
from sharemall.ledger.interpreter import without_collecting
from sharemall.ledger.values import Outcome

LOCK = 0x5348415245  # "SHARE"
BATCH = 1000
AHEAD = 16000  # in the end, of a long queue: what a batch costs whatever is in it counts less

# On Citus, what a node has left open is finished first, and a batch goes to the nodes one after
# the other: a connection for each shard would take ten times as long. Elsewhere both do nothing.
BEGIN = """
SELECT pg_advisory_xact_lock(%s), ledger_settled(),
       set_config('citus.multi_shard_modify_mode', 'sequential', true)
"""


class NotAppended(LookupError):
    """Nobody has appended (and committed) an event with this id."""


def drain() -> int:
    """Apply all that is pending now; how many events that was, with those that came meanwhile.

    Never call it inside a transaction.
    """
    total, last = 0, queue.last()
    while queue.reaches(last):
        total += advance()
    return total


def advance() -> int:
    """Apply the next batch, and what is behind it of a long queue; how many events that was."""
    done = _apply_batch()
    return done + apply_ahead(BATCH, AHEAD, _commit) if done == BATCH else done


def settle(event_id: str) -> Outcome:
    """Apply what is pending until this event has its outcome. Raises NotAppended."""
    outcome = selectors.outcome(event_id)
    while outcome is None:
        done = _apply_batch(unless=event_id)
        outcome = selectors.outcome(event_id)
        if outcome is None and not done:
            raise NotAppended(event_id)
    return outcome


def settle_all(event_ids: Sequence[str]) -> dict[str, str | None]:
    """Apply what is pending until each of these that was appended has its code ("": applied)."""
    codes = selectors.codes(event_ids)
    while waiting := [one for one in event_ids if codes.get(one, "") is None]:
        _apply_batch(unless=waiting[-1])
        codes = selectors.codes(event_ids)
    return codes


def _apply_batch(unless: str | None = None) -> int:
    """One batch from the queue to the commit, all of it under the lock; how many events.

    0 if `unless`, an event, was applied while this process waited for the lock.
    """
    with without_collecting(), _locked() as cursor:
        if unless is not None and selectors.outcome(unless) is not None:
            return 0
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
