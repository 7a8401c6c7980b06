"""Actions on many rows at once: a service call for each, and what came of each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from sharemall.clock import services as clock
from sharemall.console.access import who
from sharemall.console.lists.columns import Words
from sharemall.members.models import Member

MOST_AT_ONCE = 200


class NotDone(Exception):
    """A row was left as it is; the text says why."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """An action on the rows that were chosen.

    `may` is the word of roles.py that it needs. `work` does it to one row, through a service, and
    raises NotDone. With `asks` it is done only after that question was answered.
    """

    name: str
    title: Words
    may: str
    work: Callable[[Any, Member, datetime], None]
    asks: Words = ""


@dataclass(slots=True)
class Report:
    """What came of an action, row by row."""

    done: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)  # the row's name, why not


def carry_out(bulk: Bulk, rows: Iterable[tuple[str, Any]], request: HttpRequest) -> Report:
    """Do it to each row (each with its name); one that is refused keeps none back."""
    report, by = Report(), who(request)
    for name, row in rows:
        try:
            bulk.work(row, by, clock.now())
        except NotDone as reason:
            report.failed.append((name, str(reason)))
        else:
            report.done += 1
    return report
