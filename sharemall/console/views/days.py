"""The closes: each day's run, what it did, a dry run of today, any day worked out again."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from queue import SimpleQueue

from django.db import connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string

from sharemall.clock import services as clock
from sharemall.console import books_files, files
from sharemall.console.access import page
from sharemall.engine.amounts import LEVELS
from sharemall.ledger import lag, rehearsing, reworking, runs, selectors
from sharemall.ledger.models import Day
from sharemall.ledger.reworking import CannotRework, Reworked
from sharemall.ledger.runs import Run

PAGE = 30
PLACE = "<!--progress-->"  # in the page's template: where the steps are told


@dataclass(frozen=True, slots=True)
class Pool:
    """One honour pool of a day."""

    level: int
    each_micro: int
    heads: int
    carry_micro: int | None


@page("GET", may="days.read")
def days(request: HttpRequest) -> HttpResponseBase:
    """Closed days, the newest first, and what is late."""
    if kind := files.asked_for(request):
        return books_files.days(kind, Day.objects.order_by("-day").iterator())
    mark = _day_of(request.GET.get("before", ""))
    found = list(selectors.days(before=mark, limit=PAGE + 1))
    shown = found[:PAGE]
    ran = runs.of_days([row.day for row in shown])
    now = clock.now()
    context = {
        "days": [(row, ran[row.day][-1] if row.day in ran else None) for row in shown],
        "next_url": f"?before={shown[-1].day}" if len(found) > PAGE else "",
        "late": lag.late_since(now, selectors.scheme()),
        "files": [(kind.upper(), f"?as={kind}") for kind in files.KINDS],
        "unfinished": runs.unfinished(now - runs.SINCE),
    }
    return render(request, "console/books/days.html", context)


@page("GET", may="days.read")
def day(request: HttpRequest, day: str) -> HttpResponse:
    """One close: its inputs, its rate, its pools, what went where, how long it took."""
    row = _found(day)
    return render(request, "console/books/day.html", _facts(row))


@page("GET", may="days.read")
def dry_run(request: HttpRequest) -> HttpResponse:
    """What the close of today would do now. Nothing is written."""
    today = lag.day_of(clock.now(), selectors.scheme())
    rehearsal = rehearsing.rehearse(today)
    pools = zip(
        range(1, LEVELS + 1),
        rehearsal.closed.honor_amounts_micro,
        rehearsal.closed.honor_heads,
        rehearsal.after.honor_carry_micro,
        strict=True,
    )
    context = {
        "today": today,
        "rehearsal": rehearsal,
        "is_closed": rehearsal.before.last_closed == today,
        "pools": [Pool(*pool) for pool in pools if any(pool[1:])],
    }
    return render(request, "console/books/dry_run.html", context)


@page("POST", may="days.read")
def again(request: HttpRequest, day: str) -> StreamingHttpResponse:
    """Work the day out once more, and tell each step while it is under way."""
    row = _found(day)
    shell = render_to_string("console/books/again.html", _facts(row), request)
    head, _place, foot = shell.partition(PLACE)
    response = StreamingHttpResponse(_told(row.day, head, foot, request))
    response["X-Accel-Buffering"] = "no"  # a proxy in between sends each part as it comes
    return response


def _told(day: date, head: str, foot: str, request: HttpRequest) -> Iterator[str]:
    """The page's head at once, a line a step as it begins, then what came of it."""
    yield head
    told: SimpleQueue[str | Reworked | Exception | None] = SimpleQueue()
    work = threading.Thread(target=_work, args=[day, told])
    work.start()
    while isinstance(heard := told.get(), str):
        yield render_to_string("console/books/_step.html", {"step": heard}, request)
    work.join()
    if isinstance(heard, Exception) and not isinstance(heard, CannotRework):
        raise heard
    cannot = str(heard) if isinstance(heard, CannotRework) else ""
    context = {"again": None if cannot else heard, "cannot": cannot}
    yield render_to_string("console/books/_again.html", context, request)
    yield foot


def _work(day: date, told: "SimpleQueue[str | Reworked | Exception | None]") -> None:
    """In a thread of its own, with its own connection: the page is sent meanwhile."""
    try:
        told.put(reworking.rework(day, told.put))
    except Exception as error:
        told.put(error)
    finally:
        connection.close()


def _facts(row: Day) -> dict[str, object]:
    carries: list[int | None] = [None] * LEVELS
    if row.honor_carries_micro is not None:
        carries = [*row.honor_carries_micro]
    pools = zip(
        range(1, LEVELS + 1), row.honor_amounts_micro, row.honor_heads, carries, strict=True
    )
    ran: list[Run] = runs.of_days([row.day]).get(row.day, [])
    before = Day.objects.filter(position__lt=row.position).order_by("-position").first()
    return {
        "row": row,
        "rate": selectors.rate_of(row),
        "dust_micro": row.dividend_fund_micro - row.dividend_paid_micro,
        "pools": [Pool(*pool) for pool in pools if any(part for part in pool[1:])],
        "runs": ran,
        "before": before,
        "after": Day.objects.filter(position__gt=row.position).order_by("position").first(),
    }


def _found(text: str) -> Day:
    day = _day_of(text)
    row = Day.objects.filter(day=day).first() if day else None
    if row is None:
        raise Http404
    return row


def _day_of(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return None
