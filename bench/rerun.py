"""A draft's re-run over the orders of ninety days, against reading the same events' JSON once.

`python -m bench.rerun [--full]`
"""

import json
from datetime import date, timedelta

from bench.processes import peak_memory
from bench.sales import append, sales
from bench.server import mall, timed
from bench.table import Table, main

FIRST_DAY = date(2026, 1, 1)
DAYS = 90
NOTE = """Sales of ninety days, each day closed, to members of whom every one holds shares. A re-run
reads the ledger back to before the first of them, goes through all sales and closes under the rates
in force and under the draft's, and works out the figures. The floor is json.loads of the sales'
payloads, which it has to read."""


def measure(full: bool) -> list[Table]:
    table = Table(
        "A scheme's re-run",
        ["sales", "members", "read", "one run", "figures", "all", "json.loads", "ratio"],
        asked="100 000 orders within seconds",
        note=" ".join(NOTE.split()),
    )
    sizes = [(20_000, 5_000), (100_000, 20_000)]
    if full:
        sizes.append((1_000_000, 200_000))
    with mall():
        for place, (count, members) in enumerate(sizes):
            first = FIRST_DAY + place * timedelta(days=2 * DAYS)
            trade(first, count, members)
            table.add(*row(first, count, members))
    summary = Table("A scheme's re-run, as a whole", ["what", "figure"])
    summary.add("most memory of the Python process", f"{peak_memory() / 1e6:.0f} MB")
    return [table, summary]


def trade(first: date, count: int, members: int) -> None:
    """The sales of ninety days, in equal parts, each with its close."""
    from sharemall.ledger import events, journal, writer

    for number in range(DAYS):
        day = first + timedelta(days=number)
        at = f"{day}T10:00:00+08:00"
        append(sales(count // DAYS, members=members, prefix=f"{day}", at=at, seed=number))
        journal.append(events.close_day(at=f"{day}T23:59:59+08:00", day=day))
        writer.drain()


def row(first: date, count: int, members: int) -> list[str]:
    """Seconds of each part, and how often the floor fits into all of it."""
    from sharemall.ledger import past
    from sharemall.ledger import selectors as ledger
    from sharemall.ledger.models import Event
    from sharemall.schemes.figures import figures
    from sharemall.schemes.rerun import run

    found = []
    scheme = ledger.scheme()
    read = timed(lambda: found.append(past.read(first)))
    runs = []
    one = timed(lambda: runs.append(run(found[0], scheme)))
    other = timed(lambda: runs.append(run(found[0], scheme)))
    worked = timed(lambda: figures(found[0], runs[0], runs[1], {}))
    payloads = list(Event.objects.filter(id__contains="-").values_list("payload", flat=True))[
        -count:
    ]
    floor = timed(lambda: [json.loads(payload) for payload in payloads])
    whole = read + one + other + worked
    times = [f"{seconds:.2f} s" for seconds in (read, one, worked, whole, floor)]
    return [f"{count:,}", f"{members:,}", *times, f"{whole / floor:.1f}"]


if __name__ == "__main__":
    main(measure)
