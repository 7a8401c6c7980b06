"""How close the writer comes to bare COPY of the very rows that it wrote, in the same run.

`python -m bench.writer`
"""

from contextlib import ExitStack
from typing import Any

from bench.copies import copy_of
from bench.sales import append, sales
from bench.server import mall, timed
from bench.table import Table, main

# What the writer wrote behind a position and behind an account's number, table by table; of the
# balances, which it changes as well, all rows that it wrote, once each.
WRITTEN = {
    "ledger_entry": "SELECT * FROM ledger_entry WHERE position > {position} ORDER BY ctid",
    "ledger_application": "SELECT * FROM ledger_application WHERE position > {position}",
    "ledger_account": "SELECT * FROM ledger_account WHERE id > {account}",
    "ledger_balance": "SELECT * FROM ledger_balance WHERE account_id IN"
    " (SELECT account_id FROM ledger_entry WHERE position > {position})",
}
FORMATS = ("text", "binary")
MEMBERS = 60_000


def measure(full: bool) -> list[Table]:
    with mall():
        return [compare(1_200_000 if full else 480_000)]


def compare(count: int, rounds: int = 3) -> Table:
    """The writer over `count` sales on an open, empty ledger, in turn with COPY of what it wrote.

    Each round adds its part of the sales, and COPY the rows of that round to those of the rounds
    before. Whatever else the machine does meets one round or the other, so the best of each counts.
    """
    from django.db import connection

    best = dict.fromkeys(("writer", *FORMATS), 0.0)
    part = count // rounds
    with connection.cursor() as cursor, ExitStack() as stack:
        for form in FORMATS:
            for table in WRITTEN:
                stack.enter_context(copy_of(cursor, table, _bare(table, form)))
        for turn in range(rounds):
            append(sales(part, members=MEMBERS, prefix=f"sale-{turn}", seed=turn))
            before = _reached()
            best["writer"] = max(best["writer"], part / timed(_drain))
            for form in FORMATS:
                taken = sum(copied(cursor, table, form, before) for table in WRITTEN)
                best[form] = max(best[form], part / taken)
    return shown(count, rounds, best)


def shown(count: int, rounds: int, best: dict[str, float]) -> Table:
    """The table of the best rates, in events a second."""
    quickest = max(FORMATS, key=best.__getitem__)
    table = Table(
        "The writer",
        ["what", "events/s"],
        asked="at least 50 % of bare COPY",
        note=f"{count:,} sales over {MEMBERS:,} members, drained in batches of the writer's own"
        " size; the same rows of all its tables COPYed, from memory, into copies of the tables"
        " with the same indexes, constraints and fill factors, without triggers."
        f" {rounds} rounds in turn, each on top of those before; the best of each counts.",
    )
    table.add("the writer: entries, balances, outcomes, hash chain", f"{best['writer']:,.0f}")
    for form in FORMATS:
        table.add(f"COPY of the same rows, {form} format", f"{best[form]:,.0f}")
    table.add(f"the writer, of COPY in {quickest} format", f"{best['writer'] / best[quickest]:.0%}")
    return table


def copied(cursor: Any, table: str, form: str, before: dict[str, int]) -> float:
    """COPY what was written of `table` since; the seconds it took, the commit included."""
    query = WRITTEN[table].format(**before)
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT {form})") as source:
        rows = [bytes(block) for block in source]
    joined, name = b"".join(rows), _bare(table, form)
    if table == "ledger_balance":
        cursor.execute(f"TRUNCATE {name}")

    def write() -> None:
        with cursor.copy(f"COPY {name} FROM STDIN (FORMAT {form})") as target:
            target.write(joined)

    return timed(write)


def _bare(table: str, form: str) -> str:
    return f"bare_{form}_{table}"


def _reached() -> dict[str, int]:
    from sharemall.ledger.models import Pool

    pool = Pool.objects.get()
    return {"position": pool.position, "account": pool.accounts}


def _drain() -> None:
    from sharemall.ledger import writer

    writer.drain()


if __name__ == "__main__":
    main(measure)
