"""The day close's population in SQL: it sums and pays; what is owed is decided by the engine.

Exact, in few passes over the balances: one for the weight, one for each rate that the engine
tries, one insert and one update. No statement has a subquery with OFFSET 0 to keep an expression
from being worked out twice: PostgreSQL would not read such a query with several processes, and
Citus not on its nodes. Source: rules.md, "close_day"; the port is `engine.close.Population`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DataError
from django.db.backends.utils import CursorWrapper

from sharemall.engine.amounts import LEVELS, NANO
from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.errors import OverflowStop
from sharemall.engine.state import Rate
from sharemall.ledger import failpoints
from sharemall.ledger.beside import Beside
from sharemall.ledger.columns import ELIGIBLE, QUOTA
from sharemall.ledger.reasons import NUMBER
from sharemall.ledger.wide import muldiv

# Below this, a quota and an honour can be added as bigint.
NARROW = 2**61
# How far beyond what the pools are expected to pay members near their quota are kept at hand.
NEAR = 2

LEAVE = """
UPDATE {balances} b SET
    moved_micro = b.moved_micro + l.cash_micro, share_micro = b.share_micro + l.share_micro,
    coin_micro = b.coin_micro + l.coin_micro, used_micro = b.used_micro - l.quota_micro
FROM {leaving} l WHERE l.account_id = b.account_id
"""
LEFT = """
SELECT count(*), sum(-share_micro), sum(cash_micro), sum(-coin_micro), sum(-quota_micro),
       sum(gross_micro) FROM {leaving}
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
    paid: int = 0  # by the dividend at this rate, all members
    count: dict[int, int] = field(default_factory=dict)
    least_left: dict[int, int] = field(default_factory=dict)
    near: dict[int, int] = field(default_factory=dict)  # how many are in the near table
    near_bound: int = -1  # it holds all with at most this quota left

    def at_least(self, level: int) -> int:
        """How many there are of at least `level`."""
        return sum(n for at, n in self.count.items() if at >= level)

    def far(self, level: int) -> int:
        """How many of them have more quota left than the near table's bound."""
        return sum(n - self.near.get(at, 0) for at, n in self.count.items() if at >= level)


