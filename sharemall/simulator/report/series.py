"""Lines of a study's day series: the median over seeds, with a band where there are several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sharemall.simulator.outcome import MICRO, Outcome
from sharemall.simulator.report.model import Band, Floats, Line
from sharemall.simulator.report.words import Words
from sharemall.simulator.results import Column

PERIODS = (1, 7, 30)
MOST_PLACES = 240
LOW, MIDDLE, HIGH = 10, 50, 90
Reading = Callable[[Outcome], Floats]


@dataclass(frozen=True, slots=True)
class Days:
    """The places of the time axis: periods of `length` days, named by the date of their last."""

    count: int
    length: int
    first: np.datetime64

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], start: np.datetime64) -> "Days":
        """As many days as the longest run has, in periods that a picture can hold."""
        count = max(len(run.days["day"]) for run in outcomes)
        length = next((n for n in PERIODS if count <= n * MOST_PLACES), -(-count // MOST_PLACES))
        return cls(count, length, start)

    @property
    def ends(self) -> Column:
        """The last day of each period."""
        ends = np.arange(self.length - 1, self.count + self.length - 1, self.length)
        return np.minimum(ends, self.count - 1)

    def labels(self) -> tuple[str, ...]:
        return tuple(str(self.first + np.timedelta64(int(day), "D")) for day in self.ends)

    def months(self) -> tuple[int, ...]:
        """The places that stand in tables: the last of each month, and the last of all."""
        months = [label[:7] for label in self.labels()]
        last = len(months) - 1
        return tuple(
            place
            for place, month in enumerate(months)
            if place == last or months[place + 1] != month
        )

    def place_of(self, day: int) -> int | None:
        """The period that holds this day; None if no run came so far."""
        return day // self.length if 0 <= day < self.count else None

    def state(self, values: Column) -> Floats:
        """A column of what stands at the end of each day: at the end of each period."""
        return self._padded(values)[self.ends]

    def flow(self, values: Column) -> Floats:
        """A column of what happens on each day: the mean of each period's days."""
        padded = self._padded(values)
        whole = len(self.ends) * self.length
        filled = np.concatenate((padded, np.full(whole - self.count, np.nan)))
        rows = filled.reshape(-1, self.length)
        there = np.isfinite(rows)
        known = there.sum(axis=1)
        sums = np.where(there, rows, 0).sum(axis=1)
        return np.where(known > 0, sums / np.maximum(known, 1), np.nan)

    def _padded(self, values: Column) -> Floats:
        """The column as floats, with no value on days that a run did not reach."""
        padded = np.full(self.count, np.nan)
        padded[: len(values)] = values
        return padded


def yuan(column: str) -> Reading:
    """Reads a column of micro-units as yuan (or shares)."""
    return lambda run: run.days[column] / MICRO


def count(column: str) -> Reading:
    """Reads a column as it is."""
    return lambda run: run.days[column].astype(np.float64)


def so_far(column: str, scale: float = MICRO) -> Reading:
    """Reads the running sum of a column."""
    return lambda run: np.cumsum(run.days[column]) / scale


def part(above: str, below: str) -> Reading:
    """Reads one column as a part of another; no value where that is 0."""

    def read(run: Outcome) -> Floats:
        whole = run.days[below].astype(np.float64)
        some = whole != 0
        return np.where(some, run.days[above] / np.where(some, whole, 1), np.nan)

    return read


def line(
    name: str,
    outcomes: Sequence[Outcome],
    read: Reading,
    at: Callable[[Column], Floats],
    words: Words,
) -> Line:
    """A line of what `read` finds, at the places that `at` makes of it."""
    rows = np.array([at(read(run)) for run in outcomes])
    return over_seeds(name, rows, words)


def over_seeds(name: str, rows: Floats, words: Words) -> Line:
    """The line of one run (`rows` has one row), or the median of several with its band."""
    if len(rows) == 1:
        return Line(name, rows[0])
    low, middle, high = _quantiles(rows)
    return Line(name, middle, (Band(words("chart.band"), low, high),))


def _quantiles(rows: Floats) -> Floats:
    """The quantiles over rows at each place; NaN where no row has a value."""
    empty = ~np.isfinite(rows).any(axis=0)
    filled = np.where(empty, 0.0, rows)
    found = np.nanpercentile(filled, (LOW, MIDDLE, HIGH), axis=0)
    return np.where(empty, np.nan, found)
