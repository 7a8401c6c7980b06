"""Many runs: bands, grids, several processes, and what an interruption leaves."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from sharemall.simulator.many import Task, run_all
from sharemall.simulator.outcome import Outcome, outcome_of
from sharemall.simulator.reading import ScenarioError, parse_scenario
from sharemall.simulator.run import simulate
from sharemall.simulator.scenario import Scenario
from sharemall.simulator.study import Grid, study
from sharemall.simulator.variation import parse_axis

DAYS = 40


def small(days: int = DAYS, **orders: str) -> Scenario:
    more = "\n".join(f'{key} = "{value}"' for key, value in orders.items())
    return parse_scenario(
        f"""
[scenario]
name = "small"
scheme = "everyday"
days = {days}
[arrivals]
at_start = 20
a_day = "3"
[orders]
median = "100"
sigma = "0.5"
cost = "0.6"
completion_days = 2
{more}
"""
    )


class StopAfter:
    """Stops as soon as so many days of all runs together are done."""

    def __init__(self, days: int) -> None:
        self.stop = threading.Event()
        self._days = days

    def __call__(self, done: int, days: int) -> None:
        if done >= self._days:
            self.stop.set()


def same(one: Outcome | None, other: Outcome | None) -> bool:
    assert one is not None
    assert other is not None
    return (
        one.figures == other.figures
        and one.headlines == other.headlines
        and all((one.days[name] == other.days[name]).all() for name in one.days)
        and all((one.cohorts[name] == other.cohorts[name]).all() for name in one.cohorts)
    )


def complete(outcomes: Sequence[Outcome | None]) -> list[bool | None]:
    return [None if run is None else run.complete for run in outcomes]


def test_the_number_of_processes_changes_no_number() -> None:
    tasks = [Task(small(), seed) for seed in (5, 6, 7)]
    alone = run_all(tasks, processes=1, stop=threading.Event())
    together = run_all(tasks, processes=2, stop=threading.Event())
    assert len(alone) == len(together) == 3
    assert all(map(same, alone, together))
    assert not same(alone[0], alone[1])


def test_progress_counts_the_days_of_all_runs() -> None:
    for processes in (1, 2):
        told: list[tuple[int, int]] = []
        tasks = [Task(small(), 1), Task(small(), 2)]
        run_all(
            tasks,
            processes=processes,
            stop=threading.Event(),
            progress=lambda done, days, told=told: told.append((done, days)),  # type: ignore[misc]
        )
        assert told[-1] == (2 * DAYS, 2 * DAYS)
        assert told == sorted(told)


def test_what_was_under_way_when_stopped_is_kept_and_what_had_not_begun_is_not() -> None:
    until = StopAfter(DAYS + 10)
    tasks = [Task(small(), seed) for seed in (1, 2, 3)]
    found = run_all(tasks, processes=1, stop=until.stop, progress=until)
    assert complete(found) == [True, False, None]
    assert found[1] is not None
    assert len(found[1].days["day"]) == 10


def test_processes_stop_too() -> None:
    until = StopAfter(1)
    tasks = [Task(small(days=2_000), seed) for seed in range(4)]
    found = run_all(tasks, processes=2, stop=until.stop, progress=until)
    assert True not in complete(found)
    assert complete(found)[:1] == [False]


def test_a_fault_in_a_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = small()
    object.__setattr__(broken, "zones", ())
    tasks = [Task(broken, 1), Task(broken, 2)]
    with pytest.raises(Exception, match=r".+"):
        run_all(tasks, processes=2, stop=threading.Event())


def test_a_study_has_a_run_for_each_seed() -> None:
    found = study(small(), seeds=range(3, 6))
    assert [run.seed for run in found.outcomes] == [3, 4, 5]
    assert found.complete
    assert found.grid is None
    assert same(found.outcomes[1], outcome_of(simulate(small(), 4)))


def test_a_grid_has_the_runs_of_each_pair() -> None:
    axes = [
        parse_axis("scheme.zones.goods.dividend=0.02:0.32:3"),
        parse_axis("orders.cost=0:0.8:2"),
    ]
    found = study(small(), seeds=(1, 2), axes=axes).grid
    assert found is not None
    assert [[len(cell) for cell in row] for row in found.cells] == [[2, 2, 2], [2, 2, 2]]
    margin, ratio = found.figure("margin_of_turnover"), found.figure("paid_of_granted")
    assert (margin[0] > margin[1] + 0.7).all(), "goods that cost nothing leave more"
    assert (np.diff(margin, axis=1) < 0).all(), "dividends cost the company"
    assert (np.diff(ratio, axis=1) > 0).all(), "dividends pay quota"


def test_a_cell_holds_if_the_company_loses_nothing_and_enough_quota_is_paid() -> None:
    axes = [
        parse_axis("scheme.zones.goods.dividend=0.02:0.32:3"),
        parse_axis("orders.cost=0:0.8:2"),
    ]
    found = study(small(), seeds=(1, 2), axes=axes, target=0.15).grid
    assert found is not None
    assert found.holds().tolist() == [[False, True, True], [False, False, False]]
    lax = Grid(found.columns, found.rows, found.cells, (), target=0.01)
    assert lax.holds()[0].all()


def test_one_axis_makes_one_row() -> None:
    found = study(small(), seeds=(1,), axes=[parse_axis("orders.refunds=0:0.5:2")]).grid
    assert found is not None
    assert found.rows is None
    assert found.figure("turnover_yuan").shape == (1, 2)


def test_a_pair_that_makes_no_scheme_is_left_empty_and_says_why() -> None:
    axes = [parse_axis("scheme.zones.goods.reserve=0.1:0.95:2")]
    found = study(small(), seeds=(1,), axes=axes).grid
    assert found is not None
    assert [len(cell) for cell in found.cells[0]] == [1, 0]
    assert found.holds().tolist() == [[False, False]]
    assert np.isnan(found.figure("price")).tolist() == [[False, True]]
    assert len(found.refused) == 1
    assert "scheme.zones.goods.reserve = 0.95" in found.refused[0]


def test_a_grid_of_nothing_but_faults_is_refused_with_all_of_them() -> None:
    with pytest.raises(ScenarioError) as caught:
        study(small(), seeds=(1,), axes=[parse_axis("orders.nothing=0:1:2")])
    assert len(caught.value.faults) == 2


def test_too_many_runs_are_refused_before_the_first() -> None:
    axes = [parse_axis("orders.cost=0:1:50"), parse_axis("orders.refunds=0:1:50")]
    with pytest.raises(ScenarioError, match="at most 10000"):
        study(small(), seeds=range(5), axes=axes)


def test_an_interrupted_study_is_not_complete() -> None:
    until = StopAfter(DAYS + 5)
    found = study(small(), seeds=(1, 2, 3), stop=until.stop, progress=until)
    assert not found.complete
    assert [run.complete for run in found.outcomes] == [True, False]


def test_an_interrupted_grid_has_the_cells_that_there_were() -> None:
    until = StopAfter(2 * DAYS + 5)
    axes = [parse_axis("orders.cost=0:0.5:3")]
    found = study(small(), seeds=(1,), axes=axes, stop=until.stop, progress=until)
    assert found.grid is not None
    assert [len(cell) for cell in found.grid.cells[0]] == [1, 1, 0]
    assert found.grid.holds().tolist() == [[False, False, False]]
    assert not found.complete
