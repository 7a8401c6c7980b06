"""The day close's population in SQL: it sums and pays; what is owed is decided by the engine.

Exact, in few passes over the balances: one for the weight, one for each rate that the engine
tries, one insert and one update. Source: rules.md, "close_day"; the port is
`engine.close.Population`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DataError
from django.db.backends.utils import CursorWrapper

from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.errors import OverflowStop
from sharemall.engine.state import Rate
from sharemall.ledger import failpoints
from sharemall.ledger.columns import ELIGIBLE, QUOTA
from sharemall.ledger.reasons import NUMBER
from sharemall.ledger.wide import muldiv

NANO = 10**9
# Below this, a quota and an honour can be added as bigint.
NARROW = 2**61
# How far beyond what a pool pays now the members near their quota are kept at hand.
NEAR = 8

LEAVING = """
CREATE TEMP TABLE IF NOT EXISTS ledger_leaving (
    account_id bigint, reason smallint, round int,
    cash_micro bigint, share_micro bigint, coin_micro bigint, quota_micro bigint
) ON COMMIT DROP
"""

EXIT = f"""
INSERT INTO ledger_leaving
SELECT account_id, %(reason)s, %(round)s, gross - fee, -share_micro, 0, -least(quota, gross)
FROM (
    SELECT account_id, share_micro, quota, gross,
           div(gross::numeric * %(fee)s + (%(nano)s - 1), %(nano)s)::bigint AS fee
    FROM (
        SELECT account_id, is_member, share_micro, {QUOTA} AS quota,
               div(share_micro::numeric * %(reserve)s, %(outstanding)s)::bigint AS gross
        FROM ledger_balance WHERE share_micro > 0
    ) valued
    WHERE NOT is_member OR gross >= quota
) selling
"""

WIND_UP = """
INSERT INTO ledger_leaving
SELECT account_id, %(reason)s, %(round)s,
       div(share_micro::numeric * %(reserve)s, %(outstanding)s)::bigint + coin_micro,
       -share_micro, -coin_micro, 0
FROM ledger_balance WHERE share_micro > 0 OR coin_micro > 0
"""

LEAVE = """
UPDATE ledger_balance b SET
    moved_micro = b.moved_micro + l.cash_micro, share_micro = b.share_micro + l.share_micro,
    coin_micro = b.coin_micro + l.coin_micro, used_micro = b.used_micro - l.quota_micro
FROM ledger_leaving l WHERE l.account_id = b.account_id AND l.round = %s
"""


@contextmanager
def _overflow_stops() -> Iterator[None]:
    """A balance past 2^63 - 1 stops the close as it does in memory."""
    try:
        yield
    except DataError as error:
        raise OverflowStop("the close would push a balance past 2^63 - 1") from error


@dataclass
class _Heads:
    """Who can take from the honour pools at a rate: by level, how many and the least quota left."""

    rate: Rate
    count: dict[int, int] = field(default_factory=dict)
    least_left: dict[int, int] = field(default_factory=dict)
    near: dict[int, int] = field(default_factory=dict)  # how many are in the near table
    near_bound: int = -1  # it holds all with at most this quota left

    def far(self, level: int) -> int:
        """How many of at least `level` have more quota left than the near table's bound."""
        return sum(n - self.near.get(at, 0) for at, n in self.count.items() if at >= level)


