"""The background process: simulations, one at a time, and the outlook after each close.

When nothing waits it looks, every six hours, for picture files that nothing names any more.

It is niced, so that whoever serves and the journal's worker come first, and it never asks for the
ledger's lock. Of several such processes on one database one works; the others stand by. That is
what a lock tells that lives as long as its connection: whoever gets it knows that whatever stands
as running died with its process.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sharemall.cli import place
from sharemall.cli.serving import check_live

LOG = logging.getLogger(__name__)
NICE = 10
PAUSE_SECONDS = 1.0
STAND_BY_SECONDS = 5.0
LEADING = 7304  # a number space of our own among PostgreSQL's advisory locks
SWEEP_EVERY = timedelta(hours=6)
KEEP_DAYS = 14  # what the queue remembers of jobs that are over; simulations are kept apart


def work(*, supervised: bool) -> None:
    """Work until asked to stop; when supervised, until whoever started it is gone too."""
    from_outside = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: from_outside.set())
    if supervised:
        threading.Thread(target=_stop_with_parent, args=[from_outside], daemon=True).start()
    check_live()
    place.enter()
    # Not before: an embedded server that is started here serves everybody.
    os.nice(NICE)
    from sharemall.simulations import running

    threading.Thread(target=_pass_on, args=[from_outside, running.ENDING], daemon=True).start()
    with _leading(from_outside) as leader:
        if leader is not None:
            _lead(leader, from_outside)


def _stop_with_parent(stop: threading.Event) -> None:
    """The parent holds the other end of stdin; however it ends, its end closes."""
    sys.stdin.buffer.read()
    stop.set()


def _pass_on(stop: threading.Event, ending: threading.Event) -> None:
    stop.wait()
    ending.set()


def _lead(leader: "Leader", stop: threading.Event) -> None:
    """Put in order what an earlier process left, then take one thing after the other."""
    from django.core.management import call_command

    from sharemall.clock.services import now
    from sharemall.simulations import outlook, services

    if interrupted := services.interrupt_orphans(now=now()):
        LOG.warning("%s simulation was interrupted: its process died", interrupted)
    outlook.give_up_orphans()
    _forget_orphans()
    services.queue_again()
    call_command("prune_db_task_results", min_age_days=KEEP_DAYS, verbosity=0)
    swept_at: datetime | None = None
    while not stop.is_set():
        if not leader.is_leading():
            raise SystemExit("the background process lost its lock: it begins anew")
        if _take_one() or outlook.compute_due():
            continue
        moment = now()
        if swept_at is None or moment - swept_at >= SWEEP_EVERY:
            _sweep(moment)
            swept_at = moment
        stop.wait(PAUSE_SECONDS)


def _sweep(moment: datetime) -> None:
    """Remove picture files that nothing names; what is in its way stops nothing else."""
    from sharemall.catalogue import strays

    try:
        strays.sweep(moment)
    except Exception:
        LOG.exception("pictures that nothing names were not looked for")


def _take_one() -> bool:
    """Run the next job, if one waits. A job's own faults are kept with it."""
    from django_tasks_db.management.commands.db_worker import Worker

    worker: Any = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=f"background-{os.getpid()}",
        excluded_queue_names=[],
    )
    worker.run()
    return bool(worker._run_tasks)


def _forget_orphans() -> None:
    """Jobs that their process did not come to the end of: what they were for knows by itself."""
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.running().delete()


class Leader:
    """Holds the lock on a connection of its own, in a transaction that has nothing else in it.

    A lock of the session would outlive this process where connections are pooled. A transaction
    that only waits holds back no vacuum: it keeps no snapshot between two statements.
    """

    def __init__(self) -> None:
        from django.db import connection

        self._connection = connection.copy()
        self._connection.set_autocommit(False)

    def try_to_lead(self) -> bool:
        """Whether the lock was free."""
        self._connection.rollback()
        with self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [LEADING])
            return bool(cursor.fetchone()[0])

    def is_leading(self) -> bool:
        """Whether the connection, and with it the lock, is still there."""
        from django.db import DatabaseError

        try:
            self._connection.cursor().execute("SELECT 1")
        except DatabaseError:
            return False
        return True

    def close(self) -> None:
        """Let the lock go."""
        self._connection.close()


@contextmanager
def _leading(stop: threading.Event) -> Iterator[Leader | None]:
    """Wait for the lock; None if asked to stop before it was free."""
    leader = Leader()
    try:
        leads = leader.try_to_lead()
        while not leads and not stop.wait(STAND_BY_SECONDS):
            leads = leader.try_to_lead()
        yield leader if leads else None
    finally:
        leader.close()
