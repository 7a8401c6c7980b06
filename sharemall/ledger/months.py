"""A member's dividends of a month that is over, in one row.

A month is over when a day of a later month has been closed: its days take no more dividends. Its
rows lie as the closes wrote them, all members of a day together, so that a member's are scattered
over the month; read for every page, two years of them would take a tenth of a second.
"""

from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models.functions import TruncMonth

from sharemall.ledger.columns import CLOSED
from sharemall.ledger.models import Day, Month
from sharemall.ledger.values import DividendRow

ADD_UP = f"""
INSERT INTO ledger_dividendmonth
    (account_id, month, fund_micro, honour_micro, days, funds_micro, honours_micro)
SELECT account_id, %s, sum(fund_micro), sum(honour_micro),
       array_agg(extract(day FROM day)::smallint ORDER BY day),
       array_agg(fund_micro ORDER BY day), array_agg(honour_micro ORDER BY day)
FROM ledger_dividend WHERE day >= %s AND day < %s AND {CLOSED} GROUP BY account_id
"""
# The first day that is in no month added up.
FIRST_OPEN = """
(SELECT coalesce(max(month) + interval '1 month', '-infinity')::date FROM ledger_month)
"""
BY_MONTH = f"""
SELECT date_trunc('month', day)::date AS month, sum(fund_micro)::bigint, sum(honour_micro)::bigint
FROM ledger_dividend
WHERE account_id = %(account)s AND day >= {FIRST_OPEN} AND {CLOSED} GROUP BY 1
UNION ALL
SELECT month, fund_micro, honour_micro
FROM ledger_dividendmonth WHERE account_id = %(account)s
ORDER BY month DESC
"""
NEWEST = f"""
SELECT day, fund_micro, honour_micro FROM ledger_dividend
WHERE account_id = %(account)s AND day >= {FIRST_OPEN} AND day < %(before)s AND {CLOSED}
UNION ALL
SELECT month + (number - 1), fund, honour
FROM (
    SELECT month, days, funds_micro, honours_micro FROM ledger_dividendmonth
    WHERE account_id = %(account)s AND month < %(before)s ORDER BY month DESC LIMIT %(limit)s
) months, unnest(days, funds_micro, honours_micro) AS paid(number, fund, honour)
WHERE month + (number - 1) < %(before)s
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
