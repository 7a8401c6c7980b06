"""What is looked at together: a scenario's runs for many seeds, or a grid over two parameters."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharemall.simulator.many import Progress, Task, run_all
from sharemall.simulator.outcome import Outcome
from sharemall.simulator.reading import ScenarioError
from sharemall.simulator.scenario import Scenario
from sharemall.simulator.variation import Axis, varied

MOST_RUNS = 10_000


@dataclass(frozen=True, slots=True)
class Grid:
    """The runs of each pair of two parameters' values: `cells[row][column]`, one for each seed.

    A cell is empty where the values make no scenario (`refused` says why) or no run has begun.
    With one axis there is one row, and `rows` is None.
    """

    columns: Axis
    rows: Axis | None
    cells: tuple[tuple[tuple[Outcome, ...], ...], ...]
    refused: tuple[str, ...]
    target: float

    def figure(self, name: str) -> NDArray[np.float64]:
        """The median over seeds of a figure, NaN where there are no runs."""
        return np.array(
            [
                [
                    float(np.median([getattr(run.figures, name) for run in cell]))
                    if cell
                    else np.nan
                    for cell in row
                ]
                for row in self.cells
            ]
        )

    def holds(self) -> NDArray[np.bool_]:
        """Where the scheme holds for every seed, to the end."""
        return np.array(
            [
                [
                    bool(cell)
                    and all(run.complete and run.figures.holds(self.target) for run in cell)
                    for cell in row
                ]
                for row in self.cells
            ]
        )


@dataclass(frozen=True, slots=True)
class Study:
    """A scenario, its runs for every seed that had begun, and a grid if one was asked for.

    Not `complete`: it was interrupted, and this is what there was.
    """

    scenario: Scenario
    outcomes: tuple[Outcome, ...]
    complete: bool
    grid: Grid | None = None


def study(
    scenario: Scenario,
    *,
    seeds: Sequence[int],
    axes: Sequence[Axis] = (),
    folder: Path | None = None,
    target: float = 0.15,
    processes: int = 1,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> Study:
    """Runs the scenario for each seed, and for each cell of the grid over one or two `axes`.

    `folder` is where the files lie that the scenario names. Raises ScenarioError if no cell makes a
    scenario.
    """
    stop = threading.Event() if stop is None else stop
    scenarios, refused = _cells(scenario, axes, folder)
    tasks = [Task(one, seed) for one in (scenario, *scenarios) if one for seed in seeds]
    if len(tasks) > MOST_RUNS:
        raise ScenarioError((f"these are {len(tasks)} runs: at most {MOST_RUNS} go together",))
    found = iter(run_all(tasks, processes=processes, stop=stop, progress=progress))
    every: list[Outcome] = []

    def runs_of(one: Scenario | None) -> tuple[Outcome, ...]:
        if one is None:
            return ()
        outcomes = [run for run in (next(found) for _ in seeds) if run is not None]
        every.extend(outcomes)
        return tuple(outcomes)

    own = runs_of(scenario)
    grid = None
    if axes:
        width = len(axes[0].values)
        cells = [runs_of(one) for one in scenarios]
        rows = tuple(tuple(cells[n : n + width]) for n in range(0, len(cells), width))
        other = axes[1] if len(axes) > 1 else None
        grid = Grid(axes[0], other, rows, refused, target)
    complete = len(every) == len(tasks) and all(run.complete for run in every)
    return Study(scenario, own, complete, grid)


def _cells(
    scenario: Scenario, axes: Sequence[Axis], folder: Path | None
) -> tuple[list[Scenario | None], tuple[str, ...]]:
    """The grid's scenarios row by row, None where there is none, and why not."""
    if not axes:
        return [], ()
    rows = axes[1].values if len(axes) > 1 else (None,)
    found: list[Scenario | None] = []
    refused: list[str] = []
    for row in rows:
        for column in axes[0].values:
            changes = {axes[0].key: column}
            if row is not None:
                changes[axes[1].key] = row
            try:
                found.append(varied(scenario, changes, folder))
            except ScenarioError as error:
                found.append(None)
                where = ", ".join(f"{key} = {value}" for key, value in changes.items())
                refused += [f"{where}: {fault}" for fault in error.faults]
    if not any(found):
        raise ScenarioError(tuple(refused))
    return found, tuple(refused)
