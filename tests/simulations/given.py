"""Scenarios small enough to be run at once, and wishes for them."""

from typing import Any
from uuid import UUID, uuid4

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.simulations import jobs, services
from sharemall.simulations.models import Simulation
from sharemall.simulations.services import Wish

SCENARIO = """\
[scenario]
name = "small"
scheme = "everyday"
days = {days}
[arrivals]
at_start = 20
a_day = "2"
[orders]
median = "100"
cost = "0.5"
completion_days = 3
[selling.payday]
members = "0.5"
day = 15
"""
SCHEME = """\
[scheme]
name = "{name}"
share_cap = "1000000"
[zones.all]
reserve = "0.20"
dividend = "0.{dividend}"
quota = "1"
[zones.all.issue]
by = "value"
buyer = "0.7"
"""


def scenario(days: int = 40) -> str:
    """A scenario's text."""
    return SCENARIO.format(days=days)


def scheme(name: str = "own", dividend: int = 10) -> str:
    """A scheme's text, with so many hundredths for dividends."""
    return SCHEME.format(name=name, dividend=f"{dividend:02d}")


def wish(days: int = 40, **more: Any) -> Wish:
    """A wish for a small simulation."""
    given = {
        "title": "A look",
        "scenario_text": scenario(days),
        "scheme_text": None,
        "seed": 7,
    }
    return Wish(**given | more)


def asked(by: Member, *, key: UUID | None = None, **more: Any) -> Simulation:
    """A simulation that waits."""
    return services.ask(key=key or uuid4(), wish=wish(**more), by=by, now=clock.now())


def ran(by: Member, **more: Any) -> Simulation:
    """A simulation that was run, here and now."""
    simulation = asked(by, **more)
    jobs.run_simulation.call(simulation.pk, simulation.attempt)
    simulation.refresh_from_db()
    return simulation
