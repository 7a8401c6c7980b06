"""Several processes over one database: one writes, the others wait, and take over when it dies."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from django.db import connection

from sharemall.ledger import journal, selectors, writer
from tests.ledger.helpers import (
    EXITING,
    assert_equal_to_replay,
    close,
    drained,
    draining,
    environment_of,
    feed,
    opened,
    sale,
)
from tests.processes import running

pytestmark = pytest.mark.django_db(transaction=True)

# Takes the writer's lock and is busy in the database for as long as anybody lets it.
BUSY = """
import django
django.setup()
from sharemall.ledger import writer
with writer._locked() as cursor:
    print("holding", flush=True)
    rows = "generate_series(1, 100000)"
    cursor.execute(f"SELECT count(*) FROM {rows} a, {rows} b, {rows} c")
"""


@contextmanager
def busy_leader() -> Iterator[psutil.Popen]:
    """A process in the middle of a long statement, holding the writer's lock."""
    command = [sys.executable, "-c", BUSY]
    with running(command, environment_of(), stdout=subprocess.PIPE) as leader:
        assert leader.stdout.readline() == b"holding\n"
        yield leader


def test_whoever_waits_takes_over_within_a_second_of_the_leaders_death() -> None:
    opened()
    journal.append_many([sale("1"), sale("2", "bob")])
    taken_over: list[float] = []

    def wait(event_id: str) -> None:
        try:
            assert writer.settle(event_id).code == ""
            taken_over.append(time.monotonic())
        finally:
            connection.close()

    with busy_leader() as leader:
        threads = [threading.Thread(target=wait, args=[name]) for name in ("1", "2")]
        for thread in threads:
            thread.start()
        _until_blocked(leader, threads)
        assert taken_over == []
        killed = time.monotonic()
        leader.kill()
        for thread in threads:
            thread.join()
    assert len(taken_over) == 2
    assert max(taken_over) - killed < 1.0


def _until_blocked(leader: psutil.Popen, threads: list[threading.Thread]) -> None:
    """Return when all of them wait for the writer's lock."""
    waiting = 0
    while waiting < len(threads):
        assert leader.poll() is None
        assert all(thread.is_alive() for thread in threads)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            (waiting,) = cursor.fetchone()


@pytest.mark.parametrize("failpoint", ["inside-batch", "before-commit", "close-paid"])
def test_of_three_workers_the_others_finish_what_a_killed_one_began(
    failpoint: str, tmp_path: Path
) -> None:
    opened(EXITING)
    feed([sale("first", "zoe", "50")])
    events = [sale(str(number), f"m{number % 7}", f"{number + 10}") for number in range(60)]
    journal.append_many([*events[:30], close("2026-01-01"), *events[30:], close("2026-01-02")])
    with draining(failpoint) as first, draining() as second, draining() as third:
        ends = [worker.wait(timeout=60) for worker in (first, second, third)]
    assert ends[0] in (0, -signal.SIGKILL)  # 0: the others left it nothing to do
    assert ends[1:] == [0, 0]
    assert selectors.pool().position == 63
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


def test_a_killed_leaders_batch_is_applied_by_the_next(tmp_path: Path) -> None:
    opened()
    journal.append_many([sale(str(number), f"m{number}") for number in range(9)])
    assert drained("inside-batch") == -signal.SIGKILL
    assert selectors.pool().position == 0
    assert drained() == 0
    assert selectors.pool().position == 9
    assert_equal_to_replay(tmp_path)
