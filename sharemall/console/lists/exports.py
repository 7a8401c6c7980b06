"""A list as a file, as it is filtered: CSV while it is read, XLSX from a temporary file.

Rows come in chunks, each sought behind the last one's key: memory does not grow with the list, no
transaction is held open, and when the browser goes away nothing more is read.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from xlsxwriter.worksheet import Worksheet

from sharemall.clock import services as clock
from sharemall.console import amounts
from sharemall.console.files import BOM, CHUNK, FORMULA, MOST_ON_A_SHEET, XLSX
from sharemall.console.lists.columns import Column, Kind, written_day, written_moment

if TYPE_CHECKING:
    from sharemall.console.lists.base import WorkList
    from sharemall.console.lists.listing import Listing

FORMATS = {
    Kind.YUAN: "#,##0.00",
    Kind.COUNT: "#,##0",
    Kind.PERCENT: "0.00#####",
    Kind.TIME: "yyyy-mm-dd hh:mm:ss",
    Kind.DAY: "yyyy-mm-dd",
}
PLACES = {Kind.YUAN: 2, Kind.PERCENT: 7}


def response(rows: "WorkList", listing: "Listing", kind: str) -> HttpResponseBase:
    """The file: XLSX where that is asked for, else CSV."""
    name = f"{rows.opts.model_name}-{timezone.localtime(clock.now()):%Y%m%d-%H%M%S}"
    if kind == "xlsx":
        file = workbook(rows.columns, listing)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    answer = StreamingHttpResponse(
        lines(rows.columns, listing), content_type="text/csv; charset=utf-8"
    )
    disposition = content_disposition_header(True, f"{name}.csv")
    answer.headers["Content-Disposition"] = disposition or "attachment"
    return answer


def chunks(listing: "Listing") -> Iterator[list[Any]]:
    """All rows that were asked for, so many at a time."""
    mark = None
    while found := listing.after(mark, CHUNK):
        yield found
        if len(found) < CHUNK:
            return
        mark = found[-1].pk


def lines(columns: tuple[Column, ...], listing: "Listing") -> Iterator[str]:
    """The CSV, a chunk of rows at a time, in the language of the page."""
    language = translation.get_language() or "zh-hans"
    with translation.override(language):
        yield BOM + _csv([[_text(str(column.title)) for column in columns]])
    for found in chunks(listing):
        # The page's language is gone while its answer is read.
        with translation.override(language):
            part = _csv([[_field(column, row) for column in columns] for row in found])
        yield part


def workbook(columns: tuple[Column, ...], listing: "Listing") -> IO[bytes]:
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
    styles = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
    sheet, at = _sheet(book, columns, bold), 0
    for found in chunks(listing):
        for row in found:
            if at == MOST_ON_A_SHEET:
                sheet, at = _sheet(book, columns, bold), 0
            at += 1
            for place, column in enumerate(columns):
                _write(sheet, at, place, column, column.of(row), styles, quoted)
    book.close()
    file.seek(0)
    return file


def _sheet(book: Any, columns: tuple[Column, ...], bold: Any) -> Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        width = {Kind.TEXT: 22, Kind.TIME: 19}.get(column.kind, 12)
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, str(column.title), bold)
    return sheet


def _write(
    sheet: Worksheet,
    at: int,
    place: int,
    column: Column,
    value: Any,
    styles: dict[Kind, Any],
    quoted: Any,
) -> None:
    if value is None or value == "":
        return
    style = styles.get(column.kind)
    match column.kind:
        case Kind.TIME:
            naive = timezone.localtime(value).replace(tzinfo=None)
            sheet.write_datetime(at, place, naive, style)
        case Kind.DAY:
            sheet.write_datetime(at, place, datetime.combine(value, datetime.min.time()), style)
        case Kind.YUAN | Kind.PERCENT:
            # A double holds fifteen digits: every amount that is counted in fen here.
            exact = Decimal(value).scaleb(-PLACES[column.kind])
            sheet.write_number(at, place, exact, style)
        case Kind.COUNT:
            sheet.write_number(at, place, value, style)
        case _:
            text = str(value)[:32_767]
            sheet.write_string(at, place, text, quoted if text.startswith(FORMULA) else None)


def _csv(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _field(column: Column, row: Any) -> str:
    value = column.of(row)
    if value is None or value == "":
        return ""
    if column.kind in PLACES:
        return amounts.write(value, PLACES[column.kind])
    if isinstance(value, datetime):
        return written_moment(value)
    if isinstance(value, date):
        return written_day(value)
    return str(value) if column.kind is Kind.COUNT else _text(str(value))


def _text(text: str) -> str:
    """A text that stays one: no formula, and a number of many digits (a phone) no number."""
    if text.startswith(FORMULA):
        return f"'{text}"
    is_number = text.isascii() and text.isdecimal() and len(text) > 9
    return f"\t{text}" if is_number else text
