"""The one writer: applies pending events in micro-batches, one transaction a batch.

Lock: a transaction-level advisory lock. While one process applies, the others wait and then find
their event applied. A batch ends before a close_day, which is a batch of its own.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sharemall.engine.apply import apply
from sharemall.engine.errors import IncompleteState
from sharemall.engine.state import Move
from sharemall.engine.times import business_day, is_moment
from sharemall.ledger import failpoints, journal, selectors, store
from sharemall.ledger.closing_step import apply_close
from sharemall.ledger.events import Event
from sharemall.ledger.models import Pool, SchemeVersion
from sharemall.ledger.values import Outcome

LOCK = 0x5348415245  # "SHARE"
BATCH = 1000

PENDING = """
SELECT p.seq, p.event_id, e.payload FROM ledger_pending p
JOIN ledger_event e ON e.id = p.event_id ORDER BY p.seq LIMIT %s
"""
APPLICATION_COLUMNS = (
    "position",
    "event_id",
    "code",
    "day",
    "reserve_micro",
    "outstanding_micro",
    "hash",
)


class Queued(NamedTuple):
    """An event in the queue: its number there, and its payload as text and parsed."""

    seq: int
    event_id: str
    payload: str
    event: Event


class NotAppended(LookupError):
    """Nobody has appended (and committed) an event with this id."""


def drain() -> int:
    """Apply all that is pending; how many events that was. Never call it inside a transaction."""
    total = 0
    while done := _apply_batch():
        total += done
    return total


def settle(event_id: str) -> Outcome:
    """Drain until this event is applied or rejected, and say which. Raises NotAppended."""
    while True:
        outcome = selectors.outcome(event_id)
        if outcome is not None:
            return outcome
        if not _apply_batch() and selectors.outcome(event_id) is None:
            raise NotAppended(event_id)


def _apply_batch() -> int:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        queued = _next(cursor)
        if not queued:
            return 0
        row = Pool.objects.get()
        schemes = SchemeVersion.objects.order_by("version").values_list("toml", flat=True)
        batch = store.begin(row, list(schemes))
        if _is_close(queued[0]):
            _close(cursor, batch, queued[0])
        else:
            _apply(cursor, batch, queued)
        store.save_pool(batch)
        failpoints.reached("before-dequeue")
        cursor.execute(
            "DELETE FROM ledger_pending WHERE seq = ANY(%s)", [[item.seq for item in queued]]
        )
        failpoints.reached("before-commit")
    failpoints.reached("after-commit")
    return len(queued)


def _next(cursor: CursorWrapper) -> list[Queued]:
    """The next batch: the events up to the first close_day, or that close alone."""
    cursor.execute(PENDING, [BATCH])
    batch: list[Queued] = []
    for seq, event_id, payload in cursor.fetchall():
        queued = Queued(seq, event_id, payload, journal.parsed(payload))
        if _is_close(queued):
            return batch or [queued]
        batch.append(queued)
    return batch


def _is_close(queued: Queued) -> bool:
    return queued.event.get("type") == "close_day"


def _apply(cursor: CursorWrapper, batch: store.Batch, queued: Sequence[Queued]) -> None:
    store.load_accounts(cursor, batch, [item.event for item in queued])
    before = batch.row.accounts
    applications = []
    for item in queued:
        code, moves = _apply_one(cursor, batch, item.event)
        batch.row.position += 1
        batch.record(batch.row.position, moves)
        applications.append(_application(batch, item, code))
        if not code and item.event["type"] == "set_scheme":
            _new_scheme(batch, item.event)
    store.save(cursor, batch, before)
    failpoints.reached("inside-batch")
    store.copy_rows(cursor, "ledger_application", APPLICATION_COLUMNS, applications)


def _apply_one(cursor: CursorWrapper, batch: store.Batch, event: Event) -> tuple[str, list[Move]]:
    moves: list[Move] = []
    try:
        return apply(batch.state, event, moves), moves
    except IncompleteState:  # a wind-up: everybody is paid out
        store.load_holders(cursor, batch)
        return apply(batch.state, event, moves), moves


def _close(cursor: CursorWrapper, batch: store.Batch, item: Queued) -> None:
    batch.row.position += 1
    code = apply_close(cursor, batch, item.event)
    application = _application(batch, item, code)
    store.copy_rows(cursor, "ledger_application", APPLICATION_COLUMNS, [application])


def _new_scheme(batch: store.Batch, event: Event) -> None:
    SchemeVersion.objects.create(
        version=len(batch.state.schemes), toml=event["toml"], position=batch.row.position
    )


def _application(batch: store.Batch, item: Queued, code: str) -> tuple[object, ...]:
    """The row of an event at the batch's position; the chain moves on."""
    row, pool = batch.row, batch.state.pool
    row.hash = link(
        bytes(row.hash),
        row.position,
        code,
        pool.reserve_micro,
        pool.outstanding_micro,
        item.payload,
    )
    return (
        row.position,
        item.event_id,
        code,
        _day(item.event, batch.state.scheme.timezone),
        pool.reserve_micro,
        pool.outstanding_micro,
        row.hash,
    )


def link(
    before: bytes, position: int, code: str, reserve: int, outstanding: int, payload: str
) -> bytes:
    """The chain's next hash: SHA-256 over the one before and what was applied."""
    text = f"{position}\n{code}\n{reserve}\n{outstanding}\n{payload}"
    return hashlib.sha256(before + text.encode()).digest()


def _day(event: Event, time_zone: str) -> date | None:
    """The business day of an event's `at`; None if it has no valid one."""
    moment = event.get("at")
    return _day_of(moment, time_zone) if isinstance(moment, str) else None


@lru_cache(maxsize=100_000)
def _day_of(moment: str, time_zone: str) -> date | None:
    return business_day(moment, time_zone) if is_moment(moment) else None
