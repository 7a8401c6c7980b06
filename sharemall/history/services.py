"""Importing a foreign order history: rows in chunks, each in one transaction with the progress.

Killed anywhere and called again, an import goes on behind the last chunk and ends as if nothing had
been: what a row becomes depends only on the file, the map, the scheme and the import's start.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from sharemall.clock.services import now
from sharemall.history import report
from sharemall.history.lines import Row, Rows, digest_of
from sharemall.history.mapping import Map
from sharemall.history.models import OrderImport, Stage
from sharemall.history.rows import SKIPPED, Reader
from sharemall.ledger import events, failpoints, journal, selectors, writer
from sharemall.ledger.events import Event, canonical
from sharemall.ledger.models import Application

CHUNK = 5000  # rows in one transaction
DAY_ENDS = time(23, 59, 59)
ATTEMPTS = 3

TAKEN = "id: used already for another order, in this file or in the journal"
DAY_CLOSED = "time: its day is closed already"
REJECTED = "rejected by the rules when its turn came: {}"

Progress = Callable[[int, int, int], None]  # bytes read, of how many, and rows


class Busy(Exception):
    """Another process works on the same import."""


@dataclass
class Run:
    """What all steps of one import need."""

    rows: Rows
    reader: Reader
    used: Map
    time_zone: str
    today: date
    progress: Progress


@dataclass
class Chunk:
    """What became of some rows, before any of it is written."""

    events: list[tuple[Event, str]] = field(default_factory=list)
    refused: list[tuple[Row, str]] = field(default_factory=list)
    rows: int = 0
    skipped: int = 0
    repeated: int = 0
    days: int = 0
    open_day: date | None = None
    closed_day: date | None = None


def import_orders(
    *,
    path: Path,
    used: Map,
    refused_path: Path,
    progress: Progress = lambda done, size, rows: None,
) -> tuple[OrderImport, bool]:
    """Bring the file's orders into the journal and apply them; what became of them.

    The second value says that the same file was imported by the same map before: nothing is done
    but to write a report that is missing. Raises FileError, MapError, LedgerClosed (nothing was
    written), or Busy. Must not be called inside a transaction.
    """
    digest, scheme = digest_of(path, used), selectors.scheme()
    with closing(Rows(path, used)) as rows:
        begun = OrderImport.objects.filter(digest=digest).first()
        start = begun.started_at if begun else now()
        reader = Reader(used, rows.header, scheme, start)
        today = start.astimezone(ZoneInfo(scheme.timezone)).date()
        run = Run(rows, reader, used, scheme.timezone, today, progress)
        found = begun or _begin(digest, path, start, rows)
        before = found.stage == Stage.FINISHED
        if found.stage == Stage.READING:
            found = _append_all(found, run)
        if found.stage == Stage.APPENDED:
            writer.drain()
            found = _settle(found, run)
        if found.stage == Stage.SETTLED or not refused_path.exists():
            report.write(found, refused_path, used=used, header=rows.header, reader=reader)
        if found.stage == Stage.SETTLED:
            failpoints.reached("history-reported")
            found = _finish(found)
        return found, before


def _begin(digest: str, path: Path, start: datetime, rows: Rows) -> OrderImport:
    offset, line = rows.place
    found, _ = OrderImport.objects.get_or_create(
        digest=digest,
        defaults={
            "name": path.name,
            "started_at": start,
            "position": selectors.pool().position,
            "offset": offset,
            "line": line,
        },
    )
    failpoints.reached("history-begun")
    return found


def _append_all(found: OrderImport, run: Run) -> OrderImport:
    """Append the rows behind those that are appended, chunk by chunk."""
    run.rows.move_to(found.offset, found.line)
    reading = iter(run.rows)
    writer.drain()
    while found.stage == Stage.READING:
        found = _store(found, run, list(islice(reading, CHUNK)))
        failpoints.reached("history-appended")
        writer.drain()
        run.progress(found.offset, run.rows.size, found.rows)
    return found


def _store(found: OrderImport, run: Run, rows: list[Row]) -> OrderImport:
    """Write a chunk and how far the import is, or nothing of both."""
    read, last = [(row, run.reader.read(row)) for row in rows], len(rows) < CHUNK
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                current = _locked(found)
                chunk = _sorted_out(current, run, read, last=last)
                added = journal.append_texts(chunk.events)
                failpoints.reached("history-before-progress")
                _note(current, chunk, added, run, last=last)
                failpoints.reached("history-before-commit")
            return current
        except journal.IdConflict:  # an event came between the look at the journal and ours
            if attempt == ATTEMPTS:
                raise
            writer.drain()
    raise AssertionError


def _locked(found: OrderImport) -> OrderImport:
    """The import's row, locked; Busy if it is not as it was left. Lock first, then check."""
    current = OrderImport.objects.select_for_update().get(pk=found.pk)
    if (current.offset, current.stage) != (found.offset, found.stage):
        raise Busy
    return current


