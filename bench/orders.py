"""What an order costs: from the cart to the applied journal, beside a script of the same rows.

`python -m bench.orders [--full]`
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.server import mall
from bench.table import Table, main

NOW = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
STEPS = ("checkout", "paid", "shipped", "received and completed", "journal applied")
TICKS = 100  # a second, in /proc/<pid>/stat


@dataclass
class Cost:
    """What a step took: statements, and CPU seconds of this process and of its backend."""

    statements: list[int] = field(default_factory=list)
    python: float = 0.0
    server: float = 0.0
    wall: float = 0.0


def measure(full: bool) -> list[Table]:
    with mall():
        return [order_path(1_000 if full else 300)]


def order_path(orders: int) -> Table:
    """Orders of two lines with freight and a coupon, one after the other."""
    from bench import orders_script, orders_shop

    orders_shop.fill()
    for _ in range(20):  # what is read once a process
        walk(orders_shop.a_member(), {step: Cost() for step in STEPS})
    counted = count_statements(orders_shop.a_member())
    members = [orders_shop.a_member() for _ in range(orders)]
    costs = {step: Cost() for step in STEPS}
    for member in members:
        walk(member, costs)
    batch = applied_in_one_batch(orders)
    floor = Cost()
    script = orders_script.Script()
    for _ in range(orders):
        text = script.text()
        with spent(floor):
            script.run(text)
    return table(orders, counted, costs, batch, floor)


def table(
    orders: int, counted: dict[str, int], costs: dict[str, Cost], batch: Cost, floor: Cost
) -> Table:
    """A row a step, the sum, the same with the journal applied in batches, and the floor."""
    found = Table(
        "An order",
        ["step", "statements", "CPU of the services", "CPU of PostgreSQL", "time"],
        asked="from the cart to the applied journal at most 25 queries and 20 ms of CPU",
        note=f"{orders} orders of two lines with freight and a coupon, one after the other, each"
        " committed. Statements are what is sent between BEGIN and COMMIT. The script writes the"
        " same rows of every table, known beforehand, as one text.",
    )
    for step, cost in costs.items():
        found.add(step, counted[step], *figures(cost, orders))
    whole = add([costs[step] for step in STEPS])
    found.add("**an order alone**", sum(counted.values()), *figures(whole, orders))
    before = add([costs[step] for step in STEPS[:-1]] + [batch])
    share = counted[STEPS[-1]] / orders
    statements = sum(counted[step] for step in STEPS[:-1]) + share
    found.add(f"**its events applied with {orders} orders'**", f"{statements:.1f}",
              *figures(before, orders))  # fmt: skip
    found.add("the script of the same rows", 1, *figures(floor, orders))
    return found


def add(costs: list[Cost]) -> Cost:
    return Cost(
        python=sum(one.python for one in costs),
        server=sum(one.server for one in costs),
        wall=sum(one.wall for one in costs),
    )


def figures(cost: Cost, orders: int) -> list[str]:
    return [f"{one / orders * 1000:.1f} ms" for one in (cost.python, cost.server, cost.wall)]


def walk(member: Any, costs: dict[str, Cost], *, apply: bool = True) -> None:
    """One order through all steps; each in the transactions that the mall uses."""
    from bench import orders_shop

    no = ""
    for step, work in orders_shop.steps(member, NOW):
        if step == STEPS[-1] and not apply:
            return
        with spent(costs[step]):
            no = work(no)


def count_statements(member: Any) -> dict[str, int]:
    """The statements of each step but those that begin and end transactions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench import orders_shop

    found, no = {}, ""
    for step, work in orders_shop.steps(member, NOW):
        with CaptureQueriesContext(connection) as captured:
            no = work(no)
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        found[step] = sum(not one["sql"].startswith(control) for one in captured)
    return found


def applied_in_one_batch(orders: int) -> Cost:
    """What applying costs when the events of so many orders wait for the writer."""
    from bench import orders_shop
    from sharemall.ledger import writer

    for _ in range(orders):
        walk(orders_shop.a_member(), {step: Cost() for step in STEPS}, apply=False)
    cost = Cost()
    with spent(cost):
        writer.drain()
    return cost


@contextmanager
def spent(cost: Cost) -> Iterator[None]:
    """Add up what the work within takes."""
    pid = backend()
    server, python, wall = ticks(pid), time.process_time(), time.perf_counter()
    yield
    cost.wall += time.perf_counter() - wall
    cost.python += time.process_time() - python
    cost.server += (ticks(pid) - server) / TICKS


def backend() -> int:
    from django.db import connection

    connection.ensure_connection()
    return connection.connection.info.backend_pid


def ticks(pid: int) -> int:
    """CPU time of a process so far, in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main(measure)
