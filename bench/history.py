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
COPIED = {"ledger_event": "id, payload", "ledger_pending": "event_id"}


def measure(full: bool) -> list[Table]:
    """Rows a second appended and applied, the part of bare COPY that is, and the memory."""
    count = 1_000_000 if full else 100_000
    table = Table(
        "A foreign order history",
        ["orders", "what", "orders/s", "of bare COPY", "peak memory"],
        asked="10 000 orders/s into the journal",
        note=(
            "`sharemall import-orders` of a CSV file: read, checked and appended in chunks with "
            "the progress; applied by the writer. COPY takes the same rows into copies of "
            "ledger_event and ledger_pending, in the same chunks, each committed."
        ),
    )
    with mall() as folder:
        path = folder / "orders.csv"
        _write(path, count)
        appended = timed(lambda: _import(path))
        peak = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
        bare = _bare_copy()
        table.add(f"{count:,}", "appended", _rate(count, appended), _part(bare, appended), peak)
        table.add(f"{count:,}", "bare COPY", _rate(count, bare), "100 %", "")
        from sharemall.ledger import writer

        applied = timed(writer.drain)
        peak = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
        table.add(f"{count:,}", "applied", _rate(count, applied), "", peak)
        both = appended + applied
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


def _import(path: Path) -> None:
    """Append all; the writer is kept waiting, to be measured apart."""
    from sharemall.history import services
    from sharemall.history.mapping import parse_map

    used, refused = parse_map(MAP), path.with_suffix(".refused.csv")
    with mock.patch.object(services.writer, "drain", return_value=0):
        found, _ = services.import_orders(path=path, used=used, refused_path=refused)
    assert found.refused == 0, "the benchmark's own rows are good"


def _bare_copy() -> float:
    """The seconds that COPY takes for the rows of the queue and their events, chunk by chunk."""
    from django.db import connection

    from sharemall.history.services import CHUNK

    with connection.cursor() as cursor:
        blocks = {table: _rows(cursor, table, columns) for table, columns in COPIED.items()}
        for table in COPIED:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")

        def write() -> None:
            for start in range(0, len(blocks["ledger_event"]), CHUNK):
                cursor.execute("BEGIN")
                for table, columns in COPIED.items():
                    with cursor.copy(f"COPY bare_{table} ({columns}) FROM STDIN") as target:
                        target.write(b"".join(blocks[table][start : start + CHUNK]))
                cursor.execute("COMMIT")

        taken = timed(write)
        for table in COPIED:
            cursor.execute(f"DROP TABLE bare_{table}")
    return taken


def _rows(cursor: Any, table: str, columns: str) -> list[bytes]:
    """The table's rows as COPY writes them."""
    with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as source:
        return [bytes(row) for row in source]


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}"


def _part(bare: float, taken: float) -> str:
    return f"{bare / taken:.0%}"


if __name__ == "__main__":
    main(measure)
