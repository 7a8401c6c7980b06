"""Appending to the journal, inside the business transaction that causes the event."""

from collections.abc import Collection, Iterable, Mapping

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import UniqueViolation

from sharemall.engine.events import accounts_of, parse_line
from sharemall.ledger import copying
from sharemall.ledger.events import Event, canonical
from sharemall.ledger.models import Event as EventRow

NAME_LENGTH = 200
# From here on COPY is quicker than one statement; it takes a savepoint and two statements.
MANY = 100

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

    Raises IdConflict if its id is there with another content, ValueError if the event cannot be
    kept (an id or account of over 200 characters, a NUL).
    """
    return append_many([event]) == 1


def append_many(events: Iterable[Event]) -> int:
    """Append events in their order, all or none; how many were new. Raises as `append` does."""
    return append_texts((event, canonical(event)) for event in events)


def append_texts(events: Iterable[tuple[Event, str]]) -> int:
    """The same with each event's JSON as it was written, which the journal keeps."""
    payloads: dict[str, str] = {}
    for event, payload in events:
        event_id = storable(event)
        if not same(payloads.setdefault(event_id, payload), payload):
            raise IdConflict(event_id)
    if not payloads:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        if len(payloads) >= MANY and _copied(cursor, payloads):
            return len(payloads)
        cursor.execute(APPEND, [list(payloads), list(payloads.values())])
        added = {row[0] for row in cursor.fetchall()}
        for event_id, payload in stored([key for key in payloads if key not in added]).items():
            if not same(payload, payloads[event_id]):
                raise IdConflict(event_id)
    return len(added)


def _copied(cursor: CursorWrapper, payloads: Mapping[str, str]) -> bool:
    """Write all by COPY; False, with nothing written, if one of them is there already.

    An event that another transaction is appending is waited for, as by the statement.
    """
    try:
        with transaction.atomic():
            events = (copying.texts(*item) for item in payloads.items())
            copying.copy(cursor, "ledger_event", ("id", "payload"), events)
            copying.copy(cursor, "ledger_pending", ("event_id",), map(copying.texts, payloads))
    except UniqueViolation:
        return False
    return True


def storable(event: Event) -> str:
    """The event's id, if the database can keep the event; ValueError otherwise."""
    event_id = event.get("id")
    if not isinstance(event_id, str) or not 0 < len(event_id) <= NAME_LENGTH:
        raise ValueError(f"an event's id is a text of 1 to {NAME_LENGTH} characters")
    if _is_plain(event):
        return event_id
    for value in event.values():
        if isinstance(value, str) and ("\0" in value or not _encodable(value)):
            raise ValueError(f"event {event_id!r} holds characters that cannot be stored")
    for key in accounts_of(event):
        if len(key) > len("m:") + NAME_LENGTH:
            raise ValueError(
                f"event {event_id!r} names an account of over {NAME_LENGTH} characters"
            )
    return event_id


def _is_plain(event: Event) -> bool:
    """Whether one look shows that nothing in the event is too long or cannot be stored."""
    try:
        text = "".join(event.values())
    except TypeError:
        return False
    return len(text) <= NAME_LENGTH and text.isascii() and "\0" not in text


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def stored(ids: Collection[str]) -> dict[str, str]:
    """The JSON of those of these events that the journal has, applied or not."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, payload FROM ledger_event WHERE id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def find(event_id: str) -> Event | None:
    """The event appended under this id."""
    payload = EventRow.objects.filter(id=event_id).values_list("payload", flat=True).first()
    return None if payload is None else parsed(payload)


def parsed(payload: str) -> Event:
    """A stored payload as the event it is."""
    event = parse_line(payload, 1)
    assert event is not None
    return event


def same(one: str, other: str) -> bool:
    """Whether two payloads are one event, however they are written."""
    return one == other or parsed(one) == parsed(other)
