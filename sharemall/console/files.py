"""Rows of the books as a file: CSV while it is read, XLSX from a temporary file.

For tables that are no list of one model: what a page works out, and the journal with its entries.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from sharemall.ledger.events import amount

KINDS = ("csv", "xlsx")
CHUNK = 1_000
MOST_ON_A_SHEET = 1_048_575  # rows that XLSX allows, without the one of the titles
MOST_EXACT = 10**15  # a spreadsheet's numbers keep fifteen digits: larger amounts stay texts
BOM = "\ufeff"  # so that spreadsheets read UTF-8
# What a spreadsheet would take for a formula, the full-width forms of Chinese keyboards with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Micro(int):
    """An amount in micro-units: written with its six places."""


Cell = str | int | date | Micro | None
Rows = Iterable[Sequence[Cell]]


def asked_for(request: HttpRequest) -> str:
    """The kind of file that a page is asked for as; empty for the page itself."""
    kind = request.GET.get("as", "")
    return kind if kind in KINDS else ""


def answer(kind: str, name: str, titles: Sequence[str], rows: Rows) -> HttpResponseBase:
    """The rows as a file of this kind, below their titles. `rows` is read once."""
    if kind == "xlsx":
        file = workbook(titles, rows)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response = StreamingHttpResponse(lines(titles, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def lines(titles: Sequence[str], rows: Rows) -> Iterator[str]:
    """The CSV, a chunk of rows at a time."""
    yield BOM + _csv([titles])
    chunk: list[Sequence[Cell]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield _csv(chunk)
            chunk = []
    yield _csv(chunk)


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
    bold, micro = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.000000"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet, at = _sheet(book, titles, bold), 0
    for row in rows:
        if at == MOST_ON_A_SHEET:
            sheet, at = _sheet(book, titles, bold), 0
        at += 1
        for place, cell in enumerate(row):
            _write(sheet, at, place, cell, micro, day)
    book.close()
    file.seek(0)
    return file


def _sheet(book: Any, titles: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, title in enumerate(titles):
        sheet.set_column(place, place, 20)
        sheet.write_string(0, place, title, bold)
    return sheet


def _write(sheet: Any, at: int, place: int, cell: Cell, micro: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Micro) and abs(cell) < MOST_EXACT:
        sheet.write_number(at, place, cell / 1_000_000, micro)
    elif isinstance(cell, Micro):
        sheet.write_string(at, place, amount(cell))
    elif isinstance(cell, date):
        sheet.write_datetime(at, place, cell, day)
    elif isinstance(cell, int):
        sheet.write_number(at, place, cell)
    else:
        sheet.write_string(at, place, cell[:32_767])


def _csv(rows: Iterable[Sequence[Cell]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([_field(cell) for cell in row] for row in rows)
    return text.getvalue()


def _field(cell: Cell) -> str:
    """A text that a spreadsheet takes for no formula."""
    if cell is None:
        return ""
    if isinstance(cell, Micro):
        return amount(cell)
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return cell.isoformat() if isinstance(cell, date) else str(cell)
