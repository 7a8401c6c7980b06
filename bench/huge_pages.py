"""Huge pages for the server's buffers, as docs/operations.md has an operator reserve them.

Linux lets root alone reserve them. Where that cannot be, the server does without, and the tables
that depend on it say so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POOL = Path("/proc/sys/vm/nr_hugepages")
MEMINFO = Path("/proc/meminfo")


@contextmanager
def reserved(size: int) -> Iterator[None]:
    """Meanwhile there are huge pages for `size` bytes, if they can be had."""
    taken = _take(_missing(size))
    try:
        yield
    finally:
        if taken:
            POOL.write_text(str(_reserved() - taken))


def _missing(size: int) -> int:
    """How many pages there are too few."""
    lines = MEMINFO.read_text().splitlines() if MEMINFO.exists() else []
    known = dict(line.split(":") for line in lines)
    if "Hugepagesize" not in known:
        return 0
    page = int(known["Hugepagesize"].split()[0]) * 1024
    return max(-(-size // page) - int(known["HugePages_Free"]), 0)


def _take(pages: int) -> int:
    """Reserve so many more; how many that brought."""
    if not pages:
        return 0
    before = _reserved()
    try:
        POOL.write_text(str(before + pages))
    except OSError:
        return 0
    return _reserved() - before


def _reserved() -> int:
    return int(POOL.read_text())
