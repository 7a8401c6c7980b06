"""The day close against the bare floor: the same rows of every table, with constants, same run.

`python -m bench.close [--full]`
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from bench import holders
from bench.copies import copy_of
from bench.processes import peak_memory
from bench.server import SCHEME, mall, timed
from bench.table import Table, main

TURNS, TURNS_IN_FULL = 3, 5
FIRST_DAY = date(2026, 2, 1)
NOTE = """Holders with ten honour levels, all of whom share in the day; with forced exits off, 8 %
reach their quota at each close (one in eight of them by honours alone) and take no part from then
on; with them on, 3 % sell everything at each close, some in a second round. The floor writes as
many rows of each table, in one transaction: dividends and entries inserted and balances updated
with constants, over one connection, in copies with the same columns, checks, indexes and fill
factor, without triggers, in turn with the close, which writes over two and sends the log to the
disk over a third; before each of the two a checkpoint, before each pair a vacuum. Medians of three
closes, of five in the long form."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One close and the floor beside it: seconds, and how many rows were written."""

    exact: float
    bare: float
    dividends: int
    exits: int
    passes: int

    @property
    def ratio(self) -> float:
        return self.exact / self.bare


def measure(full: bool) -> list[Table]:
    sizes = (1_000_000, 5_000_000) if full else (300_000,)
    times = TURNS_IN_FULL if full else TURNS
    table = Table(
        "The day close",
        ["holders", "forced exits", "dividends", "sold out", "close", "floor", "ratio", "passes"],
        asked="at most 1.3 times the floor; growth no worse than linear; under 200 MB in Python",
        note=" ".join(NOTE.split()),
    )
    with mall():
        day = Days(FIRST_DAY)
        found, status = {}, huge_pages_status()
        for exits in (False, True):
            if exits:
                allow_exits()
            for size in sizes:
                found[size, exits] = turns(size, exits=exits, days=day, times=times)
                show(table, size, exits, found[size, exits])
    summary = Table("The day close, as a whole", ["what", "figure"])
    summary.add("most memory of the Python process", f"{peak_memory() / 1e6:.0f} MB")
    summary.add("the server's buffers in huge pages", status)
    for exits in (False, True):
        growths(summary, sizes, exits, found)
    return [table, summary]


def huge_pages_status() -> str:
    """Whether the server's buffers lie in huge pages: "on" or "off"."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW huge_pages_status")
        return str(cursor.fetchone()[0])


class Days:
    """One day after the other."""

    def __init__(self, first: date) -> None:
        self.next = first

    def take(self) -> date:
        """The next day."""
        self.next += timedelta(days=1)
        return self.next - timedelta(days=1)


def allow_exits() -> None:
    """The same scheme with forced exits from here on."""
    from sharemall.ledger import journal, writer

    at = f"{FIRST_DAY}T00:00:00+08:00"
    toml = SCHEME.format(exit="true")
    journal.append({"id": "exits", "type": "set_scheme", "at": at, "toml": toml})
    writer.drain()


def turns(size: int, *, exits: bool, days: Days, times: int = TURNS) -> list[Turn]:
    """Closes of days in a row over `size` holders, each with the floor after it."""
    from django.db import connection

    from sharemall.ledger import selectors

    with connection.cursor() as cursor:
        holders.fill(cursor, size, selectors.scheme().honor_thresholds_micro)
        with floor_of(cursor) as floor:
            return [one_turn(cursor, floor, n, size, exits, days.take()) for n in range(times)]


@contextmanager
def floor_of(cursor: Any) -> Iterator["Floor"]:
    """The copies of the tables that a close writes to, the balances filled."""
    with (
        copy_of(cursor, "ledger_balance", "bare_balance"),
        copy_of(cursor, "ledger_entry", "bare_entry"),
        copy_of(cursor, "ledger_dividend", "bare_dividend", partitioned_by="RANGE (day)"),
    ):
        cursor.execute("INSERT INTO bare_balance SELECT * FROM ledger_balance ORDER BY account_id")
        cursor.execute("CREATE TABLE bare_leaving (account_id bigint)")
        try:
            yield Floor(cursor)
        finally:
            cursor.execute("DROP TABLE bare_leaving")


class Floor:
    """Writes what a close writes, with constants."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def prepare(self, due: holders.Due, day: date, *, exits: bool) -> None:
        """Bring the copy to where the balances are: as many dead rows, the month's partition."""
        due_now = f"{holders.KIND} >= %s AND {holders.KIND} < %s"
        kinds = [due.first, due.paid_out]
        self.cursor.execute(
            f"UPDATE bare_balance SET granted_micro = granted_micro WHERE {due_now}", kinds
        )
        self.cursor.execute("TRUNCATE bare_leaving")
        if exits:
            self.cursor.execute(
                f"INSERT INTO bare_leaving SELECT account_id FROM bare_balance WHERE {due_now}"
                " ORDER BY account_id",
                kinds,
            )
        self.cursor.execute(
            f"CREATE TABLE IF NOT EXISTS bare_dividend_{day:%Y%m} PARTITION OF bare_dividend"
            f" FOR VALUES FROM ('{day:%Y-%m}-01') TO ('{day + timedelta(days=31):%Y-%m}-01')"
        )

    def write(self, due: holders.Due, day: date, *, exits: bool, entries: int) -> tuple[int, int]:
        """All rows in one transaction; how many dividends, and how many accounts left."""
        from django.db import transaction

        paid = f"FROM bare_balance WHERE {holders.KIND} >= %s"
        left = 0
        with transaction.atomic():
            dividends = self._run(
                f"INSERT INTO bare_dividend SELECT account_id, '{day}', 7, 5 {paid}", due.first
            )
            self._run(
                "UPDATE bare_balance SET dividends_micro = dividends_micro + 12"
                f" WHERE {holders.KIND} >= %s",
                due.first,
            )
            position = day.toordinal()
            self._run(
                f"INSERT INTO bare_entry SELECT 1, {position}, n, 1, 1, 1, 1"
                " FROM generate_series(1, %s) n",
                entries,
            )
            if exits:
                left = self._run(
                    f"INSERT INTO bare_entry SELECT account_id, {position}, 12, 5, -1, 0, -5"
                    " FROM bare_leaving"
                )
                self._run(
                    "UPDATE bare_balance b SET share_micro = 0, moved_micro = b.moved_micro + 5,"
                    " used_micro = b.used_micro + 5"
                    " FROM bare_leaving l WHERE l.account_id = b.account_id"
                )
        return dividends, left

    def _run(self, statement: str, *values: int) -> int:
        self.cursor.execute(statement, values or None)
        return int(self.cursor.rowcount)


