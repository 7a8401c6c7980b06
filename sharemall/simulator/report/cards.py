"""The study's key figures as cards: a number, and the sentence that says what it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sharemall.simulator.outcome import Figures, Outcome
from sharemall.simulator.report import scales
from sharemall.simulator.report.model import Unit
from sharemall.simulator.report.series import HIGH, LOW, MIDDLE
from sharemall.simulator.report.words import Words
from sharemall.simulator.results import PARTS, QUANTILES

HALF, WHOLE = QUANTILES.index(50), PARTS.index(100)


@dataclass(frozen=True, slots=True)
class Card:
    """A number with its sentence; `tone` is "", "warn" or "bad"."""

    number: str
    text: str
    tone: str = ""
    between: str = ""


def cards(outcomes: Sequence[Outcome], words: Words) -> list[Card]:
    """The key figures, the members' first; the median over runs where there are several."""
    figures = [run.figures for run in outcomes]
    return list(_cards(figures, words)) if figures else []


def _cards(figures: Sequence[Figures], words: Words) -> Iterator[Card]:
    def card(
        key: str, unit: Unit, read: Callable[[Figures], float], tone: str = "", **values: str
    ) -> Card:
        numbers = np.array([read(one) for one in figures])
        low, middle, high = np.percentile(numbers, (LOW, MIDDLE, HIGH))
        between = ""
        if len(figures) > 1:
            between = words(
                "card.between", low=_said(low, unit, words), high=_said(high, unit, words)
            )
        return Card(_said(middle, unit, words), words(f"card.{key}", **values), tone, between)

    def middle(read: Callable[[Figures], float]) -> float:
        return float(np.median([read(one) for one in figures]))

    returned = middle(lambda one: one.median_returned)
    if np.isfinite(returned):
        tone = "warn" if returned < 1 else ""
        yield card("returned", "percent", lambda one: one.median_returned, tone)
        yield card("holding", "percent", lambda one: one.with_holding[HALF])
        yield card("reached", "percent", lambda one: one.reached[WHOLE])
    if np.isfinite(middle(lambda one: one.paid_of_granted)):
        yield card("ratio", "percent", lambda one: one.paid_of_granted, "warn")
    loses = middle(lambda one: one.margin_yuan) < 0
    part = scales.full(middle(lambda one: one.margin_of_turnover), "percent", words.language)
    key, tone = ("margin_bad", "bad") if loses else ("margin", "")
    yield card(key, "yuan", lambda one: abs(one.margin_yuan), tone, part=part)
    yield card("price", "price", lambda one: one.price)
    if middle(lambda one: one.lowest_cash_yuan) < 0:
        yield card("cash_bad", "yuan", lambda one: one.lowest_cash_yuan, "bad")


def _said(value: float, unit: Unit, words: Words) -> str:
    return scales.short(float(value), unit, words.language)
