"""Charts as plain SVG: the geometry, in whole numbers. Templates draw it.

A shape lives in a box of 1000 × 1000 that the page stretches over the plot, so lines stay sharp at
any width; every text is placed by a percentage of the whole picture and keeps its size.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_POINTS = 200
MOST_TICKS = 5
MOST_STEPS = 5
BOX = 1000
PLOT_PERMILLE = 870  # of the picture's height; dates stand below
GUTTER = 100  # per mille of the width: the amounts stand left of the plot
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a day, in micro-units."""

    day: date
    value_micro: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where (in percent of the picture), what it says, how it is aligned."""

    at: str
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class AreaChart:
    """An area under a line, ready to draw."""

    line: str
    area: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    end_y: str
    points: tuple[Point, ...]
    rows: tuple[Point, ...]
    data: str

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def last(self) -> Point:
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of two stacked parts; positions and sizes in percent of the picture."""

    month: date
    lower_micro: int
    upper_micro: int
    x: str
    width: str
    lower_y: str
    lower_height: str
    upper_y: str
    upper_height: str

    @property
    def total_micro(self) -> int:
        return self.lower_micro + self.upper_micro


@dataclass(frozen=True, slots=True)
class BarChart:
    """Stacked columns by month, ready to draw."""

    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a bar that is split; position and width in percent of the picture."""

    name: str
    x: str
    width: str


def area_chart(points: Sequence[Point], *, prefix: str = "¥") -> AreaChart | None:
    """The chart of `points` (ascending by day, values not negative); None without any point.

    The value axis begins at zero: an area that does not would exaggerate every rise.
    """
    if not points:
        return None
    shown = sample(points, MOST_POINTS)
    first, span = shown[0].day, max(1, (shown[-1].day - shown[0].day).days)
    step = nice_step(max(point.value_micro for point in shown))
    top = _top(max(point.value_micro for point in shown), step)
    spots = [
        ((point.day - first).days * BOX // span, BOX - point.value_micro * BOX // top)
        for point in shown
    ]
    if len(shown) == 1:
        spots = [(0, spots[0][1]), (BOX, spots[0][1])]
    line = "M" + " L".join(f"{x} {y}" for x, y in spots)
    return AreaChart(
        line=line,
        area=f"{line} L{spots[-1][0]} {BOX} L{spots[0][0]} {BOX} Z",
        x_ticks=date_ticks(first, shown[-1].day),
        y_ticks=_value_ticks(top, step, prefix),
        end_y=_percent(spots[-1][1] * PLOT_PERMILLE // BOX),
        points=tuple(shown),
        rows=tuple(_month_ends(points)),
        data=_hover_data(shown, spots, prefix),
    )


def bar_chart(
    months: Sequence[tuple[date, int, int]], *, most: int = 12, prefix: str = "¥"
) -> BarChart | None:
    """Stacked columns of (month, lower, upper) in ascending order, the last `most` of them."""
    shown = list(months)[-most:]
    highest = max((lower + upper for _, lower, upper in shown), default=0)
    if highest == 0:
        return None
    step = nice_step(highest)
    top = _top(highest, step)
    slot = (BOX - GUTTER) // max(len(shown), 6)
    bars = tuple(_bar(month, GUTTER + at * slot, slot, top) for at, month in enumerate(shown))
    every = -(-len(shown) // 6)
    ticks = tuple(
        Tick(_percent(GUTTER + index * slot + slot // 2), f"{bar.month:%Y-%m}"[2:])
        for index, bar in enumerate(bars)
        if (len(bars) - 1 - index) % every == 0
    )
    return BarChart(bars, ticks, _value_ticks(top, step, prefix))


def split_bar(parts: Sequence[tuple[str, int]]) -> tuple[Slice, ...]:
    """A whole split into named parts, from the left; parts of nothing are left out."""
    whole, done, slices = sum(amount for _, amount in parts), 0, []
    for name, amount in parts:
        left, right = done * BOX // whole, (done + amount) * BOX // whole
        done += amount
        if right > left:
            slices.append(Slice(name, _percent(left), _percent(right - left)))
    return tuple(slices)


def sample(points: Sequence[Point], most: int) -> list[Point]:
    """At most `most` of the points, evenly spaced, always with the first and the last."""
    if len(points) <= most:
        return list(points)
    last = len(points) - 1
    return [points[index * last // (most - 1)] for index in range(most)]


def nice_step(highest: int) -> int:
    """The smallest of 1, 2, 5 × 10^k (micro) with which MOST_STEPS reach the highest."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * power
            if step * MOST_STEPS >= highest:
                return step
        power *= 10


