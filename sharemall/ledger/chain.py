"""What became of each event, one row a position, chained by hashes."""

import hashlib
from datetime import date
from functools import lru_cache
from struct import Struct

from sharemall.engine.times import business_day, is_moment
from sharemall.ledger import copying
from sharemall.ledger.events import Event

COLUMNS = (
    "position",
    "event_id",
    "code",
    "day",
    "reserve_micro",
    "outstanding_micro",
    "hash",
)

_HEAD = Struct(">hiqi")
_TAIL = Struct(">iqiqi")
_DAY = Struct(">ii")
_NULL = Struct(">i").pack(-1)
_EPOCH = date(2000, 1, 1).toordinal()


def link(
    before: bytes, position: int, code: str, reserve: int, outstanding: int, payload: str
) -> bytes:
    """The chain's next hash: SHA-256 over the one before and what was applied."""
    text = f"{position}\n{code}\n{reserve}\n{outstanding}\n{payload}"
    return hashlib.sha256(before + text.encode()).digest()


def application(
    before: bytes,
    position: int,
    event_id: str,
    code: str,
    reserve: int,
    outstanding: int,
    payload: str,
    day: bytes,
) -> tuple[bytes, bytes]:
    """A row of `COLUMNS` in COPY's binary format, and its hash; `day` is a `day_field`."""
    digest = link(before, position, code, reserve, outstanding, payload)
    name = event_id.encode()
    row = b"%b%b%b%b%b%b" % (
        _HEAD.pack(7, 8, position, len(name)),
        name,
        _code_field(code),
        day,
        _TAIL.pack(8, reserve, 8, outstanding, 32),
        digest,
    )
    return row, digest


def day_field(event: Event, time_zone: str) -> bytes:
    """The business day of an event's `at`, null if it has no valid one."""
    moment = event.get("at")
    return _day_of(moment, time_zone) if isinstance(moment, str) else _NULL


@lru_cache(maxsize=10_000)
def _day_of(moment: str, time_zone: str) -> bytes:
    if not is_moment(moment):
        return _NULL
    return _DAY.pack(4, business_day(moment, time_zone).toordinal() - _EPOCH)


@lru_cache(maxsize=100)
def _code_field(code: str) -> bytes:
    return copying.text(code)
