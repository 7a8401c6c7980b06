"""How large a simulation of the console may be: a form cannot take the machine.

What is counted are expectations from the scenario's own numbers, so that a scenario is refused
before anything runs. Larger ones run by `sharemall simulate`, on a machine of one's own.
"""

from datetime import timedelta

from sharemall.engine.amounts import NANO
from sharemall.simulator.scenario import Scenario

MOST_TEXT = 20_000  # characters of a scenario or a scheme
MOST_DAYS = 3_660
MOST_MEMBERS = 250_000
MOST_MEMBER_DAYS = 300_000_000
MOST_ORDERS = 5_000_000  # if nobody ever stayed away
MOST_PANICS = 20
MOST_WAITING = 10  # simulations that wait or run
_DAYS_A_YEAR = 365
_BEYOND = 10**15  # what is more than this is just too much


def expected_members(scenario: Scenario) -> int:
    """How many members join, in the mean."""
    arrivals, members = scenario.arrivals, 0.0
    yearly = arrivals.growth_a_year_nano / NANO
    stops = [day for day in (arrivals.stop_day, scenario.stop_day) if day is not None]
    last = min([scenario.days, *stops])
    for day in range(last):
        month = (scenario.start + timedelta(days=day)).month
        season = arrivals.season_nano[month - 1] / NANO
        grown = yearly ** (day / _DAYS_A_YEAR) if yearly else 0.0 if day else 1.0
        members += arrivals.a_day_nano / NANO * season * min(grown, _BEYOND)
        if members > _BEYOND:
            return _BEYOND
    return int(members) + (arrivals.at_start if last else 0)


def most_orders(scenario: Scenario, members: int) -> int:
    """How many orders these members would place if nobody ever stayed away."""
    again = scenario.repurchase
    if not again.r_nano:
        return members
    a_day = again.r_nano / again.alpha_nano / again.unit_days
    return min(_BEYOND, int(members * (1 + a_day * scenario.days)))


def excesses(scenario: Scenario) -> list[str]:
    """What is too large, each led by its key as the scenario's other faults are; empty: it fits."""
    found = []
    if scenario.days > MOST_DAYS:
        found.append(f"scenario.days: at most {MOST_DAYS:,} here, not {scenario.days:,}")
    if len(scenario.panics) > MOST_PANICS:
        found.append(f"selling.panic: at most {MOST_PANICS} here, not {len(scenario.panics)}")
    if found:
        return found
    members = expected_members(scenario)
    if members > MOST_MEMBERS:
        found.append(
            f"arrivals: about {members:,} members would join; at most {MOST_MEMBERS:,} here"
        )
    elif members * scenario.days > MOST_MEMBER_DAYS:
        found.append(
            f"arrivals: about {members:,} members over {scenario.days:,} days are"
            f" {members * scenario.days:,} member days; at most {MOST_MEMBER_DAYS:,} here"
        )
    elif (orders := most_orders(scenario, members)) > MOST_ORDERS:
        found.append(
            f"repurchase: members order so often that there could be {orders:,} orders;"
            f" at most {MOST_ORDERS:,} here"
        )
    return found
