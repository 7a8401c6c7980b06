"""What was sold, day by day: sums over all orders, for who runs the mall."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from sharemall.orders.models import Order


@dataclass(frozen=True, slots=True)
class DayTurnover:
    """The orders that were paid on a day, and what was paid for them; refunds are not taken off."""

    day: date
    orders: int
    paid_fen: int


def turnover_by_day(first: date, last: date, time_zone: str) -> list[DayTurnover]:
    """A row for each day from `first` to `last`, days without orders too; one query, by an index.

    Days begin at midnight of the time zone. An order counts on the day it was paid.
    """
    zone = ZoneInfo(time_zone)
    paid = Order.objects.filter(
        paid_at__gte=datetime.combine(first, time(), zone),
        paid_at__lt=datetime.combine(last + timedelta(days=1), time(), zone),
    )
    by_day = paid.order_by().values_list(TruncDate("paid_at", tzinfo=zone))
    found = {
        day: (count, fen)
        for day, count, fen in by_day.annotate(count=Count("pk"), fen=Sum("total_fen"))
    }
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [DayTurnover(day, *found.get(day, (0, 0))) for day in days]
