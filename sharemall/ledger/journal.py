"""Appending to the journal, inside the business transaction that causes the event."""

import json
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from sharemall.ledger.events import Event, canonical
from sharemall.ledger.models import Event as EventRow

ID_LENGTH = 200

# The queue gets its numbers in the order given, whatever order the events' rows are written in.
APPEND = """
WITH given AS (
    SELECT id, payload, place FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY g(id, payload, place)
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

    Raises IdConflict if its id is there with another content, ValueError if the id cannot be kept
    (not a non-empty string of at most 200 printable characters).
    """
    return append_many([event]) == 1


def append_many(events: Iterable[Event]) -> int:
    """Append events in their order, all or none; how many were new. Raises as `append` does."""
    payloads: dict[str, str] = {}
    for event in events:
        event_id = storable_id(event)
        payload = canonical(event)
        if payloads.setdefault(event_id, payload) != payload:
            raise IdConflict(event_id)
    if not payloads:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(APPEND, [list(payloads), list(payloads.values())])
        added = {row[0] for row in cursor.fetchall()}
        _same_content({key: text for key, text in payloads.items() if key not in added})
    return len(added)


def storable_id(event: Event) -> str:
    """The event's id, if the database can keep it; ValueError otherwise."""
    event_id = event.get("id")
    if not isinstance(event_id, str) or not 0 < len(event_id) <= ID_LENGTH:
        raise ValueError(f"an event's id is a text of 1 to {ID_LENGTH} characters")
    if not event_id.isprintable():
        raise ValueError("an event's id has only printable characters")
    return event_id


def find(event_id: str) -> Event | None:
    """The event appended under this id."""
    payload = EventRow.objects.filter(id=event_id).values_list("payload", flat=True).first()
    return None if payload is None else parsed(payload)


def parsed(payload: str) -> Event:
    """A stored payload as the event it is."""
    event: Event = json.loads(payload)
    return event


def _same_content(payloads: dict[str, str]) -> None:
    if not payloads:
        return
    stored = _payloads(list(payloads))
    for event_id, payload in payloads.items():
        if stored[event_id] != payload and parsed(stored[event_id]) != parsed(payload):
            raise IdConflict(event_id)


def _payloads(ids: Sequence[str]) -> dict[str, str]:
    return dict(EventRow.objects.filter(id__in=ids).values_list("id", "payload"))
