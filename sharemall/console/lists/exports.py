"""A list as a file, as it is filtered.

Rows come in chunks, each sought behind the last one's key: no transaction is held open.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase
from django.utils import timezone

from sharemall.clock import services as clock
from sharemall.console import files
from sharemall.console.files import CHUNK, Cell, Fen, Percent
from sharemall.console.lists.columns import Column, Kind

if TYPE_CHECKING:
    from sharemall.console.lists.base import WorkList
    from sharemall.console.lists.listing import Listing


def response(rows: "WorkList", listing: "Listing", kind: str) -> HttpResponseBase:
    """The file: XLSX where that is asked for, else CSV."""
    name = f"{rows.opts.model_name}-{timezone.localtime(clock.now()):%Y%m%d-%H%M%S}"
    titles = [str(column.title) for column in rows.columns]
    cells = ([_cell(column, row) for column in rows.columns] for row in _all(listing))
    return files.answer(kind, name, titles, cells)


def _all(listing: "Listing") -> Iterator[Any]:
    """All rows that were asked for, read so many at a time."""
    mark = None
    while found := listing.after(mark, CHUNK):
        yield from found
        if len(found) < CHUNK:
            return
        mark = found[-1].pk


def _cell(column: Column, row: Any) -> Cell:
    value: Any = column.of(row)
    if value is None or value == "":
        return None
    match column.kind:
        case Kind.YUAN:
            return Fen(value)
        case Kind.PERCENT:
            return Percent(value)
        case Kind.TEXT:
            return str(value)
    cell: Cell = value
    return cell
