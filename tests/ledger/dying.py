"""A close that dies between its two commits, and whoever looks on meanwhile."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import psutil
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from sharemall.ledger import journal, selectors
from tests.ledger.helpers import EXITING, close, drained, feed, opened, sale

FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)
SALES = [sale("1"), sale("2", "bob", "500", referrer="ann"), sale("3", "cat", "70")]
WAITING = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_stat_activity WHERE datname = current_database())
"""
LATE = "INSERT INTO ledger_dividend VALUES (10, '2026-01-02', 5, 0)"


def asked(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def written() -> int:
    """How many dividends of the second day lie there, closed or not."""
    return asked("SELECT count(*) FROM ledger_dividend WHERE day = '2026-01-02'")


def first_day_closed_second_queued() -> None:
    opened(EXITING)
    feed([*SALES, close("2026-01-01"), sale("4", "dan", "60"), sale("5", "bob", "9")])
    journal.append(close("2026-01-02"))


def died_ahead() -> None:
    """A close of the second day was killed when its dividends were committed, and not the day."""
    first_day_closed_second_queued()
    assert drained("dividends-ahead", many=0) == -signal.SIGKILL
    assert selectors.pool().last_closed == FIRST
    assert written() > 0


@contextmanager
def late_session(statement: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection beside this one, in a transaction that has executed the statement."""
    late = connection.copy()
    late.set_autocommit(False)
    try:
        with late.cursor() as cursor:
            cursor.execute(statement)
        yield late
    finally:
        late.close()


def until_it_waits(process: psutil.Popen) -> None:
    """Return when a statement of this database waits for another session."""
    while not asked(WAITING):
        assert process.poll() is None
