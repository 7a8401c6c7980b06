"""MAP.toml: which column of a foreign file is what. docs/import.md shows every key."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sharemall.engine.errors import InputError
from sharemall.engine.scheme import Scheme
from sharemall.engine.toml_table import Table

REQUIRED = ("id", "time", "member", "paid")
OPTIONAL = ("cost", "referrer", "merchant", "zone", "status")
ISO = "iso"
# A moment whose every part differs, to see what a pattern keeps of it.
SAMPLE = datetime(2001, 11, 23, 13, 14, 15, tzinfo=timezone(timedelta(hours=8)))


class MapError(InputError):
    """A map that is refused; `faults` holds every fault, each led by its key."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("the map: " + "; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Map:
    """A checked map. `columns` goes from our field to the file's column."""

    text: str
    columns: Mapping[str, str]
    encoding: str
    delimiter: str
    in_fen: bool
    time_format: str  # ISO or a pattern of strptime
    time_zone: str  # of times that do not say theirs
    zone: str  # of every order; "" where a column says it
    zones: Mapping[str, str]  # the file's words for zones
    completed: frozenset[str]  # statuses that count; without a status column nothing is asked
    id_prefix: str
    member_prefix: str
    close_days: bool


def parse_map(text: str) -> Map:
    """Reads a map's text; raises MapError naming every fault by its key."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise MapError([f"not a TOML file: {error}"]) from None
    faults: list[str] = []
    root = Table("", document, faults)
    found = Map(
        text=text,
        columns=_columns(root.table("columns", ", ".join(REQUIRED))),
        encoding=root.word("encoding", ("utf-8", "gb18030"), "utf-8"),
        delimiter=root.text("delimiter", ","),
        in_fen=root.word("amounts", ("yuan", "fen"), "yuan") == "fen",
        time_format=root.text("time_format", ISO),
        time_zone=root.time_zone("time_zone", "Asia/Shanghai"),
        zone=root.text("zone", ""),
        zones=root.translations("zones"),
        completed=frozenset(root.texts("completed")),
        id_prefix=root.text("id_prefix", ""),
        member_prefix=root.text("member_prefix", ""),
        close_days=root.boolean("close_days", default=False),
    )
    root.refuse_unknown()
    _check(root, found)
    if faults:
        raise MapError(faults)
    return found


def _columns(table: Table) -> dict[str, str]:
    names = {field: table.text(field) for field in REQUIRED}
    names |= {field: table.text(field) for field in OPTIONAL if field in table.values}
    for field, name in names.items():
        if table.values.get(field) == "":
            table.fault(field, "empty; needs the name of a column of the file")
        names[field] = name.strip()
    for field in table.values:
        if field not in names:
            table.fault(field, f"unknown key; allowed here: {', '.join(REQUIRED + OPTIONAL)}")
    return names


def _check(root: Table, found: Map) -> None:
    """Notes what no single key shows."""
    if len(found.delimiter) != 1 or not found.delimiter.isascii() or found.delimiter in '"\r\n':
        root.fault("delimiter", 'must be one sign such as "," or ";" or "\\t"')
    if reason := _time_format_fault(found.time_format):
        root.fault("time_format", reason)
    if ("zone" in found.columns) == bool(found.zone):
        root.fault("zone", "needs either columns.zone or one zone for all orders")
    if found.zones and "zone" not in found.columns:
        root.fault("zones", "translates the column columns.zone, which is missing")
    if ("status" in found.columns) != bool(found.completed):
        root.fault("completed", "columns.status and completed go together: one is missing")


def _time_format_fault(pattern: str) -> str:
    """Why a pattern cannot give an order's time; "" if it can."""
    if pattern == ISO:
        return ""
    allowed = f'must be "{ISO}" or a pattern such as "%Y-%m-%d %H:%M:%S"'
    if "%Z" in pattern:
        return f"{allowed}; %Z is not understood, %z is"
    try:
        kept = datetime.strptime(SAMPLE.strftime(pattern), pattern)  # noqa: DTZ007
    except ValueError:
        return allowed
    if kept.date() != SAMPLE.date():
        return f"{allowed}; it has to give year, month and day"
    return "" if kept.hour in (0, SAMPLE.hour) else f"{allowed}; %I needs %p beside it"


def check_against(found: Map, header: Sequence[str], scheme: Scheme) -> None:
    """Raises MapError if the file lacks a column of the map or the scheme one of its zones."""
    faults = [
        f"columns.{field}: {_column_fault(name, header)}"
        for field, name in found.columns.items()
        if header.count(name) != 1
    ]
    wanted = {"zone": found.zone} if found.zone else {}
    wanted |= {f'zones."{word}"': zone for word, zone in found.zones.items()}
    known = ", ".join(scheme.zones)
    faults += [
        f'{key}: the scheme in force has no zone "{zone}"; it has: {known}'
        for key, zone in wanted.items()
        if zone not in scheme.zones
    ]
    faults += [
        f"{key}: the zone counts profit, so columns.cost is needed"
        for key, zone in wanted.items()
        if "cost" not in found.columns
        and zone in scheme.zones
        and scheme.zones[zone].base == "profit"
    ]
    if faults:
        raise MapError(faults)


def _column_fault(name: str, header: Sequence[str]) -> str:
    if name in header:
        return f'the file has the column "{name}" more than once'
    return f'the file has no column "{name}"; it has: {", ".join(header)[:500]}'
