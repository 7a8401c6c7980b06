"""`simulate`: a scheme's future over an invented population; needs no database."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from sharemall.cli.errors import INTERRUPTED, BadInput
from sharemall.cli.faults import refuse

if TYPE_CHECKING:
    from sharemall.simulator.scenario import Scenario
    from sharemall.simulator.study import Study
    from sharemall.simulator.variation import Axis

ALL = "all"


def simulate(
    name: str,
    *,
    seed: int,
    seeds: int,
    grid: Sequence[str],
    target: str,
    processes: int | None,
    out: Path | None,
    language: str,
) -> int:
    """Simulate a scenario, or every preset, and write the reports; the exit code."""
    from sharemall.simulator import reading
    from sharemall.simulator.report.words import LANGUAGES

    if language not in LANGUAGES:
        raise BadInput(f"--lang is {' or '.join(LANGUAGES)}, not {language!r}")
    try:
        axes = _axes(grid)
        goal = _target(target)
        names = reading.presets() if name == ALL else [name]
        folder = out or Path("simulation") / (name if name == ALL else Path(name).stem)
        _make(folder)
        job = _Job(range(seed, seed + seeds), axes, goal, processes or _cores())
        if name == ALL:
            return _every(names, folder, language, job)
        return _one(name, folder, language, job)
    except reading.ScenarioError as error:
        refuse(name, error.faults)


def presets(language: str) -> None:
    """Print the presets' names and titles."""
    from sharemall.simulator import reading
    from sharemall.simulator.report.page import title_of
    from sharemall.simulator.report.words import Words

    words = Words(language)
    for name in reading.presets():
        _say(f"{name:20} {title_of(reading.preset(name), words)}")


class _Job:
    """What is asked for of every scenario."""

    def __init__(
        self, seeds: Sequence[int], axes: "Sequence[Axis]", target: float, processes: int
    ) -> None:
        self.seeds = seeds
        self.axes = axes
        self.target = target
        self.processes = processes
        self.stop = threading.Event()

    def run(self, name: str, shown: str) -> "Study":
        """The study of a scenario, with a progress bar."""
        from sharemall.simulator.study import study

        scenario, folder = _scenario(name)
        with _stopping(self.stop), _bar(shown) as progress:
            return study(
                scenario,
                seeds=self.seeds,
                axes=self.axes,
                folder=folder,
                target=self.target,
                processes=self.processes,
                stop=self.stop,
                progress=progress,
            )


def _one(name: str, folder: Path, language: str, job: _Job) -> int:
    from sharemall.simulator.report.writing import write_study

    study = job.run(name, Path(name).stem)
    report = write_study(study, folder, language)
    _tell(study, report, language)
    return 0 if study.complete else INTERRUPTED


def _every(names: Sequence[str], folder: Path, language: str, job: _Job) -> int:
    from sharemall.simulator.report.writing import REPORT, write_overview, write_study

    found = {}
    for name in names:
        if job.stop.is_set():
            break
        study = job.run(name, name)
        found[f"{name}/{REPORT}"] = study
        _say(str(write_study(study, folder / name, language)))
    page = write_overview(found, folder, language, complete=len(found) == len(names))
    _say(f"{page} leads to all of them.")
    complete = len(found) == len(names) and all(study.complete for study in found.values())
    if not complete:
        _say("Interrupted: what there was is written, marked incomplete.")
    return 0 if complete else INTERRUPTED


def _tell(study: "Study", report: Path, language: str) -> None:
    if study.outcomes:
        for sentence in study.outcomes[0].headlines[language]:
            _say(f"- {sentence}")
    if study.grid is not None:
        holds = study.grid.holds()
        _say(f"{int(holds.sum())} of {holds.size} cells of the grid hold.")
    if not study.complete:
        _say("Interrupted: what there was is written, marked incomplete.")
    _say(f"{report}   (pictures, CSV and Parquet beside it)")


def _scenario(name: str) -> "tuple[Scenario, Path | None]":
    """A file's scenario with its folder, or a preset."""
    from sharemall.simulator import reading

    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return reading.load_scenario(path), path.parent
    return reading.preset(name), None


def _axes(grid: Sequence[str]) -> "list[Axis]":
    from sharemall.simulator.reading import ScenarioError
    from sharemall.simulator.variation import parse_axis

    if len(grid) > 2:
        raise BadInput("--grid is given once or twice: two axes make a map")
    axes: list[Axis] = []
    faults: list[str] = []
    for text in grid:
        try:
            axes.append(parse_axis(text))
        except ScenarioError as error:
            faults += error.faults
    if len(axes) == 2 and axes[0].key == axes[1].key:
        faults.append(f"grid {axes[0].key}: both axes are the same")
    if faults:
        raise ScenarioError(tuple(faults))
    return axes


def _target(text: str) -> float:
    from sharemall.engine.amounts import NANO, scaled

    found = scaled(text, 9)
    if found is None or not 0 <= found[0] <= NANO:
        raise BadInput(f"--target is a part from 0 to 1, not {text!r}")
    return found[0] / NANO


def _make(folder: Path) -> None:
    """Makes the folder before hours are spent on what goes into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise BadInput(f"{folder} is no folder: name another with --out") from None


def _cores() -> int:
    import os

    return os.cpu_count() or 1


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """Until the end of the block, the first Ctrl-C or polite kill asks to stop, a second ends."""

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        print("\nStopping after this day ...", file=sys.stderr)  # noqa: T201

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, ask) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar with the time left on stderr, if that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, days: bar.update(task, completed=done, total=days)


def _say(text: str) -> None:
    print(text)  # noqa: T201
