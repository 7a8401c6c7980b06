"""What the mall comes to if nobody buys any more: the whole state read, and 60 days gone on.

`python -m bench.outlook [--full]`
"""

from datetime import date, timedelta
from typing import Any

from bench import holders, processes
from bench.server import mall, timed
from bench.table import Table, main

DAY = date(2026, 2, 1)
NOTE = """Holders with ten honour levels, the last day closed, a day's funds waiting. Read: the
whole state out of the ledger. In all: that, the 60 days, and everybody selling at the end, in a
process of its own whose greatest memory is told."""


def measure(full: bool) -> list[Table]:
    """The time and the memory of one outlook."""
    table = Table(
        "If nobody buys any more",
        ["holders", "read", "in all", "memory"],
        asked="once a day, niced, in under 2 minutes and 2 GiB for a million holders",
        note=" ".join(NOTE.split()),
    )
    with mall():
        for number, size in enumerate((100_000, 1_000_000) if full else (100_000,)):
            table.add(f"{size:,}", *one(size, DAY + timedelta(days=number)))
    return [table]


def one(size: int, day: date) -> tuple[str, str, str]:
    """One outlook over so many holders, after the close of this day."""
    from django.db import connection

    from sharemall.ledger import events, journal, selectors, writer

    with connection.cursor() as cursor:
        holders.fill(cursor, size, selectors.scheme().honor_thresholds_micro)
        holders.prepare(cursor, 0, size, exits=False)
        journal.append(events.close_day(at=f"{day}T23:59:59+08:00", day=day))
        writer.drain()
        holders.prepare(cursor, 1, size, exits=False)
        cursor.execute("DROP TABLE IF EXISTS told")
        cursor.execute("CREATE TABLE told (read float, whole float, memory bigint)")
    process = processes.start(look_ahead, day)
    processes.end(process)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM told")
        read, whole, memory = cursor.fetchone()
    return f"{read:.1f} s", f"{whole:.1f} s", f"{memory / 2**20:,.0f} MiB"


def look_ahead(day: date) -> None:
    """In a process of its own: the outlook, and what it took."""
    from django.db import connection

    from sharemall.ledger.whole import whole_state
    from sharemall.simulations import outlook

    found: list[Any] = []
    read = timed(lambda: found.append(whole_state()))
    found.clear()
    whole = timed(outlook.compute_due)
    latest = outlook.latest()
    if latest is None or not latest[1].all_are_paid or latest[0].day != day:
        raise AssertionError(f"no outlook of {day} in which all are paid")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO told VALUES (%s, %s, %s)", [read, whole, processes.peak_memory()]
        )


if __name__ == "__main__":
    main(measure)
