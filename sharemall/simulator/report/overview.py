"""Several studies beside each other: one page with a row for each, and the way to its report."""

from collections.abc import Mapping
from html import escape

import numpy as np

from sharemall.simulator.outcome import Figures
from sharemall.simulator.report import scales
from sharemall.simulator.report.model import Unit
from sharemall.simulator.report.page import notices, shell, title_of
from sharemall.simulator.report.words import Words
from sharemall.simulator.results import PARTS
from sharemall.simulator.study import Study

COLUMNS: tuple[tuple[str, Unit], ...] = (
    ("returned", "percent"),
    ("reached", "percent"),
    ("ratio", "percent"),
    ("margin", "percent"),
    ("lowest_cash", "yuan"),
    ("price", "price"),
)


def overview(studies: Mapping[str, Study], words: Words, *, complete: bool) -> str:
    """The page; `studies` by the address of their report, as seen from where the page lies."""
    heads = "".join(
        f'<th scope="col">{escape(words(f"overview.{key}"))}</th>'
        for key in ("scenario", *(key for key, _ in COLUMNS))
    )
    rows = "".join(_row(address, study, words) for address, study in studies.items())
    name = escape(words("overview.title"))
    main = f"""{notices(words, complete=complete)}
<div class="card"><div class="scroll" tabindex="0" role="region" aria-label="{name}">
<table class="overview"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></div>"""
    return shell(
        words, title=words("overview.title"), lead=words("overview.lead"), facts=(), main=main
    )


def _row(address: str, study: Study, words: Words) -> str:
    cells = "".join(
        f'<td class="{"bad" if value < 0 else ""}">'
        f"{escape(scales.short(value, unit, words.language))}</td>"
        for value, unit in zip(_values(study), (unit for _, unit in COLUMNS), strict=True)
    )
    title = escape(title_of(study.scenario, words))
    mark = "" if study.complete else f" <em>{escape(words('overview.incomplete'))}</em>"
    return f'<tr><th scope="row"><a href="{escape(address)}">{title}</a>{mark}</th>{cells}</tr>'


def _values(study: Study) -> list[float]:
    """The study's figures in the order of the columns: the median over its runs."""
    whole = PARTS.index(100)
    rows = [_figures(run.figures, whole) for run in study.outcomes]
    return [float(value) for value in np.median(rows, axis=0)] if rows else [np.nan] * len(COLUMNS)


def _figures(one: Figures, whole: int) -> tuple[float, ...]:
    return (
        one.median_returned,
        one.reached[whole],
        one.paid_of_granted,
        one.margin_of_turnover,
        one.lowest_cash_yuan,
        one.price,
    )
