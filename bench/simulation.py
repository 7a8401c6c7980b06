"""The simulator beside the bare floor: the same random draws and the price's loop, nothing else.

`python -m bench.simulation [--full]`
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.processes import PROCESSES, peak_memory
from bench.table import Table, main
from sharemall.simulator.draws import Baskets, Calendar, People, generators
from sharemall.simulator.reading import parse_scenario
from sharemall.simulator.results import Run
from sharemall.simulator.run import simulate
from sharemall.simulator.scenario import Scenario

SEED = 1
TEXT = """
[scenario]
name = "bench"
scheme = "everyday"
days = {days}
[arrivals]
at_start = {at_start}
a_day = "{a_day}"
[orders]
median = "120"
sigma = "0.8"
cost = "0.55"
completion_days = 10
refunds = "0.05"
[repurchase]
r = "1"
alpha = "{alpha}"
a = "0.05"
b = "4"
[referral]
members = "0.3"
referrers = "0.1"
[selling.gain]
members = "0.2"
gain = "0.2"
[selling.payday]
members = "0.1"
day = 15
part = "0.5"
[coins]
members = "0.1"
most = "0.5"
[company]
fixed_a_day = "150"
coins = "sell"
"""
NOTE = """Dividends, ten honour pools, referrers, coins, refunds, members who sell at a gain and on
paydays; all that always holds is checked after every day. The floor draws the same members, orders,
zones, amounts and refunds, and works out nothing but the price, sale by sale in one loop. Each row
in a process of its own. Wall time and processor time differ where others use the machine."""


@dataclass(frozen=True)
class Measured:
    """One way's figures: seconds, bytes."""

    wall: float
    cpu: float
    memory: int
    members: int
    orders: int
    checks: int = 0


def scenario(members: int, days: int, *, at_once: bool) -> Scenario:
    """So many members, who are all there on the first day or join evenly, with 20 orders each."""
    at_start, a_day = (members, "0") if at_once else (0, f"{members / days:.3f}")
    weeks_there = days / 7 / (1 if at_once else 2)
    alpha = f"{weeks_there / 23:.3f}"
    return parse_scenario(TEXT.format(days=days, at_start=at_start, a_day=a_day, alpha=alpha))


def simulated(plan: Scenario) -> Measured:
    """The simulator's own figures."""
    runs: list[Run] = []
    wall, cpu = timed(lambda: runs.append(simulate(plan, SEED)))
    (run,) = runs
    members, orders = int(run.days["members"][-1]), run.total("orders")
    return Measured(wall, cpu, peak_memory(), members, orders, run.checks)


def bare(plan: Scenario) -> Measured:
    """The floor's."""
    sums = [0, 0]
    wall, cpu = timed(lambda: floor(plan, sums))
    return Measured(wall, cpu, peak_memory(), sums[0], sums[1])


def floor(plan: Scenario, sums: list[int]) -> None:
    """The same draws as the simulator's, and ⌊v·S/R⌋ sale by sale."""
    random = generators(SEED)
    people = People(plan, random)
    calendar, baskets = Calendar(plan, people, random), Baskets(plan, random)
    worth, shares = 3_000_000, 2_000_000
    sums[0] = people.count
    for day in range(plan.days - plan.completion_days):
        count = len(calendar.placed(day))
        baskets.zones(count)
        kept = ~baskets.refunded(count)
        values = baskets.values_micro(0, count)[kept]
        reserve = values * 8 // 100
        for more, budget in zip(reserve.tolist(), (reserve * 7 // 10).tolist(), strict=True):
            new = budget * shares // worth
            worth += more
            shares += new
        sums[1] += int(np.count_nonzero(kept))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Its seconds, and the processor's."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def alone(work: Callable[[Scenario], Measured], plan: Scenario) -> Measured:
    """Measured in a process of its own."""
    with PROCESSES.Pool(1) as pool:
        return pool.apply(work, (plan,))


def measure(full: bool) -> list[Table]:
    """100 000 members in a year, or a million in three."""
    members, days = (1_000_000, 1095) if full else (100_000, 365)
    table = Table(
        "The simulator",
        [
            *("members", "days", "completed orders", "time", "orders/s", "processor time"),
            *("most memory", "floor's processor time", "ratio", "checks"),
        ],
        asked="1 M members, 3 years of days, 20 M orders in under 120 s and 4 GiB on 2 cores",
        note=" ".join(NOTE.split()),
    )
    for at_once in (False, True):
        plan = scenario(members, days, at_once=at_once)
        ours, least = alone(simulated, plan), alone(bare, plan)
        table.add(
            f"{ours.members:,} {'from the first day' if at_once else 'joining evenly'}",
            f"{days:,}",
            f"{ours.orders:,}",
            f"{ours.wall:.1f} s",
            f"{ours.orders / ours.wall:,.0f}",
            f"{ours.cpu:.1f} s",
            f"{ours.memory / 2**20:,.0f} MiB",
            f"{least.cpu:.1f} s",
            f"{ours.cpu / least.cpu:.1f}",
            f"{ours.checks:,}",
        )
        if least.orders != ours.orders:
            raise AssertionError(f"the floor had {least.orders} orders, the run {ours.orders}")
    return [table]


if __name__ == "__main__":
    main(measure)
