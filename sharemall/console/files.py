"""Rows as a file: CSV while it is read, XLSX from a temporary file. Every export is written here.

Memory does not grow with the rows, and when the browser goes away nothing more is read.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from xlsxwriter.worksheet import Worksheet

from sharemall.console import amounts

KINDS = ("csv", "xlsx")
CHUNK = 1_000
MOST_ON_A_SHEET = 1_048_575  # rows that XLSX allows, without the one of the titles
MOST_EXACT = 10**15  # a spreadsheet's numbers keep fifteen digits: larger ones stay texts
LONGEST = 32_767  # characters of a cell in XLSX
PHONE = 10  # digits from which on a spreadsheet would spoil a text that is a number
WIDTH = 20  # of a column, in characters: a moment fits
BOM = "\ufeff"  # so that spreadsheets read UTF-8
# What a spreadsheet would take for a formula, the full-width forms of Chinese keyboards with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Micro(int):
    """An amount in micro-units: written with its six places."""


class Fen(int):
    """An amount in fen: written as yuan with two places."""


class Percent(int):
    """A rate in billionths: written as a percentage with seven places."""


Cell = str | int | date | datetime | Micro | Fen | Percent | None
Rows = Iterable[Sequence[Cell]]
PLACES: dict[type, int] = {Micro: 6, Fen: 2, Percent: 7}
FORMATS: dict[type, str] = {
    Micro: "#,##0.000000",
    Fen: "#,##0.00",
    Percent: "0.00#####",
    int: "#,##0",
    datetime: "yyyy-mm-dd hh:mm:ss",
    date: "yyyy-mm-dd",
}


class Counted:
    """Rows on their way into a file, and how many of them have been read. Read once."""

    def __init__(self, rows: Rows) -> None:
        self._rows, self.count = iter(rows), 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self._rows:
            self.count += 1
            yield row


def asked_for(request: HttpRequest) -> str:
    """The kind of file that a page is asked for as; empty for the page itself."""
    kind = request.GET.get("as", "")
    return kind if kind in KINDS else ""


def answer(kind: str, name: str, titles: Sequence[str], rows: Rows) -> HttpResponseBase:
    """The rows as a file below their titles: XLSX where that is asked for, else CSV.

    `rows` is read once, in the language of the page. The answer's `rows` say how many were read.
    """
    counted = Counted(rows)
    response: HttpResponseBase
    if kind == "xlsx":
        file, name = workbook(titles, counted), f"{name}.xlsx"
        response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    else:
        language = translation.get_language() or "zh-hans"
        parts = lines(titles, counted, language)
        response = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
    response.rows = counted  # type: ignore[attr-defined]  # read for the audit log
    return response


def lines(titles: Sequence[str], rows: Rows, language: str) -> Iterator[str]:
    """The CSV, a chunk of rows at a time."""
    yield BOM + _csv([titles])
    left = iter(rows)
    while True:
        # The page's language is gone while its answer is read.
        with translation.override(language):
            chunk = list(islice(left, CHUNK))
        if chunk:
            yield _csv(chunk)
        if len(chunk) < CHUNK:
            return


def workbook(titles: Sequence[str], rows: Rows) -> IO[bytes]:
    """The XLSX, at its beginning; gone when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    styles = {of: book.add_format({"num_format": form}) for of, form in FORMATS.items()}
    bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
    sheet, at = _sheet(book, titles, bold), 0
    for row in rows:
        if at == MOST_ON_A_SHEET:
            sheet, at = _sheet(book, titles, bold), 0
        at += 1
        for place, cell in enumerate(row):
            _write(sheet, at, place, cell, styles, quoted)
    book.close()
    file.seek(0)
    return file


def _sheet(book: Any, titles: Sequence[str], bold: Any) -> Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(titles) - 1, WIDTH)
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, bold)
    return sheet


def _write(
    sheet: Worksheet, at: int, place: int, cell: Cell, styles: dict[type, Any], quoted: Any
) -> None:
    if cell is None or cell == "":
        return
    style = styles.get(type(cell))
    if isinstance(cell, datetime):
        naive = timezone.localtime(cell).replace(tzinfo=None)
        sheet.write_datetime(at, place, naive, style)
    elif isinstance(cell, date):
        sheet.write_datetime(at, place, datetime.combine(cell, datetime.min.time()), style)
    elif isinstance(cell, int) and abs(cell) < MOST_EXACT:
        exact = Decimal(cell).scaleb(-PLACES.get(type(cell), 0))
        sheet.write_number(at, place, exact, style)
    else:
        text = (cell if isinstance(cell, str) else _number(cell))[:LONGEST]
        sheet.write_string(at, place, text, quoted if text.startswith(FORMULA) else None)


def _csv(rows: Iterable[Sequence[Cell]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([_field(cell) for cell in row] for row in rows)
    return text.getvalue()


def _field(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _text(cell)
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M:%S}"
    return cell.isoformat() if isinstance(cell, date) else _number(cell)


def _number(cell: int) -> str:
    places = PLACES.get(type(cell))
    return str(cell) if places is None else amounts.write(cell, places)


def _text(text: str) -> str:
    """A text that stays one: no formula, and a number of many digits (a phone) no number."""
    if text.startswith(FORMULA):
        return f"'{text}"
    is_number = text.isascii() and text.isdecimal() and len(text) >= PHONE
    return f"\t{text}" if is_number else text
