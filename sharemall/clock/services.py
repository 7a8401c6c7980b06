"""The time of the mall. Nothing else asks the machine, and no SQL uses now()."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from sharemall.clock.models import Shift


def now() -> datetime:
    """The mall's time, in UTC; in the demo the machine's plus the shift."""
    return by(None if settings.MODE == "live" else _ahead())


def by(ahead: timedelta | None) -> datetime:
    """The mall's time for one who has read how far the demo's clock is ahead, with another row.

    `ahead` does not count in live mode; None is no shift.
    """
    machine = datetime.now(UTC)
    return machine if settings.MODE == "live" or ahead is None else machine + ahead


@transaction.atomic
def move_to(moment: datetime) -> None:
    """Move the demo's clock forward to `moment`.

    Raises ValueError outside the demo or if `moment` is not ahead.
    """
    if settings.MODE == "live":
        raise ValueError("only the demo's clock can be moved")
    Shift.objects.get_or_create(id=1, defaults={"ahead": timedelta(0)})
    shift = Shift.objects.select_for_update().get(id=1)
    ahead = moment - datetime.now(UTC)
    if ahead <= shift.ahead:
        raise ValueError("the clock moves forward only")
    shift.ahead = ahead
    shift.save()


def _ahead() -> timedelta:
    ahead = Shift.objects.filter(id=1).values_list("ahead", flat=True).first()
    return ahead or timedelta(0)
