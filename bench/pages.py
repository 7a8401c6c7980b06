"""How long a member's dividends and their monthly totals take to read, with two years of them.

`python -m bench.pages [--full]`
"""

import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.server import mall, timed
from bench.table import Table, main
from sharemall.ledger.reasons import POOL_ACCOUNTS

DAYS = 730
FIRST_DAY = date(2024, 1, 1)
PAGE = 31
FIRST_ACCOUNT = len(POOL_ACCOUNTS) + 1
# What the tables and their indexes take, and what must be left on the disk.
BYTES_A_ROW = 64
SPARE_BYTES = 15 * 10**9

# What each got on a day: unlike enough that a sum over other rows is another sum.
FUND = (31, 17, 100_003)
HONOUR = (7, 13, 5_003)
ACCOUNTS = """
INSERT INTO ledger_account (id, key)
SELECT id, 'm:member-' || id FROM generate_series(%s::bigint, %s) id
"""
BALANCES = """
INSERT INTO ledger_balance (account_id, is_member, level, share_micro, coin_micro, moved_micro,
    granted_micro, used_micro, dividends_micro)
SELECT id, true, 0, 0, 0, 0, 9000000000000, 0, 0 FROM generate_series(%s::bigint, %s) id
"""
DIVIDENDS = f"""
INSERT INTO ledger_dividend (account_id, day, fund_micro, honour_micro)
SELECT id, %(day)s, 1 + (id * {FUND[0]} + %(number)s * {FUND[1]}) %% {FUND[2]},
    (id * {HONOUR[0]} + %(number)s * {HONOUR[1]}) %% {HONOUR[2]}
FROM generate_series(%(first)s::bigint, %(last)s) id
"""
CLOSED = """
INSERT INTO ledger_day (day, position, dividend_fund_micro, dividend_paid_micro, honor_fund_micro,
    honor_paid_micro, to_reserve_micro, forced_exits, honor_amounts_micro, honor_heads, passes,
    reserve_micro, outstanding_micro)
VALUES (%(day)s, %(number)s + 1, 0, 0, 0, 0, 0, 0, ARRAY[0,0,0,0,0,0,0,0,0,0],
    ARRAY[0,0,0,0,0,0,0,0,0,0], 0, 0, 0)
"""


def measure(full: bool) -> list[Table]:
    with mall() as folder:
        wanted = 1_000_000 if full else 20_000
        return [read_pages(fitting(folder, wanted), wanted, reads=300 if full else 150)]


def fitting(folder: Path, wanted: int) -> int:
    """As many members as the disk has room for, in steps of ten thousand."""
    free = shutil.disk_usage(folder).free - SPARE_BYTES
    room = free // (DAYS * BYTES_A_ROW) // 10_000 * 10_000
    if room <= 0:
        raise OSError(f"the benchmark needs {SPARE_BYTES // 10**9} GB of free disk and more")
    return min(wanted, room)


