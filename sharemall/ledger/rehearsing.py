"""A close worked out without closing: what today's would do now, and nothing of it is written.

The engine orchestrates as at a real close; the database sums as at a real close. It reads one
moment, like any page, and never asks for the writer's lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from time import perf_counter

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sharemall.engine.close import close_day
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import DayRow, Pool, Rate
from sharemall.ledger import citus, moment, queue, selectors
from sharemall.ledger.books import pool_of
from sharemall.ledger.models import Pool as PoolRow
from sharemall.ledger.settlement import SqlPopulation

BALANCES = "ledger_rehearsed_balance"
DIVIDENDS = "ledger_rehearsed_dividend"
COPY = f"CREATE TEMP TABLE {BALANCES} ON COMMIT DROP AS SELECT * FROM ledger_balance"
EMPTY = f"""
CREATE TEMP TABLE {DIVIDENDS}
    (account_id bigint, day date, fund_micro bigint, honour_micro bigint) ON COMMIT DROP
"""


class Rehearsed(SqlPopulation):
    """A population whose tables are its own: no month of the real dividends is opened."""

    def open_month(self) -> None:
        """Its table of dividends is there already."""

    def written(self) -> tuple[int, int]:
        """No trigger adds up what is written to it."""
        return self.read_back()


class Summed(SqlPopulation):
    """A population that only sums: enough where nobody is forced to sell afterwards."""

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """What `SqlPopulation.pay` would write, in sum."""
        return self.fund_paid(rate), self.honours_paid()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a close would do now, with the pool before and after it.

    `pending` tells whether events wait that are not in it; `took_ms` how long it was worked out.
    """

    closed: DayRow
    before: Pool
    after: Pool
    scheme: Scheme
    position: int
    pending: bool
    took_ms: int

    @property
    def rate(self) -> Fraction | None:
        """What one share would get, exact, in yuan; None where no rate is needed."""
        return Fraction(*self.closed.rate) if self.closed.rate else None

    @property
    def dust_micro(self) -> int:
        """What the dividend could not divide evenly: the next day's."""
        return self.after.dividend_carry_micro

    @property
    def honour_dust_micro(self) -> int:
        """What the pools could not divide evenly: each keeps its own."""
        return sum(self.after.honor_carry_micro)


def rehearse(day: date) -> Rehearsal:
    """Work out the close of `day` on what is applied now. Raises LedgerClosed, OverflowStop."""
    began = perf_counter()
    with scratch() as cursor:
        row = PoolRow.objects.first()
        if row is None:
            raise selectors.LedgerClosed
        scheme, pool = selectors.scheme(), pool_of(row)
        before, waits = deepcopy(pool), bool(queue.last())
        population = _population(cursor, day, scheme, pool)
        closed = close_day(pool, scheme, day, population)
    return Rehearsal(
        closed=closed,
        before=before,
        after=pool,
        scheme=scheme,
        position=row.position,
        pending=waits,
        took_ms=round((perf_counter() - began) * 1000),
    )


def population_of(
    kind: type[SqlPopulation], cursor: CursorWrapper, day: date, scheme: Scheme, pool: Pool
) -> SqlPopulation:
    """A population for a close by this scheme of what this pool holds."""
    thresholds = scheme.honor_thresholds_micro
    return kind(
        cursor,
        day,
        least_shares=thresholds[0] if thresholds else 0,
        honours_micro=pool.honor_fund_micro + sum(pool.honor_carry_micro),
    )


def _population(cursor: CursorWrapper, day: date, scheme: Scheme, pool: Pool) -> SqlPopulation:
    """One that sums; where a round of exits follows, one that works on a copy of all balances."""
    if not scheme.forced_exit:
        return population_of(Summed, cursor, day, scheme, pool)
    cursor.execute(COPY)
    cursor.execute(EMPTY)
    population = population_of(Rehearsed, cursor, day, scheme, pool)
    population.balances, population.dividends = BALANCES, DIVIDENDS
    return population


@contextmanager
def scratch() -> Iterator[CursorWrapper]:
    """A transaction of one moment with tables of its own, of which nothing is kept.

    Inside another transaction it reads as that one does.
    """
    is_outermost = not connection.in_atomic_block
    with connection.cursor() as cursor:
        distributed = citus.is_distributed(cursor)
        with transaction.atomic():
            if is_outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for statement in moment.HOLD if distributed else ():
                cursor.execute(statement)
            yield cursor
            transaction.set_rollback(True)
