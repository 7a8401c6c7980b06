"""A backlog of events drained by a process of its own: its memory, and whether it slows down.

`python -m bench.backlog [--full]`
"""

import time
from collections.abc import Callable
from typing import Any

from bench.processes import PROCESSES, end, peak_memory, start
from bench.sales import append, sales
from bench.server import mall
from bench.table import Table, main

LOOK_SECONDS = 0.01

Mark = tuple[float, int]  # a time, and the ledger's position then


def measure(full: bool) -> list[Table]:
    with mall():
        return [drain(1_000_000 if full else 200_000)]


def drain(count: int) -> Table:
    """Append `count` sales, then let a process that does nothing else apply them."""
    append(sales(count, members=count // 5))
    receiving, sending = PROCESSES.Pipe(duplex=False)
    process = start(work_off, sending)
    marks = watched(lambda: receiving.poll(LOOK_SECONDS))
    peak = receiving.recv()
    end(process)
    table = Table(
        "A backlog",
        ["what", "figure"],
        asked="1 M events drained with under 300 MB of memory",
        note=f"{count:,} sales over {count // 5:,} members, all appended before the draining"
        " process starts, which drains them as the worker does; the peak is of that process.",
    )
    table.add("the whole backlog", f"{rate(marks[0], marks[-1])} events/s")
    table.add("its first fifth", f"{rate(marks[0], first_behind(marks, count // 5))} events/s")
    table.add("its last fifth", f"{rate(last_before(marks, count * 4 // 5), marks[-1])} events/s")
    table.add("peak memory of the draining process", f"{peak / 1e6:.0f} MB")
    return table


def work_off(sending: Any) -> None:
    """Drain all that waits; sends the memory that it took."""
    from sharemall.ledger import writer

    writer.drain()
    sending.send(peak_memory())


def watched(is_over: Callable[[], bool]) -> list[Mark]:
    """When the ledger stood at which position, from the last moment before it moved until the end.

    It is looked at `LOOK_SECONDS` apart: a short queue has two marks.
    """
    marks = [_now()]
    over = False
    while not over:
        over = is_over()
        mark = _now()
        if mark[1] != marks[-1][1]:
            marks.append(mark)
        elif len(marks) == 1:
            marks = [mark]
    return marks


def first_behind(marks: list[Mark], position: int) -> Mark:
    """The first mark at a position or behind it."""
    return next(mark for mark in marks if mark[1] >= position)


def last_before(marks: list[Mark], position: int) -> Mark:
    """The last mark before a position."""
    return next(mark for mark in reversed(marks) if mark[1] < position)


def _now() -> Mark:
    from sharemall.ledger import selectors

    return time.perf_counter(), selectors.pool().position


def rate(before: Mark, after: Mark) -> str:
    """Events a second between two marks."""
    return f"{(after[1] - before[1]) / (after[0] - before[0]):,.0f}"


if __name__ == "__main__":
    main(measure)
