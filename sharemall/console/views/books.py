"""The ledger: its journal, an event, the books at a moment, a period's movements, the export."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render

from sharemall.clock import services as clock
from sharemall.console import books_files, files
from sharemall.console.access import page
from sharemall.console.forms.books import JournalForm, MomentForm, PeriodForm
from sharemall.console.templatetags.books import UNITS
from sharemall.console.views.paging import before
from sharemall.insight import tracing
from sharemall.ledger import balance_sheets, downloading, lag, searching, selectors
from sharemall.ledger.searching import Found, FoundPage
from sharemall.ledger.tallies import Moved, Sides

WEEK = timedelta(days=6)
ENTRIES = 100


@page("GET", may="ledger.read")
def journal(request: HttpRequest) -> HttpResponseBase:
    """Events, the newest first, each with its entries and where it came from."""
    form = JournalForm(request.GET)
    wanted = form.wanted
    if wanted is not None and (kind := files.asked_for(request)):
        return books_files.journal(kind, wanted)
    found = (
        FoundPage([], None) if wanted is None else searching.search(wanted, before=before(request))
    )
    context = {
        "form": form,
        "page": found,
        "events": _traced(found.events),
        "next_url": _next_url(request, found.before),
        "last": balance_sheets.last_position(),
        "files": _files(request),
    }
    return render(request, "console/books/journal.html", context, status=200 if wanted else 422)


@page("GET", may="ledger.read")
def event(request: HttpRequest) -> HttpResponse:
    """One event: as it stands in the journal, what became of it, all its entries."""
    found = searching.event(request.GET.get("id", ""))
    if found is None:
        raise Http404
    entries, after = _entries(request, found)
    context = {
        "found": found,
        "trace": tracing.trace(found.event_id),
        "entries": entries,
        "next_url": f"?{_with(request, after=f'{after[0]}.{after[1]}')}" if after else "",
        "fields": [(name, value) for name, value in found.event.items() if name != "toml"],
        "toml": found.event.get("toml", ""),
    }
    return render(request, "console/books/event.html", context)


@page("GET", may="ledger.read")
def trial(request: HttpRequest) -> HttpResponseBase:
    """The trial balance of one unit and the balance sheet at a moment."""
    form, position = MomentForm(request.GET), balance_sheets.last_position()
    if form.is_valid():
        if form.cleaned_data["day"] is not None:
            position = balance_sheets.end_of(form.cleaned_data["day"])
        elif form.cleaned_data["position"] is not None:
            position = min(position, form.cleaned_data["position"])
    balance, sheet = balance_sheets.trial_and_sheet(position)
    if kind := files.asked_for(request):
        return books_files.trial(kind, balance)
    unit = _unit(request)
    context = {
        "form": form,
        "position": position,
        "unit": unit,
        "tabs": _tabs(request),
        "rows": [(row.account, _of(row.moved, unit)) for row in balance.rows],
        "total": _of(balance.total, unit),
        "is_balanced": balance.is_balanced,
        "sheet": sheet,
        "price": sheet.worth_micro(1_000_000),
        "files": _files(request),
    }
    return render(request, "console/books/trial.html", context, status=_status(form))


@page("GET", may="ledger.read")
def movements(request: HttpRequest) -> HttpResponseBase:
    """What moved in a period, by reason and account."""
    today = lag.day_of(clock.now(), selectors.scheme())
    asked = request.GET if "first" in request.GET else {"first": today - WEEK, "last": today}
    form = PeriodForm(asked)
    unit = _unit(request)
    rows: list[tuple[str, str, Sides]] = []
    if form.is_valid():
        after, until = balance_sheets.period(form.cleaned_data["first"], form.cleaned_data["last"])
        found = balance_sheets.movements(after, until)
        if kind := files.asked_for(request):
            return books_files.movements(kind, found)
        rows = [(row.reason, row.account, _of(row.moved, unit)) for row in found]
    context = {
        "form": form,
        "unit": unit,
        "tabs": _tabs(request),
        "rows": [row for row in rows if row[2] != Sides()],
        "files": _files(request),
    }
    return render(request, "console/books/movements.html", context, status=_status(form))


@page("GET", may="ledger.read")
def export(request: HttpRequest) -> HttpResponse:
    """What the export holds, and the button for it."""
    return render(request, "console/books/export.html", {"last": balance_sheets.last_position()})


@page("POST", may="ledger.read")
def take_export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole journal as a file, made while it is sent; who took it is in the audit log."""
    last = balance_sheets.last_position()
    name = f"journal-{last}.zip"
    response = StreamingHttpResponse(downloading.journal_zip(last), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _traced(events: Iterable[Found]) -> list[tuple[Found, tracing.Trace]]:
    rows = list(events)
    found = tracing.traces(row.event_id for row in rows)
    return [(row, found[row.event_id]) for row in rows]


def _entries(request: HttpRequest, found: Found) -> tuple[list[searching.Posting], Any]:
    if found.position is None:
        return [], None
    account, _dot, reason = request.GET.get("after", "").partition(".")
    after = (int(account), int(reason)) if account.isdecimal() and reason.isdecimal() else (0, -1)
    return searching.entries_of(found.position, after=after, limit=ENTRIES)


def _unit(request: HttpRequest) -> str:
    unit = request.GET.get("unit", "cash")
    return unit if unit in UNITS else "cash"


def _tabs(request: HttpRequest) -> list[tuple[str, str, str]]:
    return [(unit, str(name), f"?{_with(request, unit=unit)}") for unit, name in UNITS.items()]


def _of(moved: Moved, unit: str) -> Sides:
    sides: Sides = getattr(moved, unit)
    return sides


def _files(request: HttpRequest) -> list[tuple[str, str]]:
    """The kinds of files, each with the address of this page as one."""
    return [(kind.upper(), f"?{_with(request, **{'as': kind})}") for kind in files.KINDS]


def _status(form: MomentForm | PeriodForm) -> int:
    return 200 if form.is_valid() else 422


def _next_url(request: HttpRequest, mark: int | None) -> str:
    return "" if mark is None else f"?{_with(request, before=str(mark))}"


def _with(request: HttpRequest, **changed: str) -> str:
    asked = request.GET.copy()
    for name, value in changed.items():
        asked[name] = value
    return asked.urlencode()
