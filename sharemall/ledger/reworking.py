"""A closed day worked out once more from the journal's entries, and compared row by row.

Nothing comes from the balances as they are now: what every account had before the close is added
up from its entries and earlier dividends, levels from what it held after each of its sales, the
pool from the books at that position. Then the close is worked out anew, in tables of its own, and
whatever it pays, sells, moves and leaves is laid beside what is on record. Nothing is kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

from django.db.backends.utils import CursorWrapper

from sharemall.engine.amounts import LEVELS
from sharemall.engine.close import close_day
from sharemall.engine.errors import OverflowStop
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import DayRow, Move, Pool
from sharemall.ledger import levels, months, rehearsing, selectors, tallies
from sharemall.ledger.balance_sheets import BalanceSheet, balance_sheet
from sharemall.ledger.columns import CLOSED
from sharemall.ledger.copying import array
from sharemall.ledger.models import Application, Day, Entry
from sharemall.ledger.reasons import NUMBER, NUMBER_OF_POOL
from sharemall.ledger.settlement import SqlPopulation
from sharemall.ledger.versions import in_force, versions

SHOWN = 50  # differences of each kind that are told in full
POOL_SIZE = len(NUMBER_OF_POOL)
BALANCES, DIVIDENDS = rehearsing.BALANCES, rehearsing.DIVIDENDS
SALE = NUMBER["sale"]
STEPS = ("holdings", "settlement", "comparison")

HOLDINGS = f"""
CREATE TEMP TABLE {BALANCES} ON COMMIT DROP AS
SELECT held.account_id, NOT held.account_id = ANY(%(merchants)s::bigint[]) AS is_member,
       coalesce(levels.level, 0)::smallint AS level, share_micro, coin_micro, moved_micro,
       granted_micro, used_micro, dividends_micro
FROM (
    SELECT account_id, sum(share)::bigint AS share_micro, sum(coin)::bigint AS coin_micro,
           sum(cash)::bigint AS moved_micro, sum(granted)::bigint AS granted_micro,
           sum(used)::bigint AS used_micro, sum(paid)::bigint AS dividends_micro
    FROM (
        SELECT account_id, share_micro AS share, coin_micro AS coin, cash_micro AS cash,
               CASE WHEN reason = {SALE} THEN quota_micro ELSE 0 END AS granted,
               CASE WHEN reason = {SALE} THEN 0 ELSE -quota_micro END AS used, 0 AS paid
        FROM ledger_entry WHERE account_id > {POOL_SIZE} AND position < %(position)s
        UNION ALL
        SELECT account_id, 0, 0, 0, 0, 0, fund_micro + honour_micro
        FROM ledger_dividendmonth WHERE month < date_trunc('month', %(day)s::date)
        UNION ALL
        SELECT account_id, 0, 0, 0, 0, 0, fund_micro + honour_micro FROM ledger_dividend
        WHERE {CLOSED} AND day < %(day)s AND (day >= date_trunc('month', %(day)s::date)
                                 OR day >= {months.FIRST_OPEN})
    ) moved GROUP BY account_id
) held LEFT JOIN ({{levels}}
) levels ON levels.account_id = held.account_id
"""
# Beside a day's rows as they lie: on a cluster they are brought here first.
RECORDED = f"""
CREATE TEMP TABLE ledger_recorded ON COMMIT DROP AS
SELECT account_id, fund_micro, honour_micro FROM ledger_dividend WHERE day = %s AND {CLOSED}
"""
UNEQUAL = f"""
SELECT account_id, r.fund_micro, w.fund_micro, r.honour_micro, w.honour_micro, count(*) OVER ()
FROM ledger_recorded r FULL JOIN {DIVIDENDS} w USING (account_id)
WHERE r.fund_micro IS DISTINCT FROM w.fund_micro
    OR r.honour_micro IS DISTINCT FROM w.honour_micro
ORDER BY account_id LIMIT {SHOWN}
"""
LEFT_RECORDED = f"""
CREATE TEMP TABLE ledger_left ON COMMIT DROP AS
SELECT account_id, reason, cash_micro, share_micro, coin_micro, quota_micro
FROM ledger_entry WHERE position = %s AND account_id > {POOL_SIZE}
"""
LEFT_UNEQUAL = f"""
SELECT account_id, r.cash_micro, w.cash_micro, r.share_micro, w.share_micro, count(*) OVER ()
FROM ledger_left r FULL JOIN ({{worked}}) w USING (account_id, reason)
WHERE (r.cash_micro, r.share_micro, r.coin_micro, r.quota_micro)
    IS DISTINCT FROM (w.cash_micro, w.share_micro, w.coin_micro, w.quota_micro)
