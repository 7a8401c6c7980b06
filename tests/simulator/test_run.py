"""What a run is, whatever it simulates."""

import threading
from pathlib import Path

import numpy as np
import pytest

from sharemall.simulator.checks import BrokenInvariant
from sharemall.simulator.journal import Journal
from sharemall.simulator.reading import preset, presets
from sharemall.simulator.results import COHORT_COLUMNS, DAY_COLUMNS, MEMBER_COLUMNS, Run
from sharemall.simulator.run import Simulation, simulate
from tests.simulator.scenarios import active, equal_orders


def same(one: Run, other: Run) -> bool:
    """Whether two runs are equal to the last number."""
    pairs = [(one.days, other.days), (one.cohorts, other.cohorts), (one.members, other.members)]
    return all(
        ours.keys() == theirs.keys() and all(np.array_equal(ours[key], theirs[key]) for key in ours)
        for ours, theirs in pairs
    )


def test_the_same_seed_gives_the_same_run_and_another_one_another(tmp_path: Path) -> None:
    scenario = active()
    first = simulate(scenario, 7, journal=tmp_path / "one.jsonl")
    again = simulate(scenario, 7, journal=tmp_path / "two.jsonl")
    assert same(first, again)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert not same(first, simulate(scenario, 8))


def test_another_behaviour_leaves_orders_and_joining_as_they_were() -> None:
    calm, run = simulate(active(panic="0"), 7), simulate(active(panic="1"), 7)
    for column in ("joined", "orders", "turnover_micro", "refunds"):
        assert np.array_equal(calm.days[column], run.days[column])
    assert not np.array_equal(calm.days["sells"], run.days["sells"])


def test_a_run_has_every_column_that_was_promised() -> None:
    run = simulate(active(days=45), 1)
    assert tuple(run.days) == DAY_COLUMNS
    assert tuple(run.cohorts) == COHORT_COLUMNS
    assert tuple(run.members) == MEMBER_COLUMNS
    assert {len(column) for column in run.days.values()} == {45}
    assert {len(column) for column in run.cohorts.values()} == {3}
    assert {len(column) for column in run.members.values()} == {int(run.days["members"][-1])}
    assert all(column.dtype == np.int64 for column in (*run.days.values(), *run.members.values()))
    assert run.dates()[[0, -1]].astype(str).tolist() == ["2026-01-20", "2026-03-05"]
    assert run.complete


def test_progress_is_told_and_a_stop_leaves_the_days_that_were() -> None:
    told: list[tuple[int, int]] = []
    stop = threading.Event()

    def progress(done: int, days: int) -> None:
        told.append((done, days))
        if done == 12:
            stop.set()

    scenario = active()
    run = simulate(scenario, 7, progress=progress, stop=stop)
    assert told == [(done, 60) for done in range(1, 13)]
    assert not run.complete
    whole = simulate(scenario, 7)
    for column in DAY_COLUMNS:
        assert np.array_equal(run.days[column], whole.days[column][:12])
    assert len(run.members["joined_day"]) == run.days["members"][-1]


def test_a_run_that_is_stopped_before_its_first_day_is_empty() -> None:
    stop = threading.Event()
    stop.set()
    run = simulate(active(), 7, stop=stop)
    assert not run.complete
    assert run.checks == 0
    assert {len(column) for column in (*run.days.values(), *run.cohorts.values())} == {0}


@pytest.mark.parametrize("name", presets())
def test_every_preset_runs_and_all_that_always_holds_does(name: str) -> None:
    run = simulate(preset(name), 1)
    assert run.complete
    assert (run.days["checks"] >= 8).all()
    assert run.days["turnover_micro"].sum() > 0


@pytest.mark.parametrize(
    ("column", "change"),
    [("shares", 1), ("cash", 1), ("quota", 1), ("quota", -1), ("dividends", 1), ("coins", 10**12)],
)
def test_a_state_that_was_tampered_with_stops_the_run(column: str, change: int) -> None:
    simulation = Simulation(active(), 7, Journal(None))
    for day in range(10):
        simulation.day(day)
    getattr(simulation.state.members, column)[0] += change
    with pytest.raises(BrokenInvariant):
        simulation.day(10)


def test_a_price_that_fell_stops_the_run() -> None:
    simulation = Simulation(active(), 7, Journal(None))
    for day in range(10):
        simulation.day(day)
    simulation.state.pool.reserve_micro //= 2
    with pytest.raises(BrokenInvariant, match="the price fell by sales"):
        simulation.day(10)


def test_the_companys_margin_is_what_is_left_of_the_money() -> None:
    run = simulate(equal_orders(days=10, a_day="5", more='cost = "0.4"'), 4)
    orders = run.days["orders"]
    # Of ¥100: 40 for goods, 30 to the reserve, 30 to the dividends.
    assert not run.days["company_margin_micro"].any()
    assert (run.days["contributed_micro"] == orders * 60_000_000).all()
    assert (run.days["turnover_micro"] == orders * 100_000_000).all()


def test_fixed_costs_and_refunds_make_the_companys_cash_less() -> None:
    more = 'refunds = "1"\n[company]\ncash = "500"\nfixed_a_day = "3"\nrefund_cost = "0.2"'
    run = simulate(equal_orders(days=10, a_day="5", more=more), 4)
    assert not run.days["orders"].any()
    assert run.days["members"][-1] > 0
    spent = 10 * 3_000_000 + run.total("refunds") * 20_000_000
    assert run.days["company_cash_micro"][-1] == 500_000_000 - spent
