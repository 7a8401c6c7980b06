"""How long a replay takes beside `json.loads` over the same lines.

Makes a journal of sales with day closes, then measures both in this process, one after the other,
in processor time. `python -m bench.replay`
"""

import json
import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bench.table import Table, main
from sharemall.engine.replay import replay
from sharemall.engine.report import dumps

SCHEME = """
[scheme]
name = "bench"
share_cap = "1000000000"
honor_thresholds = ["5", "10", "20", "30", "40", "60", "80", "100", "150", "200"]
[zones.wine]
reserve = "0.30"
dividend = "0.20"
honor = "0.10"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"
referrer = "0.05"
"""


def journal(sales: int, members: int, closes: int, seed: int) -> Iterator[str]:
    """Sales spread evenly over the days, each day with its close."""
    rng = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    a_day = max(sales // closes, 1)
    for place in range(sales):
        day, second = divmod(place, a_day)
        at = start + timedelta(days=day, seconds=second * 86_000 // a_day)
        member = rng.randrange(members)
        event = {
            "id": f"order-{place}",
            "type": "sale",
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "member": f"m{member}",
            "zone": "wine",
            "paid": f"{rng.randrange(100, 50_000) / 100:.2f}",
        }
        if member % 10 >= 7:
            event["referrer"] = f"m{member // 10}"
        yield json.dumps(event) + "\n"
        if second == a_day - 1:
            yield (
                json.dumps(
                    {
                        "id": f"close-{day}",
                        "type": "close_day",
                        "at": (start + timedelta(days=day, hours=23)).strftime(
                            "%Y-%m-%dT%H:%M:%SZ"
                        ),
                        "date": f"{start + timedelta(days=day):%Y-%m-%d}",
                    }
                )
                + "\n"
            )


def measure(full: bool) -> list[Table]:
    """One million sales in either form: they take half a minute."""
    lines = list(journal(sales=1_000_000, members=100_000, closes=30, seed=1))
    parsed = spent(lambda: [json.loads(line) and None for line in lines])
    started = time.process_time()
    replayed = replay(SCHEME, lines)
    applied = time.process_time() - started
    reported = spent(lambda: dumps(replayed.report()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    table = Table(
        "Replay",
        ["what", "figure"],
        asked="1 M sales in at most 5 times json.loads of the lines",
        note="1 000 000 sales over 100 000 members, 30 day closes with ten honour levels.",
    )
    table.add("json.loads of the lines", f"{parsed:.2f} s")
    table.add("replay, checks included", f"{applied:.2f} s")
    table.add("state report", f"{reported:.2f} s")
    table.add("replay : json.loads", f"{applied / parsed:.2f}")
    table.add("replay and report : json.loads", f"{(applied + reported) / parsed:.2f}")
    table.add("peak memory", f"{peak / 2**30:.2f} GiB")
    return [table]


def spent(work: Callable[[], object]) -> float:
    """The seconds of processor time that `work` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main(measure)
