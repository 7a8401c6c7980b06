"""The columns of a work list: said once, shown in its table and written to its exports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sharemall.console import amounts

Words = str | Promise
NOTHING = "–"
MINUTE = "%Y-%m-%d %H:%M"
SECOND = "%Y-%m-%d %H:%M:%S"


class Kind(Enum):
    """What stands in a column. The value of a row is an int but for texts and moments."""

    TEXT = "text"  # str
    YUAN = "yuan"  # fen
    COUNT = "count"
    PERCENT = "percent"  # billionths
    TIME = "time"  # datetime
    DAY = "day"  # date


NUMBERS = frozenset({Kind.YUAN, Kind.COUNT, Kind.PERCENT})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title and how its value is read off a row.

    `link` gives the address of the row's page ("" for none), `chip` the class of the chip that
    the value is shown as, `under` a second line. With `shown` False it is in exports alone.
    """

    title: Words
    of: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    link: Callable[[Any], str] | None = None
    chip: Callable[[Any], str | None] | None = None
    under: Callable[[Any], str] | None = None
    shown: bool = True
    is_long: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is set to the right."""
        return self.kind in NUMBERS

    def cell(self, row: Any) -> SafeString:
        """The value as it stands in the table."""
        html = format_html("{}", shown(self.of(row), self.kind))
        if self.chip is not None and (look := self.chip(row)) is not None:
            html = format_html('<span class="chip {}">{}</span>', look, html)
        if self.link is not None and (address := self.link(row)):
            html = format_html('<a class="text-link" href="{}">{}</a>', address, html)
        if self.under is not None and (second := self.under(row)):
            html = format_html('{}<span class="muted small block">{}</span>', html, second)
        return html


def shown(value: Any, kind: Kind) -> str:
    """A value in words."""
    if value is None or value == "":
        return NOTHING
    match kind:
        case Kind.YUAN:
            return amounts.yuan(value)
        case Kind.COUNT:
            return f"{value:,}"
        case Kind.PERCENT:
            return f"{amounts.percent(value)}%"
        case Kind.TIME:
            return written_moment(value, MINUTE)
        case Kind.DAY:
            return written_day(value)
    return str(value)


def written_moment(moment: datetime, form: str = SECOND) -> str:
    """A moment in the mall's time zone."""
    return timezone.localtime(moment).strftime(form)


def written_day(day: date) -> str:
    """A day."""
    return day.isoformat()
