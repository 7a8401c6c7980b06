"""The day close's population in SQL: it sums and pays; what is owed is decided by the engine.

Exact, in few passes over the balances: one for the weight, one that puts those near their quota
aside, where every rate that the engine tries is then worked out, one insert and one update. No
statement has a subquery with OFFSET 0 to keep an expression from being worked out twice:
PostgreSQL would not read such a query with several processes, and Citus not on its nodes. Source:
rules.md, "close_day"; the port is `engine.close.Population`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DataError
from django.db.backends.utils import CursorWrapper

from sharemall.engine.amounts import LEVELS, MOST_EVER, NANO
from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.errors import OverflowStop
from sharemall.engine.state import Rate
from sharemall.ledger import failpoints
from sharemall.ledger.beside import PAID_OUT, Beside
from sharemall.ledger.columns import ELIGIBLE, QUOTA
from sharemall.ledger.heads import Eligible, Heads
from sharemall.ledger.reasons import NUMBER
from sharemall.ledger.wide import muldiv

# Below this, a quota and an honour can be added as bigint.
NARROW = 2**61
# By how many times what the pools are expected to pay members near their quota are kept at hand.
NEAR = 2
# By what part of the price it may rise before those who sell are looked for anew.
HIGHER = 64

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
    _eligible: Eligible | None = None
    _most_shares: int | None = None
    _low_rate: Rate | None = None  # the low table holds all whom this rate or a lower one caps
    _bounds: list[int] = field(default_factory=list)  # and, by level, leaves as little as this
    _heads: Heads | None = None
    _selling_rate: Rate | None = None  # the selling table holds all who sell at this price
    _honours: dict[int, int] = field(default_factory=dict)  # what the pools pay, by level

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """(Σ quota of the capped, Σ shares of the uncapped), micro-units."""
        if rate is None:
            return 0, self._weighed().shares
        return self._summarise(rate)

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

        The sums are those of the rows written. That of the dividends must be what the rate shares
        out, less a part of a micro-yuan a member; the engine looks at that of the honours.
        """
        fund, honours = self._fund(rate), self._honour_sums(amounts)
        somebody = self._somebody(rate, honours)
        due = self._heads_at(rate).capped + rate.left
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
        paid = self.beside.written() if self.beside else self.written()
        if rate.weight and not max(due - self._weighed().members, 0) <= paid[0] <= due:
            raise AssertionError(f"dividends of {paid[0]} were paid, {due} were to be shared out")
        return paid

    def fund_paid(self, rate: Rate) -> int:
        """What the fund pays at the rate, in sum; one pass."""
        return self._pair(
            f"SELECT sum({self._fund(rate)}), 0 FROM {self.balances} WHERE {ELIGIBLE}"
        )[0]

    def honours_paid(self) -> int:
        """What was found that the pools pay, in sum."""
        return sum(self._honours.values())

    def written(self) -> tuple[int, int]:
        """What the day's rows come to: by the trigger; where there is none, they are read."""
        self.cursor.execute(PAID_OUT, [self.day])
        row = self.cursor.fetchone()
        return row or self.read_back()

    def read_back(self) -> tuple[int, int]:
        """The sums of the day's rows."""
        return self._pair(
            f"SELECT sum(fund_micro), sum(honour_micro) FROM {self.dividends} WHERE day = %s",
            [self.day],
        )

    def _insert(self, statement: str) -> None:
        """Write the dividends here, or begin to beside this connection."""
        if self.beside is not None:
            self.beside.insert(self.day, statement, self.balances)
        else:
            self.open_month()
            self.cursor.execute(statement, [self.day])

    def open_month(self) -> None:
        """Make the place that the day's dividends go to, if it is not there yet."""
        self.cursor.execute("SELECT ledger_dividend_month(%s)", [self.day])

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        """One round of forced exits of members and merchants at this reserve and outstanding."""
        bound = self._selling_rate
        if bound is None or reserve * bound.weight > bound.left * outstanding:
            self._gather_selling(reserve, outstanding)
        gross = self._value(reserve, outstanding)
        net = muldiv("gross", self._most() * reserve // outstanding, NANO - fee_nano, NANO)
        count, shares, paid, _, quota, value = self._leave(
            f"SELECT account_id, {NUMBER['forced_exit']}::smallint AS reason,"
            f" {net}::bigint AS cash_micro, -share_micro AS share_micro, 0::bigint AS coin_micro,"
            " -least(quota, gross) AS quota_micro, gross AS gross_micro"
            f" FROM (SELECT account_id, share_micro, quota, {gross} AS gross"
            f" FROM ledger_selling WHERE NOT is_member OR {gross} >= quota) selling"
        )
        self.cursor.execute(
            f"DELETE FROM ledger_selling s USING {self.leaving[-1]} l"
            " WHERE l.account_id = s.account_id"
        )
        return ExitRound(
            count=count, shares=shares, gross=value, fees=value - paid, quota_used=quota
        )

    def _gather_selling(self, reserve: int, outstanding: int) -> None:
        """Put those who sell at this price, or would at a little higher one, into a table.

        A round raises the price by the fees that it leaves behind; the next ones look there only.
        """
        rate = self._selling_rate = Rate(reserve + reserve // HIGHER, outstanding)
        value = muldiv("share_micro", self._most(), rate.left, rate.weight)
        self.cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_selling")
        self.cursor.execute(
            "CREATE TEMP TABLE ledger_selling ON COMMIT DROP AS"
            f" SELECT account_id, is_member, share_micro, {QUOTA} AS quota FROM {self.balances}"
            f" WHERE share_micro > 0 AND (NOT is_member OR {value} >= {QUOTA})"
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

    def _heads_at(self, rate: Rate) -> Heads:
        if self._heads is None or self._heads.rate != rate:
            if rate.weight:
                self._summarise(rate)
            else:  # everybody's whole quota is paid: nobody is left
                self._heads = Heads(rate)
        assert self._heads is not None
        return self._heads

    def _weighed(self) -> Eligible:
        """The first pass: all who are eligible."""
        if self._eligible is None:
            found = self._eligible = Eligible()
            self.cursor.execute(
                f"SELECT level, {ELIGIBLE}, sum(share_micro), max(share_micro), count(*),"
                f" count(*) FILTER (WHERE share_micro >= {self.least_shares})"
                f" FROM {self.balances} GROUP BY 1, 2"
            )
            self._most_shares = 0
            for level, is_eligible, shares, most, members, heads in self.cursor.fetchall():
                self._most_shares = max(self._most_shares, most)
                if is_eligible:
                    found.shares += int(shares)
                    found.members += members
                    found.heads[level] = heads
        return self._eligible

    def _gather_low(self, rate: Rate, need: int = 0) -> None:
        """The second pass: put those with little quota into a small table of their own.

        It will do for twice the rate, and for pools that pay twice what is expected, or `need`.
        """
        eligible = self._weighed()
        self._low_rate = Rate(2 * rate.left, rate.weight) if 2 * rate.left < NARROW else rate
        each = [
            self.honours_micro // LEVELS // max(eligible.at_least(level), 1)
            for level in range(1, LEVELS + 1)
        ]
        self._bounds = [
            min(NEAR * max(need, sum(each[:level])), MOST_EVER) for level in range(LEVELS + 1)
        ]
        self.cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_low")
        self.cursor.execute(
            "CREATE TEMP TABLE ledger_low ON COMMIT DROP AS"
            f" SELECT level, share_micro, {QUOTA} AS quota FROM {self.balances} WHERE {ELIGIBLE}"
            f" AND {QUOTA} - {self._part(self._low_rate)} <= {self._bound()}"
        )

    def _bound(self) -> str:
        """SQL for the quota left below which a row is in the tables of those near their quota."""
        return f"('{{{','.join(map(str, self._bounds))}}}'::bigint[])[level + 1]"

    def _summarise(self, rate: Rate) -> tuple[int, int]:
        """The dividend's totals at `rate`, and who is left for the honour pools."""
        low = self._low_rate
        if low is None or rate.left * low.weight > low.left * rate.weight:
            self._gather_low(rate)
        part = self._part(rate)
        self.cursor.execute(
            f"SELECT level, {part} < quota, sum(quota), sum(share_micro),"
            f" count(*) FILTER (WHERE share_micro >= {self.least_shares}),"
            f" min(quota - {part}) FILTER (WHERE share_micro >= {self.least_shares})"
            " FROM ledger_low GROUP BY 1, 2"
        )
        eligible = self._weighed()
        heads = self._heads = Heads(rate, count=dict(eligible.heads))
        uncapped, far = eligible.shares, dict(eligible.heads)
        for level, is_open, quota, shares, count, left in self.cursor.fetchall():
            far[level] -= count
            if not is_open:
                heads.capped += int(quota)
                uncapped -= int(shares)
                heads.count[level] -= count
            elif count:
                heads.least_left[level] = int(left)
        for level in (level for level, count in far.items() if count):
            beyond = self._bounds[level] + 1
            heads.least_left[level] = min(heads.least_left.get(level, beyond), beyond)
        return heads.capped, uncapped

    def _shared(self, heads: Heads, level: int, spent: int, cap: int) -> tuple[int, int]:
        """Of those of at least `level`, with `spent` of their quota left gone to lower pools:

        (Σ quota left of those whom `cap` exhausts, number of the others).
        """
        lefts = [left for at, left in heads.least_left.items() if at >= level]
        if all(left > spent + cap for left in lefts):
            return 0, heads.at_least(level)
        if self._bounds[level] < spent + cap:
            self._gather_low(heads.rate, spent + cap)
            heads.near = None
        if heads.near is None:
            heads.near = self._gather_near(heads.rate)
        capped, uncapped = self._pair(
            "SELECT sum(remaining) FILTER (WHERE remaining <= %s),"
            " count(*) FILTER (WHERE remaining > %s)"
            " FROM (SELECT quota_left - %s AS remaining FROM ledger_near WHERE level >= %s) heads"
            " WHERE remaining > 0",
            [cap, cap, spent, level],
        )
        return capped, uncapped + heads.far(level)

    def _gather_near(self, rate: Rate) -> dict[int, int]:
        """Put the heads with little quota left at `rate` into a table; how many, by level."""
        part = self._part(rate)
        self.cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_near")
        self.cursor.execute(
            "CREATE TEMP TABLE ledger_near ON COMMIT DROP AS"
            f" SELECT level, quota - {part} AS quota_left FROM ledger_low WHERE {part} < quota"
            f" AND quota - {part} <= {self._bound()} AND share_micro >= {self.least_shares}"
        )
        self.cursor.execute("SELECT level, count(*) FROM ledger_near GROUP BY level")
        return dict(self.cursor.fetchall())

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
            self._weighed()
        assert self._most_shares is not None
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
