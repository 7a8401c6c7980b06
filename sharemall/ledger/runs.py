"""The runs that close days, on record: when they began, how they ended, how long they took."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter

from sharemall.clock.services import now
from sharemall.ledger.models import CloseRun, CloseRunEnd
from sharemall.ledger.values import Outcome

SINCE = timedelta(days=14)  # how long a run that came to no end is told of


@dataclass
class Watch:
    """A run that is under way; `outcome` is set by whoever runs it."""

    outcome: Outcome | None = None


@contextmanager
def on_record(day: date) -> Iterator[Watch]:
    """Put a run that closes `day` on record: its beginning at once, its end however it ends.

    A process that dies leaves a beginning without an end. Never inside a transaction.
    """
    run = CloseRun.objects.create(day=day, started_at=now())
    watch, began = Watch(), perf_counter()
    try:
        yield watch
    except Exception as error:
        _end(run, began, None, fault=f"{type(error).__name__}: {error}")
        raise
    _end(run, began, watch.outcome, fault="")


def _end(run: CloseRun, began: float, outcome: Outcome | None, *, fault: str) -> None:
    CloseRunEnd.objects.create(
        run=run,
        ended_at=now(),
        took_ms=round((perf_counter() - began) * 1000),
        position=outcome.position if outcome else None,
        code=outcome.code if outcome else "",
        fault=fault,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """A run as pages show it; `ended_at` None: it died, or is still at it."""

    day: date
    started_at: datetime
    ended_at: datetime | None
    took_ms: int | None
    fault: str
    code: str

    @property
    def succeeded(self) -> bool:
        return self.ended_at is not None and not self.fault and not self.code


def of_days(days: list[date]) -> dict[date, list[Run]]:
    """The runs of these days, each day's in order of time."""
    found: dict[date, list[Run]] = {}
    for row in CloseRun.objects.filter(day__in=days).select_related("end").order_by("id"):
        found.setdefault(row.day, []).append(_run(row))
    return found


def unfinished(since: datetime) -> list[Run]:
    """Runs begun since then that failed, were refused or never ended, the newest first.

    Those of days that a later run has closed are left out.
    """
    rows = CloseRun.objects.filter(started_at__gte=since).select_related("end").order_by("-id")
    closed, left = set[date](), []
    for run in map(_run, rows):
        if run.succeeded:
            closed.add(run.day)
        elif run.day not in closed:
            left.append(run)
    return left


def _run(row: CloseRun) -> Run:
    end = getattr(row, "end", None)
    return Run(
        day=row.day,
        started_at=row.started_at,
        ended_at=end.ended_at if end else None,
        took_ms=end.took_ms if end else None,
        fault=end.fault if end else "",
        code=end.code if end else "",
    )
