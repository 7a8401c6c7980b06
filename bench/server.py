"""A database of its own for a benchmark.

The embedded server, with fsync and synchronous_commit on as always, and the memory that
docs/operations.md tells an operator to give it; in huge pages, where they can be reserved.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import huge_pages

SCHEME = """
[scheme]
name = "bench"
share_cap = "1000000000000"
honor_thresholds = ["1", "5", "10", "20", "40", "80", "160", "320", "640", "1280"]
forced_exit = {exit}
[zones.shop]
reserve = "0.30"
dividend = "0.20"
honor = "0.10"
quota = "2"
[zones.shop.issue]
by = "value"
buyer = "0.70"
referrer = "0.10"
"""


# A quarter of the memory, in MB.
BUFFERS = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**22
# The server takes so much more for what it keeps beside them.
BESIDE = 1.1
# What comes last in the server's settings counts.
SETTINGS = f"""
shared_buffers = {BUFFERS}MB
max_wal_size = 8GB
work_mem = 64MB
wal_buffers = 64MB
"""
# Names a folder that `prepared` made, for all benchmarks of a run.
PREPARED = "SHAREMALL_BENCH_PREPARED"
DATABASE = "postgres"  # the database's folder in a mall's


@contextmanager
def prepared() -> Iterator[None]:
    """The real schema is made once; every `mall` of processes started meanwhile is a copy of it."""
    with tempfile.TemporaryDirectory(prefix="sharemall-bench-") as name:
        folder = Path(name)
        with _server(folder):
            _migrate()
        os.environ[PREPARED] = name
        try:
            yield
        finally:
            del os.environ[PREPARED]


@contextmanager
def mall(*, forced_exit: bool = False) -> Iterator[Path]:
    """The real schema with an open ledger; gives the folder, which is gone afterwards.

    DATABASE_URL names the database, also for processes started meanwhile.
    """
    with (
        tempfile.TemporaryDirectory(prefix="sharemall-bench-") as name,
        huge_pages.reserved(int(BUFFERS * BESIDE) * 2**20),
    ):
        folder = Path(name)
        if source := os.environ.get(PREPARED):
            subprocess.run(["cp", "-a", f"{source}/{DATABASE}", name], check=True)
        with _server(folder):
            if not source:
                _migrate()
            _open(forced_exit)
            yield folder


@contextmanager
def _server(folder: Path) -> Iterator[None]:
    """The server of the folder, new or not, with Django set up for it."""
    folder.chmod(0o755)
    os.environ["SHAREMALL_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sharemall.settings"
    from sharemall import postgres

    if SETTINGS not in postgres.SETTINGS:
        postgres.SETTINGS += SETTINGS
    os.environ["DATABASE_URL"] = postgres.start(folder / DATABASE)
    import django
    from django.db import connection

    try:
        django.setup()
        yield
    finally:
        connection.close()
        postgres.stop(folder / DATABASE)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _open(forced_exit: bool) -> None:
    from sharemall.ledger.opening import open_ledger

    open_ledger(SCHEME.format(exit=str(forced_exit).lower()))


def timed(work: Callable[[], object]) -> float:
    """The seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
