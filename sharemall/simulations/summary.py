"""What a page shows of a simulation, as JSON: key figures and thinned day series.

Floats are for reading only; the exact integers are in the tables beside the report.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharemall.simulator.outcome import Figures, Outcome
from sharemall.simulator.report import drawing
from sharemall.simulator.report.model import Chart, Line, Unit, every
from sharemall.simulator.report.series import Days, Reading, count, part, yuan
from sharemall.simulator.report.words import Words
from sharemall.simulator.results import PARTS, QUANTILES

CHART = "sim-chart"
HALF, WHOLE = QUANTILES.index(50), PARTS.index(100)


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: its name in the JSON, how it is written, how it is read."""

    name: str
    unit: Unit


# In the order of the pages: what concerns members first.
FIGURES = (
    Figure("returned", "percent"),
    Figure("with_holding", "percent"),
    Figure("reached_all", "percent"),
    Figure("paid_of_granted", "percent"),
    Figure("price", "price"),
    Figure("forced_exits", "count"),
    Figure("members", "count"),
    Figure("turnover", "yuan"),
    Figure("quota_granted", "yuan"),
    Figure("quota_paid", "yuan"),
    Figure("margin", "yuan"),
    Figure("margin_of_turnover", "percent"),
    Figure("cash", "yuan"),
    Figure("lowest_cash", "yuan"),
)


@dataclass(frozen=True, slots=True)
class Series:
    """A day series: its name in the JSON and among the report's words."""

    name: str
    unit: Unit
    read: Reading


SERIES = (
    Series("price", "price", yuan("price_micro")),
    Series("dividend", "price", yuan("dividend_per_share_micro")),
    Series("ratio", "percent", part("quota_paid_micro", "quota_granted_micro")),
    Series("cash", "yuan", yuan("company_cash_micro")),
    Series("reserve", "yuan", yuan("reserve_micro")),
    Series("holders", "count", count("holders")),
)
_FLOWS = {"dividend"}


def figures_json(figures: Figures) -> dict[str, float | None]:
    """The key figures by name; None where there is no such thing."""
    found = {
        "returned": figures.median_returned,
        "with_holding": figures.with_holding[HALF],
        "reached_all": figures.reached[WHOLE],
        "paid_of_granted": figures.paid_of_granted,
        "price": figures.price,
        "forced_exits": figures.forced_exits,
        "members": figures.members,
        "turnover": figures.turnover_yuan,
        "quota_granted": figures.quota_granted_yuan,
        "quota_paid": figures.quota_paid_yuan,
        "margin": figures.margin_yuan,
        "margin_of_turnover": figures.margin_of_turnover,
        "cash": figures.cash_yuan,
        "lowest_cash": figures.lowest_cash_yuan,
    }
    return {name: _or_none(value) for name, value in found.items()}


def series_json(outcome: Outcome, start: np.datetime64) -> dict[str, Any]:
    """The day series at the places that a picture can hold, with their dates as `labels`."""
    days = Days.of([outcome], start)
    found: dict[str, Any] = {"labels": list(days.labels())}
    for one in SERIES:
        values = one.read(outcome)
        at = days.flow(values) if one.name in _FLOWS else days.state(values)
        found[one.name] = [_or_none(float(value)) for value in at]
    return found


def beside(
    left: Mapping[str, Any], right: Mapping[str, Any], names: Sequence[str], words: Words
) -> list[Chart]:
    """Each series of two simulations in one chart; none where their days are not the same."""
    labels = tuple(left["labels"])
    if labels != tuple(right["labels"]) or not labels:
        return []
    return [
        Chart(
            key=one.name,
            title=_title(one.name, words),
            about=words(f"about.{'people' if one.name == 'holders' else one.name}"),
            unit=one.unit,
            axis=words("axis.day"),
            labels=labels,
            lines=tuple(
                Line(name, np.array([np.nan if v is None else v for v in side[one.name]]))
                for name, side in zip(names, (left, right), strict=True)
            ),
            rows=every(len(labels), 24),
        )
        for one in SERIES
    ]


def drawn(charts: Iterable[Chart], words: Words) -> str:
    """The charts as HTML; the console's frame takes whatever has the class `chart` for its own."""
    return "".join(drawing.figure(one, words) for one in charts).replace(
        '<figure class="chart"', f'<figure class="{CHART}"'
    )


def _title(name: str, words: Words) -> str:
    return words("line.holders") if name == "holders" else words(f"title.{name}")


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
