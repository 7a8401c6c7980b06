"""The queue of events that wait to be applied."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from sharemall.engine.events import parse_line
from sharemall.ledger.copying import array
from sharemall.ledger.events import Event
from sharemall.ledger.models import Pending

# OFFSET keeps the planner to one look-up an event: what it knows of a queue's size is always old.
FOLLOWING = """
SELECT p.seq, p.event_id, e.payload
FROM (SELECT seq, event_id FROM ledger_pending WHERE seq > %s ORDER BY seq LIMIT %s) p,
    LATERAL (SELECT payload FROM ledger_event WHERE id = p.event_id OFFSET 0) e
ORDER BY p.seq
"""


class Queued(NamedTuple):
    """An event in the queue: its number there, and its payload as text and parsed."""

    seq: int
    event_id: str
    payload: str
    event: Event


def following(cursor: CursorWrapper, after: int, most: int) -> list[Queued]:
    """The next events behind the number `after`: up to the first close_day, or that close alone."""
    cursor.execute(FOLLOWING, [after, most])
    found: list[Queued] = []
    for seq, event_id, payload in cursor.fetchall():
        event = parse_line(payload, 1)
        assert event is not None
        queued = Queued(seq, event_id, payload, event)
        if is_close(queued):
            return found or [queued]
        found.append(queued)
    return found


def is_close(queued: Queued) -> bool:
    """Whether it is a close_day, which is a batch of its own."""
    return queued.event.get("type") == "close_day"


def remove(cursor: CursorWrapper, numbers: Sequence[int]) -> None:
    """Take applied events out of the queue."""
    cursor.execute("DELETE FROM ledger_pending WHERE seq = ANY(%s::bigint[])", [array(numbers)])


def last() -> int:
    """The number of the newest event in the queue; 0 if there is none."""
    return Pending.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def reaches(number: int) -> bool:
    """Whether an event with at most this number waits."""
    return Pending.objects.filter(seq__lte=number).exists()
