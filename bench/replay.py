"""How long a replay takes beside `json.loads` over the same lines.

Makes a journal of sales with day closes (see --help), then measures both in this process, one
after the other, in processor time, and prints the ratio. `python bench/replay.py`
"""

import argparse
import json
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=1_000_000)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--closes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    lines = list(journal(chosen.sales, chosen.members, chosen.closes, chosen.seed))
    started = time.process_time()
    for line in lines:
        json.loads(line)
    parsed = time.process_time() - started
    started = time.process_time()
    replayed = replay(SCHEME, lines)
    applied = time.process_time() - started
    started = time.process_time()
    text = dumps(replayed.report())
    reported = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{len(lines)} lines, {len(replayed.state.members.rows)} members")
    print(f"{len(replayed.rejected)} rejected, {len(text)} characters of report")
    print(f"json.loads {parsed:.2f} s, replay {applied:.2f} s, report {reported:.2f} s")
    print(f"replay and report : json.loads = {(applied + reported) / parsed:.2f}")
    print(f"peak memory {peak / 2**30:.2f} GiB")


if __name__ == "__main__":
    main()
