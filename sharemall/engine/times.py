"""Dates and times of events, and the business day in the scheme's time zone."""

import re
from datetime import date, datetime, timedelta, timezone
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)


@lru_cache(maxsize=4096)  # a journal's days repeat
def parse_date(text: str) -> date | None:
    """The day a `YYYY-MM-DD` names; None if it names none."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_moment(text: str) -> bool:
    """Whether `text` is a time of the form `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`."""
    return _TIME.fullmatch(text, 10) is not None and parse_date(text[:10]) is not None


def business_day(moment: str, time_zone: str) -> date:
    """The date of a valid `at` in `time_zone`.

    A moment outside the calendar of years 1 to 9999 belongs to its nearest day.
    """
    match = _TIME.fullmatch(moment, 10)
    if match is None:
        raise ValueError(f"not a time: {moment!r}")
    local = datetime.fromisoformat(moment[:19])
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    aware = local.replace(tzinfo=timezone(-offset if sign == "-" else offset))
    try:
        return aware.astimezone(ZoneInfo(time_zone)).date()
    except OverflowError:
        return date.max if local.year > 5000 else date.min


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


def is_time_zone(name: str) -> bool:
    """Whether the time zone exists. The list is the tzdata package's, so the same everywhere."""
    return name in _time_zones()
