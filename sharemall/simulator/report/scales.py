"""Axes and figures: round steps, and numbers as people write them in either language."""

import math

from sharemall.simulator.report.model import Unit

STEPS = (1, 2, 2.5, 5, 10)
LARGE = {
    "zh": ((1e8, "亿"), (1e4, "万")),
    "en": ((1e9, "bn"), (1e6, "m"), (1e3, "k")),
}

PERCENT = {"zh": "%", "en": " %"}


def span(low: float, high: float, *, from_zero: bool) -> tuple[float, float]:
    """The ends of an axis: with zero where asked, a little above the highest value, never empty."""
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) / 14
    bottom = low - room if low < 0 or not from_zero else low
    top = high + room if high > 0 or not from_zero else high
    if top > bottom:
        return bottom, top
    return (0.0, 1.0) if from_zero else (low - 1.0, low + 1.0)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values between the ends, at most `most` + 1 of them."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in STEPS if step * power >= rough * 0.999999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def short(value: float, unit: Unit, language: str, step: float | None = None) -> str:
    """A value as it stands on an axis or a card: large amounts in thousands or 万."""
    if not math.isfinite(value):
        return "–"
    if unit in ("yuan", "count"):
        sign = "¥" if unit == "yuan" else ""
        for size, word in LARGE[language]:
            if abs(value) >= size:
                scaled = value / size
                decimals = _decimals(step / size) if step else max(0, 2 - _digits(scaled))
                return f"{_minus(value)}{sign}{abs(scaled):,.{decimals}f}{word}"
    return full(value, unit, language, step)


def full(value: float, unit: Unit, language: str, step: float | None = None) -> str:
    """A value as it stands in a table, with the decimals that its unit or its axis needs."""
    if not math.isfinite(value):
        return "–"
    if unit == "percent":
        decimals = _decimals(step * 100) if step else 1
        return f"{_minus(value)}{abs(value) * 100:,.{decimals}f}{PERCENT[language]}"
    if unit in ("count", "days"):
        return f"{_minus(value)}{abs(value):,.{_decimals(step) if step else 0}f}"
    decimals = _decimals(step) if step else _money_decimals(value, unit)
    return f"{_minus(value)}¥{abs(value):,.{decimals}f}"


def _money_decimals(value: float, unit: Unit) -> int:
    if unit == "yuan":
        return 2
    # A price or what one share gets a day: four figures that count, at least four decimals.
    return 4 if value == 0 or abs(value) >= 1 else min(8, 4 + max(0, -_digits(value)))


def _digits(value: float) -> int:
    """How many digits stand before the point, less one; below zero how many zeros follow it."""
    return math.floor(math.log10(abs(value))) if value else 0


def _decimals(step: float) -> int:
    """How many decimals a multiple of `step` needs."""
    return next((n for n in range(9) if abs(step * 10**n - round(step * 10**n)) < 1e-6), 9)


def _minus(value: float) -> str:
    return "−" if value < 0 else ""
