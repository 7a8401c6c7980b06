"""The wine scheme simulated by ours and by a radCAD model of it, over the same orders in one run.

`python -m bench.wine_models`; radCAD is measured where `make models` has installed it.
"""

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.table import Table, main

PROJECT = Path(__file__).resolve().parent.parent
MODELS = PROJECT / ".venv-models"
ROUNDS = 2
MOST_COPIED = 10_000  # orders: with more members and orders radCAD's copies fill the memory
COPIED = 200
MICRO = 1_000_000
SCENARIO = """
[scenario]
name = "wine-for-models"
scheme = "red-wine"
days = {days}
[arrivals]
at_start = {members}
[orders]
median = "400"
sigma = "0.6"
least = "50"
most = "20000"
completion_days = 0
[repurchase]
r = "2"
alpha = "{alpha}"
a = "0.05"
b = "5"
unit = "day"
"""
NOTE = """The red-wine scheme: everybody holds, no refunds, dividends at every close, all in whole
micro-units. Ours is `simulator.run.simulate`, one process: it draws the members and the orders,
applies them through the engine, closes the days, keeps every day's series and every member's
books, and checks what always holds. The radCAD models get our orders ready-made (they are the
sales of our run's journal) and keep the pool and three columns of the members; what they come to
is compared with our run to the micro-unit, every member's shares and dividends too, or the
benchmark fails. As it comes: an order is a timestep, radCAD copies the state for each policy and
each update, and keeps every state; of many members only the first orders are measured, for the
copies fill the memory. Without copies: the same model with deepcopy off and substeps dropped, the
columns changed in place. A day a step: a plain Python loop over the day's orders in one policy,
so that radCAD itself hardly works; there Python is compared with ours, not radCAD. Processor
time; several rounds in turn, the best of each."""
ASKED = "at least 50 times as fast as the same wine model in radCAD"


def measure(full: bool) -> list[Table]:
    table = Table(
        "The wine scheme in radCAD",
        ["what", "orders", "days", "members", "orders/s", "ours is"],
        asked=ASKED,
        note=" ".join(NOTE.split()),
    )
    for members, days in ((500, 60), (10_000, 365), (100_000, 365))[: 3 if full else 2]:
        compare(table, members, days)
    return [table]


def compare(table: Table, members: int, days: int, rounds: int = ROUNDS) -> None:
    """Ours and each way of radCAD's over one population."""
    from sharemall.simulator.reading import parse_scenario

    scenario = parse_scenario(SCENARIO.format(days=days, members=members, alpha=days // 10))
    given, ours = population(scenario)
    orders = sum(map(len, given["orders"]))
    best: dict[str, float] = {}
    for _ in range(rounds):
        best["ours"] = min(best.get("ours", 1e9), seconds(scenario))
        for way in ways(orders):
            found = modelled(given | {"way": way})
            expect_same(found, ours)
            best[way] = min(best.get(way, 1e9), found["seconds"])
    size = f"{orders:,}", days, f"{members:,}"
    own = orders / best.pop("ours")
    table.add("ours", *size, f"{own:,.0f}", "")
    if not best:
        table.add("radCAD", *size, "not installed: make models", "")
    if best and orders >= MOST_COPIED:
        first = dict(given, orders=[given["orders"][0][:COPIED]], way="as it comes")
        best[f"as it comes, its first {COPIED} orders"] = (
            modelled(first)["seconds"] * orders / COPIED
        )
    for way, took in best.items():
        rate = orders / took
        what = f"radCAD {found['version']}, {way}"
        table.add(what, *size, f"{rate:,.1f}", f"{own / rate:,.1f} times that")


def ways(orders: int) -> tuple[str, ...]:
    """What radCAD is asked for; it keeps a copy of everybody for every order, gigabytes of many."""
    if not (MODELS / ".installed").exists():
        return ()
    slow = ("as it comes",) if orders < MOST_COPIED else ()
    return (*slow, "without copies", "a day a step")


def seconds(scenario: Any) -> float:
    """How long ours takes, in processor time."""
    from sharemall.simulator.run import simulate

    began = time.process_time()
    simulate(scenario, 1)
    return time.process_time() - began


def population(scenario: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The orders of our run day by day as radCAD gets them, and what our run comes to."""
    from sharemall.engine.replay import replay_files
    from sharemall.simulator.run import simulate

    with tempfile.TemporaryDirectory() as name:
        journal, scheme = Path(name) / "events.jsonl", Path(name) / "scheme.toml"
        simulate(scenario, 1, journal=journal)
        scheme.write_text(scenario.scheme.text)
        report = replay_files(scheme, journal)
        days: list[list[tuple[int, int]]] = [[]]
        with journal.open() as lines:
            for event in map(json.loads, lines):
                if event["type"] == "close_day":
                    days.append([])
                else:
                    days[-1].append((int(event["member"][1:]), micro(event["paid"])))
    (zone,) = scenario.scheme.zones.values()
    rates = {
        "reserve": zone.reserve_nano,
        "dividend": zone.dividend_nano,
        "quota": zone.quota_nano,
        "buyer": zone.issue.buyer_nano,
        "price": scenario.scheme.initial_price_micro,
    }
    members = 1 + max(int(name[1:]) for name in report["members"])
    return {"orders": days[:-1], "rates": rates, "members": members}, report


def modelled(given: dict[str, Any]) -> dict[str, Any]:
    """One run of the radCAD model."""
    done = subprocess.run(
        [str(MODELS / "bin" / "python"), "-m", "bench.models.radcad_wine"],
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def expect_same(found: dict[str, Any], ours: dict[str, Any]) -> None:
    """Both came to the same, to the micro-unit, or AssertionError."""
    pool = ours["pool"]
    assert found["reserve"] == micro(pool["reserve"]), "another reserve"
    assert found["outstanding"] == micro(pool["outstanding"]), "other shares outstanding"
    for name, member in ours["members"].items():
        for column in ("shares", "quota", "dividends"):
            value = found["holdings"][column][int(name[1:])]
            assert value == micro(member[column]), f"{name} has other {column}"


def micro(amount: str) -> int:
    """A decimal string in micro-units."""
    whole, _, rest = amount.partition(".")
    return int(whole) * MICRO + int(rest.ljust(6, "0"))


if __name__ == "__main__":
    main(measure)
