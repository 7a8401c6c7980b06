"""What a report shows, before it is drawn: the same charts become SVG in the page and PNG files."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Unit = Literal["yuan", "price", "percent", "count", "days"]


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two lines: quantiles over members or over runs."""

    name: str
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Line:
    """A named line; NaN where there is no value. Its bands lie behind it, the widest first."""

    name: str
    values: Floats
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the same places of one axis.

    `labels` names each place, `rows` says which of them stand in the table behind the picture,
    `marks` are places at which something happens.
    """

    key: str
    title: str
    about: str
    unit: Unit
    axis: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    rows: tuple[int, ...]
    marks: tuple[tuple[int, str], ...] = ()
    from_zero: bool = True

    @property
    def ticks(self) -> tuple[str, ...]:
        """What the axis says at each place: of dates the month, or the day where they are few."""
        dates = len(self.labels[0]) > len("2026-01")
        if not dates:
            return self.labels
        few = self.labels[0][:4] == self.labels[-1][:4] and len(self.labels) < 100
        return tuple(label[5:] if few else label[:7] for label in self.labels)

    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest value that is drawn; (0, 0) without any."""
        parts = [line.values for line in self.lines]
        parts += [side for line in self.lines for band in line.bands for side in _sides(band)]
        values = np.concatenate(parts)
        values = values[np.isfinite(values)]
        if not len(values):
            return 0.0, 0.0
        return float(values.min()), float(values.max())


def _sides(band: Band) -> tuple[Floats, Floats]:
    return band.low, band.high


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A figure for each pair of two parameters: `cells[row, column]`, NaN where there is none yet.

    `holds` tells which pairs keep what was asked for.
    """

    key: str
    title: str
    about: str
    unit: Unit
    column_name: str
    columns: tuple[str, ...]
    row_name: str
    rows: tuple[str, ...]
    cells: Floats
    holds: NDArray[np.bool_]


def every(count: int, most: int) -> tuple[int, ...]:
    """At most `most` of the places 0 … count − 1, evenly spaced, with the first and the last."""
    if count <= most:
        return tuple(range(count))
    return tuple(place * (count - 1) // (most - 1) for place in range(most))
