"""A table as it is handed in: CSV, or cells pasted from a spreadsheet."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any, Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from sharemall.console.amounts import narrow
from sharemall.console.fields import Words
from sharemall.console.files import BOM, FORMULA
from sharemall.console.models import Import
from sharemall.members.models import Member

MOST_BYTES = 2_000_000
MOST_LINES = 2_000
MOST_CELL = 20_000
DELIMITERS = ",\t;"
LANGUAGES = ("zh-hans", "en")
YES = {"1", "yes", "y", "true", "on", "是", "在售", "上架"}
NO = {"0", "no", "n", "false", "off", "否", "下架"}


class Unreadable(Exception):
    """The table as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: what it is called in a file (always understood), its title, an example."""

    key: str
    title: Words
    example: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number in the file (the titles are row 1); cells without content are left out.

    `raw` is the row as it came.
    """

    number: int
    cells: Mapping[str, str]
    raw: tuple[str, ...]


@dataclass(slots=True)
class Told:
    """What came, or would come, of a row: `state` is new, changed, same or fault."""

    number: int
    name: str
    state: str = "new"
    faults: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        """The row does not go in, for this reason."""
        self.state = "fault"
        if sentence not in self.faults:
            self.faults.append(sentence)


class Kind(Protocol):
    """A kind of import. `work` tries each row, and keeps what it did only `for_real`."""

    @property
    def name(self) -> str:
        """As in the model."""
        ...

    @property
    def heads(self) -> tuple[Head, ...]:
        """The columns."""
        ...

    def work(
        self, lines: Sequence[Line], *, of: Import, by: Member, now: datetime, for_real: bool
    ) -> list[Told]:
        """What came of each row, in the order of the file."""
        ...


def decoded(content: bytes) -> str:
    """A file's text: UTF-8, or what a Chinese spreadsheet writes. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        most = f"{MOST_BYTES // 1_000_000} MB"
        raise Unreadable(_("The file is larger than %(most)s.") % {"most": most})
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise Unreadable(_("The file is no text in UTF-8 or GB 18030."))
    if "\0" in text:
        raise Unreadable(_("The file is no CSV."))
    return text


def read(text: str, heads: Sequence[Head], *, titled: bool = True) -> list[Line]:
    """The rows of a table. Raises Unreadable where its columns are not understood.

    Without a row of titles (`titled` False, where none is recognised) the columns are in order.
    """
    rows = _rows(text)
    if not rows:
        raise Unreadable(_("There is nothing in it."))
    keys = _keys(heads)
    first = [keys.get(narrow(cell).lower(), "") for cell in rows[0][1]]
    if not titled and not any(first):
        columns, body = [head.key for head in heads][: max(map(len, (r for _n, r in rows)))], rows
    else:
        columns, body = first, rows[1:]
        _check_columns(columns, rows[0][1], heads)
    if not body:
        raise Unreadable(_("There is nothing in it."))
    if len(body) > MOST_LINES:
        raise Unreadable(
            _("At most %(most)s rows at once: divide the file.") % {"most": f"{MOST_LINES:,}"}
        )
    return [_line(number, cells, columns) for number, cells in body]


def template(heads: Sequence[Head]) -> str:
    """A CSV with the titles, and a row to show how it is meant."""
    text = StringIO()
    out = csv.writer(text)
    out.writerow([str(head.title) for head in heads])
    out.writerow([head.example for head in heads])
    return BOM + text.getvalue()


def left_over(text: str, told: Sequence[Mapping[str, Any]]) -> str:
    """The rows that did not go in, with why in a column behind; importable once mended."""
    rows = _rows(text)
    why = {row["number"]: "; ".join(row["faults"]) for row in told if row["state"] == "fault"}
    out = StringIO()
    writer = csv.writer(out)
    if rows and rows[0][0] not in why:
        writer.writerow([*rows[0][1], FAULTS])
    for number, cells in rows:
        if number in why:
            writer.writerow([*(_escaped(cell) for cell in cells), _escaped(why[number])])
    return BOM + out.getvalue()


FAULTS = "faults"  # the column that `left_over` adds; it is not read


def is_yes(text: str) -> bool | None:
    """What is meant by a yes or no; None where it is neither."""
    said = narrow(text).lower()
    return True if said in YES else False if said in NO else None


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows with something in them, by number."""
    first = text.splitlines()[0] if text.splitlines() else ""
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Unreadable(_("The file is no CSV.")) from None
    found = [(number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]
    if any(len(cell) > MOST_CELL for _number, row in found for cell in row):
        raise Unreadable(_("A cell is longer than %(most)s letters.") % {"most": f"{MOST_CELL:,}"})
    return found


def _keys(heads: Sequence[Head]) -> dict[str, str]:
    """What a column may be called: its key, or its title in any language of the console."""
    keys = {head.key: head.key for head in heads}
    for language in LANGUAGES:
        with translation.override(language):
            keys |= {narrow(str(head.title)).lower(): head.key for head in heads}
    return keys | {FAULTS: FAULTS}


def _check_columns(columns: list[str], titles: list[str], heads: Sequence[Head]) -> None:
    unknown = [title for key, title in zip(columns, titles, strict=True) if not key]
    if unknown:
        raise Unreadable(_("Unknown columns: %(names)s.") % {"names": ", ".join(unknown)[:200]})
    if len(set(columns)) < len(columns):
        raise Unreadable(_("A column stands there twice."))
    missing = [str(head.title) for head in heads if head.is_needed and head.key not in columns]
    if missing:
        raise Unreadable(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})


def _line(number: int, cells: Sequence[str], columns: Sequence[str]) -> Line:
    pairs = zip(columns, cells, strict=False)
    tidy = {key: _tidy(cell) for key, cell in pairs if key != FAULTS}
    return Line(number, {key: cell for key, cell in tidy.items() if cell}, tuple(cells))


def _tidy(cell: str) -> str:
    """Without what exports put before a text so that it stays one."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
