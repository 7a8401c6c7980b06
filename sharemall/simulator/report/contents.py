"""The report's sections: which charts there are, over what, and how each is to be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sharemall.simulator.outcome import Outcome
from sharemall.simulator.report import cohorts
from sharemall.simulator.report.model import Chart, HeatMap, Line, Unit
from sharemall.simulator.report.series import (
    Days,
    Reading,
    count,
    line,
    part,
    so_far,
    yuan,
)
from sharemall.simulator.report.words import Words
from sharemall.simulator.scenario import Scenario
from sharemall.simulator.study import Grid, Study

MOST_ROWS = 48
MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. `key` names its texts and is its address in the page."""

    key: str
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A chart of the day series: its lines as (key of the name, what is read, a flow or not)."""

    section: str
    key: str
    unit: Unit
    lines: tuple[tuple[str, Reading, bool], ...]


PLANS = (
    _Plan("money", "margin", "yuan", (("margin", yuan("company_margin_micro"), True),)),
    _Plan("money", "cash", "yuan", (("cash", yuan("company_cash_micro"), False),)),
    _Plan(
        "money",
        "turnover",
        "yuan",
        (
            ("turnover", yuan("turnover_micro"), True),
            ("contributed", yuan("contributed_micro"), True),
        ),
    ),
    _Plan(
        "quota",
        "quota",
        "yuan",
        (
            ("granted", yuan("quota_granted_micro"), False),
            ("paid", yuan("quota_paid_micro"), False),
        ),
    ),
    _Plan(
        "quota",
        "ratio",
        "percent",
        (("ratio", part("quota_paid_micro", "quota_granted_micro"), False),),
    ),
    _Plan("quota", "dividend", "price", (("dividend", yuan("dividend_per_share_micro"), True),)),
    _Plan("price", "price", "price", (("price", yuan("price_micro"), False),)),
    _Plan("price", "reserve", "yuan", (("reserve", yuan("reserve_micro"), False),)),
    _Plan(
        "price",
        "shares",
        "count",
        (
            ("outstanding", yuan("outstanding_micro"), False),
            ("treasury", yuan("treasury_micro"), False),
        ),
    ),
    _Plan(
        "people",
        "people",
        "count",
        (("members", count("members"), False), ("holders", count("holders"), False)),
    ),
    _Plan(
        "people",
        "orders",
        "count",
        (("orders", count("orders"), True), ("refunds", count("refunds"), True)),
    ),
    _Plan("people", "sold", "yuan", (("sold", yuan("sold_shares_cash_micro"), True),)),
    _Plan("people", "exits", "count", (("exits", so_far("forced_exits", 1), False),)),
)
GRID_MAPS: tuple[tuple[str, str, Unit], ...] = (
    ("margin", "margin_of_turnover", "percent"),
    ("ratio", "paid_of_granted", "percent"),
    ("returned", "median_returned", "percent"),
)
ORDER = ("members", "money", "quota", "price", "people")


def sections(study: Study, words: Words) -> list[Section]:
    """Every section that has anything to show, in the report's order."""
    outcomes = [run for run in study.outcomes if len(run.days["day"])]
    if not outcomes:
        return []
    charts: dict[str, list[Chart]] = {key: [] for key in ORDER}
    charts["members"] += cohorts.charts(outcomes, words)
    for key, chart in _day_charts(study.scenario, outcomes, words):
        charts[key].append(chart)
    return [Section(key, tuple(found)) for key, found in charts.items() if found]


def _day_charts(
    scenario: Scenario, outcomes: Sequence[Outcome], words: Words
) -> Iterator[tuple[str, Chart]]:
    """The charts of the day series; one whose lines are all 0 has nothing to say."""
    days = Days.of(outcomes, np.datetime64(scenario.start, "D"))
    labels, marks = days.labels(), _marks(scenario, days, words)
    rows = days.months()
    rows = tuple(rows[place] for place in range(0, len(rows), -(-len(rows) // MOST_ROWS)))
    for plan in PLANS:
        lines = [
            line(words(f"line.{name}"), outcomes, read, days.flow if flow else days.state, words)
            for name, read, flow in plan.lines
        ]
        lines = [lines[0], *(one for one in lines[1:] if np.nan_to_num(one.values).any())]
        if not np.nan_to_num(lines[0].values).any():
            continue
        if plan.key == "ratio" and (ceiling := _ceiling(scenario)) is not None:
            lines.append(Line(words("line.ceiling"), np.full(len(labels), ceiling)))
        about = words(f"about.{plan.key}")
        if any(flow for _, _, flow in plan.lines) and days.length > 1:
            about += words("chart.mean", days=days.length)
        yield (
            plan.section,
            Chart(
                key=plan.key,
                title=words(f"title.{plan.key}"),
                about=about,
                unit=plan.unit,
                axis=words("axis.day"),
                labels=labels,
                lines=tuple(lines),
                rows=rows,
                marks=marks,
            ),
        )


def _marks(scenario: Scenario, days: Days, words: Words) -> tuple[tuple[int, str], ...]:
    """What happens on a day of its own: the stop, and each panic."""
    events = [(panic.day, words("mark.panic")) for panic in scenario.panics]
    if scenario.stop_day is not None:
        events.append((scenario.stop_day, words("mark.stop")))
    elif scenario.arrivals.stop_day is not None:
        events.append((scenario.arrivals.stop_day, words("mark.nobody_new")))
    found = [(days.place_of(day), text) for day, text in events]
    return tuple((place, text) for place, text in found if place is not None)


def _ceiling(scenario: Scenario) -> float | None:
    """The most that dividends and honours can ever pay of the quota granted: p ÷ m.

    Over several zones it is the highest of theirs. None where quota is granted for nothing.
    """
    zones = [scenario.scheme.zones[plan.name] for plan in scenario.zones if plan.weight_nano]
    if not zones or any(not zone.quota_nano for zone in zones):
        return None
    return max((zone.dividend_nano + zone.honor_nano) / zone.quota_nano for zone in zones)


def heat_maps(grid: Grid, words: Words) -> list[HeatMap]:
    """The maps of a grid: what the company keeps, what was paid of the quota, what came back."""
    holds = grid.holds()
    return [
        HeatMap(
            key=f"grid-{key}",
            title=words(f"title.grid_{key}"),
            about=words(f"about.grid_{key}", target=f"{grid.target * 100:g}"),
            unit=unit,
            column_name=grid.columns.key,
            columns=tuple(map(_brief, grid.columns.values)),
            row_name=grid.rows.key if grid.rows else "",
            rows=tuple(map(_brief, grid.rows.values)) if grid.rows else ("",),
            cells=grid.figure(figure),
            holds=holds,
        )
        for key, figure, unit in GRID_MAPS
    ]


def _brief(value: str) -> str:
    """A value of an axis with no more decimals than a picture has room for."""
    decimals = value.partition(".")[2]
    if len(decimals) <= MOST_DECIMALS:
        return value
    return f"{float(value):.{MOST_DECIMALS}f}"
