"""The picture of what the mall pays out if nobody buys any more: bars by day, as plain SVG."""

from dataclasses import dataclass
from datetime import date, timedelta

from sharemall import charts
from sharemall.simulations import outlook
from sharemall.simulations.outlook import Figures

SHOWN_AHEAD = 30
LEFT, WIDTH, HEIGHT = 100, 900, 870  # per mille of the picture: the plot beside its labels


@dataclass(frozen=True, slots=True)
class Bar:
    """What is paid out on a day; `ahead`: estimated. Positions in percent of the picture."""

    day: date
    micro: int
    ahead: bool
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The outlook of a day with its picture."""

    day: date
    position: int
    figures: Figures
    bars: tuple[Bar, ...]
    y_ticks: tuple[charts.Tick, ...]
    line: str  # where the estimate begins
    first: date
    last: date

    @property
    def paid_together_micro(self) -> int:
        """Dividends and honours over all the days."""
        return sum(self.figures.paid_micro)


def ahead() -> Ahead | None:
    """The newest outlook; None before the first."""
    found = outlook.latest()
    if found is None:
        return None
    row, figures = found
    amounts = [(date.fromisoformat(day), paid, False) for day, paid in figures.past]
    amounts += [
        (row.day + timedelta(days=number), paid, True)
        for number, paid in enumerate(figures.paid_micro[:SHOWN_AHEAD], 1)
    ]
    step = charts.nice_step(max(amount for _, amount, _ in amounts))
    top = max(step, max(amount for _, amount, _ in amounts) * 17 // 16)
    slot = WIDTH * 1000 // len(amounts)
    bars = tuple(
        _bar(place, day, amount, is_ahead, slot, top)
        for place, (day, amount, is_ahead) in enumerate(amounts)
    )
    ticks = tuple(
        charts.Tick(
            _percent((HEIGHT - value * HEIGHT // top) * 1000),
            charts.label_micro(value, step),
        )
        for value in range(0, top, step)
    )
    line = _percent(LEFT * 1000 + slot * len(figures.past))
    return Ahead(row.day, row.position, figures, bars, ticks, line, amounts[0][0], amounts[-1][0])


def _bar(place: int, day: date, micro: int, is_ahead: bool, slot: int, top: int) -> Bar:
    height = micro * HEIGHT * 1000 // top
    return Bar(
        day=day,
        micro=micro,
        ahead=is_ahead,
        x=_percent(LEFT * 1000 + place * slot + slot // 8),
        y=_percent(HEIGHT * 1000 - height),
        width=_percent(slot * 3 // 4),
        height=_percent(height),
    )


def _percent(millionths: int) -> str:
    """Millionths of the picture as a percentage with three places."""
    return f"{millionths // 10_000}.{millionths // 10 % 1000:03d}%"
