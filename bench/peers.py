"""The writer beside ledgers that take one transaction an order, on one server in one run.

`python -m bench.peers`; django-hordak is measured where `make peers` has installed it.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from bench.locked import Order, work_off
from bench.processes import PROCESSES, end, start, url
from bench.sales import append, sales
from bench.server import mall, timed
from bench.table import Table, main

PROJECT = Path(__file__).resolve().parent.parent
PEERS = PROJECT / ".venv-peers"
CLIENTS = (1, 2, 4)
ROUNDS = 3
MEMBERS = 1_000
HORDAK = "hordak"
WAYS = 2  # of writing its legs
HORDAK_ROUNDS = 2
UNITS = ("cash", "share", "coin", "quota")  # as in an engine's move
NOTE = """Sales with their referrers' part, five to seven entries each. The writer applies what was
appended before. One transaction an order: the same rows in the same tables (entries, account,
balance, outcome, hash chain), the pool's row locked FOR UPDATE, in psycopg without Django, with
prepared statements and two round trips an order; its events are in the journal beforehand too, and
the whole ledger verifies after it. django-hordak: one of its transactions an order with a leg for
every amount of an entry, cash, shares and quota as three currencies, its constraints and triggers
as installed, in a database of its own; its accounts are made, and the numbers worked out,
beforehand; after it, its balances are what was posted. Several rounds in turn, the best of each
counts; of each peer, the best of its rows."""


def measure(full: bool) -> list[Table]:
    with mall():
        return [compare(300_000 if full else 50_000, 5_000 if full else 700)]


def compare(appended: int, orders: int, rounds: int = ROUNDS) -> Table:
    """The writer over `appended` sales in all, and each peer over `orders` a round and client."""
    table = Table(
        "Ledgers of one transaction an order",
        ["what", "clients", "orders/s", "the writer is"],
        asked="the writer at least 15 times the rate of one transaction an order with a locked row",
        note=" ".join(NOTE.split()),
    )
    written, one_by_one = 0.0, dict.fromkeys(CLIENTS, 0.0)
    for turn in range(rounds):
        written = max(written, drained(appended // rounds, f"batch-{turn}", appended // 4))
        for clients in CLIENTS:
            reached = locked(orders, clients, f"locked-{turn}-{clients}")
            one_by_one[clients] = max(one_by_one[clients], reached)
    expect_sound()
    table.add("the writer", 1, f"{written:,.0f}", "")
    for clients, reached in one_by_one.items():
        add(table, "a locked pool row", clients, written, reached)
    measure_hordak(table, written, orders)
    return table


def drained(count: int, prefix: str, members: int) -> float:
    """Sales a second that the writer applies."""
    from sharemall.ledger import writer

    append(sales(count, members=members, prefix=prefix))
    return count / timed(writer.drain)


def add(table: Table, what: str, clients: int, rate: float, peer: float) -> None:
    """A peer's row with how many times its rate the writer's is."""
    table.add(what, clients, f"{peer:,.0f}", f"{rate / peer:.1f} times that")


def locked(count: int, clients: int, prefix: str) -> float:
    """Orders a second of `clients` processes together, one transaction each order."""
    from sharemall.ledger import selectors

    orders = list(given(count, prefix))
    scheme, go = selectors.scheme(), PROCESSES.Barrier(clients + 1)
    processes = [
        start(work_off, url(), scheme, "shop", orders[n::clients], go) for n in range(clients)
    ]
    go.wait()
    taken = timed(go.wait)
    end(*processes)
    return count / taken


def given(count: int, prefix: str) -> Iterator[Order]:
    """Orders whose events are in the journal, and not in the queue."""
    from django.db import connection

    from sharemall.engine.amounts import amount
    from sharemall.ledger.events import canonical

    made = list(sales(count, members=MEMBERS, prefix=prefix, seed=2))
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY ledger_event (id, payload) FROM STDIN") as copy,
    ):
        for event in made:
            copy.write_row((event["id"], canonical(event)))
    for event in made:
        paid = amount(event["paid"])
        assert paid is not None
        names = event["member"], event.get("referrer")
        day = date.fromisoformat(event["at"][:10])
        yield Order(event["id"], *names, paid, day, canonical(event))


def expect_sound() -> None:
    """The peer's ledger must be a real one: all sums, totals and the chain. Or AssertionError."""
    from sharemall.ledger.verify import verify

    if faults := verify():
        raise AssertionError("; ".join(faults))


def measure_hordak(table: Table, rate: float, orders: int) -> None:
    """django-hordak's rows, or one that says why there are none."""
    if not (PEERS / ".installed").exists():
        table.add("django-hordak", "", "not installed: make peers", "")
        return
    found = post(orders // 3)
    if not found["balanced"]:
        raise AssertionError("django-hordak's balances are not what was posted")
    for run in found["runs"]:
        what = f"django-hordak {found['version']}, {run['way']}"
        add(table, what, run["clients"], rate, run["rate"])


def post(count: int) -> dict[str, Any]:
    """What django-hordak makes of the same postings in a new database of the same server."""
    postings = list(posted(count * len(CLIENTS) * WAYS * HORDAK_ROUNDS))
    work = {
        "accounts": sorted({account for order in postings for account, _, _ in order}),
        "orders": postings,
        "clients": CLIENTS,
        "count": count,
        "rounds": HORDAK_ROUNDS,
    }
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {HORDAK}")
        connection.execute(f"CREATE DATABASE {HORDAK}")
        try:
            done = subprocess.run(
                [str(PEERS / "bin" / "python"), "-m", "bench.hordak.post"],
                input=json.dumps(work),
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                cwd=PROJECT,
                env=os.environ | {"DATABASE_URL": url(HORDAK)},
            )
        finally:
            connection.execute(f"DROP DATABASE {HORDAK} WITH (FORCE)")
    return dict(json.loads(done.stdout))


def posted(count: int) -> Iterator[list[tuple[str, str, int]]]:
    """Orders as the ledger's own entries: account, unit and micro-units, none of them 0."""
    from sharemall.engine.apply import apply
    from sharemall.engine.state import Move, State
    from sharemall.ledger import selectors

    state = State.empty(selectors.scheme())
    for event in sales(count, members=MEMBERS, seed=3):
        moves: list[Move] = []
        apply(state, event, moves)
        yield [
            (move.account, unit, micro)
            for move in moves
            for unit, micro in zip(UNITS, move[2:], strict=True)
            if micro
        ]


if __name__ == "__main__":
    main(measure)
