"""When days are closed: on demand, and by themselves after midnight of the scheme's time zone."""

from datetime import date, datetime, timedelta

from django.db import transaction

from sharemall.clock.services import now
from sharemall.ledger import events, journal, months, runs, selectors, tallies, writer
from sharemall.ledger.models import Application, Day
from sharemall.ledger.values import Outcome

ONE_DAY = timedelta(days=1)


class DayNotClosable(Exception):
    """The day lies ahead, or before one that is closed already."""


def close_day(day: date) -> Outcome:
    """Close `day`; a day that is closed already answers with its close and changes nothing.

    Raises DayNotClosable for a day ahead or one that was passed over.
    """
    moment = now()
    if day > selectors.business_day(moment):
        raise DayNotClosable(f"{day} is not over: the last day that can be closed is today")
    closed = Day.objects.filter(day=day).values_list("position", flat=True).first()
    if closed is not None:
        return Outcome(f"close-{day}", closed, "")
    last = selectors.pool().last_closed
    if last is not None and day <= last:
        raise DayNotClosable(f"{day} cannot be closed: {last} is closed, days close in order")
    event = events.close_day(at=events.timestamp(moment, selectors.scheme().timezone), day=day)
    try:
        with transaction.atomic():
            journal.append(event)
    except journal.IdConflict:
        pass  # another process is closing the same day, at another second: theirs stands
    with runs.on_record(day) as run:
        run.outcome = writer.settle(event["id"])
    return run.outcome


def due_days(moment: datetime) -> list[date]:
    """The days that have ended and hold events no close has seen, oldest first.

    Days without events are passed over: nothing came in that could be shared out.
    """
    today = selectors.business_day(moment)
    closed = Day.objects.order_by("-day").first()
    held = (
        Application.objects.filter(position__gt=closed.position if closed else 0, code="")
        .order_by()
        .values_list("day", flat=True)
        .distinct()
    )
    first = closed.day + ONE_DAY if closed else date.min
    return sorted({max(day, first) for day in held if day and max(day, first) < today})


def close_due(moment: datetime) -> list[Outcome]:
    """Apply what is pending, close every day that is due, and add up what is over."""
    writer.drain()
    outcomes = [close_day(day) for day in due_days(moment)]
    months.add_up_due()
    tallies.add_up_due()
    return outcomes
