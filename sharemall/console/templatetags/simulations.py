"""Simulations as the console's pages show them."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sharemall.console import comparing
from sharemall.schemes.models import Change
from sharemall.simulations import selectors
from sharemall.simulations.models import Simulation
from sharemall.simulations.summary import FIGURES
from sharemall.simulator.report import scales

register = template.Library()
_UNITS = {one.name: one.unit for one in FIGURES}
_WHY = {
    "overflow": gettext_lazy("The numbers grow beyond what the engine holds: smaller amounts fit."),
    "invariant": gettext_lazy("Something that must always hold did not. Tell the developers."),
    "memory": gettext_lazy("The memory did not suffice: choose fewer members or days."),
    "internal": gettext_lazy("It failed for a reason that was not foreseen. The log says more."),
    "stopped": gettext_lazy("Somebody stopped it."),
    "closed": gettext_lazy("The mall was shut down while it ran. It can be run again."),
    "killed": gettext_lazy("Its process died while it ran. It can be run again."),
}
_FILES = {
    "report.zh.html": gettext_lazy("Report, Chinese"),
    "report.en.html": gettext_lazy("Report, English"),
    "days.csv": gettext_lazy("Every day, CSV"),
    "days.parquet": gettext_lazy("Every day, Parquet"),
    "cohorts.csv": gettext_lazy("By month of joining, CSV"),
    "cohorts.parquet": gettext_lazy("By month of joining, Parquet"),
    "runs.csv": pgettext_lazy("simulation", "Key figures, CSV"),
    "runs.parquet": pgettext_lazy("simulation", "Key figures, Parquet"),
}


@register.filter
def figure(simulation: Simulation, name: str) -> str:
    """One of its key figures; a dash where there is none."""
    value = (simulation.figures or {}).get(name)
    return "–" if value is None else scales.full(value, _UNITS[name], comparing.language())


@register.filter
def why_it_ended(simulation: Simulation) -> str:
    """What its error means and what can be done."""
    return str(_WHY.get(simulation.error, _("It ended.")))


@register.filter
def file_title(name: str) -> str:
    """What a file is."""
    return str(_FILES.get(name, name))


@register.filter
def is_of_the_draft(simulation: Simulation) -> bool:
    """Whether its scheme is, to the letter, what the draft that it is attached to says now."""
    return simulation.change is not None and simulation.scheme == simulation.change.toml


@register.simple_tag
def simulations_of(change: Change) -> list[Simulation]:
    """The simulations that are attached to a change of the scheme."""
    return selectors.of_change(change.pk)
