"""Rows of a CSV file, one after the other, with the place where each ends.

The file is never held whole. Reading may start anew behind any row: its offset and line number
are all that has to be kept.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sharemall.engine.errors import InputError
from sharemall.history.mapping import Map

BLOCK = 1 << 20
MOST_BYTES = 1 << 20  # of a row
MOST_SHOWN = 1000  # characters of a line that is no row


class FileError(InputError):
    """The file cannot be read as what the map says it is; nothing was written."""


class Row(NamedTuple):
    """A row and the number of the line it begins in; `fault`: why that line is no row.

    With a fault, `fields` holds the line itself, cut to MOST_SHOWN characters.
    """

    line: int
    fields: list[str]
    fault: str


def digest_of(path: Path, found: Map) -> str:
    """What names an import: SHA-256 over the map and the file. Raises FileError.

    Sees at the same time that the whole file is in the map's encoding.
    """
    digest = hashlib.sha256(f"{len(found.text)}\n{found.text}".encode())
    decoder = codecs.getincrementaldecoder(found.encoding)()
    read = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            _decode(decoder, block, read, found.encoding)
            read += len(block)
        _decode(decoder, b"", read, found.encoding)
    return digest.hexdigest()


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, read: int, encoding: str) -> None:
    try:
        decoder.decode(block, not block)
    except UnicodeDecodeError as error:
        place = read + error.start
        raise FileError(
            f"the file is not {encoding} near byte {place}: see the map's encoding"
        ) from None


class _Lines:
    """The file's lines for the CSV reader, which asks for one after the other."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.file = path.open("rb")
        self.size = path.stat().st_size  # what is added later is not read
        self.encoding = encoding
        mark = "\ufeff".encode(encoding)
        self.move_to(len(mark) if self.file.read(len(mark)) == mark else 0, 0)

    def move_to(self, offset: int, line: int) -> None:
        """Go on with the line that begins there; `line` is the number of the one before."""
        self.file.seek(offset)
        self.offset = offset  # behind the last line handed out
        self.line = line  # its number
        self.row_limit = offset + MOST_BYTES  # where the row being read has to have ended

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self.file.readline(MOST_BYTES + 1)
        self.offset += len(raw)
        if self.offset > self.size:
            raw = raw[: self.size - self.offset]
            self.offset = self.size
        if not raw:
            raise StopIteration
        self.line += 1
        if self.offset > self.row_limit:
            raise csv.Error(f"longer than {MOST_BYTES} bytes")
        return raw.decode(self.encoding)

    def pass_over(self, offset: int, line: int) -> str:
        """Go on behind the line that begins there, of that number; its text, cut if it is long."""
        self.move_to(offset, line)
        first = raw = self.file.readline(min(MOST_BYTES, self.size - offset))
        while raw:
            self.offset += len(raw)
            if raw.endswith(b"\n"):
                break
            raw = self.file.readline(min(MOST_BYTES, self.size - self.offset))
        return first[: 4 * MOST_SHOWN].decode(self.encoding, "replace").rstrip("\r\n")[:MOST_SHOWN]


class Rows:
    """The rows behind the header; blank ones are passed over. Raises FileError."""

    def __init__(self, path: Path, found: Map) -> None:
        self._lines = _Lines(path, found.encoding)
        self._delimiter = found.delimiter
        header = next(iter(self), None)
        if header is None or header.fault:
            self.close()
            reason = f"its first line is no header: {header.fault}" if header else "it is empty"
            raise FileError(f"the file has no columns: {reason}")
        self.header = [name.strip() for name in header.fields]
        self.start = self.place

    @property
    def size(self) -> int:
        """The file's bytes."""
        return self._lines.size

    @property
    def place(self) -> tuple[int, int]:
        """The offset behind the last row given out, and the number of its last line."""
        return self._lines.offset, self._lines.line

    def move_to(self, offset: int, line: int) -> None:
        """Go on behind the row that ended there. For iterations that begin afterwards."""
        self._lines.move_to(offset, line)

    def close(self) -> None:
        """Close the file."""
        self._lines.file.close()

    def __iter__(self) -> Iterator[Row]:
        lines = self._lines
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        while True:
            began, line = lines.offset, lines.line + 1
            lines.row_limit = began + MOST_BYTES
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                # A quote that nothing closes takes the lines behind it along: only the one that
                # opens it is given up.
                text = lines.pass_over(began, line)
                yield Row(line, [text], f"row: not readable as CSV ({_short(error)})")
                continue
            if any(fields):
                yield Row(line, fields, "")


def _short(error: csv.Error) -> str:
    return str(error).partition(" - ")[0]
