"""The queue of events that wait to be applied."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from sharemall.engine.events import parse_good_lines
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

# The range keeps the planner to the index, of a long queue too; others may be within it.
REMOVE = """
DELETE FROM ledger_pending WHERE seq BETWEEN %s AND %s AND seq = ANY(%s::bigint[])
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
    found = cursor.fetchall()
    events = parse_good_lines([payload for _, _, payload in found])
    rows = zip(found, events, strict=True)
    queued = [Queued(seq, name, payload, event) for (seq, name, payload), event in rows]
    first = next((place for place, item in enumerate(queued) if is_close(item)), len(queued))
    return queued[: max(first, 1)]


def is_close(queued: Queued) -> bool:
    """Whether it is a close_day, which is a batch of its own."""
    return queued.event.get("type") == "close_day"


def remove(cursor: CursorWrapper, numbers: Sequence[int]) -> None:
    """Take applied events, of which there are some, out of the queue; by their order in it."""
    cursor.execute(REMOVE, [numbers[0], numbers[-1], array(numbers)])


def last() -> int:
    """The number of the newest event in the queue; 0 if there is none."""
    return Pending.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def reaches(number: int) -> bool:
    """Whether an event with at most this number waits."""
    return Pending.objects.filter(seq__lte=number).exists()
