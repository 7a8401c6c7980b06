"""The report's charts as PNG pictures, for slides and documents."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sharemall.simulator.report import contents, scales
from sharemall.simulator.report.model import Chart, HeatMap, every
from sharemall.simulator.report.words import Words
from sharemall.simulator.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Fonts with Chinese that systems bring; none comes with the package.
CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "WenQuanYi Micro Hei", "SimHei"),
    *("Noto Sans CJK JP", "Noto Serif CJK SC", "Noto Serif CJK JP"),
)
COLOURS = ("#0f7b5f", "#2b66b1", "#b3620b", "#8b3f8f", "#b23a2f", "#5d6b1f")
INK, QUIET, FAINT = "#16231f", "#566860", "#dfe7e3"
SIZE, DOTS = (8.0, 4.5), 150
MOST_LABELS = 7
MAP_PLACE = (0.13, 0.16, 0.84, 0.62)
ROOM = 110  # letters beside each other above a picture


def write_pictures(study: Study, folder: Path, words: Words) -> list[Path]:
    """A picture for each chart; in English where no font on this machine has Chinese."""
    font = None
    if words.language == "zh":
        font = chinese_font()
        words = words if font else Words("en")
    folder.mkdir(parents=True, exist_ok=True)
    charts = [one for section in contents.sections(study, words) for one in section.charts]
    maps = contents.heat_maps(study.grid, words) if study.grid else []
    shown: list[Chart | HeatMap] = [*charts, *maps]
    paths = []
    with style(font):
        for number, one in enumerate(shown, 1):
            figure = draw(one, words) if isinstance(one, Chart) else draw_map(one, words)
            _sign(figure, study, words)
            path = folder / f"{number:02d}-{one.key}.png"
            # Without the time and the version that made it: the same study, the same file.
            figure.savefig(path, dpi=DOTS, metadata={"Software": None})
            paths.append(path)
    return paths


@cache
def chinese_font() -> str | None:
    """The name of an installed font that has Chinese; None if there is none."""
    from matplotlib.font_manager import fontManager

    names = {font.name for font in fontManager.ttflist}
    return next((name for name in CHINESE if name in names), None)


def style(font: str | None) -> AbstractContextManager[None]:
    """How all pictures look, as long as the block lasts."""
    import matplotlib

    family = [font, "DejaVu Sans"] if font else ["DejaVu Sans"]
    return matplotlib.rc_context(
        {
            "font.family": family,
            "font.size": 10,
            "text.color": INK,
            "axes.edgecolor": FAINT,
            "axes.labelcolor": QUIET,
            "axes.unicode_minus": False,
            "xtick.color": QUIET,
            "ytick.color": QUIET,
        }
    )


def draw(chart: Chart, words: Words) -> "Figure":
    """A chart as a figure."""
    figure, axes = canvas(chart.title, chart.about)
    places = np.arange(len(chart.labels))
    for colour, line in zip(COLOURS, chart.lines, strict=False):
        for depth, band in enumerate(line.bands):
            axes.fill_between(
                places,
                band.low,
                band.high,
                color=colour,
                alpha=0.14 + 0.08 * depth,
                lw=0,
                label=band.name,
            )
        mark = "o" if len(places) == 1 else None
        axes.plot(places, line.values, color=colour, lw=2, label=line.name, marker=mark)
    low, high = scales.span(*chart.bounds(), from_zero=chart.from_zero)
    _y_axis(axes, chart, low, high, words)
    for place, text in chart.marks:
        axes.axvline(place, color=COLOURS[4], ls="--", lw=1.2)
        side = "right" if place * 2 > len(places) else "left"
        axes.text(place, high, f" {text} ", color=COLOURS[4], ha=side, va="top", fontsize=9)
    shown = every(len(places), MOST_LABELS)
    axes.set_xticks(shown, [chart.ticks[place] for place in shown])
    if len(shown) > 1:  # the outer ones stay inside the picture
        axes.get_xticklabels()[0].set_horizontalalignment("left")
        axes.get_xticklabels()[-1].set_horizontalalignment("right")
    axes.margins(x=0.01)
    if len(chart.lines) > 1 or chart.lines[0].bands:
        _legend(axes)
    return figure


def _legend(axes: "Axes") -> None:
    """The names above the picture, in as many rows as they need."""
    names = axes.get_legend_handles_labels()[1]
    wide = sum(sum(2 if sign > "\u2e80" else 1 for sign in name) + 6 for name in names)
    columns = len(names) if wide <= ROOM else -(-len(names) // -(-wide // ROOM))
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.03),
        ncols=columns,
        frameon=False,
        fontsize=9,
        borderaxespad=0,
        handlelength=1.4,
    )


def draw_map(found: HeatMap, words: Words) -> "Figure":
    """A heat map as a figure: framed cells hold."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    figure, axes = canvas(found.title, found.about)
    axes.set_position(MAP_PLACE)
    most = float(np.nanmax(np.abs(found.cells))) if np.isfinite(found.cells).any() else 1.0
    most = most or 1.0
    shades = LinearSegmentedColormap.from_list("shades", ("#e69182", "#fbf7f5", "#7bc0a8"))
    axes.imshow(found.cells, cmap=shades, vmin=-most, vmax=most, aspect="auto", origin="lower")
    for row, column in np.ndindex(found.cells.shape):
        value = float(found.cells[row, column])
        axes.text(
            column,
            row,
            scales.short(value, found.unit, words.language),
            ha="center",
            va="center",
            fontsize=8.5,
            fontweight="bold" if found.holds[row, column] else "normal",
        )
        if found.holds[row, column]:
            frame = Rectangle(
                (column - 0.47, row - 0.47), 0.94, 0.94, fill=False, ec=COLOURS[0], lw=1.8
            )
            axes.add_patch(frame)
    axes.set_xticks(range(len(found.columns)), found.columns)
    axes.set_yticks(range(len(found.rows)), found.rows)
    axes.set_xlabel(found.column_name)
    axes.set_ylabel(found.row_name)
    axes.tick_params(length=0)
    return figure


def canvas(title: str, about: str) -> "tuple[Figure, Axes]":
    """A figure with its heading, and the axes in it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.09, 0.13, 0.88, 0.6))
    figure.text(0.02, 0.955, title, fontsize=14, fontweight="bold", va="top")
    figure.text(0.02, 0.88, about, fontsize=9.5, color=QUIET, va="top")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _y_axis(axes: "Axes", chart: Chart, low: float, high: float, words: Words) -> None:
    marks = scales.ticks(low, high)
    step = marks[1] - marks[0] if len(marks) > 1 else None
    labels = [scales.short(mark, chart.unit, words.language, step) for mark in marks]
    axes.set_ylim(low, high)
    axes.set_yticks(marks, labels)
    axes.grid(axis="y", color=FAINT)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6)
    if low < 0 < high:
        axes.axhline(0, color="#8fa39b", lw=1)


def _sign(figure: "Figure", study: Study, words: Words) -> None:
    """Below each picture: which scheme it is of, and that it is no promise."""
    parts: Sequence[str] = (
        study.scenario.scheme.name,
        words("page.estimate"),
        *(() if study.complete else (words("page.incomplete"),)),
    )
    figure.text(0.02, 0.02, "  ·  ".join(parts), fontsize=8, color=QUIET)
