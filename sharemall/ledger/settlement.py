"""The day close's population in SQL: it sums and pays; what is owed is decided by the engine.

Each statement goes over the balances once, exactly: products are numeric, quotients `div`.
Source: rules.md, "close_day"; the port is `engine.close.Population`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import DataError
from django.db.backends.utils import CursorWrapper

from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.errors import OverflowStop
from sharemall.engine.state import Rate
from sharemall.ledger import failpoints
from sharemall.ledger.reasons import REASONS

ELIGIBLE = "is_member AND share_micro > 0 AND quota_micro > 0"
NANO = 10**9

LEAVING = """
CREATE TEMP TABLE IF NOT EXISTS ledger_leaving (
    account_id bigint, reason smallint, round int,
    cash_micro bigint, share_micro bigint, coin_micro bigint, quota_micro bigint
) ON COMMIT DROP
"""

EXIT = """
INSERT INTO ledger_leaving
SELECT account_id, %(reason)s, %(round)s, gross - fee, -share_micro, 0, -least(quota_micro, gross)
FROM (
    SELECT account_id, share_micro, quota_micro, gross,
           div(gross::numeric * %(fee)s + (%(nano)s - 1), %(nano)s)::bigint AS fee
    FROM (
        SELECT account_id, is_member, share_micro, quota_micro,
               div(share_micro::numeric * %(reserve)s, %(outstanding)s)::bigint AS gross
        FROM ledger_balance WHERE share_micro > 0
    ) valued
    WHERE NOT is_member OR gross >= quota_micro
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
    cash_micro = b.cash_micro + l.cash_micro, share_micro = b.share_micro + l.share_micro,
    coin_micro = b.coin_micro + l.coin_micro, quota_micro = b.quota_micro + l.quota_micro
FROM ledger_leaving l WHERE l.account_id = b.account_id AND l.round = %s
"""


def fund_sql(rate: Rate) -> str:
    """SQL for a row's dividend at `rate`: its part of the fund, capped by its quota."""
    if not rate.weight:
        return "quota_micro"
    if not rate.left:
        return "0::bigint"
    return f"least(quota_micro, div(share_micro::numeric * {rate.left}, {rate.weight}))::bigint"


def honour_sql(rate: Rate, amounts: Sequence[int], least_micro: int) -> str:
    """SQL for a row's honours: what its level's pools pay a head, capped by its quota left."""
    if not any(amounts):
        return "0::bigint"
    sums = ",".join(str(sum(amounts[:level])) for level in range(len(amounts) + 1))
    return (
        f"CASE WHEN share_micro >= {least_micro} THEN "
        f"least(quota_micro - {fund_sql(rate)}, (ARRAY[{sums}]::numeric[])[level + 1])::bigint "
        f"ELSE 0 END"
    )


@contextmanager
def _overflow_stops() -> Iterator[None]:
    """A balance past 2^63 - 1 stops the close as it does in memory."""
    try:
        yield
    except DataError as error:
        raise OverflowStop("the close would push a balance past 2^63 - 1") from error


@dataclass
class SqlPopulation:
    """All accounts of the database, for one close of `day`."""

    cursor: CursorWrapper
    day: date
    rounds: int = 0

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        """(Σ quota of the capped, Σ shares of the uncapped), micro-units."""
        capped = f"quota_micro <= {fund_sql(rate)}" if rate else "false"
        return self._pair(
            f"SELECT sum(quota_micro) FILTER (WHERE {capped}),"
            f" sum(share_micro) FILTER (WHERE NOT ({capped}))"
            f" FROM ledger_balance WHERE {ELIGIBLE}"
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
        left = f"quota_micro - {fund_sql(rate)} - {sum(before)}"
        capped = f"remaining * {per_head.weight} <= {per_head.left}" if per_head else "false"
        return self._pair(
            f"SELECT sum(remaining) FILTER (WHERE {capped}),"
            f" count(*) FILTER (WHERE NOT ({capped}))"
            f" FROM (SELECT ({left})::numeric AS remaining FROM ledger_balance"
            f" WHERE {ELIGIBLE} AND level >= {level} AND share_micro >= {least_shares}) pool"
            f" WHERE remaining > 0"
        )

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        """Write the day's dividends and add them to the balances; (Σ dividends, Σ honours)."""
        fund, honour = fund_sql(rate), honour_sql(rate, amounts, least_shares)
        due = f"SELECT *, {fund} AS fund, {honour} AS honour FROM ledger_balance WHERE {ELIGIBLE}"
        self.cursor.execute("SELECT ledger_dividend_month(%s)", [self.day])
        totals = self._pair(
            f"WITH paid AS (INSERT INTO ledger_dividend (account_id, day, fund_micro, honour_micro)"
            f" SELECT account_id, %s, fund, honour FROM ({due}) due WHERE fund > 0 OR honour > 0"
            f" RETURNING fund_micro, honour_micro)"
            f" SELECT sum(fund_micro), sum(honour_micro) FROM paid",
            [self.day],
        )
        self.cursor.execute("SELECT ledger_dividend_index(%s)", [self.day])
        failpoints.reached("close-paid")
        with _overflow_stops():
            self.cursor.execute(
                f"UPDATE ledger_balance SET cash_micro = cash_micro + {fund} + {honour},"
                f" quota_micro = quota_micro - {fund} - {honour},"
                f" dividends_micro = dividends_micro + {fund} + {honour}"
                f" WHERE {ELIGIBLE} AND {fund} + {honour} > 0"
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

    def _leave(self, statement: str, reason: str, **values: int) -> tuple[int, ...]:
        self.cursor.execute(LEAVING)
        self.rounds += 1
        self.cursor.execute(
            statement, {**values, "reason": REASONS.index(reason), "round": self.rounds}
        )
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
