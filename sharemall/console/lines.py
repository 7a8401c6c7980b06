"""Several lines over the same days as plain SVG: the geometry, in whole numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sharemall.charts import PLOT_PERMILLE, Tick, date_ticks, label_micro, nice_step

BOX = 1000


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line with its name; `path` lies in a box of 1000 × 1000 that the page stretches."""

    name: str
    path: str
    last: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines ready to draw, and every number behind them: `rows` are (day, one text a line)."""

    title: str
    lines: tuple[DrawnLine, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    rows: tuple[tuple[date, tuple[str, ...]], ...]


def line_chart(
    title: str, days: Sequence[date], lines: Mapping[str, Sequence[int]], prefix: str = "¥"
) -> LineChart | None:
    """The chart of lines of micro-units, a value each day (ascending); None of fewer than two days.

    The axis begins at zero, so that no difference looks larger than it is.
    """
    if len(days) < 2:
        return None
    highest = max(max(values) for values in lines.values())
    step = nice_step(max(highest, 1))
    top = max(step, highest + -(-highest // 16))
    span = max(1, (days[-1] - days[0]).days)
    places = [(day - days[0]).days * BOX // span for day in days]
    drawn = tuple(
        DrawnLine(
            name=name,
            path="M"
            + " L".join(
                f"{x} {BOX - value * BOX // top}" for x, value in zip(places, values, strict=True)
            ),
            last=label_micro(values[-1], 100, prefix),
        )
        for name, values in lines.items()
    )
    columns = zip(*lines.values(), strict=True)
    return LineChart(
        title=title,
        lines=drawn,
        x_ticks=date_ticks(days[0], days[-1]),
        y_ticks=tuple(
            Tick(
                _percent(PLOT_PERMILLE - value * PLOT_PERMILLE // top),
                label_micro(value, step, prefix),
            )
            for value in range(0, top, step)
        ),
        rows=tuple(
            (day, tuple(label_micro(value, 100, prefix) for value in values))
            for day, values in zip(days, columns, strict=True)
        ),
    )


def _percent(permille: int) -> str:
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
