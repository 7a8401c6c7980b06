"""How long a member waits for a sale of shares while thousands of events a second flow in.

`python -m bench.latency [--full]`
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from queue import SimpleQueue
from typing import Any

from bench.processes import PROCESSES, end, start, url
from bench.sales import append, sales
from bench.server import mall
from bench.table import Table, main

A_BATCH = 100
BATCHES_A_SECOND = 50
SELLS_A_SECOND = 26
WAITING_AT_ONCE = 4  # as many as a web process has threads for them
MEMBERS = 50_000
SHARES_MICRO = 100_000
PATIENCE_SECONDS = 30
Due = SimpleQueue[tuple[int, float] | None]  # who sells, and when on the timetable
NOTE = """One process appends sales in batches of 100 on a timetable that does not wait for the
ledger; the worker of the command line applies what is pending; a third process sells shares of one
member after another as a page does: append, commit, settle. The sells have a timetable too. The
first figure is from there on, so that a stall counts for all whom it would have kept waiting; the
second from when one of four threads took the sell up."""


def measure(full: bool) -> list[Table]:
    with mall():
        return [flow(60 if full else 20)]


def flow(seconds: int) -> Table:
    """Sells for `seconds` while the others flow; the table of how long they took."""
    sellers = seconds * SELLS_A_SECOND
    prepare(sellers)
    receiving, sending = PROCESSES.Pipe(duplex=False)
    with worker():
        appending = start(keep_appending, seconds, sending)
        receiving.recv()  # it has begun
        taken = sell_all(sellers)
        reached, late, queued = receiving.recv()
        end(appending)
    table = Table(
        "A sale of shares while events flow",
        ["what", "figure"],
        asked="p99 under 150 ms while 5 000 events/s flow in batches of 100",
        note=" ".join(NOTE.split()),
    )
    table.add("events appended", f"{reached:,.0f}/s (timetable: {A_BATCH * BATCHES_A_SECOND:,}/s)")
    table.add("the appending process behind its timetable, at the most", f"{late:.2f} s")
    table.add("longest queue before the writer", f"{queued:,} events")
    table.add("sells", f"{len(taken):,} of {sellers:,}")
    for name, percent in (("p50", 50), ("p95", 95), ("p99", 99), ("the longest", 100)):
        due, begun = (1000 * percentile(list(times), percent) for times in zip(*taken, strict=True))
        table.add(name, f"{due:.0f} ms, {begun:.0f} ms")
    return table


def prepare(sellers: int) -> None:
    """Give the sellers shares and close nothing: all is of today."""
    from sharemall.ledger import events, writer

    append(
        events.sale(
            id=f"seller-{n}", at=moment(), member=f"seller-{n}", zone="shop", paid_fen=100_000
        )
        for n in range(sellers)
    )
    writer.drain()


def moment() -> str:
    """Now, as events carry it."""
    from sharemall.ledger import events

    return events.timestamp(datetime.now(UTC))


@contextmanager
def worker() -> Iterator[None]:
    """The command line's worker, ready."""
    command = [sys.executable, "-m", "sharemall.cli", "worker"]
    environment = os.environ | {"DATABASE_URL": url()}
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
    try:
        expect_drained(process)
        yield
    finally:
        process.terminate()
        process.wait()


def expect_drained(process: subprocess.Popen[bytes]) -> None:
    """Wait until the worker has applied something. Raises RuntimeError if it never does."""
    from sharemall.ledger import selectors

    append(sales(1, members=MEMBERS, prefix="first", at=moment()))
    until = time.monotonic() + PATIENCE_SECONDS
    while selectors.outcome("first-0") is None:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the worker does not work")
        time.sleep(0.05)


def keep_appending(seconds: int, sending: Any) -> None:
    """Append on the timetable; sends how many a second it was, how late, and the longest queue."""
    from sharemall.ledger import journal

    batches = seconds * BATCHES_A_SECOND
    rest = sales(batches * A_BATCH, members=MEMBERS, prefix="flow", at=moment())
    sending.send("begun")
    begun = time.perf_counter()
    late = 0.0
    queued = 0
    for number in range(batches):
        behind = time.perf_counter() - begun - number / BATCHES_A_SECOND
        late = max(late, behind)
        if behind < 0:
            time.sleep(-behind)
        journal.append_many(islice(rest, A_BATCH))
        if number % BATCHES_A_SECOND == 0:
            queued = max(queued, pending())
    taken = time.perf_counter() - begun
    sending.send((batches * A_BATCH / taken, late, max(queued, pending())))


def pending() -> int:
    """How many events wait for the writer."""
    from sharemall.ledger.models import Pending

    return Pending.objects.count()


def sell_all(sellers: int) -> list[tuple[float, float]]:
    """Every seller's sell on its timetable; the seconds each took, as `sell` gives them."""
    due: Due = SimpleQueue()
    begun = time.perf_counter()
    with ThreadPoolExecutor(WAITING_AT_ONCE) as threads:
        found = [threads.submit(sell_next, due) for _ in range(WAITING_AT_ONCE)]
        for number in range(sellers):
            at = begun + number / SELLS_A_SECOND
            time.sleep(max(0.0, at - time.perf_counter()))
            due.put((number, at))
        for _ in found:
            due.put(None)
        return [taken for each in found for taken in each.result()]


def sell_next(due: Due) -> list[tuple[float, float]]:
    """One thread, with a connection of its own: sell what is due until there is no more."""
    from django.db import connection

    try:
        return [sell(*each) for each in iter(due.get, None)]
    finally:
        connection.close()


def sell(number: int, due: float) -> tuple[float, float]:
    """One member's sell; the seconds to its outcome from when it was due, and from now."""
    from sharemall.ledger import events, journal, writer

    begun = time.perf_counter()
    event = events.sell(
        id=f"sell-{number}", at=moment(), member=f"seller-{number}", shares_micro=SHARES_MICRO
    )
    journal.append(event)
    outcome = writer.settle(event["id"])
    if outcome.code:
        raise AssertionError(f"{event['id']} was rejected: {outcome.code}")
    ended = time.perf_counter()
    return ended - due, ended - begun


def percentile(values: list[float], percent: int) -> float:
    """The least value that at least `percent` of all values do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


if __name__ == "__main__":
    main(measure)
