"""Charts as HTML with SVG: shapes in a box of 1000 × 1000 that the page stretches, texts beside it.

A line stays sharp at any width and a text keeps its size. What the pointer reads lies beside each
chart as JSON; without scripts picture and table say the same.
"""

import json
from html import escape

import numpy as np

from sharemall.simulator.report import scales
from sharemall.simulator.report.model import Band, Chart, Floats, HeatMap, Line, every
from sharemall.simulator.report.words import Words

BOX = 1000
MOST_POINTS = 260
MOST_LABELS = 4  # so many fit on a phone


def figure(chart: Chart, words: Words) -> str:
    """A chart with its legend, its text alternative and the table behind it."""
    places = every(len(chart.labels), MOST_POINTS)
    low, high = scales.span(*chart.bounds(), from_zero=chart.from_zero)
    marks = scales.ticks(low, high)
    step = marks[1] - marks[0] if len(marks) > 1 else None
    y_labels = [
        (_height(mark, low, high), scales.short(mark, chart.unit, words.language, step))
        for mark in marks
    ]
    return f"""<figure class="chart" id="chart-{escape(chart.key)}">
<figcaption><h3>{escape(chart.title)}</h3><p>{escape(chart.about)}</p></figcaption>
{_legend(chart)}
<div class="frame">
<div class="y" aria-hidden="true">{_y_axis(y_labels)}</div>
<div class="plot" tabindex="0" role="group" aria-label="{escape(words("chart.keys"))}">
<svg viewBox="0 0 {BOX} {BOX}" preserveAspectRatio="none" role="img"
 aria-label="{escape(_alternative(chart, words))}">
{_shapes(chart, places, low, high, [height for height, _ in y_labels])}
</svg>
{_mark_labels(chart)}<div class="cross" hidden></div><div class="tip" role="status" hidden></div>
</div>
<div class="x" aria-hidden="true">{_x_axis(chart)}</div>
</div>
<script type="application/json">{_hover(chart, places, low, high, words)}</script>
{_table(chart, words)}
</figure>"""


