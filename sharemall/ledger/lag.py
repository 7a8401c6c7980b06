"""How far the ledger is behind the journal, and the closes behind the calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sharemall.engine.scheme import Scheme
from sharemall.engine.times import is_moment
from sharemall.ledger import journal
from sharemall.ledger.models import Application, Day, Pending

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lag:
    """How many events wait, and when the first in the queue is dated (None: not at all)."""

    pending: int
    oldest_id: str
    oldest_at: datetime | None

    def seconds(self, now: datetime) -> int:
        """How long the first one waits, by its date; 0 if nothing does."""
        if self.oldest_at is None:
            return 0
        return max(0, int((now - self.oldest_at).total_seconds()))


def lag(now: datetime) -> Lag:
    """What waits to be applied; two queries, three where something does."""
    pending = Pending.objects.count()
    first = Pending.objects.order_by("seq").values_list("event_id", flat=True).first()
    if first is None:
        return Lag(pending, "", None)
    event = journal.find(first) or {}
    moment = event.get("at")
    if not isinstance(moment, str) or not is_moment(moment):
        return Lag(pending, first, None)
    return Lag(pending, first, datetime.fromisoformat(moment))


def late_since(now: datetime, scheme: Scheme) -> date | None:
    """The first business day that is over, holds events and is not closed; None: all are.

    Two queries: the last close, and the events behind it, the oldest day first.
    """
    last = Day.objects.order_by("-position").values_list("day", "position").first()
    following, position = (last[0] + ONE_DAY, last[1]) if last else (date.min, 0)
    today = day_of(now, scheme)
    held = Application.objects.filter(position__gt=position, code="", day__lt=today)
    first = held.order_by("position").values_list("day", flat=True).first()
    return None if first is None or following >= today else max(first, following)


def unchecked_since(position: int, today: date) -> date | None:
    """The first day that closed behind `position`, where a check ended, and before yesterday.

    None: the check that follows a close is not overdue.
    """
    closed = Day.objects.filter(position__gt=position, day__lt=today - ONE_DAY)
    return closed.order_by("position").values_list("day", flat=True).first()


def day_of(moment: datetime, scheme: Scheme) -> date:
    """The business day of a moment."""
    return moment.astimezone(ZoneInfo(scheme.timezone)).date()
