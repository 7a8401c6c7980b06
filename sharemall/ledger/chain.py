"""What became of each event, one row a position, chained by hashes."""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from struct import Struct

from sharemall.engine.run import Done
from sharemall.engine.times import business_day, is_moment
from sharemall.ledger.events import Event
from sharemall.ledger.queue import Queued

COLUMNS = (
    "position",
    "event_id",
    "code",
    "day",
    "reserve_micro",
    "outstanding_micro",
    "hash",
)

_DAY = Struct(">ii")
_NULL = Struct(">i").pack(-1)
_EPOCH = date(2000, 1, 1).toordinal()


def link(
    before: bytes, position: int, code: str, reserve: int, outstanding: int, payload: str
) -> bytes:
    """The chain's next hash: SHA-256 over the one before and what was applied."""
    text = f"{position}\n{code}\n{reserve}\n{outstanding}\n{payload}"
    return hashlib.sha256(before + text.encode()).digest()


def applications(
    before: bytes, position: int, queued: Sequence[Queued], done: Done, time_zone: str
) -> tuple[list[bytes], bytes]:
    """Rows of `COLUMNS` in COPY's binary format, of the events behind a position; the last hash."""
    rows: list[bytes] = []
    outcomes = zip(queued, done.codes, done.reserve_micro, done.outstanding_micro, strict=True)
    for item, code, reserve, outstanding in outcomes:
        position += 1
        before = link(before, position, code, reserve, outstanding, item.payload)
        name, written = item.event_id.encode(), code.encode()
        day = _day_field(item.event, time_zone)
        row = _row(len(name), len(written), len(day))
        # Each field is led by its length; the row by how many there are.
        key = 7, 8, position, len(name), name, len(written), written
        rows.append(row.pack(*key, day, 8, reserve, 8, outstanding, 32, before))
    return rows, before


@lru_cache(maxsize=10_000)
def _row(name: int, code: int, day: int) -> Struct:
    """How a row is packed, with texts and the day's field of these lengths in bytes."""
    return Struct(f">hiqi{name}si{code}s{day}siqiqi32s")


def _day_field(event: Event, time_zone: str) -> bytes:
    """The field of the business day of an event's `at`, null if it has no valid one."""
    moment = event.get("at")
    return _day_of(moment, time_zone) if isinstance(moment, str) else _NULL


@lru_cache(maxsize=10_000)
def _day_of(moment: str, time_zone: str) -> bytes:
    if not is_moment(moment):
        return _NULL
    return _DAY.pack(4, business_day(moment, time_zone).toordinal() - _EPOCH)