def one_turn(cursor: Any, floor: Floor, number: int, size: int, exits: bool, day: date) -> Turn:
    """One close and then the floor, each from a checkpoint on. Both must write the same rows."""
    from sharemall.ledger import events, journal, writer

    due = holders.prepare(cursor, number, size, exits=exits)
    floor.prepare(due, day, exits=exits)
    cursor.execute("VACUUM ANALYZE ledger_balance, bare_balance, bare_leaving")
    journal.append(events.close_day(at=f"{day}T23:59:59+08:00", day=day))
    exact = from_checkpoint(cursor, writer.drain)
    dividends, exited, pool_entries, passes = written(cursor, day)
    rows = []
    bare = from_checkpoint(
        cursor,
        lambda: rows.append(floor.write(due, day, exits=exits, entries=pool_entries)),
    )
    if rows != [(dividends, exited)]:
        raise AssertionError(f"the floor wrote {rows[0]}, the close {dividends, exited} rows")
    return Turn(exact, bare, dividends, exited, passes)


def from_checkpoint(cursor: Any, work: Callable[[], object]) -> float:
    """Its seconds, whoever wrote before: after a checkpoint all pages are logged whole again."""
    cursor.execute("CHECKPOINT")
    return timed(work)


def written(cursor: Any, day: date) -> tuple[int, int, int, int]:
    """What the close of `day` wrote: dividends, accounts that left, entries of the pool; passes."""
    cursor.execute(
        "SELECT forced_exits, passes,"
        " (SELECT count(*) FROM ledger_dividend v WHERE v.day = d.day),"
        " (SELECT count(*) FROM ledger_entry e WHERE e.position = d.position)"
        " FROM ledger_day d WHERE day = %s",
        [day],
    )
    exits, passes, dividends, entries = cursor.fetchone()
    return dividends, exits, entries - exits, passes


def show(table: Table, size: int, exits: bool, found: list[Turn]) -> None:
    """One row of medians."""
    ratios = sorted(turn.ratio for turn in found)
    table.add(
        f"{size:,}",
        "on" if exits else "off",
        f"{median(turn.dividends for turn in found):,.0f}",
        f"{median(turn.exits for turn in found):,.0f}",
        f"{median(turn.exact for turn in found):.2f} s",
        f"{median(turn.bare for turn in found):.2f} s",
        f"{median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})",
        max(turn.passes for turn in found),
    )


def growths(
    table: Table, sizes: tuple[int, ...], exits: bool, found: dict[tuple[int, bool], list[Turn]]
) -> None:
    """How much longer the largest size takes than the smallest, of the close and of the floor."""
    least, most = sizes[0], sizes[-1]
    if least == most:
        return
    small, large = found[least, exits], found[most, exits]
    exact = median(turn.exact for turn in large) / median(turn.exact for turn in small)
    bare = median(turn.bare for turn in large) / median(turn.bare for turn in small)
    table.add(
        f"forced exits {'on' if exits else 'off'}: {least:,} to {most:,} holders",
        f"the close takes {exact:.1f} times as long, the floor {bare:.1f} times",
    )


if __name__ == "__main__":
    main(measure)
