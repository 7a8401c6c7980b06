"""The sales that benchmarks feed the journal with."""

import random
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

MORNING = "2026-01-01T10:00:00+08:00"
AT_ONCE = 1000


def sales(
    count: int, *, members: int, prefix: str = "sale", at: str = MORNING, seed: int = 1
) -> Iterator[dict[str, Any]]:
    """Sales of ¥10 to ¥1 000 to any of `members`; every third buyer was referred."""
    from sharemall.ledger import events

    pick = random.Random(seed)
    for number in range(count):
        yield events.sale(
            id=f"{prefix}-{number}",
            at=at,
            member=f"member-{pick.randrange(members)}",
            referrer=f"ref-{pick.randrange(1000)}" if number % 3 == 0 else None,
            zone="shop",
            paid_fen=pick.randrange(1_000, 100_000),
        )


def append(events: Iterable[dict[str, Any]], at_once: int = AT_ONCE) -> None:
    """Append all, each `at_once` of them in a transaction."""
    from sharemall.ledger import journal

    rest = iter(events)
    while part := list(islice(rest, at_once)):
        journal.append_many(part)
