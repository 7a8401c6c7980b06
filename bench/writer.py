"""How close the writer comes to bare COPY of the very rows that it wrote, in the same run.

`python -m bench.writer`
"""

from typing import Any

from bench.copies import copy_of
from bench.sales import append, sales
from bench.server import mall, timed
from bench.table import Table, main

WRITTEN = ("ledger_entry", "ledger_application", "ledger_balance", "ledger_account")
FORMATS = ("text", "binary")


def measure(full: bool) -> list[Table]:
    with mall():
        return [compare(500_000 if full else 100_000)]


def compare(count: int) -> Table:
    """The writer over `count` sales on an open, empty ledger, then COPY of what it wrote."""
    from django.db import connection

    append(sales(count, members=count // 4))
    taken = timed(_drain)
    with connection.cursor() as cursor:
        bare = {form: sum(copied(cursor, table, form) for table in WRITTEN) for form in FORMATS}
    best = min(bare, key=bare.__getitem__)
    table = Table(
        "The writer",
        ["what", "events/s"],
        asked="at least 50 % of bare COPY",
        note=f"{count:,} sales over {count // 4:,} members, drained in batches of the writer's own"
        " size; then the same rows of all its tables COPYed, from memory, into copies of the tables"
        " with the same indexes, constraints and fill factors, without triggers.",
    )
    table.add("the writer: entries, balances, outcomes, hash chain", f"{count / taken:,.0f}")
    for form in FORMATS:
        table.add(f"COPY of the same rows, {form} format", f"{count / bare[form]:,.0f}")
    table.add(f"the writer, of COPY in {best} format", f"{bare[best] / taken:.0%}")
    return table


def copied(cursor: Any, table: str, form: str) -> float:
    """COPY all rows of `table` into a copy of it; the seconds it took, the commit included."""
    with cursor.copy(f"COPY {table} TO STDOUT (FORMAT {form})") as source:
        rows = [bytes(block) for block in source]
    joined = b"".join(rows)
    with copy_of(cursor, table, "bare") as name:

        def write() -> None:
            with cursor.copy(f"COPY {name} FROM STDIN (FORMAT {form})") as target:
                target.write(joined)

        return timed(write)


def _drain() -> None:
    from sharemall.ledger import writer

    writer.drain()


if __name__ == "__main__":
    main(measure)
