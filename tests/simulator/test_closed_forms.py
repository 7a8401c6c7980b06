"""What a run must come to where the answer is known without one."""

from itertools import pairwise
from math import exp as power_of_e
from math import gamma, lgamma, log

import numpy as np
import pytest

from sharemall.engine.amounts import MICRO
from sharemall.simulator.reading import preset
from sharemall.simulator.results import Run
from sharemall.simulator.run import simulate
from tests.simulator.scenarios import WINE, active, equal_orders


@pytest.fixture(scope="module")
def wine() -> Run:
    """Some 40 000 equal orders under the by-value wine scheme."""
    return simulate(equal_orders(days=200, a_day="200"), 1)


def price_after(sales: int) -> float:
    """The by-value scheme at 30 % and 70 % after equal sales: (10/7)·Γ(1.7)·Γ(n+1)/Γ(n+0.7)."""
    return 10 / 7 * gamma(1.7) * power_of_e(lgamma(sales + 1) - lgamma(sales + 0.7))


def test_the_price_follows_the_closed_form(wine: Run) -> None:
    sales = np.cumsum(wine.days["orders"]).tolist()
    for count, price_micro in zip(sales, wine.days["price_micro"].tolist(), strict=True):
        # Each sale's shares are rounded down by less than a micro-share of some thousands.
        assert price_micro / MICRO == pytest.approx(price_after(count), rel=1e-5)


def test_the_price_grows_as_the_power_of_three_tenths_of_the_sales(wine: Run) -> None:
    sales = np.cumsum(wine.days["orders"])
    first, last = 10, -1
    grown = log(wine.days["price_micro"][last] / wine.days["price_micro"][first])
    exponent = grown / log(sales[last] / sales[first])
    assert exponent == pytest.approx(0.3, abs=0.001)
    factor = wine.days["price_micro"][last] / MICRO / sales[last] ** 0.3
    assert factor == pytest.approx(1.298, abs=0.001)


@pytest.mark.parametrize("name", ["red-wine", "growth-then-stop"])
def test_of_the_quota_granted_no_more_is_paid_than_dividends_are_of_quota(name: str) -> None:
    """paid ≤ (p/m)·granted, at any growth; each order's quota may be rounded down."""
    run = simulate(preset(name), 1)
    (zone,) = run.scenario.scheme.zones.values()
    part_nano = zone.dividend_nano + zone.honor_nano
    orders = np.cumsum(run.days["orders"]).tolist()
    granted, paid = (
        run.days[column].tolist() for column in ("quota_granted_micro", "quota_paid_micro")
    )
    # A fee from shares that are sold joins the fund: it is paid on top of what turnover gives.
    gross = np.cumsum(run.days["sold_shares_cash_micro"]).tolist()
    for place in range(len(paid)):
        fees = gross[place] // 9 + run.total("sells")
        most = part_nano * (granted[place] + orders[place]) // zone.quota_nano
        assert paid[place] <= most + fees


def test_without_sells_the_bound_is_met_to_the_last_millionth(wine: Run) -> None:
    granted, paid = wine.days["quota_granted_micro"], wine.days["quota_paid_micro"]
    # 0.30 of the turnover is shared out, 2 for each yuan are granted: 15 %.
    assert (paid * 20 <= granted * 3).all()
    assert paid[-1] * 1_000_000 // granted[-1] >= 149_999


def test_the_first_buyer_gets_more_back_than_the_last(wine: Run) -> None:
    medians = wine.cohorts["returned_50_ppm"].tolist()
    assert medians == sorted(medians, reverse=True)
    assert medians[0] > 2 * medians[-1]


def test_a_share_sold_at_once_brings_18_90_of_100_yuan() -> None:
    more = '[selling.payday]\nmembers = "1"\nday = 1'
    run = simulate(equal_orders(days=1, a_day="50", scheme=no_dividend(), more=more), 2)
    sold, orders = run.total("sold_shares_cash_micro"), run.total("orders")
    assert run.total("sells") == orders
    # 21 in the mean over the day's price, less the fee; what fees leave raises it for the rest.
    assert sold / orders / MICRO == pytest.approx(0.9 * 30, rel=0.15)


def no_dividend() -> str:
    return WINE.replace('dividend = "0.30"', 'dividend = "0"')


def test_when_nobody_buys_any_more_dividends_end_and_the_price_stays() -> None:
    more = "stop_day = 30"
    run = simulate(equal_orders(days=60, a_day="20", more=more), 3)
    assert not run.days["orders"][30:].any()
    # What is left of the last funds: less than a micro-yuan a member.
    assert run.days["dividend_paid_micro"][31:].sum() < run.days["members"][-1]
    assert len(set(run.days["price_micro"][30:].tolist())) == 1


def test_in_a_run_everybody_is_paid_and_the_price_does_not_fall() -> None:
    run = simulate(active(coins="0", panic="0.9"), 5)
    day = 35
    assert run.days["sells"][day] > run.days["sells"][day - 1]
    prices = run.days["price_micro"].tolist()
    assert all(after >= before for before, after in pairwise(prices))
    assert run.days["reserve_micro"][day] < run.days["reserve_micro"][day - 1]
