"""A backlog of events drained by a process of its own: its memory, and whether it slows down.

`python -m bench.backlog [--full]`
"""

import time
from typing import Any

from bench.processes import PROCESSES, end, peak_memory, start
from bench.sales import append, sales
from bench.server import mall
from bench.table import Table, main

PARTS = 10
PREFIX = "backlog"


def measure(full: bool) -> list[Table]:
    with mall():
        return [drain(1_000_000 if full else 200_000)]


def drain(count: int) -> Table:
    """Append `count` sales, then let a process that does nothing else apply them."""
    append(sales(count, members=count // 5, prefix=PREFIX))
    receiving, sending = PROCESSES.Pipe(duplex=False)
    process = start(work_off, count, sending)
    marks, peak = receiving.recv()
    end(process)
    table = Table(
        "A backlog",
        ["what", "figure"],
        asked="1 M events drained with under 300 MB of memory",
        note=f"{count:,} sales over {count // 5:,} members, all appended before the draining"
        " process starts; the peak is of that process.",
    )
    table.add("the whole backlog", f"{rate(marks[0], marks[-1])} events/s")
    table.add("its first tenth", f"{rate(marks[0], marks[1])} events/s")
    table.add("its last tenth", f"{rate(marks[-2], marks[-1])} events/s")
    table.add("peak memory of the draining process", f"{peak / 1e6:.0f} MB")
    return table


def work_off(count: int, sending: Any) -> None:
    """Drain a tenth after the other; sends when each was done and at which position, and memory."""
    from sharemall.ledger import selectors, writer

    marks = [(time.perf_counter(), selectors.pool().position)]
    for part in range(1, PARTS):
        writer.settle(f"{PREFIX}-{count * part // PARTS - 1}")
        marks.append((time.perf_counter(), selectors.pool().position))
    writer.drain()
    marks.append((time.perf_counter(), selectors.pool().position))
    sending.send((marks, peak_memory()))


def rate(before: tuple[float, int], after: tuple[float, int]) -> str:
    """Events a second between two marks."""
    return f"{(after[1] - before[1]) / (after[0] - before[0]):,.0f}"


if __name__ == "__main__":
    main(measure)
