"""The charts of the cohorts: what members paid and got, by the month in which they joined."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sharemall.simulator.outcome import MICRO, Outcome
from sharemall.simulator.report.model import Band, Chart, Floats, Line, Unit, every
from sharemall.simulator.report.words import Words
from sharemall.simulator.results import PARTS, Column

PPM = 1_000_000
MOST_ROWS = 48
MONEY = (("spent", "paid"), ("received", "received"), ("holding", "holding"))
BETWEEN = ((10, 90), (25, 75))


class Cohorts:
    """The cohorts of all runs side by side, month by month: the median over runs is shown."""

    def __init__(self, runs: Sequence[Mapping[str, Column]]) -> None:
        # Nobody has anything to say about months after the last in which anybody joined.
        months = np.unique(np.concatenate([run["month"][: _joined(run)] for run in runs]))
        self.months = tuple(str(month) for month in months)
        self._runs = [{name: run[name][: _joined(run)] for name in run} for run in runs]
        self._places = [np.searchsorted(months, run["month"]) for run in self._runs]

    def median(self, column: str, scale: float = PPM) -> Floats:
        """The median over runs; NaN where a month had no members."""
        return self._over_runs([run[column] / scale for run in self._runs])

    def each(self, column: str) -> Floats:
        """Yuan a member of the month."""
        return self._over_runs(
            [run[column] / MICRO / np.maximum(run["members"], 1) for run in self._runs]
        )

    def wait(self, column: str) -> Floats:
        """Days, where anybody got so far."""
        return self._over_runs(
            [np.where(run[column] >= 0, run[column], np.nan) for run in self._runs]
        )

    def _over_runs(self, columns: Sequence[Floats]) -> Floats:
        rows = np.full((len(self._runs), len(self.months)), np.nan)
        for row, run, places, values in zip(rows, self._runs, self._places, columns, strict=True):
            row[places] = np.where(run["members"] > 0, values, np.nan)
        empty = ~np.isfinite(rows).any(axis=0)
        middle: Floats = np.nanmedian(np.where(empty, 0.0, rows), axis=0)
        return np.where(empty, np.nan, middle)


def _joined(run: Mapping[str, Column]) -> int:
    """How many months there are up to the last in which anybody joined."""
    return int(np.flatnonzero(run["members"])[-1]) + 1


def charts(outcomes: Sequence[Outcome], words: Words) -> list[Chart]:
    """Every chart of the cohorts that has anything to show."""
    runs = [run.cohorts for run in outcomes if run.cohorts["members"].any()]
    if not runs:
        return []
    found = Cohorts(runs)
    rows = every(len(found.months), MOST_ROWS)
    return [
        Chart(
            key=key,
            title=words(f"title.{key}"),
            about=words(f"about.{key}"),
            unit=unit,
            axis=words("axis.month"),
            labels=found.months,
            lines=tuple(lines),
            rows=rows,
        )
        for key, unit, lines in _plans(found, words)
        if any(np.isfinite(line.values).any() for line in lines)
    ]


def _plans(found: Cohorts, words: Words) -> Iterator[tuple[str, Unit, list[Line]]]:
    bands = tuple(
        Band(
            words("chart.members_between", low=low, high=high),
            found.median(f"returned_{low}_ppm"),
            found.median(f"returned_{high}_ppm"),
        )
        for low, high in BETWEEN
    )
    middle = found.median("returned_50_ppm")
    yield "returned", "percent", [Line(words("line.median_member"), middle, bands)]
    yield (
        "balance",
        "yuan",
        [Line(words(f"line.{name}"), found.each(f"{column}_micro")) for name, column in MONEY],
    )
    yield (
        "reached",
        "percent",
        [
            Line(words("line.reached", part=part), found.median(f"reached_{part}_ppm"))
            for part in PARTS
        ],
    )
    waits = [Line(words("line.wait", part=part), found.wait(f"days_to_{part}")) for part in PARTS]
    yield "wait", "days", [line for line in waits if np.isfinite(line.values).any()]
    quota = found.median("quota_paid_ppm")
    if np.nan_to_num(found.median("quota_granted_micro", MICRO)).any():
        yield "cohort_quota", "percent", [Line(words("line.ratio"), quota)]
