"""Applying one close_day event: the engine decides, the database sums and pays."""

from datetime import date

from django.db.backends.utils import CursorWrapper

from sharemall.engine.apply import apply
from sharemall.engine.run import Done
from sharemall.engine.state import DayRow, Move
from sharemall.engine.times import parse_date
from sharemall.ledger import failpoints
from sharemall.ledger.batch import Batch, settle, start
from sharemall.ledger.beside import Beside, beside
from sharemall.ledger.books import Books
from sharemall.ledger.events import Event
from sharemall.ledger.models import Day
from sharemall.ledger.queue import Queued
from sharemall.ledger.reasons import NUMBER
from sharemall.ledger.settlement import SqlPopulation
from sharemall.ledger.wal import flushing

# From so many accounts on, the dividends are written over a connection of their own. On Citus
# they are not: there the shards are written at once as it is.
MANY = 50_000

# Dividends in the accounts' order; and on Citus all shards at once. Whether they are on Citus; and
# whether a close that died wrote any ahead: asked of the payouts, since a new month's partition
# could not be made beside a transaction that has read ledger_dividend.
BEGIN = """
SELECT set_config('synchronize_seqscans', 'off', true),
       set_config('citus.multi_shard_modify_mode', 'parallel', true),
       ledger_distributed('ledger_dividend'),
       EXISTS (SELECT FROM ledger_payout
               WHERE day > (SELECT coalesce(max(day), '-infinity') FROM ledger_day))
"""
# One statement writes the whole event, so that the database can check that it balances.
ENTRIES = """
INSERT INTO ledger_entry
    (account_id, position, reason, cash_micro, share_micro, coin_micro, quota_micro)
SELECT account_id, %(position)s, reason, cash, share, coin, quota FROM (
    SELECT * FROM unnest(%(ids)s::bigint[], %(reasons)s::smallint[], %(cash)s::bigint[],
                         %(share)s::bigint[], %(coin)s::bigint[], %(quota)s::bigint[])
        AS moved(account_id, reason, cash, share, coin, quota)
    {leaving}
) moves WHERE cash <> 0 OR share <> 0 OR coin <> 0 OR quota <> 0
"""
LEAVING = """
    UNION ALL SELECT account_id, reason, cash_micro, share_micro, coin_micro, quota_micro FROM {}
"""


def close(cursor: CursorWrapper, books: Books, item: Queued) -> Batch:
    """Close the event's day: the accounts are written, the rest is the batch's to write."""
    batch = start(books, [item])
    cursor.execute(BEGIN)
    *_, is_distributed, is_ahead = cursor.fetchone()
    if is_ahead:
        cursor.execute("SELECT ledger_discard_ahead()")
    # What was discarded is not committed: a second connection would wait for it.
    if is_ahead or is_distributed or books.row.accounts < MANY:
        code = _close(cursor, books, item.event, None)
    else:
        with beside() as second, flushing():
            code = _close(cursor, books, item.event, second)
    done = Done([], [], [])
    done.note(books.state, code)
    settle(books, batch, [item], done)
    batch.pool = books.pool_values()
    return batch


def _close(cursor: CursorWrapper, books: Books, event: Event, second: Beside | None) -> str:
    """Close the event's day at the next position; "" or the rejection code."""
    day = parse_date(str(event.get("date"))) or date.min
    thresholds = books.state.scheme.honor_thresholds_micro
    pool = books.state.pool
    population = SqlPopulation(
        cursor,
        day,
        least_shares=thresholds[0] if thresholds else 0,
        honours_micro=pool.honor_fund_micro + sum(pool.honor_carry_micro),
        beside=second,
    )
    moves: list[Move] = []
    code = apply(books.state, event, moves, population)
    failpoints.reached("inside-close")
    if not code:
        closed = books.state.days[-1]
        books.row.paid_micro += closed.dividend_paid_micro + closed.honor_paid_micro
        _write_entries(cursor, books, moves, population)
        if second is not None:
            second.commit()
        _write_day(books, closed)
        failpoints.reached("close-written")
    return code


def _write_entries(
    cursor: CursorWrapper, books: Books, moves: list[Move], population: SqlPopulation
) -> None:
    books.row.coins_micro -= sum(move.coin for move in moves if move.account == ".outside")
    cursor.execute(
        ENTRIES.format(leaving="".join(map(LEAVING.format, population.leaving))),
        {
            "position": books.row.position + 1,
            "ids": [books.numbers[move.account] for move in moves],
            "reasons": [NUMBER[move.reason] for move in moves],
            "cash": [move.cash for move in moves],
            "share": [move.share for move in moves],
            "coin": [move.coin for move in moves],
            "quota": [move.quota for move in moves],
        },
    )


def _write_day(books: Books, closed: DayRow) -> None:
    pool = books.state.pool
    Day.objects.create(
        day=closed.date,
        position=books.row.position + 1,
        dividend_fund_micro=closed.dividend_fund_micro,
        dividend_paid_micro=closed.dividend_paid_micro,
        honor_fund_micro=closed.honor_fund_micro,
        honor_paid_micro=closed.honor_paid_micro,
        to_reserve_micro=closed.to_reserve_micro,
        forced_exits=closed.forced_exits,
        rate_num=closed.rate.left if closed.rate else None,
        rate_den=closed.rate.weight if closed.rate else None,
        honor_amounts_micro=list(closed.honor_amounts_micro),
        honor_heads=list(closed.honor_heads),
        passes=closed.passes,
        reserve_micro=pool.reserve_micro,
        outstanding_micro=pool.outstanding_micro,
        honor_carries_micro=list(pool.honor_carry_micro),
    )
