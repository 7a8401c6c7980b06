"""What is kept of a run when there are many: its series, its cohorts and its figures.

A run of a million members holds eighty megabytes of them; an outcome holds none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sharemall.simulator.headlines import headlines
from sharemall.simulator.results import PARTS, QUANTILES, Column, Run

MICRO = 1_000_000
LANGUAGES = {"en": "en", "zh": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Figures:
    """A run in a few numbers. Amounts are yuan, parts are of 1; NaN where there is no such thing.

    `returned` has the quantiles over members of what came back in cash and goods for coins, as a
    part of what the member paid; `with_holding` adds what selling all shares at the end would
    bring. `reached` is the part of the members that got so many percent back.
    """

    members: int
    turnover_yuan: float
    price: float
    quota_granted_yuan: float
    quota_paid_yuan: float
    paid_of_granted: float
    margin_yuan: float
    margin_of_turnover: float
    cash_yuan: float
    lowest_cash_yuan: float
    forced_exits: int
    returned: tuple[float, ...]
    with_holding: tuple[float, ...]
    reached: tuple[float, ...]

    @property
    def median_returned(self) -> float:
        return self.returned[QUANTILES.index(50)]

    def holds(self, target: float) -> bool:
        """Whether the company earns anything, and at least `target` of the quota was paid."""
        return self.margin_yuan >= 0 and self.paid_of_granted >= target


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is kept of a run; `headlines` are its sentences by language ("zh", "en")."""

    seed: int
    complete: bool
    days: Mapping[str, Column]
    cohorts: Mapping[str, Column]
    figures: Figures
    headlines: Mapping[str, tuple[str, ...]]
    checks: int


def outcome_of(run: Run) -> Outcome:
    """What is kept of this run."""
    return Outcome(
        seed=run.seed,
        complete=run.complete,
        days=run.days,
        cohorts=run.cohorts,
        figures=figures_of(run),
        headlines={name: tuple(headlines(run, language)) for name, language in LANGUAGES.items()},
        checks=run.checks,
    )


def figures_of(run: Run) -> Figures:
    """The run's figures; sums are exact before they become yuan."""
    turnover, margin = run.total("turnover_micro"), run.total("company_margin_micro")
    granted, paid = _last(run, "quota_granted_micro"), _last(run, "quota_paid_micro")
    members = run.members
    buyers = members["paid_micro"] > 0
    spent = members["paid_micro"][buyers].astype(np.float64)
    received = members["received_micro"][buyers]
    reached = [
        float(np.mean(members[f"days_to_{part}"][buyers] >= 0)) if len(spent) else np.nan
        for part in PARTS
    ]
    cash = run.days["company_cash_micro"]
    return Figures(
        members=len(spent),
        turnover_yuan=turnover / MICRO,
        price=_last(run, "price_micro") / MICRO,
        quota_granted_yuan=granted / MICRO,
        quota_paid_yuan=paid / MICRO,
        paid_of_granted=paid / granted if granted else np.nan,
        margin_yuan=margin / MICRO,
        margin_of_turnover=margin / turnover if turnover else np.nan,
        cash_yuan=_last(run, "company_cash_micro") / MICRO,
        lowest_cash_yuan=int(cash.min()) / MICRO if len(cash) else np.nan,
        forced_exits=run.total("forced_exits"),
        returned=_quantiles(received / spent),
        with_holding=_quantiles((received + members["holding_micro"][buyers]) / spent),
        reached=tuple(reached),
    )


def _last(run: Run, column: str) -> int:
    """The column's value at the end; 0 if not even a day was simulated."""
    values = run.days[column]
    return int(values[-1]) if len(values) else 0


def _quantiles(parts: Column) -> tuple[float, ...]:
    if not len(parts):
        return (float("nan"),) * len(QUANTILES)
    return tuple(float(value) for value in np.percentile(parts, QUANTILES))
