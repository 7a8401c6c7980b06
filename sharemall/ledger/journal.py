"""Appending to the journal, inside the business transaction that causes the event."""

from collections.abc import Iterable

from django.db import connection, transaction

from sharemall.engine.events import accounts_of, parse_line
from sharemall.ledger.events import Event, canonical
from sharemall.ledger.models import Event as EventRow

NAME_LENGTH = 200

# The queue gets its numbers in the order given, whatever order the events' rows are written in.
APPEND = """
WITH given AS (
    SELECT id, payload, place
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY g(id, payload, place)
), added AS (
    INSERT INTO ledger_event (id, payload) SELECT id, payload FROM given
    ON CONFLICT (id) DO NOTHING RETURNING id
)
INSERT INTO ledger_pending (event_id)
SELECT given.id FROM given JOIN added USING (id) ORDER BY place
RETURNING event_id
"""


class IdConflict(Exception):
    """An event with this id but another content is in the journal already."""

    def __init__(self, event_id: str) -> None:
        super().__init__(f"the journal has another event with the id {event_id!r}")
        self.event_id = event_id


def append(event: Event) -> bool:
    """Append one event and queue it; True if it is new, False if the same one is there.

    Raises IdConflict if its id is there with another content, ValueError if
    or the event cannot be kept (an id or account of over 200 characters, a NUL).
    """
    return append_many([event]) == 1


def append_many(events: Iterable[Event]) -> int:
    """Append events in their order, all or none; how many were new. Raises as `append` does."""
    return append_texts((event, canonical(event)) for event in events)


def append_texts(events: Iterable[tuple[Event, str]]) -> int:
    """The same with each event's JSON as it was written, which the journal keeps."""
    payloads: dict[str, str] = {}
    for event, payload in events:
        event_id = _storable(event)
        if not _same(payloads.setdefault(event_id, payload), payload):
            raise IdConflict(event_id)
    if not payloads:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(APPEND, [list(payloads), list(payloads.values())])
        added = {row[0] for row in cursor.fetchall()}
        _expect_same({key: text for key, text in payloads.items() if key not in added})
    return len(added)


def _storable(event: Event) -> str:
    """The event's id, if the database can keep the event; ValueError otherwise."""
    event_id = event.get("id")
    if not isinstance(event_id, str) or not 0 < len(event_id) <= NAME_LENGTH:
        raise ValueError(f"an event's id is a text of 1 to {NAME_LENGTH} characters")
    for value in event.values():
        if isinstance(value, str) and ("\0" in value or not _encodable(value)):
            raise ValueError(f"event {event_id!r} holds characters that cannot be stored")
    for key in accounts_of(event):
        if len(key) > len("m:") + NAME_LENGTH:
            raise ValueError(
                f"event {event_id!r} names an account of over {NAME_LENGTH} characters"
            )
    return event_id


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def find(event_id: str) -> Event | None:
    """The event appended under this id."""
    payload = EventRow.objects.filter(id=event_id).values_list("payload", flat=True).first()
    return None if payload is None else parsed(payload)


def parsed(payload: str) -> Event:
    """A stored payload as the event it is."""
    event = parse_line(payload, 1)
    assert event is not None
    return event


def _expect_same(payloads: dict[str, str]) -> None:
    if not payloads:
        return
    stored = EventRow.objects.filter(id__in=list(payloads)).values_list("id", "payload")
    for event_id, payload in stored:
        if not _same(payload, payloads[event_id]):
            raise IdConflict(event_id)


def _same(one: str, other: str) -> bool:
    return one == other or parsed(one) == parsed(other)
