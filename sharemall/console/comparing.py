"""Two simulations beside each other, and one alone, in figures as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from sharemall.simulations.models import Simulation
from sharemall.simulations.summary import FIGURES, Figure
from sharemall.simulator.report import scales
from sharemall.simulator.report.model import Unit

LABELS = {
    "returned": gettext_lazy("Of its payments the member in the middle had back"),
    "with_holding": gettext_lazy("The same, with what its shares would bring at the end"),
    "reached_all": gettext_lazy("Members who at some time had all their payments back"),
    "paid_of_granted": gettext_lazy("Of the quota granted, paid"),
    "price": gettext_lazy("Formula price at the end"),
    "forced_exits": gettext_lazy("Forced exits"),
    "members": gettext_lazy("Members who paid"),
    "turnover": pgettext_lazy("simulation", "Turnover"),
    "quota_granted": pgettext_lazy("simulation", "Quota granted"),
    "quota_paid": gettext_lazy("Dividends and honours paid"),
    "margin": gettext_lazy("The company's margin"),
    "margin_of_turnover": gettext_lazy("The same, of the turnover"),
    "cash": gettext_lazy("The company's money at the end"),
    "lowest_cash": gettext_lazy("The company's lowest money"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A figure: what it is, of one simulation or of two, and the second less the first."""

    label: str
    left: str
    right: str = ""
    difference: str = ""


def language() -> str:
    """The reader's language as the reports name it."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def alone(simulation: Simulation) -> list[Line]:
    """The key figures of a simulation."""
    found: Mapping[str, Any] = simulation.figures or {}
    return [Line(str(LABELS[one.name]), _written(found.get(one.name), one.unit)) for one in FIGURES]


def beside(left: Simulation, right: Simulation) -> list[Line]:
    """The key figures of both with the differences."""
    return [_line(one, left.figures or {}, right.figures or {}) for one in FIGURES]


def _line(figure: Figure, left: Mapping[str, Any], right: Mapping[str, Any]) -> Line:
    first, second = left.get(figure.name), right.get(figure.name)
    return Line(
        label=str(LABELS[figure.name]),
        left=_written(first, figure.unit),
        right=_written(second, figure.unit),
        difference=_difference(first, second, figure.unit),
    )


def names(left: Simulation, right: Simulation) -> tuple[str, str]:
    """What tells the two apart: their schemes' names, or else their numbers."""
    if left.scheme_name != right.scheme_name:
        return left.scheme_name, right.scheme_name
    return tuple(f"{one.scheme_name} (#{one.pk})" for one in (left, right))  # type: ignore[return-value]


def _written(value: float | None, unit: Unit) -> str:
    return "–" if value is None else scales.full(value, unit, language())


def _difference(left: float | None, right: float | None, unit: Unit) -> str:
    if left is None or right is None:
        return "–"
    change = right - left
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    if unit == "percent":
        return _("%(number)s points") % {"number": f"{sign}{abs(change) * 100:,.1f}"}
    return f"{sign}{scales.full(abs(change), unit, language())}"