def read_pages(members: int, wanted: int, *, days: int = DAYS, reads: int) -> Table:
    """Fill the history of `members` and read it as the pages do, each account once."""
    from django.db import connection

    from sharemall.clock.services import now
    from sharemall.ledger import closing

    filled = timed(lambda: fill(members, days))
    added_up = timed(lambda: closing.close_due(now()))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    less = f" The disk has no room for {wanted:,} members." if members < wanted else ""
    table = Table(
        "A member's dividends",
        ["what", "median", "p99"],
        asked="a page of 31 days, and the monthly totals, in under 20 ms",
        note=f"{members:,} members with a dividend on each of {days} days:"
        f" {members * days:,} rows, as closes lay them, filled in {filled:.0f} s; what the"
        f" worker does after a close took {added_up:.0f} s for all of them.{less} Read by"
        f" the pages' own selectors for {reads} random members, each for the first time; what was"
        " read is what was filled in.",
    )
    pick = random.Random(1)
    accounts = pick.sample(range(FIRST_ACCOUNT, FIRST_ACCOUNT + members), min(members, 3 * reads))
    for place, (name, read, expected) in enumerate(pages(days)):
        taken = sorted(each(accounts[place::3], read, expected))
        table.add(
            name, milliseconds(taken[len(taken) // 2]), milliseconds(taken[-len(taken) // 100])
        )
    return table


def pages(
    days: int,
) -> Iterator[tuple[str, Callable[[str], Iterable[Any]], Callable[[int], Iterable[Any]]]]:
    """What is read: its name, how for a member, and what must come for an account."""
    from sharemall.ledger import selectors

    middle = FIRST_DAY + timedelta(days=days // 2)
    yield (
        f"the newest {PAGE} days",
        lambda member: selectors.dividends(member, limit=PAGE),
        lambda account: newest(account, days),
    )
    yield (
        f"{PAGE} days before one in the middle",
        lambda member: selectors.dividends(member, before=middle, limit=PAGE),
        lambda account: newest(account, days // 2),
    )
    yield (
        "the totals of all months",
        selectors.dividend_months,
        lambda account: months(account, days),
    )


def each(
    accounts: list[int],
    read: Callable[[str], Iterable[Any]],
    expected: Callable[[int], Iterable[Any]],
) -> Iterator[float]:
    """The seconds of each read. Raises AssertionError if one gave something else."""
    for account in accounts:
        start = time.perf_counter()
        found = list(read(f"member-{account}"))
        taken = time.perf_counter() - start
        given = [(row.day, row.fund_micro, row.honour_micro) for row in found]
        if given != list(expected(account)):
            raise AssertionError(f"account {account} got something else than was filled in")
        yield taken


def paid(account: int, number: int) -> tuple[date, int, int]:
    """What was filled in for an account on the day `number`, from 0."""
    return (
        FIRST_DAY + timedelta(days=number),
        1 + (account * FUND[0] + number * FUND[1]) % FUND[2],
        (account * HONOUR[0] + number * HONOUR[1]) % HONOUR[2],
    )


def newest(account: int, days: int) -> Iterator[tuple[date, int, int]]:
    """A page from the end of the first `days` on."""
    for number in range(days - 1, max(days - 1 - PAGE, -1), -1):
        yield paid(account, number)


def months(account: int, days: int) -> list[tuple[date, int, int]]:
    """The totals by month, newest first."""
    rows = [paid(account, number) for number in range(days)]
    totals = []
    for month, group in groupby(rows, key=lambda row: row[0].replace(day=1)):
        found = list(group)
        totals.append((month, sum(row[1] for row in found), sum(row[2] for row in found)))
    return totals[::-1]


def fill(members: int, days: int) -> None:
    """A dividend for everybody on every day, in the order of closes; a transaction a month.

    Each month is vacuumed, as the server does by itself while the mall runs.
    """
    from django.db import connection, transaction

    ends = {"first": FIRST_ACCOUNT, "last": FIRST_ACCOUNT + members - 1}
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in (ACCOUNTS, BALANCES):
                cursor.execute(statement, list(ends.values()))
        for month, numbers in groupby(range(days), key=month_of):
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
                for number in numbers:
                    pay(cursor, FIRST_DAY + timedelta(days=number), number, ends)
            cursor.execute(f"VACUUM ledger_dividend_{month}")


def month_of(number: int) -> str:
    """The month of the day `number`, as its partition is called."""
    return f"{FIRST_DAY + timedelta(days=number):%Y%m}"


def pay(cursor: Any, day: date, number: int, ends: dict[str, int]) -> None:
    """One close's dividends, in the order of the accounts."""
    cursor.execute("SELECT ledger_dividend_month(%s)", [day])
    cursor.execute(DIVIDENDS, {"day": day, "number": number, **ends})
    cursor.execute(CLOSED, {"day": day, "number": number})
    cursor.execute("UPDATE ledger_pool SET last_closed = %s", [day])
    cursor.execute("SELECT ledger_dividend_index(%s)", [day])


def milliseconds(seconds: float) -> str:
    """As the table shows it."""
    return f"{1000 * seconds:.1f} ms"


if __name__ == "__main__":
    main(measure)