def _sorted_out(
    current: OrderImport, run: Run, read: list[tuple[Row, Event | str]], *, last: bool
) -> Chunk:
    """What is to be appended, refused, and passed over."""
    chunk = Chunk(rows=len(read), open_day=current.open_day, closed_day=current.closed_day)
    there = journal.stored([event["id"] for _, event in read if not isinstance(event, str)])
    last_closed = selectors.pool().last_closed if run.used.close_days else None
    for row, outcome in read:
        if isinstance(outcome, str):
            reason = outcome
        else:
            reason = _enter(chunk, run, outcome, there, last_closed)
        if reason:
            chunk.refused.append((row, reason))
        elif reason == outcome == SKIPPED:
            chunk.skipped += 1
    if last:
        _close_open_day(chunk, run, last_closed)
    return chunk


def _enter(
    chunk: Chunk, run: Run, event: Event, there: dict[str, str], last_closed: date | None
) -> str:
    """Add an order's event to the chunk, unless it is there; else the reason against it.

    `there` holds the payloads that the journal has or, with this chunk, will have.
    """
    payload = canonical(event)
    known = there.setdefault(event["id"], payload)
    if known is not payload and not journal.same(known, payload):
        return TAKEN
    if run.used.close_days:
        day = _day(event)
        closed = _is_closed(chunk, last_closed, day)
        if known is payload and closed:
            del there[event["id"]]
            return DAY_CLOSED
        if not closed and (chunk.open_day is None or day > chunk.open_day):
            _close_open_day(chunk, run, last_closed)
            chunk.open_day = day
    if known is payload:
        chunk.events.append((event, payload))
    else:
        chunk.repeated += 1
    return ""


def _day(event: Event) -> date:
    """The business day: an event's time is in the scheme's time zone (see `rows.Reader`)."""
    return date.fromisoformat(event["at"][:10])


def _is_closed(chunk: Chunk, last_closed: date | None, day: date) -> bool:
    return day <= max(filter(None, (chunk.closed_day, last_closed)), default=date.min)


def _close_open_day(chunk: Chunk, run: Run, last_closed: date | None) -> None:
    day, chunk.open_day = chunk.open_day, None
    if day is None or _is_closed(chunk, last_closed, day) or day >= run.today:
        return
    ends = datetime.combine(day, DAY_ENDS, ZoneInfo(run.time_zone))
    event = events.close_day(at=events.timestamp(ends, run.time_zone), day=day)
    chunk.events.append((event, canonical(event)))
    chunk.closed_day = day
    chunk.days += 1


def _note(current: OrderImport, chunk: Chunk, added: int, run: Run, *, last: bool) -> None:
    """Put on record what became of the chunk; the caller's transaction has appended its events."""
    report.note(current, chunk.refused)
    orders = len(chunk.events) - chunk.days
    late = len(chunk.events) - added  # another process appended them meanwhile
    current.offset, current.line = run.rows.place
    current.rows += chunk.rows
    current.appended += orders - late
    current.repeated += chunk.repeated + late
    current.skipped += chunk.skipped
    current.refused += len(chunk.refused)
    current.days += chunk.days
    current.open_day, current.closed_day = chunk.open_day, chunk.closed_day
    current.stage = Stage.APPENDED if last else Stage.READING
    current.save()


@transaction.atomic
def _settle(found: OrderImport, run: Run) -> OrderImport:
    """Note the orders that the rules rejected, when all are applied."""
    current = _locked(found)
    if Application.objects.filter(position__gt=current.position).exclude(code="").exists():
        for rejected in _rejections(current, run):
            report.note(current, rejected)
            current.rejected += len(rejected)
    current.stage = Stage.SETTLED
    current.save()
    failpoints.reached("history-before-settled")
    return current


def _rejections(current: OrderImport, run: Run) -> Iterator[list[tuple[Row, str]]]:
    """The rejected rows, found by reading the file once more.

    The journal has the orders in the file's order, so that a rejection is the row's own only if it
    stands behind the one found before: later rows with the same id are others.
    """
    position = current.position
    run.rows.move_to(*run.rows.start)
    reading = iter(run.rows)
    while rows := list(islice(reading, CHUNK)):
        ids = [run.reader.event_id(row) for row in rows]
        outcomes = (
            Application.objects.filter(event_id__in=_askable(ids), position__gt=position)
            .exclude(code="")
            .values_list("event_id", "code", "position")
        )
        codes = {event_id: (code, place) for event_id, code, place in outcomes}
        if not codes:
            continue
        lines = (rows[0].line, rows[-1].line)
        noted = set(current.refusals.filter(line__range=lines).values_list("line", flat=True))
        rejected = []
        for row, event_id in zip(rows, ids, strict=True):
            if event_id in codes and row.line not in noted and not run.reader.skips(row):
                code, place = codes.pop(event_id)
                position = max(position, place)
                rejected.append((row, REJECTED.format(code)))
        yield rejected


def _askable(ids: list[str]) -> list[str]:
    """Those that the database understands; rows with others are refused already."""
    return [event_id for event_id in ids if "\0" not in event_id]


@transaction.atomic
def _finish(found: OrderImport) -> OrderImport:
    current = _locked(found)
    current.stage = Stage.FINISHED
    current.finished_at = now()
    current.save()
    failpoints.reached("history-before-finished")
    return current
