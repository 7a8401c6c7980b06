"""The journal as files: export for anyone to replay, import into an empty ledger."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from sharemall.engine.events import parse_line
from sharemall.ledger import journal, selectors, writer
from sharemall.ledger.events import Event
from sharemall.ledger.models import SchemeVersion
from sharemall.ledger.opening import AlreadyOpen, open_ledger

APPEND_AT_ONCE = 1000
AT_ONCE = 5000
CHAIN = """
SELECT a.position, a.event_id, a.code, a.reserve_micro, a.outstanding_micro, a.hash, e.payload
FROM ledger_application a JOIN ledger_event e ON e.id = a.event_id ORDER BY a.position
"""
PART = f"""
SELECT a.position, a.event_id, a.code, a.reserve_micro, a.outstanding_micro, a.hash, e.payload
FROM (SELECT * FROM ledger_application WHERE position > %s AND position <= %s
      ORDER BY position LIMIT {AT_ONCE}) a,
    LATERAL (SELECT payload FROM ledger_event WHERE id = a.event_id OFFSET 0) e
ORDER BY a.position
"""
# Position, id, code, reserve, outstanding, hash, payload.
Applied = tuple[int, str, str, int, int, bytes, str]


@dataclass
class ImportReport:
    """What an import did: events appended, repeated (ignored), in conflict, and refused."""

    appended: int = 0
    repeated: int = 0
    conflicts: list[str] = field(default_factory=list)  # as replay's id_conflict
    refused: list[str] = field(default_factory=list)


def export(folder: Path) -> int:
    """Write scheme.toml, events.jsonl and chain.jsonl of all applied events; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    first = SchemeVersion.objects.get(version=1)
    (folder / "scheme.toml").write_text(first.toml, encoding="utf-8", newline="")
    count = 0
    with (
        (folder / "events.jsonl").open("w", encoding="utf-8", newline="") as events,
        (folder / "chain.jsonl").open("w", encoding="ascii") as chain,
    ):
        for row in applications():
            events.write(event_line(row))
            chain.write(chain_line(row))
            count += 1
    return count


def event_line(row: Applied) -> str:
    """A line of events.jsonl."""
    return row[-1] + "\n"


def chain_line(row: Applied) -> str:
    """A line of chain.jsonl."""
    position, event_id, code, reserve, outstanding, digest, _payload = row
    link = {
        "position": position,
        "id": event_id,
        "code": code,
        "reserve_micro": reserve,
        "outstanding_micro": outstanding,
        "hash": bytes(digest).hex(),
    }
    return json.dumps(link) + "\n"


def import_journal(
    scheme_path: Path, events_path: Path, progress: Callable[[int], None] = lambda lines: None
) -> ImportReport:
    """Open an empty ledger with the scheme and feed it the journal through the writer.

    Raises SchemeError or JournalError (a line that is no event) before anything is written, or
    AlreadyOpen. A repeated event is ignored, one whose id has other content is listed, both as in
    a replay; one that the database cannot keep is refused. `progress` hears how many are done.
    """
    if selectors.is_open():
        raise AlreadyOpen
    for _ in _lines(events_path):
        pass
    open_ledger(scheme_path.read_text(encoding="utf-8"))
    report = ImportReport()
    lines = _lines(events_path)
    done = 0
    while part := list(islice(lines, APPEND_AT_ONCE)):
        _append(part, report)
        writer.drain()
        done += len(part)
        progress(done)
    return report


def _lines(path: Path) -> Iterator[tuple[Event, str]]:
    """Every event of the file with its text."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            event = parse_line(line, number)
            if event is not None:
                yield event, line.decode().strip(" \t\r\n")


def _append(part: list[tuple[Event, str]], report: ImportReport) -> None:
    """Append all at once, or, where one of them is refused, each for itself."""
    try:
        new = journal.append_texts(part)
    except (journal.IdConflict, ValueError) as error:
        if len(part) > 1:
            for event in part:
                _append([event], report)
        else:
            conflict = isinstance(error, journal.IdConflict)
            (report.conflicts if conflict else report.refused).append(str(error))
        return
    report.appended += new
    report.repeated += len(part) - new


def applied_up_to(position: int) -> Iterator[list[Applied]]:
    """The applied events up to `position` in order, part by part.

    Without a transaction: who takes an hour to download them keeps no snapshot open meanwhile.
    """
    after = 0
    while after < position:
        with connection.cursor() as cursor:
            cursor.execute(PART, [after, position])
            found = cursor.fetchall()
        if not found:
            return
        yield found
        after = found[-1][0]


def applications() -> Iterator[Applied]:
    """Every applied event in order."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DECLARE exported NO SCROLL CURSOR FOR {CHAIN}")
        while True:
            cursor.execute(f"FETCH {AT_ONCE} FROM exported")
            found = cursor.fetchall()
            if not found:
                return
            yield from found