def _legend(chart: Chart) -> str:
    if len(chart.lines) == 1 and not chart.lines[0].bands:
        return ""
    items = []
    for number, line in enumerate(chart.lines, 1):
        items.append(f'<li><i class="line c{number}"></i>{escape(line.name)}</li>')
        for depth, band in enumerate(line.bands, 1):
            items.append(f'<li><i class="band c{number} d{depth}"></i>{escape(band.name)}</li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _height(value: float, low: float, high: float) -> int:
    return round(BOX - (value - low) * BOX / (high - low))


def _at(place: int, count: int) -> int:
    return place * BOX // (count - 1) if count > 1 else BOX // 2


def _y_axis(labels: list[tuple[int, str]]) -> str:
    longest = max((text for _, text in labels), key=len, default="")
    spans = [f'<span style="top:{height / 10:g}%">{escape(text)}</span>' for height, text in labels]
    return f"<b>{escape(longest)}</b>{''.join(spans)}"


def _x_axis(chart: Chart) -> str:
    count = len(chart.labels)
    spans = []
    for place in every(count, MOST_LABELS):
        side = "first" if place == 0 and count > 1 else "last" if place == count - 1 > 0 else ""
        spans.append(
            f'<span class="{side}" style="left:{_at(place, count) / 10:g}%">'
            f"{escape(chart.ticks[place])}</span>"
        )
    return "".join(spans)


def _mark_labels(chart: Chart) -> str:
    count = len(chart.labels)
    return "".join(
        f'<span class="mark{" left" if place * 2 > count else ""}" aria-hidden="true" '
        f'style="left:{_at(place, count) / 10:g}%">{escape(text)}</span>'
        for place, text in chart.marks
    )


def _shapes(chart: Chart, places: tuple[int, ...], low: float, high: float, grid: list[int]) -> str:
    parts = [f'<path class="grid" d="M0 {height}H{BOX}"/>' for height in grid]
    count = len(chart.labels)
    parts += [f'<path class="event" d="M{_at(place, count)} 0V{BOX}"/>' for place, _ in chart.marks]
    if low < 0 < high:
        parts.append(f'<path class="zero" d="M0 {_height(0, low, high)}H{BOX}"/>')
    numbered = list(enumerate(chart.lines, 1))
    for number, line in numbered:
        for depth, band in enumerate(line.bands, 1):
            path = _area(band.low, band.high, places, count, low, high)
            parts.append(f'<path class="band c{number} d{depth}" d="{path}"/>')
    if len(chart.lines) == 1 and not chart.lines[0].bands and chart.from_zero:
        zero = np.zeros(count)
        path = _area(zero, chart.lines[0].values, places, count, low, high)
        parts.append(f'<path class="under c1" d="{path}"/>')
    parts += [
        f'<path class="line c{number}" d="{_path(line.values, places, count, low, high)}"/>'
        for number, line in numbered
    ]
    return "\n".join(parts)


def _runs(values: Floats, places: tuple[int, ...]) -> list[list[int]]:
    """The places with a value, in stretches without a gap."""
    runs: list[list[int]] = [[]]
    for place in places:
        if np.isfinite(values[place]):
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _path(values: Floats, places: tuple[int, ...], count: int, low: float, high: float) -> str:
    parts = []
    for run in _runs(values, places):
        spots = [f"{_at(place, count)} {_height(values[place], low, high)}" for place in run]
        # A single value is drawn as a short dash: a line of no length cannot be seen.
        parts.append("M" + "L".join(spots) if len(spots) > 1 else f"M{spots[0]}h6")
    return "".join(parts)


def _area(
    bottom: Floats, top: Floats, places: tuple[int, ...], count: int, low: float, high: float
) -> str:
    parts = []
    for run in _runs(bottom + top, places):
        there = [f"{_at(place, count)} {_height(top[place], low, high)}" for place in run]
        back = [f"{_at(place, count)} {_height(bottom[place], low, high)}" for place in run[::-1]]
        parts.append("M" + "L".join(there + back) + "Z")
    return "".join(parts)


def _hover(chart: Chart, places: tuple[int, ...], low: float, high: float, words: Words) -> str:
    count = len(chart.labels)
    data = {
        "x": [_at(place, count) for place in places],
        "labels": [chart.labels[place] for place in places],
        "lines": [
            {
                "name": line.name,
                "y": [
                    _height(line.values[place], low, high)
                    if np.isfinite(line.values[place])
                    else None
                    for place in places
                ],
                "text": [_said(chart, line, place, words) for place in places],
            }
            for line in chart.lines
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _said(chart: Chart, line: Line, place: int, words: Words) -> str:
    """A value with the bands around it, as the pointer shows it."""
    text = scales.full(float(line.values[place]), chart.unit, words.language)
    for band in line.bands:
        text += f" · {_between(chart, band, place, words)}"
    return text


def _between(chart: Chart, band: Band, place: int, words: Words) -> str:
    low, high = (
        scales.full(float(side[place]), chart.unit, words.language)
        for side in (band.low, band.high)
    )
    return f"{low} – {high}"


def _alternative(chart: Chart, words: Words) -> str:
    """What a reader who sees no picture is told: each line's beginning, end and extremes."""
    parts = [chart.title]
    for line in chart.lines:
        there = np.flatnonzero(np.isfinite(line.values))
        if not len(there):
            parts.append(words("chart.none", name=line.name))
            continue
        values = line.values[there]
        parts.append(
            words(
                "chart.says",
                name=line.name,
                first=scales.full(float(values[0]), chart.unit, words.language),
                last=scales.full(float(values[-1]), chart.unit, words.language),
                low=scales.full(float(values.min()), chart.unit, words.language),
                high=scales.full(float(values.max()), chart.unit, words.language),
            )
        )
    return " ".join(parts)


def _table(chart: Chart, words: Words) -> str:
    heads, cells = [chart.axis], []
    for line in chart.lines:
        heads.append(line.name)
        heads += [band.name for band in line.bands]
    for place in chart.rows:
        row = [chart.labels[place]]
        for line in chart.lines:
            row.append(scales.full(float(line.values[place]), chart.unit, words.language))
            row += [_between(chart, band, place, words) for band in line.bands]
        cells.append(row)
    return (
        f"<details><summary>{escape(words('chart.table'))}</summary>"
        f"{table(heads, cells, chart.title)}</details>"
    )


def table(heads: list[str], rows: list[list[str]], name: str) -> str:
    """A table that scrolls on a narrow screen; the first column names the rows."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def heat(found: HeatMap, words: Words) -> str:
    """A heat map as a table: each cell says its figure, and whether the scheme holds there."""
    shades = _shades(found)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in found.columns)
    rows = []
    for row in reversed(range(len(found.rows))):
        cells = []
        for column in range(len(found.columns)):
            value = float(found.cells[row, column])
            holds = bool(found.holds[row, column])
            sign = f'<span class="visually-hidden">{escape(words("grid.holds"))}</span>'
            cells.append(
                f'<td class="{"holds " if holds else ""}{shades[row][column]}">'
                f"{escape(scales.short(value, found.unit, words.language))}{sign if holds else ''}"
                "</td>"
            )
        rows.append(f'<tr><th scope="row">{escape(found.rows[row])}</th>{"".join(cells)}</tr>')
    axes = [f"→ {found.column_name}"]
    if found.row_name:
        axes.insert(0, f"↑ {found.row_name}")
    return f"""<figure class="heat" id="{escape(found.key)}">
<figcaption><h3>{escape(found.title)}</h3><p>{escape(found.about)}</p></figcaption>
<p class="axes">{"".join(f"<span>{escape(axis)}</span>" for axis in axes)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="{escape(found.title)}">
<table><tbody>{"".join(rows)}</tbody><tfoot><tr><td></td>{head}</tr></tfoot></table></div>
</figure>"""


def _shades(found: HeatMap) -> list[list[str]]:
    """The class of each cell's colour: n1 … n5 below zero, p0 … p5 from zero up."""
    finite = found.cells[np.isfinite(found.cells)]
    most = float(np.abs(finite).max(initial=0)) or 1.0
    return [
        [
            "none"
            if not np.isfinite(value)
            else f"{'n' if value < 0 else 'p'}{min(5, round(abs(float(value)) / most * 5))}"
            for value in row
        ]
        for row in found.cells
    ]
