"""A large close's dividends: inserted over a second connection, while the first updates balances.

PostgreSQL writes with one core a connection; a close has two great writes, and they do not need
each other. The second connection reads the balances as they were before the close: what the first
one changes is not committed yet, and nobody else changes them, since it holds the writer's lock.
It commits when all that can fail in the first is done, just before the day's row is written. If
the process dies between these two commits, the dividends are there without their day: written
ahead. No reader shows them (`columns.CLOSED`), and the next close discards them before it begins
(`ledger_discard_ahead`). Source: docs/decisions/0035.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

from django.db import connection

from sharemall.ledger import failpoints

# It need not wait for the disk: the first connection's commit comes later in the log, and waits.
BEGIN = """
SELECT set_config('synchronize_seqscans', 'off', true),
       set_config('synchronous_commit', 'off', true), ledger_dividend_month(%s)
"""
# So many pages of the balances a statement, 700 000 rows or fewer: what the sums of a statement are
# made of then fits into the memory that operations.md gives it.
PAGES = 20_000
PAGES_OF = "SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int"
PAID_OUT = "SELECT fund_micro, honour_micro FROM ledger_payout WHERE day = %s"


class Beside:
    """The second connection, in a thread of its own."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._inserting: Future[tuple[int, int]] | None = None

    def insert(self, day: date, statement: str, table: str) -> None:
        """Begin to execute the statement, whose one parameter is the day; does not wait for it.

        Its condition comes last, and it reads `table`, which it goes over part by part. It goes
        first: behind the update it would read every row twice.
        """
        self._thread.submit(_begin, day).result()
        self._inserting = self._thread.submit(_insert, day, statement, table)

    def written(self) -> tuple[int, int]:
        """What was inserted, in sum: dividends and honours. Raises what the statement raised."""
        assert self._inserting is not None
        return self._inserting.result()

    def commit(self) -> None:
        """Commit what was inserted, if anything was. Raises what the statement raised."""
        if self._inserting is None:
            return
        self._inserting.result()
        self._thread.submit(_commit).result()
        failpoints.reached("dividends-ahead")


@contextmanager
def beside() -> Iterator[Beside]:
    """A second connection; what is not committed when it ends is rolled back."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="dividends") as thread:
        try:
            thread.submit(_connect)  # while the rate is looked for
            yield Beside(thread)
        finally:
            thread.submit(_disconnect).result()


def _connect() -> None:
    """Where this fails, `_begin` tries again, and says why."""
    connection.ensure_connection()


def _begin(day: date) -> None:
    """Begin a transaction, and make the place that the dividends go to."""
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [day])


def _insert(day: date, statement: str, table: str) -> tuple[int, int]:
    """Execute it in the transaction, which is left open; the sums that a trigger has made.

    All parts see the same rows, where they were: what changes them is not committed meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(PAGES_OF, [table])
        (pages,) = cursor.fetchone()
        for part in _parts(pages):
            cursor.execute(f"{statement} AND {part}", [day])
        cursor.execute(PAID_OUT, [day])
        sums = cursor.fetchone() or (0, 0)
    failpoints.reached("dividends-inserted")
    return sums


def _parts(pages: int) -> list[str]:
    """SQL for where a row lies: each of a table's parts."""
    firsts = range(0, max(pages, 1), PAGES)
    before = [f" AND ctid < '({first},0)'::tid" for first in firsts[1:]]
    return [
        f"ctid >= '({first},0)'::tid{end}" for first, end in zip(firsts, [*before, ""], strict=True)
    ]


def _commit() -> None:
    """Commit in the thread: to each its own `connection`."""
    connection.commit()


def _disconnect() -> None:
    """The thread ends, and its connection with it, and with that what is not committed."""
    connection.close()