def date_ticks(first: date, last: date) -> tuple[Tick, ...]:
    """At most MOST_TICKS dates: beginnings of months, or days where the span is short."""
    days = max(1, (last - first).days)
    marks = _months(first, last) if days > 92 else _days(first, last)
    form = "%Y-%m" if days > 92 else "%m-%d"
    ticks = []
    for mark in marks:
        permille = (mark - first).days * BOX // days
        anchor = "end" if permille > 930 else "middle"
        ticks.append(Tick(_percent(_inside(permille)), mark.strftime(form), anchor))
    return tuple(ticks)


def label_micro(value_micro: int, step_micro: int, prefix: str = "¥") -> str:
    """`value_micro` with as many decimals as its axis' step needs and thousands grouped."""
    decimals = 0
    while decimals < 6 and step_micro % 10 ** (6 - decimals):
        decimals += 1
    whole, rest = divmod(value_micro, MICRO)
    fraction = f".{rest:06d}"[: decimals + 1] if decimals else ""
    return f"{prefix}{whole:,}{fraction}"


def _top(highest: int, step: int) -> int:
    """The top of the axis: a little above the highest value, so that no line touches the frame."""
    return max(step, highest + -(-highest // 16))


def _value_ticks(top: int, step: int, prefix: str) -> tuple[Tick, ...]:
    return tuple(
        Tick(
            _percent(PLOT_PERMILLE - value * PLOT_PERMILLE // top), label_micro(value, step, prefix)
        )
        for value in range(0, top, step)
    )


def _bar(month: tuple[date, int, int], left: int, slot: int, top: int) -> Bar:
    first, lower, upper = month
    lower_height = lower * PLOT_PERMILLE // top
    upper_height = upper * PLOT_PERMILLE // top
    gap = slot * 22 // 100
    return Bar(
        month=first,
        lower_micro=lower,
        upper_micro=upper,
        x=_percent(left + gap),
        width=_percent(slot - 2 * gap),
        lower_y=_percent(PLOT_PERMILLE - lower_height),
        lower_height=_percent(lower_height),
        upper_y=_percent(PLOT_PERMILLE - lower_height - upper_height),
        upper_height=_percent(upper_height),
    )


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    step = next(
        step for step in (1, 2, 3, 4, 6, 12, 24, 60, 120, 240, 1200) if count // step < MOST_TICKS
    )
    index = first.year * 12 + first.month - (first.day == 1)
    index = -(-index // step) * step
    marks = []
    while (mark := date(index // 12, index % 12 + 1, 1)) <= last:
        marks.append(mark)
        index += step
    return marks


def _days(first: date, last: date) -> list[date]:
    step = -(-max(1, (last - first).days) // (MOST_TICKS - 1))
    count = (last - first).days // step
    return [first + timedelta(days=step * index) for index in range(count + 1)]


def _month_ends(points: Sequence[Point]) -> list[Point]:
    """The last point of each month: the rows of the table that says what the picture shows."""
    ends: dict[tuple[int, int], Point] = {}
    for point in points:
        ends[point.day.year, point.day.month] = point
    return list(ends.values())


def _hover_data(shown: Sequence[Point], spots: Sequence[tuple[int, int]], prefix: str) -> str:
    """What the pointer reads, as JSON rows: x and y in per mille of the picture, day, value."""
    rows = [
        (
            _inside(x),
            y * PLOT_PERMILLE // BOX,
            f"{point.day:%Y-%m-%d}",
            label_micro(point.value_micro, 100, prefix),
        )
        for point, (x, y) in zip(shown, spots[-len(shown) :], strict=True)
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _inside(permille: int) -> int:
    """Where in the picture a place of the plot is: the plot is what the gutter leaves."""
    return GUTTER + permille * (BOX - GUTTER) // BOX


def _percent(permille: int) -> str:
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