@dataclass
class SqlPopulation:
    """All accounts of the database, for one close of `day`.

    `least_shares` is the first honour threshold, 0 if there is none; `honours_micro` about what the
    pools will pay. `leaving` names the tables of those who were sold out or wound up, one a round.
    `balances` and `dividends` are the tables that are read and written: a rehearsal has its own.
    `beside` is a second connection for the dividends, if there is one.
    """

    cursor: CursorWrapper
    day: date
    least_shares: int
    honours_micro: int = 0
    leaving: list[str] = field(default_factory=list)
    balances: str = "ledger_balance"
    dividends: str = "ledger_dividend"
    beside: Beside | None = None
    _tried: int = 0  # rates of the dividend
    _most_shares: int | None = None
    _heads: _Heads | None = None
    _honours: dict[int, int] = field(default_factory=dict)  # what the pools pay, by level

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """(Σ quota of the capped, Σ shares of the uncapped), micro-units."""
        if rate is None:
            weight, self._most_shares = self._pair(
                f"SELECT sum(share_micro) FILTER (WHERE {ELIGIBLE}), max(share_micro)"
                f" FROM {self.balances}"
            )
            return 0, weight
        self._tried += 1
        if self._tried > 1:  # the first is hardly ever the last, of which more must be known
            return self._summarise(rate)
        part = self._part(rate)
        return self._pair(
            f"SELECT sum({QUOTA}) FILTER (WHERE {part} >= {QUOTA}),"
            f" sum(share_micro) FILTER (WHERE {part} < {QUOTA})"
            f" FROM {self.balances} WHERE {ELIGIBLE}"
        )

    def honour_totals(
        self,
        level: int,
        least_shares: int,
        rate: Rate,
        before: tuple[int, ...],
        per_head: Rate | None,
    ) -> tuple[int, int]:
        """(Σ quota left of the capped, number of uncapped) of the pool `level`."""
        heads = self._heads_at(rate)
        cap = per_head.left // per_head.weight if per_head else 0
        capped, uncapped = self._shared(heads, level, sum(before), cap)
        self._honours[level] = capped + uncapped * cap
        return capped, uncapped

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """Write the day's dividends and add them to the balances; (Σ dividends, Σ honours).

        The sums are what was found; the database compares them with the rows
        (`ledger_day_matches`).
        """
        paid = self._heads_at(rate).paid
        fund, honours = self._fund(rate), self._honour_sums(amounts)
        somebody = self._somebody(rate, honours)
        self._insert(
            f"INSERT INTO {self.dividends} (account_id, day, fund_micro, honour_micro)"
            f" SELECT account_id, %s, {fund}, {self._honour(fund, honours)}"
            f" FROM {self.balances} WHERE {somebody}"
        )
        failpoints.reached("close-paid")
        with _overflow_stops():
            self.cursor.execute(
                f"UPDATE {self.balances}"
                f" SET dividends_micro = dividends_micro + {self._both(fund, honours)}"
                f" WHERE {somebody}"
            )
        return paid, sum(self._honours.values())

    def _insert(self, statement: str) -> None:
        """Write the dividends here, or begin to beside this connection."""
        if self.beside is not None:
            self.beside.insert(self.day, statement)
        else:
            self.open_month()
            self.cursor.execute(statement, [self.day])

    def open_month(self) -> None:
        """Make the place that the day's dividends go to, if it is not there yet."""
        self.cursor.execute("SELECT ledger_dividend_month(%s)", [self.day])

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        """One round of forced exits of members and merchants at this reserve and outstanding."""
        gross = self._value(reserve, outstanding)
        net = muldiv("gross", self._most() * reserve // outstanding, NANO - fee_nano, NANO)
        count, shares, paid, _, quota, value = self._leave(
            f"SELECT account_id, {NUMBER['forced_exit']}::smallint AS reason,"
            f" {net}::bigint AS cash_micro, -share_micro AS share_micro, 0::bigint AS coin_micro,"
            " -least(quota, gross) AS quota_micro, gross AS gross_micro"
            f" FROM (SELECT account_id, share_micro, {QUOTA} AS quota, {gross} AS gross"
            f" FROM {self.balances} WHERE share_micro > 0"
            f" AND (NOT is_member OR {gross} >= {QUOTA})) selling"
        )
        return ExitRound(
            count=count, shares=shares, gross=value, fees=value - paid, quota_used=quota
        )

    def wind_up(self, reserve: int, outstanding: int) -> WindUp:
        """Pay everybody out: shares at their value, coins as cash."""
        gross = self._value(reserve, outstanding)
        _, shares, cash, coins, _, _ = self._leave(
            f"SELECT account_id, {NUMBER['wind_up']}::smallint AS reason,"
            f" {gross} + coin_micro AS cash_micro, -share_micro AS share_micro,"
            " -coin_micro AS coin_micro, 0::bigint AS quota_micro, 0::bigint AS gross_micro"
            f" FROM {self.balances} WHERE share_micro > 0 OR coin_micro > 0"
        )
        return WindUp(shares=shares, share_cash=cash - coins, coins=coins)

    def _heads_at(self, rate: Rate) -> _Heads:
        if self._heads is None or self._heads.rate != rate:
            self._summarise(rate)
        assert self._heads is not None
        return self._heads

    def _summarise(self, rate: Rate) -> tuple[int, int]:
        """One pass at `rate`: the dividend's totals, and who is left for the honour pools."""
        part = self._part(rate)
        self.cursor.execute(
            f"SELECT level, {part} < {QUOTA}, sum({QUOTA}), sum(share_micro), sum({part}),"
            f" count(*) FILTER (WHERE share_micro >= {self.least_shares}),"
            f" min({QUOTA} - {part}) FILTER (WHERE share_micro >= {self.least_shares})"
            f" FROM {self.balances} WHERE {ELIGIBLE} GROUP BY 1, 2"
        )
        heads = self._heads = _Heads(rate)
        capped = uncapped = 0
        for level, is_open, quota, shares, parts, count, left in self.cursor.fetchall():
            heads.paid += int(parts if is_open else quota)
            if is_open:
                uncapped += int(shares)
            else:
                capped += int(quota)
            if is_open and count:
                heads.count[level] = count
                heads.least_left[level] = int(left)
        return capped, uncapped

    def _shared(self, heads: _Heads, level: int, spent: int, cap: int) -> tuple[int, int]:
        """Of those of at least `level`, with `spent` of their quota left gone to lower pools:

        (Σ quota left of those whom `cap` exhausts, number of the others).
        """
        lefts = [left for at, left in heads.least_left.items() if at >= level]
        if all(left > spent + cap for left in lefts):
            return 0, heads.at_least(level)
        if heads.near_bound < spent + cap:
            self._gather_near(heads, NEAR * max(spent + cap, self._expected(heads)))
        capped, uncapped = self._pair(
            "SELECT sum(remaining) FILTER (WHERE remaining <= %s),"
            " count(*) FILTER (WHERE remaining > %s)"
            " FROM (SELECT quota_left - %s AS remaining FROM ledger_near WHERE level >= %s) heads"
            " WHERE remaining > 0",
            [cap, cap, spent, level],
        )
        return capped, uncapped + heads.far(level)

    def _expected(self, heads: _Heads) -> int:
        """About what a head of the highest level gets from all pools."""
        a_pool = self.honours_micro // LEVELS
        counts = [heads.at_least(level) for level in range(1, LEVELS + 1)]
        return sum(a_pool // count for count in counts if count)

    def _gather_near(self, heads: _Heads, bound: int) -> None:
        """Put those with at most `bound` of quota left into a small table of their own."""
        part = self._part(heads.rate)
        self.cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_near")
        self.cursor.execute(
            "CREATE TEMP TABLE ledger_near ON COMMIT DROP AS"
            f" SELECT level, {QUOTA} - {part} AS quota_left FROM {self.balances} WHERE {ELIGIBLE}"
            f" AND {part} < {QUOTA} AND {QUOTA} - {part} <= {bound}"
            f" AND share_micro >= {self.least_shares}"
        )
        self.cursor.execute("SELECT level, count(*) FROM ledger_near GROUP BY level")
        heads.near = dict(self.cursor.fetchall())
        heads.near_bound = bound

    def _part(self, rate: Rate) -> str:
        """SQL for what a row's shares would get at `rate`, whatever its quota."""
        if not rate.weight:
            return QUOTA
        if not rate.left:
            return "0::bigint"
        return muldiv("share_micro", self._most(), rate.left, rate.weight)

    def _fund(self, rate: Rate) -> str:
        """SQL for a row's dividend: its part of the fund, capped by its quota."""
        return QUOTA if not rate.weight else f"least({QUOTA}, {self._part(rate)})::bigint"

    def _honour_sums(self, amounts: Sequence[int]) -> str:
        """SQL for what the pools up to a row's level pay a head; "" if none pays anything."""
        if not any(amounts):
            return ""
        sums = [sum(amounts[:level]) for level in range(len(amounts) + 1)]
        kind = "bigint" if sums[-1] < NARROW else "numeric"
        return f"(ARRAY[{','.join(map(str, sums))}]::{kind}[])[level + 1]"

    def _honour(self, fund: str, honours: str) -> str:
        """SQL for a row's honours, within the quota that its dividend leaves."""
        if not honours:
            return "0"
        most = f"least({QUOTA} - {fund}, {honours})::bigint"
        return f"CASE WHEN share_micro >= {self.least_shares} THEN {most} ELSE 0 END"

    def _both(self, fund: str, honours: str) -> str:
        """SQL for a row's dividend and honours together."""
        if not honours:
            return fund
        both = f"least({QUOTA}, {fund} + {honours})::bigint"
        return f"CASE WHEN share_micro >= {self.least_shares} THEN {both} ELSE {fund} END"

    def _somebody(self, rate: Rate, honours: str) -> str:
        """SQL for whether a row gets anything."""
        enough = -(-rate.weight // rate.left) if rate.left else 0
        shares = f"share_micro >= {max(enough, 1)}" if enough or not rate.weight else "false"
        if honours and not 0 < enough <= self.least_shares:
            shares = f"({shares} OR (share_micro >= {self.least_shares} AND {honours} > 0))"
        return f"{shares} AND {QUOTA} > 0"

    def _value(self, reserve: int, outstanding: int) -> str:
        """SQL for what a row's shares are worth."""
        return f"{muldiv('share_micro', self._most(), reserve, max(outstanding, 1))}::bigint"

    def _most(self) -> int:
        """The most shares that anybody has."""
        if self._most_shares is None:
            _, self._most_shares = self._pair(f"SELECT 0, max(share_micro) FROM {self.balances}")
        return self._most_shares

    def _leave(self, selling: str) -> tuple[int, ...]:
        """Take out those whom the query selects: count, shares, cash, coins, quota, value."""
        leaving = f"ledger_leaving_{len(self.leaving)}"
        self.leaving.append(leaving)
        with _overflow_stops():
            self.cursor.execute(f"CREATE TEMP TABLE {leaving} ON COMMIT DROP AS {selling}")
            self.cursor.execute(LEAVE.format(balances=self.balances, leaving=leaving))
        self.cursor.execute(LEFT.format(leaving=leaving))
        return tuple(int(value or 0) for value in self.cursor.fetchone())

    def _pair(self, statement: str, values: Sequence[Any] = ()) -> tuple[int, int]:
        self.cursor.execute(statement, values)
        first, second = self.cursor.fetchone()
        return int(first or 0), int(second or 0)
