"""Everything that chance decides: who joins, who refers whom, when who orders what.

Each purpose has random numbers of its own, so that a change of one behaviour leaves the others as
they were. Floats end here: what comes out are members, days and amounts in fen.
"""

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharemall.engine.amounts import FEN_MICRO, NANO
from sharemall.simulator.scenario import Repurchase, Scenario, Values

Column = NDArray[np.int64]
Small = NDArray[Any]  # members and days, in as few bytes as hold them

HOLDS, AT_A_GAIN, ON_PAYDAY = range(3)
NOBODY = -1
EARLIER = -1
_DAYS_A_YEAR = 365
_PURPOSES = (
    "arrivals",
    "lifetimes",
    "referral",
    "selling",
    "coins",
    "zones",
    "values",
    "refunds",
    "panic",
)


def generators(seed: int) -> dict[str, np.random.Generator]:
    """Random numbers for each purpose, all from one seed."""
    seeds = np.random.SeedSequence(seed).spawn(len(_PURPOSES))
    return {
        purpose: np.random.default_rng(one) for purpose, one in zip(_PURPOSES, seeds, strict=True)
    }


class People:
    """The members by number, in the order of joining, and what they are like.

    The first `there` were members before the first day: they order nothing, and joined on
    EARLIER.
    """

    def __init__(
        self, scenario: Scenario, random: dict[str, np.random.Generator], there: int = 0
    ) -> None:
        joined = _arrivals(scenario, random["arrivals"])
        self.there = there
        self.count = there + int(joined.sum())
        # How many have joined before a day begins; one more entry for the end.
        self.before = np.concatenate(([there], there + np.cumsum(joined)))
        days = np.repeat(np.arange(scenario.days, dtype=np.int16), joined)
        self.joined_day: Small = np.concatenate((np.full(there, EARLIER, np.int16), days))
        self.referrer = self._referrers(scenario, random["referral"])
        sells = random["selling"].random(self.count)
        gain, payday = scenario.gain.members_nano, scenario.payday.members_nano
        self.at_a_gain = np.flatnonzero(sells < gain / NANO)
        self.on_payday = np.flatnonzero((sells >= gain / NANO) & (sells < (gain + payday) / NANO))
        self.uses_coins = random["coins"].random(self.count) < scenario.coins.members_nano / NANO

    def _referrers(self, scenario: Scenario, random: np.random.Generator) -> Small:
        """Of each member the one who referred it, somebody who joined on an earlier day."""
        referral = scenario.referral
        refer = np.flatnonzero(random.random(self.count) < referral.referrers_nano / NANO)
        earlier = np.searchsorted(refer, self.before[self.joined_day])
        earlier[: self.there] = 0
        chosen = (random.random(self.count) * earlier).astype(np.int64)
        referred = (random.random(self.count) < referral.share_nano / NANO) & (earlier > 0)
        referrer = np.full(self.count, NOBODY, np.int32)
        referrer[referred] = refer[np.minimum(chosen, earlier - 1)[referred]]
        return referrer


def _arrivals(scenario: Scenario, random: np.random.Generator) -> Column:
    """How many members join on each day."""
    arrivals, days = scenario.arrivals, np.arange(scenario.days)
    growth = (arrivals.growth_a_year_nano / NANO) ** (days / _DAYS_A_YEAR)
    dates = (scenario.start + timedelta(days=day) for day in range(scenario.days))
    season = np.array([arrivals.season_nano[date.month - 1] / NANO for date in dates])
    joined: Column = random.poisson(arrivals.a_day_nano / NANO * growth * season)
    joined[0] += arrivals.at_start
    for stop in (arrivals.stop_day, scenario.stop_day):
        if stop is not None:
            joined[stop:] = 0
    return joined


class Calendar:
    """Who places an order on which day, all of the run's at once."""

    def __init__(
        self, scenario: Scenario, people: People, random: dict[str, np.random.Generator]
    ) -> None:
        horizon = scenario.days
        if scenario.stop_day is not None:
            horizon = min(horizon, scenario.stop_day)
        members, days = _orders(scenario.repurchase, people, horizon, random["lifetimes"])
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(days, minlength=scenario.days))))
        self._members = members[np.argsort(days, kind="stable")]

    def __len__(self) -> int:
        return len(self._members)

    def placed(self, day: int) -> Column:
        """The members who order on a day, as often as they do; nobody before the first day."""
        if day < 0:
            return np.empty(0, np.int64)
        return self._members[self._starts[day] : self._starts[day + 1]].astype(np.int64)


def _orders(
    repurchase: Repurchase, people: People, horizon: int, random: np.random.Generator
) -> tuple[Small, Small]:
    """Members and days of all orders: BG/NBD drawn order by order, all members at once."""
    members: Small = np.arange(people.there, people.count, dtype=np.int32)
    days = people.joined_day[people.there :]
    found = [(members, days)]
    if not repurchase.r_nano:
        return members, days
    scale = NANO / repurchase.alpha_nano / repurchase.unit_days
    rate: Small = random.gamma(repurchase.r_nano / NANO, scale, len(members))
    leaves: Small = random.beta(repurchase.a_nano / NANO, repurchase.b_nano / NANO, len(members))
    moment: Small = days + random.random(len(members))
    with np.errstate(divide="ignore", over="ignore"):  # a rate of 0 waits for ever
        while len(members):
            moment = moment + random.standard_exponential(len(members)) / rate
            again = moment < horizon
            members, moment, rate, leaves = (
                column[again] for column in (members, moment, rate, leaves)
            )
            found.append((members, moment.astype(np.int16)))
            stays = random.random(len(members)) >= leaves
            members, moment, rate, leaves = (
                column[stays] for column in (members, moment, rate, leaves)
            )
    all_members, all_days = zip(*found, strict=True)
    return np.concatenate(all_members), np.concatenate(all_days)


class Baskets:
    """In which zone orders fall and what they are worth, day after day."""

    def __init__(self, scenario: Scenario, random: dict[str, np.random.Generator]) -> None:
        self._zones, self._values, self._refunds = (
            random[purpose] for purpose in ("zones", "values", "refunds")
        )
        weights = np.cumsum([plan.weight_nano for plan in scenario.zones])
        self._bounds = weights[:-1] / weights[-1]
        self._refunded = scenario.refunds_nano / NANO
        self._of = [plan.values for plan in scenario.zones]
        self._amounts = [np.array(values.amounts_fen, np.int64) for values in self._of]

    def zones(self, count: int) -> Column:
        """The places of the zones of so many orders."""
        if not len(self._bounds):
            return np.zeros(count, np.int64)
        return np.searchsorted(self._bounds, self._zones.random(count), side="right")

    def values_micro(self, zone: int, count: int) -> Column:
        """What so many orders of a zone are worth, in whole fen."""
        values, amounts = self._of[zone], self._amounts[zone]
        if len(amounts):
            drawn: Column = amounts[self._values.integers(0, len(amounts), count)]
            return drawn * FEN_MICRO
        return _log_normal(values, self._values, count) * FEN_MICRO

    def refunded(self, count: int) -> NDArray[np.bool_]:
        """Which of so many orders are given back."""
        return self._refunds.random(count) < self._refunded


def _log_normal(values: Values, random: np.random.Generator, count: int) -> Column:
    factor = np.exp(random.standard_normal(count) * (values.sigma_nano / NANO))
    drawn = np.clip(np.rint(factor * values.median_fen), values.least_fen, values.most_fen)
    rounded: Column = drawn.astype(np.int64)
    return rounded
