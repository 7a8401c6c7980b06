"""A foreign order history into the journal, against bare COPY of the very rows it writes."""

import csv
import random
import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from bench.server import mall, timed
from bench.table import Table, main

MAP = """
zone = "shop"
completed = ["done"]
id_prefix = "old-"
[columns]
id = "order"
time = "paid at"
member = "buyer"
paid = "amount"
referrer = "sent by"
status = "status"
"""
APPLIED = "ledger_application a JOIN ledger_event e ON e.id = a.event_id ORDER BY a.position"
COPIED = {
    "ledger_event": ("id, payload", f"SELECT e.id, e.payload FROM {APPLIED}"),
    "ledger_pending": ("event_id", f"SELECT e.id FROM {APPLIED}"),
}


def measure(full: bool) -> list[Table]:
    """Rows a second appended and applied, the part of bare COPY that is, and the memory."""
    count = 1_000_000 if full else 100_000
    table = Table(
        "A foreign order history",
        ["orders", "what", "orders/s", "of bare COPY", "peak memory"],
        asked="10 000 orders/s into the journal",
        note=(
            "`sharemall import-orders` of a CSV file: read, checked and appended in chunks with "
            "the progress, and applied by the writer after each chunk; the two are timed apart. "
            "COPY takes the same rows into copies of ledger_event and ledger_pending, in chunks "
            "of the same size, each committed."
        ),
    )
    with mall() as folder:
        path = folder / "orders.csv"
        _write(path, count)
        applied: list[float] = []
        both = timed(lambda: _import(path, applied))
        peak = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
        appended, bare = both - sum(applied), _bare_copy()
        table.add(f"{count:,}", "appended", _rate(count, appended), f"{bare / appended:.0%}", "")
        table.add(f"{count:,}", "bare COPY", _rate(count, bare), "100 %", "")
        table.add(f"{count:,}", "applied", _rate(count, sum(applied)), "", "")
        table.add(f"{count:,}", "appended and applied", _rate(count, both), "", peak)
    return [table]


def _write(path: Path, count: int) -> None:
    pick = random.Random(1)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["order", "paid at", "buyer", "goods", "amount", "sent by", "status"])
        for number in range(count):
            out.writerow(
                [
                    f"T{number:012d}",
                    (start + timedelta(seconds=30 * number)).strftime("%Y-%m-%d %H:%M:%S"),
                    f"buyer{pick.randrange(count // 4)}",
                    'a box of "red", dry',
                    f"{pick.randrange(1_000, 100_000) / 100:.2f}",
                    f"friend{pick.randrange(1000)}" if number % 3 == 0 else "",
                    "done",
                ]
            )


def _import(path: Path, applied: list[float]) -> None:
    """The import itself; `applied` gets the seconds of each turn of the writer."""
    from sharemall.history import services
    from sharemall.history.mapping import parse_map

    used, drain = parse_map(MAP), services.writer.drain

    def timed_drain() -> None:
        applied.append(timed(drain))

    with mock.patch.object(services.writer, "drain", timed_drain):
        found, _ = services.import_orders(
            path=path, used=used, refused_path=path.with_suffix(".refused.csv")
        )
    assert found.appended == found.rows, "the benchmark's own rows are good"


def _bare_copy() -> float:
    """The seconds that COPY takes for the events and the queue's rows, chunk by chunk."""
    from django.db import connection

    from sharemall.history.services import CHUNK

    with connection.cursor() as cursor:
        blocks = {table: _rows(cursor, rows) for table, (_, rows) in COPIED.items()}
        for table in COPIED:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")

        def write() -> None:
            for start in range(0, len(blocks["ledger_event"]), CHUNK):
                cursor.execute("BEGIN")
                for table, (columns, _) in COPIED.items():
                    with cursor.copy(f"COPY bare_{table} ({columns}) FROM STDIN") as target:
                        target.write(b"".join(blocks[table][start : start + CHUNK]))
                cursor.execute("COMMIT")

        taken = timed(write)
        for table in COPIED:
            cursor.execute(f"DROP TABLE bare_{table}")
    return taken


def _rows(cursor: Any, query: str) -> list[bytes]:
    """The rows of a query as COPY writes them."""
    with cursor.copy(f"COPY ({query}) TO STDOUT") as source:
        return [bytes(row) for row in source]


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}"


if __name__ == "__main__":
    main(measure)