@dataclass
class SqlPopulation:
    """All accounts of the database, for one close of `day`.

    `least_shares` is the first honour threshold; 0 if there is none.
    """

    cursor: CursorWrapper
    day: date
    least_shares: int
    rounds: int = 0
    _most_shares: int = 0
    _heads: _Heads | None = None

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """(Σ quota of the capped, Σ shares of the uncapped), micro-units."""
        if rate is not None:
            return self._summarise(rate)
        weight, self._most_shares = self._pair(
            f"SELECT sum(share_micro), max(share_micro) FROM ledger_balance WHERE {ELIGIBLE}"
        )
        return 0, weight

    def honour_totals(
        self,
        level: int,
        least_shares: int,
        rate: Rate,
        before: tuple[int, ...],
        per_head: Rate | None,
    ) -> tuple[int, int]:
        """(Σ quota left of the capped, number of uncapped) of the pool `level`."""
        if self._heads is None or self._heads.rate != rate:
            self._summarise(rate)
        heads = self._heads
        assert heads is not None
        spent = sum(before)
        cap = per_head.left // per_head.weight if per_head else 0
        lefts = [left for at, left in heads.least_left.items() if at >= level]
        if all(left > spent + cap for left in lefts):
            return 0, sum(n for at, n in heads.count.items() if at >= level)
        if heads.near_bound < spent + cap:
            self._gather_near(heads, (spent + cap) * NEAR)
        capped, uncapped = self._pair(
            "SELECT sum(remaining) FILTER (WHERE remaining <= %s),"
            " count(*) FILTER (WHERE remaining > %s)"
            " FROM (SELECT quota_left - %s AS remaining FROM ledger_near WHERE level >= %s) heads"
            " WHERE remaining > 0",
            [cap, cap, spent, level],
        )
        return capped, uncapped + heads.far(level)

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """Write the day's dividends and add them to the balances; (Σ dividends, Σ honours)."""
        self.cursor.execute("SELECT ledger_dividend_month(%s)", [self.day])
        paid = self._paid_sql("quota", "fund", amounts)
        totals = self._pair(
            "WITH paid AS (INSERT INTO ledger_dividend (account_id, day, fund_micro, honour_micro)"
            " SELECT account_id, %s, fund, paid - fund"
            f" FROM (SELECT account_id, fund, {paid} AS paid FROM ({self._due(rate)}) due OFFSET 0)"
            " paid WHERE paid > 0 RETURNING fund_micro, honour_micro)"
            " SELECT sum(fund_micro), sum(honour_micro) FROM paid",
            [self.day],
        )
        self.cursor.execute("SELECT ledger_dividend_index(%s)", [self.day])
        failpoints.reached("close-paid")
        paid = self._paid_sql(QUOTA, self._fund_sql(rate, QUOTA), amounts)
        anybody = rate.left or not rate.weight  # else there are honours alone
        whom = ELIGIBLE if anybody else f"{ELIGIBLE} AND share_micro >= {least_shares}"
        with _overflow_stops():
            self.cursor.execute(
                f"UPDATE ledger_balance SET dividends_micro = dividends_micro + {paid} WHERE {whom}"
            )
        return totals

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        """One round of forced exits of members and merchants at this reserve and outstanding."""
        sums = self._leave(
            EXIT, "forced_exit", reserve=reserve, outstanding=outstanding, fee=fee_nano, nano=NANO
        )
        count, shares, net, _, quota = sums
        gross = self._gross(reserve, outstanding)
        return ExitRound(
            count=count, shares=shares, gross=gross, fees=gross - net, quota_used=quota
        )

    def wind_up(self, reserve: int, outstanding: int) -> WindUp:
        """Pay everybody out: shares at their value, coins as cash."""
        sums = self._leave(WIND_UP, "wind_up", reserve=reserve, outstanding=max(outstanding, 1))
        _, shares, cash, coins, _ = sums
        return WindUp(shares=shares, share_cash=cash - coins, coins=coins)

    def _summarise(self, rate: Rate) -> tuple[int, int]:
        """One pass at `rate`: the dividend's totals, and who is left for the honour pools."""
        self.cursor.execute(
            f"SELECT level, share_micro >= {self.least_shares},"
            " sum(quota) FILTER (WHERE fund = quota), sum(share_micro) FILTER (WHERE fund < quota),"
            " count(*) FILTER (WHERE fund < quota), min(quota - fund) FILTER (WHERE fund < quota)"
            f" FROM ({self._due(rate)}) due GROUP BY 1, 2"
        )
        heads = self._heads = _Heads(rate)
        capped = uncapped = 0
        for level, held, quota, shares, count, left in self.cursor.fetchall():
            capped += int(quota or 0)
            uncapped += int(shares or 0)
            if held and count:
                heads.count[level] = count
                heads.least_left[level] = left
        return capped, uncapped

    def _gather_near(self, heads: _Heads, bound: int) -> None:
        """Put those with at most `bound` of quota left into a small table of their own."""
        self.cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_near")
        self.cursor.execute(
            "CREATE TEMP TABLE ledger_near ON COMMIT DROP AS"
            f" SELECT level, quota - fund AS quota_left FROM ({self._due(heads.rate)}) due"
            f" WHERE fund < quota AND quota - fund <= {bound}"
            f" AND share_micro >= {self.least_shares}"
        )
        self.cursor.execute("SELECT level, count(*) FROM ledger_near GROUP BY level")
        heads.near = dict(self.cursor.fetchall())
        heads.near_bound = bound

    def _due(self, rate: Rate) -> str:
        """SQL of everybody eligible with its dividend at `rate`, worked out once a row."""
        return (
            f"SELECT account_id, level, share_micro, {QUOTA} AS quota,"
            f" {self._fund_sql(rate, QUOTA)} AS fund FROM ledger_balance WHERE {ELIGIBLE} OFFSET 0"
        )

    def _fund_sql(self, rate: Rate, quota: str) -> str:
        """SQL for a row's dividend at `rate`: its part of the fund, capped by its quota."""
        if not rate.weight:
            return quota
        if not rate.left:
            return "0::bigint"
        part = muldiv("share_micro", self._most_shares, rate.left, rate.weight)
        return f"least({quota}, {part})::bigint"

    def _paid_sql(self, quota: str, fund: str, amounts: Sequence[int]) -> str:
        """SQL for dividend and honours: what the level's pools pay a head, within the quota."""
        if not any(amounts):
            return fund
        sums = [sum(amounts[:level]) for level in range(len(amounts) + 1)]
        kind = "bigint" if sums[-1] < NARROW else "numeric"
        open_to_level = f"(ARRAY[{','.join(map(str, sums))}]::{kind}[])[level + 1]"
        return (
            f"CASE WHEN share_micro >= {self.least_shares}"
            f" THEN least({quota}, {fund} + {open_to_level})::bigint ELSE {fund} END"
        )

    def _leave(self, statement: str, reason: str, **values: int) -> tuple[int, ...]:
        self.cursor.execute(LEAVING)
        self.rounds += 1
        self.cursor.execute(statement, {**values, "reason": NUMBER[reason], "round": self.rounds})
        with _overflow_stops():
            self.cursor.execute(LEAVE, [self.rounds])
        self.cursor.execute(
            "SELECT count(*), sum(-share_micro), sum(cash_micro), sum(-coin_micro),"
            " sum(-quota_micro) FROM ledger_leaving WHERE round = %s",
            [self.rounds],
        )
        return tuple(int(value or 0) for value in self.cursor.fetchone())

    def _gross(self, reserve: int, outstanding: int) -> int:
        self.cursor.execute(
            "SELECT sum(div(-share_micro::numeric * %s, %s)) FROM ledger_leaving WHERE round = %s",
            [reserve, outstanding, self.rounds],
        )
        return int(self.cursor.fetchone()[0] or 0)

    def _pair(self, statement: str, values: Sequence[Any] = ()) -> tuple[int, int]:
        self.cursor.execute(statement, values)
        first, second = self.cursor.fetchone()
        return int(first or 0), int(second or 0)
