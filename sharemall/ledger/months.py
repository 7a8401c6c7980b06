"""A member's dividends by month, added up once a month is over.

A month is over when a day of a later month has been closed: its days take no more dividends, so
its totals never change. Two years of days would be read for every page otherwise.
"""

from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models.functions import TruncMonth

from sharemall.ledger.models import Day, Month
from sharemall.ledger.values import DividendRow

ADD_UP = """
INSERT INTO ledger_dividendmonth (account_id, month, days, fund_micro, honour_micro)
SELECT account_id, %s, count(*), sum(fund_micro), sum(honour_micro)
FROM ledger_dividend WHERE day >= %s AND day < %s GROUP BY account_id
"""
# The first day that is in no month added up.
FIRST_OPEN = """
(SELECT coalesce(max(month) + interval '1 month', '-infinity')::date FROM ledger_month)
"""
BY_MONTH = f"""
SELECT date_trunc('month', day)::date AS month, sum(fund_micro)::bigint, sum(honour_micro)::bigint
FROM ledger_dividend WHERE account_id = %(account)s AND day >= {FIRST_OPEN} GROUP BY 1
UNION ALL
SELECT month, fund_micro, honour_micro
FROM ledger_dividendmonth WHERE account_id = %(account)s
ORDER BY month DESC
"""
# The totals say which months are wanted: no older one is looked into, nor one since the last
# dividend. Days of the month of `before` may lie behind it, so they are not counted on.
NEWEST = f"""
WITH wanted AS (
    SELECT month FROM (
        SELECT month, sum(CASE WHEN month + interval '1 month' <= %(before)s THEN days ELSE 0 END)
            OVER (ORDER BY month DESC ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) AS newer
        FROM ledger_dividendmonth WHERE account_id = %(account)s AND month < %(before)s
    ) counted WHERE coalesce(newer, 0) < %(limit)s
)
SELECT day, fund_micro, honour_micro FROM ledger_dividend
WHERE account_id = %(account)s AND day < %(before)s AND (
    day >= {FIRST_OPEN} OR (
        day >= (SELECT min(month) FROM wanted)
        AND day < (SELECT (max(month) + interval '1 month')::date FROM wanted)))
ORDER BY day DESC LIMIT %(limit)s
"""


def add_up_due() -> list[date]:
    """Add up every month that is over and not added up yet, oldest first; which they were."""
    closed = (
        Day.objects.order_by().annotate(month=TruncMonth("day")).values_list("month", flat=True)
    )
    months = sorted(set(closed.distinct()) - set(Month.objects.values_list("month", flat=True)))
    return [month for month in months[:-1] if _add_up(month)]


def by_month(account_id: int) -> list[DividendRow]:
    """A member's dividends by month, each under its first day, newest first."""
    return _rows(BY_MONTH, account=account_id)


def newest(account_id: int, before: date, limit: int) -> list[DividendRow]:
    """A member's dividends of days before `before`, newest first."""
    return _rows(NEWEST, account=account_id, before=before, limit=limit)


def _rows(statement: str, **values: int | date) -> list[DividendRow]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [DividendRow(*row) for row in cursor.fetchall()]


@transaction.atomic
def _add_up(month: date) -> bool:
    """Add up a month; False if another process has."""
    following = (month + timedelta(days=31)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_month VALUES (%s) ON CONFLICT DO NOTHING", [month])
        if not cursor.rowcount:
            return False
        cursor.execute(ADD_UP, [month, month, following])
    return True