ORDER BY account_id LIMIT {SHOWN}
"""
WORKED = "SELECT account_id, reason, cash_micro, share_micro, coin_micro, quota_micro FROM {}"
NOBODY = (
    "SELECT 0::bigint AS account_id, 0::smallint AS reason, 0::bigint AS cash_micro,"
    " 0::bigint AS share_micro, 0::bigint AS coin_micro, 0::bigint AS quota_micro WHERE false"
)


class CannotRework(Exception):
    """What the day's close began with is not on record any more; the sentence says what."""


@dataclass(frozen=True, slots=True)
class RowDifference:
    """An account whose row is another: what is on record, what is worked out; None: no row.

    For dividends the pairs are fund and honours, for those sold out cash and shares.
    """

    kind: str  # "dividend" or "exit"
    account: str
    recorded: tuple[int | None, int | None]
    worked_out: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A number of the day that is another than what is worked out."""

    name: str
    recorded: object
    worked_out: object


@dataclass(frozen=True, slots=True)
class Reworked:
    """What came of it: how many rows were compared, and every kind of difference."""

    day: date
    position: int
    accounts: int
    dividends: int
    fields: tuple[FieldDifference, ...]
    rows: tuple[RowDifference, ...]  # the first of each kind
    rows_unequal: int  # all of them
    fault: str  # why it could not be worked out at all; "" if it could
    took_ms: int

    @property
    def agrees(self) -> bool:
        """Whether everything on record is what the entries before it give."""
        return not self.fault and not self.fields and not self.rows_unequal


def rework(day: date, progress: Callable[[str], None] = lambda step: None) -> Reworked | None:
    """Work a closed day out once more; None for a day that is not closed.

    `progress` hears each of STEPS as it begins. Holds no lock that the writer or a page wants.
    Raises CannotRework.
    """
    closed = Day.objects.filter(day=day).first()
    if closed is None:
        return None
    began = perf_counter()
    with rehearsing.scratch() as cursor:
        scheme = in_force(versions(), closed.position)
        pool = _pool_before(closed)
        progress(STEPS[0])
        accounts = _hold(cursor, closed)
        progress(STEPS[1])
        population = rehearsing.population_of(rehearsing.Rehearsed, cursor, day, scheme, pool)
        population.balances, population.dividends = BALANCES, DIVIDENDS
        moves: list[Move] = []
        worked, fault = _close(pool, scheme, day, population, moves)
        progress(STEPS[2])
        fields = tuple(_fields(closed, worked, pool, moves)) if worked else ()
        rows, unequal, dividends = _rows(cursor, closed, population) if worked else ([], 0, 0)
    return Reworked(
        day=day,
        position=closed.position,
        accounts=accounts,
        dividends=dividends,
        fields=fields,
        rows=tuple(rows),
        rows_unequal=unequal,
        fault=fault,
        took_ms=round((perf_counter() - began) * 1000),
    )


def _close(
    pool: Pool, scheme: Scheme, day: date, population: SqlPopulation, moves: list[Move]
) -> tuple[DayRow | None, str]:
    """The close anew, or why these numbers cannot be closed: then the entries are not whole."""
    try:
        return close_day(pool, scheme, day, population, moves), ""
    except (OverflowStop, AssertionError) as error:
        return None, str(error)


def _pool_before(closed: Day) -> Pool:
    """The pool just before a close, from the books at that position."""
    sheet = balance_sheet(closed.position - 1)
    return Pool(
        reserve_micro=sheet.reserve_micro,
        outstanding_micro=sheet.outstanding_micro,
        treasury_micro=sheet.treasury_micro,
        issued_micro=sheet.outstanding_micro,  # a close issues nothing, so nothing hangs on it
        dividend_fund_micro=sheet.dividend_fund_micro,
        honor_fund_micro=sheet.honor_fund_micro,
        dividend_carry_micro=sheet.dividend_carry_micro,
        honor_carry_micro=_carries_before(closed, sheet),
        unassigned_micro=sheet.unassigned_micro,
        last_closed=None,
    )


def _carries_before(closed: Day, sheet: BalanceSheet) -> list[int]:
    """What each honour pool had over. Entries hold their sum; the close before says whose it is."""
    if not sheet.honor_carry_micro:
        return [0] * LEVELS
    before = Day.objects.filter(position__lt=closed.position).order_by("-position").first()
    if before is None or before.honor_carries_micro is None:
        raise CannotRework("the close before it did not keep what each honour pool had over")
    if sum(before.honor_carries_micro) != sheet.honor_carry_micro:
        raise CannotRework(
            f"the pools' remainders by the entries, {sheet.honor_carry_micro} micro-yuan, are not"
            f" those of the close before it, {sum(before.honor_carries_micro)}"
        )
    return list(before.honor_carries_micro)


def _hold(cursor: CursorWrapper, closed: Day) -> int:
    """Fill the table of what every account had before the close; how many accounts."""
    values: dict[str, Any] = {
        "merchants": array(tallies.merchant_numbers()),
        "position": closed.position,
        "day": closed.day,
    }
    by_level = levels.at_position(cursor, versions(), closed.position)
    cursor.execute(HOLDINGS.format(levels=by_level), values)
    count = int(cursor.rowcount)
    cursor.execute(rehearsing.EMPTY)
    return count


def _fields(
    closed: Day, worked: DayRow, pool: Pool, moves: list[Move]
) -> Iterator[FieldDifference]:
    rate = (worked.rate.left, worked.rate.weight) if worked.rate else (None, None)
    stated = (closed.rate_num, closed.rate_den)
    pairs: list[tuple[str, object, object]] = [
        ("dividend_fund", closed.dividend_fund_micro, worked.dividend_fund_micro),
        ("dividend_paid", closed.dividend_paid_micro, worked.dividend_paid_micro),
        ("honor_fund", closed.honor_fund_micro, worked.honor_fund_micro),
        ("honor_paid", closed.honor_paid_micro, worked.honor_paid_micro),
        ("to_reserve", closed.to_reserve_micro, worked.to_reserve_micro),
        ("forced_exits", closed.forced_exits, worked.forced_exits),
        ("rate", tuple(None if part is None else int(part) for part in stated), rate),
        ("honor_amounts", list(closed.honor_amounts_micro), list(worked.honor_amounts_micro)),
        ("honor_heads", list(closed.honor_heads), list(worked.honor_heads)),
        ("reserve", closed.reserve_micro, pool.reserve_micro),
        ("outstanding", closed.outstanding_micro, pool.outstanding_micro),
    ]
    if closed.honor_carries_micro is not None:
        pairs.append(("honor_carries", closed.honor_carries_micro, pool.honor_carry_micro))
    row = Application.objects.filter(position=closed.position).first()
    chained = (row.reserve_micro, row.outstanding_micro) if row else None
    pairs.append(("chain", chained, (pool.reserve_micro, pool.outstanding_micro)))
    pairs.append(("entries", _pool_entries(closed.position), _pool_moves(moves)))
    for name, recorded, worked_out in pairs:
        if recorded != worked_out:
            yield FieldDifference(name, recorded, worked_out)


def _pool_entries(position: int) -> list[tuple[int, ...]]:
    rows = Entry.objects.filter(position=position, account_id__lte=POOL_SIZE)
    units = ("cash_micro", "share_micro", "coin_micro", "quota_micro")
    return sorted(rows.values_list("account_id", "reason", *units))


def _pool_moves(moves: list[Move]) -> list[tuple[int, ...]]:
    return sorted(
        (NUMBER_OF_POOL[m.account], NUMBER[m.reason], m.cash, m.share, m.coin, m.quota)
        for m in moves
    )


def _rows(
    cursor: CursorWrapper, closed: Day, population: SqlPopulation
) -> tuple[list[RowDifference], int, int]:
    """Accounts whose rows differ: the first, how many, and how many dividends were compared."""
    cursor.execute(RECORDED, [closed.day])
    dividends = cursor.rowcount
    cursor.execute(UNEQUAL)
    unequal = [("dividend", *row) for row in cursor.fetchall()]
    cursor.execute(LEFT_RECORDED, [closed.position])
    worked = " UNION ALL ".join(map(WORKED.format, population.leaving)) or NOBODY
    cursor.execute(LEFT_UNEQUAL.format(worked=worked))
    unequal += [("exit", *row) for row in cursor.fetchall()]
    count = sum({kind: of_kind for kind, *_, of_kind in unequal}.values())
    keys = selectors.keys_of([row[1] for row in unequal])
    differences = [
        RowDifference(kind, keys[number], (one_there, two_there), (one_here, two_here))
        for kind, number, one_there, one_here, two_there, two_here, _count in unequal
    ]
    return differences, count, dividends
