"""The exported journal as one ZIP file, made while it is sent: nothing of its size is held."""

import zipfile
from collections.abc import Callable, Iterator
from typing import IO, cast

from sharemall.ledger import transfer
from sharemall.ledger.models import SchemeVersion
from sharemall.ledger.transfer import Applied

COMPRESSION = 1  # the quickest: a journal shrinks to a seventh by it, and no page waits long


class _Outlet:
    """What a ZIP file is written to: it keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing lies anywhere else."""

    def taken(self) -> bytes:
        """What was written since it was asked last."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def journal_zip(position: int) -> Iterator[bytes]:
    """scheme.toml, events.jsonl and chain.jsonl of the events up to `position`, as parts of a ZIP.

    Unpacked, they are what `journal export` writes. The journal is read twice, part by part: a ZIP
    holds one file behind the other.
    """
    outlet = _Outlet()
    first = SchemeVersion.objects.get(version=1)
    target = cast("IO[bytes]", outlet)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        archive.writestr("scheme.toml", first.toml)
        yield from _file(archive, outlet, "events.jsonl", position, transfer.event_line)
        yield from _file(archive, outlet, "chain.jsonl", position, transfer.chain_line)
    yield outlet.taken()


def _file(
    archive: zipfile.ZipFile,
    outlet: _Outlet,
    name: str,
    position: int,
    line: Callable[[Applied], str],
) -> Iterator[bytes]:
    with archive.open(name, "w", force_zip64=True) as entry:
        for part in transfer.applied_up_to(position):
            entry.write("".join(map(line, part)).encode())
            yield outlet.taken()
    yield outlet.taken()
