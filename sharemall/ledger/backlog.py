"""A long queue: the next batch is worked out while the database still writes the one before.

What is worked out ahead is only a guess of what the ledger will be. `batch.write` compares position
and hash under the lock: where another process has come between, the guess is thrown away, and
nothing has happened.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

from sharemall.ledger import books, queue
from sharemall.ledger.batch import Batch, Overtaken, gather, work
from sharemall.ledger.interpreter import quick_turns, without_collecting
from sharemall.ledger.models import Pool

# Books of more accounts are closed and opened anew, so that memory does not grow with the queue.
MOST_ACCOUNTS = 100_000


def apply_ahead(size: int, commit: Callable[[Batch], None]) -> int:
    """Apply full batches of `size`, up to the next close_day; how many events that was.

    `commit` writes a batch under the writer's lock, in a thread of its own. What is left of the
    queue, less than a batch, is the caller's, and so is all of it once another process has come
    between.
    """
    with quick_turns(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger") as thread:
        try:
            return _apply_ahead(size, lambda batch: thread.submit(commit, batch))
        finally:
            thread.submit(_disconnect).result()


def _apply_ahead(size: int, submit: Callable[[Batch], "Future[None]"]) -> int:
    opened = books.opened()
    done, before = 0, opened.row.position
    batch: Batch | None = None
    writing: Future[None] | None = None
    while True:
        following = _work(opened, size, before, batch)
        if writing is not None:
            try:
                writing.result()
            except Overtaken:
                return done
            done += size
        if following is None:
            return done
        batch, before = following, following.position
        writing = submit(batch)


def _work(opened: books.Books, size: int, before: int, batch: Batch | None) -> Batch | None:
    """The batch behind the one that is being written; None if there is no full one."""
    if len(opened.numbers) > MOST_ACCOUNTS:
        return None
    with without_collecting(), connection.cursor() as cursor:
        queued = queue.following(cursor, batch.queued[-1].seq if batch else 0, size)
        if len(queued) < size or queue.is_close(queued[0]):
            return None
        touching = gather(cursor, opened, queued)
        # Accounts of a later position than the pool's would not fit together.
        if not Pool.objects.filter(position__in=[before, opened.row.position]).exists():
            return None
        return work(cursor, opened, queued, touching)


def _disconnect() -> None:
    """The thread ends, and its connection with it."""
    connection.close()
