"""The overview's charts: each with its last figure and, behind it, its numbers day by day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sharemall import figures
from sharemall.charts import MICRO, AreaChart, Point, area_chart
from sharemall.figures import decimals
from sharemall.insight.overview import Overview

FEN_MICRO = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """A day in the table behind a chart."""

    day: date
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, what it is called and says in words, and its numbers, the newest first.

    `now` is the last figure, or the period's sum of what adds up.
    """

    key: str
    title: str
    text: str
    now: str
    chart: AreaChart | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def pictures(look: Overview) -> list[Picture]:
    """Turnover, price, dividend per share and new members of the days shown."""
    return [
        _turnover(look),
        _by_day("price", _("Price of a share"), look.prices, _yuan, "¥"),
        _by_day("dividends", _("Dividend for each share"), look.dividends, _yuan, "¥"),
        _joined(look),
    ]


def _turnover(look: Overview) -> Picture:
    rows = [Row(row.day, (figures.fen(row.paid_fen), f"{row.orders:,}")) for row in look.turnover]
    points = [Point(row.day, row.paid_fen * FEN_MICRO) for row in look.turnover]
    title, whole = _("Turnover"), figures.fen(sum(row.paid_fen for row in look.turnover))
    columns = (pgettext("books", "Paid"), pgettext("books", "Orders"))
    return _picture("turnover", title, whole, points, columns, rows, "¥")


def _joined(look: Overview) -> Picture:
    rows = [Row(day, (f"{count:,}",)) for day, count in look.joined]
    points = [Point(day, count * MICRO) for day, count in look.joined]
    title, whole = _("New members"), f"{sum(count for _day, count in look.joined):,}"
    return _picture("joined", title, whole, points, (title,), rows, "")


def _by_day(
    key: str,
    title: str,
    found: Sequence[tuple[date, int]],
    words: Callable[[int], str],
    prefix: str,
) -> Picture:
    rows = [Row(day, (words(value),)) for day, value in found]
    points = [Point(day, value) for day, value in found]
    now = rows[-1].cells[0] if rows else "–"
    return _picture(key, title, now, points, (title,), rows, prefix)


def _picture(
    key: str,
    title: str,
    now: str,
    points: list[Point],
    columns: tuple[str, ...],
    rows: list[Row],
    prefix: str,
) -> Picture:
    is_drawn = any(point.value_micro for point in points)
    text = ""
    if is_drawn:
        text = _("From %(first)s on %(first_day)s to %(last)s on %(last_day)s.") % {
            "first": rows[0].cells[0],
            "first_day": rows[0].day.isoformat(),
            "last": rows[-1].cells[0],
            "last_day": rows[-1].day.isoformat(),
        }
    chart = area_chart(points, prefix=prefix) if is_drawn else None
    return Picture(key, title, text, now, chart, columns, tuple(reversed(rows)))


def _yuan(value_micro: int) -> str:
    """Micro-yuan with six places."""
    return figures.yuan_sign(decimals(value_micro, MICRO, 6))
