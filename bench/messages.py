"""Telling a closed day's dividends, and the walk over all balances, against the rows alone.

`python -m bench.messages [--full]`
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench import holders
from bench.server import mall, timed
from bench.table import Table, main

DAY = date(2026, 2, 1)
NOON = datetime(2026, 2, 2, 4, 0, tzinfo=UTC)  # of the day after, in Shanghai
NOTE = """Every holder is a member who got a dividend and is told of it. The floor inserts as many
rows of messages in one statement with constants, into a copy with the same indexes. The longest
part is what a killed worker does again, and how long a round's transaction holds anything."""
FLOOR = """
INSERT INTO bare_message (id, member_id, kind, key, facts, link, at)
SELECT n, n, 'dividend', 'dividend-2026-02-01',
    '{"day": "2026-02-01", "fund_micro": 1000000, "honour_micro": 500000}', '/equity/dividends/',
    %s
FROM generate_series(1, %s) n
"""
MEMBERS = """
INSERT INTO members_member
    (password, phone, account, name, is_active, is_staff, is_demo, joined_at)
SELECT '!', lpad(id::text, 11, '0'), substr(key, 3), 'x', true, false, false, %s
FROM ledger_account WHERE key LIKE 'm:%%'
"""


def measure(full: bool) -> list[Table]:
    size = 1_000_000 if full else 100_000
    with mall(forced_exit=True):
        return [tell(size)]


def tell(size: int) -> Table:
    """Both rounds to their end."""
    from django.db import connection

    from sharemall.messages import dividends, standing
    from sharemall.messages.models import Message

    table = Table(
        "Telling everybody",
        ["round", "members", "told", "seconds", "floor", "ratio", "longest part"],
        note=" ".join(NOTE.split()),
    )
    with connection.cursor() as cursor:
        prepare(cursor, size)
        bare = timed(lambda: cursor.execute(FLOOR, [NOON, size]))
        seconds, longest = rounds(dividends, NOON)
        told = Message.objects.filter(kind="dividend").count()
        row = (f"{size:,}", f"{told:,}", f"{seconds:.1f}", f"{bare:.1f}", f"{seconds / bare:.1f}")
        table.add("dividends", *row, f"{longest:.2f} s")
        rounds(standing, NOON)
        again = NOON + timedelta(hours=2)
        seconds, longest = rounds(standing, again)
        table.add("walk", f"{size:,}", 0, f"{seconds:.1f}", "", "", f"{longest:.2f} s")
    return table


def prepare(cursor: Any, size: int) -> None:
    """Members with holdings, and a close that pays each of them."""
    from sharemall.ledger import events, journal, selectors, writer

    holders.fill(cursor, size, selectors.scheme().honor_thresholds_micro)
    cursor.execute(MEMBERS, [NOON])
    holders.prepare(cursor, 0, size, exits=False)
    cursor.execute("VACUUM ANALYZE ledger_balance, ledger_account, members_member")
    journal.append(events.close_day(at=f"{DAY}T23:59:59+08:00", day=DAY))
    writer.drain()
    cursor.execute("CREATE TABLE bare_message (LIKE mall_messages_message INCLUDING ALL)")
    cursor.execute("CHECKPOINT")


def rounds(module: Any, now: datetime) -> tuple[float, float]:
    """Parts until nothing is left to tell: the seconds of all, and of the longest."""
    times = []
    while True:
        found: list[int | None] = []
        times.append(timed(lambda found=found: found.append(module._tell_part(now))))  # type: ignore[misc]
        if found == [None]:
            return sum(times), max(times)


if __name__ == "__main__":
    main(measure)
