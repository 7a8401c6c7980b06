"""How close the writer and the day close come to the bare database, as ratios of one run.

Everything runs on a database of its own in a temporary folder (the embedded server with its usual
settings: fsync and synchronous_commit on). Usage: python bench/ledger.py [--events N] [--holders N]
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sharemall.ledger.reasons import POOL_ACCOUNTS

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
HOLDERS = """
WITH holder AS (
    INSERT INTO ledger_balance (account_id, is_member, level, share_micro, coin_micro, moved_micro,
        granted_micro, used_micro, dividends_micro)
    SELECT n, true, (n %% 11)::smallint, 1000000 + n::bigint %% 99999983 * 17, 0, 0,
        50000000 + n::bigint * 7919 %% 999999937, 0, 0
    FROM generate_series(%(first)s, %(last)s) n
    RETURNING account_id, share_micro
), named AS (
    INSERT INTO ledger_account (id, key) SELECT account_id, 'm:' || account_id FROM holder
)
UPDATE ledger_pool SET accounts = %(last)s, reserve_micro = sums.held * 2,
    outstanding_micro = sums.held, issued_micro = sums.held,
    dividend_fund_micro = 1000000000000, honor_fund_micro = 100000000000
FROM (SELECT sum(share_micro)::bigint AS held FROM holder) sums
"""
WRITTEN = ("ledger_entry", "ledger_application", "ledger_balance", "ledger_account")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=50_000)
    options.add_argument("--holders", type=int, default=200_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sharemall-bench-") as folder:
        Path(folder).chmod(0o755)
        stop = set_up(Path(folder))
        try:
            writer_bench(chosen.events)
            close_bench(chosen.holders)
        finally:
            stop()


def set_up(folder: Path) -> Callable[[], None]:
    """An embedded server with the real schema, and an open ledger."""
    os.environ["SHAREMALL_DATA"] = str(folder)
    from sharemall import postgres

    os.environ["DATABASE_URL"] = postgres.start(folder / "postgres")
    os.environ["DJANGO_SETTINGS_MODULE"] = "sharemall.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from sharemall.ledger.opening import open_ledger

    open_ledger(SCHEME.format(exit="false"))
    return lambda: postgres.stop(folder / "postgres")


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def writer_bench(count: int) -> None:
    """The writer's rate against COPY of the very rows it wrote, into empty copies of the tables."""
    from django.db import connection

    from sharemall.ledger import events, journal, writer

    pick = random.Random(1)
    at = "2026-01-01T10:00:00+08:00"
    for start in range(0, count, 1000):
        journal.append_many(
            events.sale(
                id=f"sale-{number}",
                at=at,
                member=f"member-{pick.randrange(count // 4)}",
                referrer=f"ref-{pick.randrange(1000)}" if number % 3 == 0 else None,
                zone="shop",
                paid_fen=pick.randrange(1_000, 100_000),
            )
            for number in range(start, min(start + 1000, count))
        )
    taken = timed(writer.drain)
    with connection.cursor() as cursor:
        bare = sum(timed_copy(cursor, table) for table in WRITTEN)
    print(
        f"writer: {count / taken:,.0f} events/s; bare COPY of the same rows: {count / bare:,.0f}/s"
    )
    print(f"writer reaches {bare / taken:.0%} of bare COPY")


def timed_copy(cursor: Any, table: str) -> float:
    """COPY all rows of `table` into a copy of it with the same indexes; the seconds it took."""
    with cursor.copy(f"COPY {table} TO STDOUT") as source:
        rows = b"".join(bytes(block) for block in source)
    cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING ALL)")

    def write() -> None:
        with cursor.copy("COPY bare FROM STDIN") as target:
            target.write(rows)

    taken = timed(write)
    cursor.execute("DROP TABLE bare")
    return taken


def close_bench(holders: int) -> None:
    """A day close over `holders` against constants written to the same rows of the same layout."""
    from django.db import connection

    from sharemall.ledger import events, journal, writer

    with connection.cursor() as cursor:
        fill(cursor, holders)
        for turn in range(3):
            day = date(2026, 2, 1) + timedelta(days=turn)
            journal.append(events.close_day(at=f"{day}T23:59:59+08:00", day=day))
            exact = timed(writer.drain)
            bare = timed(partial(bare_close, cursor, turn))
            print(
                f"close of {holders:,}: {exact:.2f} s, bare {bare:.2f} s, ratio {exact / bare:.2f}"
            )
            cursor.execute("UPDATE ledger_pool SET dividend_fund_micro = 1000000000000")


def fill(cursor: Any, holders: int) -> None:
    """Holders put straight into the balances: this bench measures the close, not the sales."""
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("TRUNCATE ledger_balance, ledger_entry")
    cursor.execute("DELETE FROM ledger_account WHERE id > %s", [len(POOL_ACCOUNTS)])
    cursor.execute(HOLDERS, {"last": holders + len(POOL_ACCOUNTS), "first": len(POOL_ACCOUNTS) + 1})
    cursor.execute("SET session_replication_role = origin")
    cursor.execute("VACUUM ANALYZE ledger_balance")
    cursor.execute("CREATE TABLE bare_balance (LIKE ledger_balance INCLUDING ALL)")
    cursor.execute("ALTER TABLE bare_balance SET (fillfactor = 45)")
    cursor.execute("INSERT INTO bare_balance SELECT * FROM ledger_balance ORDER BY account_id")
    cursor.execute("VACUUM ANALYZE bare_balance")


def bare_close(cursor: Any, turn: int) -> None:
    """The same rows inserted and updated, with constants."""
    table = f"bare_dividend_{turn}"
    cursor.execute(
        f"CREATE TABLE {table} (account_id bigint, day date, fund bigint, honour bigint)"
    )
    cursor.execute(
        f"CREATE INDEX ON {table} USING brin (account_id, day) WITH (pages_per_range = 8)"
    )
    cursor.execute(f"INSERT INTO {table} SELECT account_id, '2026-01-01', 7, 5 FROM bare_balance")
    cursor.execute("UPDATE bare_balance SET dividends_micro = dividends_micro + 12")


if __name__ == "__main__":
    main()
