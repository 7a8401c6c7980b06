"""What is written to the database in bulk: rows of COPY's binary format, and array literals.

Rows as text would be written digit by digit here and read again there. Source: PostgreSQL's
documentation of COPY, "Binary Format".
"""

from collections.abc import Iterable, Sequence
from functools import cache
from struct import Struct

import numpy as np
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

Column = NDArray[np.int64]

BIGINT, SMALLINT, BOOLEAN = 8, 2, 1  # by their width in bytes

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_LENGTH = Struct(">i")
_NUMBERED = Struct(">hiqi")


def copy(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[bytes] | bytes
) -> None:
    """COPY rows, each in the order of `columns`; nothing is sent where there are none."""
    data = rows if isinstance(rows, bytes) else b"".join(rows)
    if data:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)"
        with cursor.copy(statement) as target:
            target.write(_SIGNATURE + data + _END)


def integers(widths: tuple[int, ...], columns: Sequence[Column] | Column) -> bytes:
    """Rows of nothing but integers (and booleans) from their columns, all of one length."""
    rows = np.empty(len(columns[0]), _layout(widths))
    rows["fields"] = len(widths)
    for place, (width, column) in enumerate(zip(widths, columns, strict=True)):
        rows[f"width{place}"] = width
        rows[f"value{place}"] = column
    return rows.tobytes()


def numbered_text(number: int, text: str) -> bytes:
    """A row of a bigint and a text."""
    encoded = text.encode()
    return _NUMBERED.pack(2, 8, number, len(encoded)) + encoded


def texts(*values: str) -> bytes:
    """A row of texts."""
    return len(values).to_bytes(2, "big") + b"".join(map(text, values))


def text(value: str) -> bytes:
    """One field of a row: a text."""
    encoded = value.encode()
    return _LENGTH.pack(len(encoded)) + encoded


def array(values: Iterable[int]) -> str:
    """A literal of bigint[]; the adapter's own takes several times as long."""
    numbers = values.tolist() if isinstance(values, np.ndarray) else values
    return "{" + ",".join(map(str, numbers)) + "}"


def text_array(values: Iterable[str]) -> str:
    """A literal of text[], of at least one value, likewise."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return '{"' + '","'.join(quoted) + '"}'


@cache
def _layout(widths: tuple[int, ...]) -> "np.dtype[np.void]":
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for place, width in enumerate(widths):
        fields += [(f"width{place}", ">i4"), (f"value{place}", f">i{width}")]
    return np.dtype(fields)
