"""Made-up runs, for what draws them: no engine has seen these numbers."""

from collections.abc import Mapping

import numpy as np

from sharemall.simulator.outcome import Outcome, figures_of
from sharemall.simulator.reading import preset
from sharemall.simulator.results import (
    COHORT_COLUMNS,
    DAY_COLUMNS,
    MEMBER_COLUMNS,
    Column,
    Run,
)
from sharemall.simulator.scenario import Scenario
from sharemall.simulator.study import Study

MICRO = 1_000_000


def made_run(
    *, scenario: Scenario | None = None, days: int = 400, seed: int = 1, complete: bool = True
) -> Run:
    """A run that grows, with fourteen cohorts."""
    random = np.random.default_rng(seed)
    scenario = preset("bank-run") if scenario is None else scenario
    number = np.arange(days)
    series: dict[str, Column] = {name: np.zeros(days, np.int64) for name in DAY_COLUMNS}
    series["day"] = number
    series["price_micro"] = (MICRO * (1 + number) ** 0.3).astype(np.int64)
    series["orders"] = random.poisson(20 + number / 10)
    series["refunds"] = random.poisson(2, days)
    series["turnover_micro"] = series["orders"] * 35 * MICRO
    series["contributed_micro"] = series["turnover_micro"] * 6 // 10
    series["reserve_micro"] = np.cumsum(series["turnover_micro"]) * 3 // 10
    series["outstanding_micro"] = series["reserve_micro"] * MICRO // series["price_micro"]
    series["treasury_micro"] = series["outstanding_micro"] // 10
    series["quota_granted_micro"] = np.cumsum(series["turnover_micro"]) * 2
    series["quota_paid_micro"] = np.cumsum(series["turnover_micro"]) // 5
    series["dividend_per_share_micro"] = random.poisson(900, days)
    series["members"] = np.cumsum(random.poisson(5, days))
    series["holders"] = series["members"] * 9 // 10
    series["sold_shares_cash_micro"] = series["turnover_micro"] // 9
    series["forced_exits"] = random.poisson(0.1, days)
    series["company_margin_micro"] = series["turnover_micro"] // 10 - 60 * MICRO
    series["company_cash_micro"] = 1000 * MICRO + np.cumsum(series["company_margin_micro"])
    series["checks"] = np.full(days, 40)
    return Run(
        scenario=scenario,
        seed=seed,
        complete=complete,
        days=series,
        cohorts=_cohorts(random),
        members=_members(random),
    )


def _cohorts(random: np.random.Generator) -> Mapping[str, Column]:
    months = np.arange(np.datetime64("2026-01"), np.datetime64("2027-03"))
    found: dict[str, Column] = {name: np.zeros(14, np.int64) for name in COHORT_COLUMNS}
    found["month"] = months
    found["members"] = random.poisson(150, 14)
    found["members"][5] = 0
    found["paid_micro"] = found["members"] * 80 * MICRO
    found["received_micro"] = found["paid_micro"] * np.arange(14, 0, -1) // 40
    found["holding_micro"] = found["paid_micro"] // 5
    for place, part in enumerate((10, 25, 50, 75, 90), 1):
        found[f"returned_{part}_ppm"] = np.arange(14, 0, -1) * 9000 * place
    found["quota_granted_micro"] = found["paid_micro"] * 2
    found["quota_paid_micro"] = found["paid_micro"] // 8
    found["quota_paid_ppm"] = np.arange(14, 0, -1) * 9000
    for part in (25, 50, 100):
        found[f"days_to_{part}"] = np.where(np.arange(14) * part < 300, part * 5, -1)
        found[f"reached_{part}_ppm"] = np.arange(14, 0, -1) * 1_500_000 // part
    return found


def _members(random: np.random.Generator) -> Mapping[str, Column]:
    count = 500
    found: dict[str, Column] = {name: np.zeros(count, np.int64) for name in MEMBER_COLUMNS}
    found["paid_micro"] = random.integers(10, 400, count) * MICRO
    found["received_micro"] = found["paid_micro"] * random.integers(0, 110, count) // 100
    found["holding_micro"] = found["paid_micro"] // 5
    found["days_to_100"] = np.where(found["received_micro"] >= found["paid_micro"], 300, -1)
    return found


def made_outcome(run: Run) -> Outcome:
    """What is kept of such a run, with sentences of its own."""
    return Outcome(
        seed=run.seed,
        complete=run.complete,
        days=run.days,
        cohorts=run.cohorts,
        figures=figures_of(run),
        headlines={
            "en": ("Of ¥100 spent, half of the members got back less than ¥21.40.", "<b> & so on."),
            "zh": ("每消费 100 元，一半会员拿回不到 21.40 元。", "<b> 等等。"),
        },
        checks=run.checks,
    )


def made_study(*runs: Run, complete: bool = True) -> Study:
    """A study of these runs."""
    outcomes = tuple(map(made_outcome, runs))
    return Study(runs[0].scenario, outcomes, complete)
