"""What came of a simulated scenario: day series, cohorts, members.

Source: docs/simulator.md. Everything that ends in `_micro` is an integer of micro-units, in `_ppm`
one of millionths. A column that a scenario has no use for is there all the same, full of zeros.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharemall.simulator.scenario import Scenario

Column = NDArray[Any]

QUANTILES = (10, 25, 50, 75, 90)
# The parts of what was paid, in percent, of which is told after how many days they came back.
PARTS = (25, 50, 100)

# One value a simulated day, int64. "of the day" unless it says "so far" or "at the end".
DAY_COLUMNS = (
    "day",  # 0, 1, … ; its date is scenario.start + day
    "price_micro",  # at the end of the day, as all that stands without a word
    "reserve_micro",
    "outstanding_micro",
    "treasury_micro",
    "coins_micro",  # in existence
    "unassigned_micro",  # so far
    "dividend_fund_micro",  # shared out at the close, carry included
    "dividend_paid_micro",
    "dividend_per_share_micro",  # for one whole share with quota, rounded down
    "honor_paid_micro",
    "to_reserve_micro",  # of the funds, what nobody could take
    "quota_granted_micro",  # so far
    "quota_paid_micro",  # so far: dividends and honours
    "holders",  # members with shares
    "forced_exits",  # accounts that sold at the close
    "joined",  # members whose first order was placed
    "orders",  # completed: received and kept
    "turnover_micro",  # what was paid for them, in money and coins
    "paid_by_coins_micro",
    "contributed_micro",  # to reserve, dividends and honours (to unassigned, too)
    "refunds",  # orders that were given back instead of completing
    "refunded_micro",
    "sells",  # sales of shares, forced ones left out
    "sold_shares_micro",
    "sold_shares_cash_micro",  # what they brought after the fee
    "company_margin_micro",  # may be negative
    "company_cash_micro",  # so far, with what it began with; may be negative
    "members",  # so far: who ever ordered
    "checks",  # how many invariants were checked on the day; all held, or the run had stopped
)

# One row a month of joining, oldest first; months in which nobody joined are rows of zeros.
COHORT_COLUMNS = (
    "month",  # numpy datetime64[M]
    "members",  # who joined and has at least one completed order that cost money
    "paid_micro",  # money, not coins
    "received_micro",  # cash from dividends, honours, shares sold; goods for coins
    "holding_micro",  # what the shares held would bring at the last price after fee, and coins
    *(f"returned_{quantile}_ppm" for quantile in QUANTILES),  # of received ÷ paid over members
    "quota_granted_micro",
    "quota_paid_micro",
    "quota_paid_ppm",
    # Of those who got the part back: the median of the days since joining, -1 if nobody did.
    *(f"days_to_{part}" for part in PARTS),
    *(f"reached_{part}_ppm" for part in PARTS),  # the share of the members who did
)

# One row a member in the order of joining.
MEMBER_COLUMNS = (
    "joined_day",
    "orders",  # completed
    "paid_micro",
    "received_micro",
    "holding_micro",
    "quota_granted_micro",
    "dividends_micro",  # dividends and honours
    *(f"days_to_{part}" for part in PARTS),  # since joining; -1 if not yet
)


@dataclass(frozen=True, slots=True)
class Run:
    """A simulated scenario. Not `complete`: it was interrupted, and these are the days it had."""

    scenario: Scenario
    seed: int
    complete: bool
    days: Mapping[str, Column]  # DAY_COLUMNS
    cohorts: Mapping[str, Column]  # COHORT_COLUMNS
    members: Mapping[str, Column]  # MEMBER_COLUMNS

    @property
    def checks(self) -> int:
        """How many invariants were checked, all of which held."""
        return int(self.days["checks"].sum())

    def dates(self) -> Column:
        """The date of every simulated day, datetime64[D]."""
        first = np.datetime64(self.scenario.start, "D")
        dates: Column = first + self.days["day"].astype("timedelta64[D]")
        return dates

    def total(self, column: str) -> int:
        """The sum of a day column that counts what happened on the day, exactly."""
        return sum(self.days[column].tolist())
