"""A journal through the database and through the engine's replay, side by side."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.db import connection

from sharemall.engine.replay import replay_files
from sharemall.ledger import closing_step, journal, transfer, writer
from sharemall.ledger.opening import open_ledger
from sharemall.ledger.report import state
from sharemall.ledger.verify import verify
from tests.processes import running

GOLDEN = Path(__file__).parent.parent / "engine" / "golden"

SCHEME = """
[scheme]
name = "test"
share_cap = "1000000"
honor_thresholds = ["1", "5", "10", "20", "40", "80", "160", "320", "640", "1280"]
[zones.wine]
reserve = "0.30"
dividend = "0.20"
honor = "0.10"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"
referrer = "0.10"
"""
EXITING = SCHEME.replace('name = "test"', 'name = "test"\nforced_exit = true')


def opened(scheme: str = SCHEME) -> None:
    """An open ledger with nothing in it."""
    open_ledger(scheme)


def feed(events: Iterable[dict[str, Any]]) -> None:
    """Append the events and apply them."""
    journal.append_many(events)
    writer.drain()


def sale(id: str, member: str = "ann", paid: str = "100", **fields: str) -> dict[str, str]:
    at = "2026-01-01T10:00:00+08:00"
    event = {"id": id, "type": "sale", "at": at, "member": member, "zone": "wine", "paid": paid}
    return event | fields


def event(id: str, type: str, **fields: str) -> dict[str, str]:
    return {"id": id, "type": type, "at": "2026-01-01T10:00:00+08:00", **fields}


def close(day: str) -> dict[str, str]:
    at = f"{day}T23:59:59+08:00"
    return {"id": f"close-{day}", "type": "close_day", "at": at, "date": day}


def assert_equal_to_replay(folder: Path) -> dict[str, Any]:
    """The database's state is the replay of its own export, and it verifies; the state."""
    transfer.export(folder)
    replayed = replay_files(folder / "scheme.toml", folder / "events.jsonl")
    stated = state()
    for part, value in replayed.items():
        assert stated[part] == value, part
    assert verify() == []
    return stated


DRAIN = """
import django
django.setup()
from sharemall.ledger import closing_step, writer
closing_step.MANY = {many}
writer.drain()
"""


def environment_of(failpoint: str = "") -> dict[str, str]:
    """What a process of its own needs to work on the test's database, and where it is to die."""
    server = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(server._replace(path=f"/{connection.settings_dict['NAME']}"))
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "sharemall.settings",
        "SHAREMALL_FAILPOINT": failpoint,
    }


def drained(failpoint: str = "", many: int = closing_step.MANY) -> int:
    """How a process of its own ended that drained the queue, or died at the failpoint.

    With `many` accounts and more it closes days over two connections.
    """
    return subprocess.run(_drain(many), env=environment_of(failpoint), timeout=60).returncode


def draining(
    failpoint: str = "", many: int = closing_step.MANY
) -> AbstractContextManager[psutil.Popen]:
    """The same process at work."""
    return running(_drain(many), environment_of(failpoint))


def _drain(many: int) -> list[str]:
    return [sys.executable, "-c", DRAIN.format(many=many)]


def at_once(count: int, work: Callable[[], object]) -> list[Any]:
    """What `work` gives in so many threads that begin together."""
    barrier, found = threading.Barrier(count), list[Any]()

    def run() -> None:
        try:
            barrier.wait()
            found.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == count
    return found
