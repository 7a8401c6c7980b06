"""A long queue: the next batch is worked out while the database still writes the one before.

What is worked out ahead is only a guess of what the ledger will be. `batch.write` compares position
and hash under the lock: where another process has come between, the guess is thrown away, and
nothing has happened.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

from sharemall.ledger import books, queue, wal
from sharemall.ledger.batch import Batch, Overtaken, gather, work
from sharemall.ledger.interpreter import quick_turns, without_collecting
from sharemall.ledger.models import Pool

# Books of more accounts are closed and opened anew, so that memory does not grow with the queue.
MOST_ACCOUNTS = 100_000


def apply_ahead(least: int, most: int, commit: Callable[[Batch], None]) -> int:
    """Apply the queue in batches, up to the next close_day; how many events that was.

    The batches grow from twice `least` to `most` events, so that there is soon one to write.
    `commit` writes a batch under the writer's lock, in a thread of its own. What comes behind the
    first batch that is not full is the caller's, and so is all of it once another process has come
    between.
    """
    with quick_turns(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger") as thread:
        try:
            return _apply_ahead(least, most, lambda batch: thread.submit(commit, batch))
        finally:
            thread.submit(_disconnect).result()


def _apply_ahead(size: int, most: int, submit: Callable[[Batch], "Future[None]"]) -> int:
    opened = books.opened()
    done, before = 0, opened.row.position
    writing: tuple[Batch, Future[None]] | None = None
    while True:
        batch = None if writing is None else writing[0]
        is_last = batch is not None and len(batch.numbers) < size
        size = min(size * 3 // 2, most)
        following = None if is_last else _work(opened, size, before, batch)
        if writing is not None:
            written, future = writing
            if not future.done():
                wal.flush()  # so that its commit waits for less of it
            try:
                future.result()
            except Overtaken:
                return done
            done += len(written.numbers)
        if following is None:
            return done
        before = following.position
        writing = following, submit(following)


def _work(opened: books.Books, size: int, before: int, batch: Batch | None) -> Batch | None:
    """The batch behind the one that is being written; None if nothing is to be worked out ahead."""
    if len(opened.numbers) > MOST_ACCOUNTS:
        return None
    with without_collecting(), connection.cursor() as cursor:
        queued = queue.following(cursor, batch.numbers[-1] if batch else 0, size)
        if not queued or queue.is_close(queued[0]):
            return None
        touching = gather(cursor, opened, queued)
        # Accounts of a later position than the pool's would not fit together.
        if not Pool.objects.filter(position__in=[before, opened.row.position]).exists():
            return None
        return work(cursor, opened, queued, touching)


def _disconnect() -> None:
    """The thread ends, and its connection with it."""
    connection.close()
