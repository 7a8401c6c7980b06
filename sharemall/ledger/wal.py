"""The database's log (WAL) on its way to the disk, while others still write more of it.

PostgreSQL's own writer of the log wakes five times a second. A large close fills the log's buffers
before that, and then each of its connections sends them page by page and waits for the other.
Source: docs/decisions/0037.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event

from django.db import Error, connection

PAUSE_S = 0.01


def flush() -> None:
    """Send the log so far to the disk, whoever wrote it: commit a message that nobody reads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'sharemall', '')")


@contextmanager
def flushing() -> Iterator[None]:
    """Meanwhile the log is sent to the disk again and again, over a connection of its own."""
    done = Event()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="wal") as thread:
        flushes = thread.submit(_flush_until, done)
        try:
            yield
        finally:
            done.set()
            flushes.result()


def _flush_until(done: Event) -> None:
    """Where this fails, for want of a connection, the others are slower, and nothing is wrong."""
    try:
        with suppress(Error):
            while not done.wait(PAUSE_S):
                flush()
    finally:
        connection.close()
