"""Business days: providers bill by the calendar of Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def bounds(day: date) -> tuple[datetime, datetime]:
    """First and last moment of a business day, for `range` look-ups."""
    start = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    return start, start + timedelta(days=1) - timedelta(microseconds=1)


def day_of(moment: datetime) -> date:
    """The business day of a moment."""
    return moment.astimezone(SHANGHAI).date()
