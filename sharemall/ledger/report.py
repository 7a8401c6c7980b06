"""The database's state report, in replay's format. Source: rules.md, "State report"."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from sharemall.engine.report import Report, report
from sharemall.engine.state import DayRow
from sharemall.ledger import models as rows
from sharemall.ledger import selectors
from sharemall.ledger.books import pool_of
from sharemall.ledger.columns import CASH, QUOTA
from sharemall.ledger.moment import one_moment

MEMBER_COLUMNS = ("share_micro", QUOTA, CASH, "coin_micro", "dividends_micro", "level")
MERCHANT_COLUMNS = ("share_micro", CASH, "coin_micro")


def state() -> Report:
    """The state behind the last applied event, all of one moment."""
    with one_moment():
        row = rows.Pool.objects.first()
        if row is None:
            raise selectors.LedgerClosed
        return report(
            pool=pool_of(row),
            scheme=selectors.scheme(),
            members=_held(MEMBER_COLUMNS, is_member=True),
            merchants=_held(MERCHANT_COLUMNS, is_member=False),
            days=_days(),
            rejected=rows.Application.objects.exclude(code="")
            .order_by("position")
            .values_list("event_id", "code"),
        )


def _held(columns: tuple[str, ...], *, is_member: bool) -> Iterator[tuple[Any, ...]]:
    """Each account's name and balances."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT substr(a.key, 3), {', '.join(columns)} FROM ledger_balance b"
            " JOIN ledger_account a ON a.id = b.account_id WHERE b.is_member = %s",
            [is_member],
        )
        yield from cursor


def _days() -> Iterator[DayRow]:
    for row in rows.Day.objects.order_by("day"):
        yield DayRow(
            date=row.day,
            dividend_fund_micro=row.dividend_fund_micro,
            dividend_paid_micro=row.dividend_paid_micro,
            honor_fund_micro=row.honor_fund_micro,
            honor_paid_micro=row.honor_paid_micro,
            to_reserve_micro=row.to_reserve_micro,
            forced_exits=row.forced_exits,
        )
