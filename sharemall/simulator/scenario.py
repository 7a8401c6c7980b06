"""Scenarios: what is to be simulated. `reading` makes them of TOML.

Source: docs/simulator.md. Rates are billionths (`_nano`) as in schemes, and days count from 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sharemall.engine.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Values:
    """What orders are worth: drawn from a log-normal, or from real amounts (`amounts_fen`)."""

    median_fen: int
    sigma_nano: int
    least_fen: int
    most_fen: int
    amounts_fen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """How often orders fall into a zone of the scheme, what they are worth, what goods cost."""

    name: str
    weight_nano: int
    values: Values
    cost_nano: int  # of an order's value


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many new members a day, in the mean; `season_nano` is a factor for each month."""

    at_start: int
    a_day_nano: int
    growth_a_year_nano: int  # 1 is none, 2 doubles within a year
    season_nano: tuple[int, ...]
    stop_day: int | None


@dataclass(frozen=True, slots=True)
class Repurchase:
    """BG/NBD: orders at a rate that is Gamma(r, alpha) a unit; who ordered again may stay away.

    With a probability that is Beta(a, b). No repurchase at all if `r_nano` is 0.
    """

    r_nano: int
    alpha_nano: int
    a_nano: int
    b_nano: int
    unit_days: int


@dataclass(frozen=True, slots=True)
class Referral:
    """Which part of the new members was referred, and which part of the members ever refers."""

    share_nano: int
    referrers_nano: int


@dataclass(frozen=True, slots=True)
class Gain:
    """Members who sell `part` of their shares once they are worth `gain` more than when issued."""

    members_nano: int
    gain_nano: int
    part_nano: int


@dataclass(frozen=True, slots=True)
class Payday:
    """Members who sell `part` of their shares on a day of each month (the last if it is short)."""

    members_nano: int
    day_of_month: int
    part_nano: int


@dataclass(frozen=True, slots=True)
class Panic:
    """A part of all holders sells everything on a day."""

    day: int
    holders_nano: int


@dataclass(frozen=True, slots=True)
class CoinsUse:
    """Members who pay up to `most` of an order with coins, for which they exchange shares."""

    members_nano: int
    most_nano: int


@dataclass(frozen=True, slots=True)
class Company:
    """The company's own money: what it has at the start, what it costs, what it does with coins."""

    cash_micro: int
    fixed_a_day_micro: int
    refund_cost_nano: int  # of a refunded order's value
    coins: Literal["keep", "sell"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is to be simulated."""

    name: str
    titles: Mapping[str, str]
    scheme: Scheme
    start: date
    days: int
    stop_day: int | None  # no orders from this day on
    completion_days: int  # from order to completion: delivery and return period
    refunds_nano: int  # of the orders that are given back before they complete
    zones: tuple[ZonePlan, ...]
    arrivals: Arrivals
    repurchase: Repurchase
    referral: Referral
    gain: Gain
    payday: Payday
    panics: tuple[Panic, ...]
    coins: CoinsUse
    company: Company
    text: str
