"""Going on from a state that is there already."""

from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path

import pytest

from sharemall.engine.state import State
from sharemall.simulator.ahead import nobody_buys
from sharemall.simulator.journal import Journal
from sharemall.simulator.reading import parse_scenario
from sharemall.simulator.run import Simulation, simulate
from sharemall.simulator.scenario import Scenario
from tests.simulator.scenarios import active

DAYS = 20
START = date(2026, 3, 1)


def after(scenario: Scenario, days: int) -> State:
    """The state after some days of a scenario."""
    simulation = Simulation(scenario, 7, Journal(None))
    for day in range(days):
        simulation.day(day)
    return simulation.state


@pytest.fixture(scope="module")
def today() -> State:
    """Members with shares, quota, coins and cash; the last day is not closed with a full fund."""
    return after(active(coins="0.4"), 40)


def test_if_nobody_buys_the_price_stays_and_dividends_end(today: State) -> None:
    state = deepcopy(today)
    run = nobody_buys(state, start=START, days=DAYS)
    assert not run.days["orders"].any()
    assert not run.days["joined"].any()
    assert len(set(run.days["price_micro"].tolist())) == 1
    waiting = today.pool.dividend_fund_micro + today.pool.dividend_carry_micro
    waiting += today.pool.honor_fund_micro + sum(today.pool.honor_carry_micro)
    paid = run.total("dividend_paid_micro") + run.total("honor_paid_micro")
    assert paid <= waiting
    assert run.members["received_micro"].sum() == paid
    assert run.checks > DAYS


def test_if_all_sell_then_all_are_paid_out_of_the_reserve(today: State) -> None:
    state = deepcopy(today)
    run = nobody_buys(state, start=START, days=DAYS, run_day=3)
    assert run.days["holders"][2] == sum(shares > 0 for shares in today.members.shares)
    assert run.days["sells"][3] == run.days["holders"][2]
    assert run.days["holders"][-1] == 0
    assert run.days["sold_shares_cash_micro"][3] <= run.days["reserve_micro"][2]
    held = [place for place, shares in enumerate(today.members.shares) if shares > 100]
    assert (run.members["received_micro"][held] > 0).all()


def test_new_members_join_those_who_are_there(today: State) -> None:
    state, there = deepcopy(today), len(today.members.shares)
    scenario = parse_scenario(
        active().text.replace("2026-01-20", str(START)), scheme_text=today.scheme.text
    )
    run = simulate(scenario, 7, state=state)
    assert run.days["members"][0] > there
    assert run.days["orders"].any()
    assert (run.members["joined_day"][:there] == -1).all()
    assert not run.members["paid_micro"][:there].any()
    assert run.cohorts["members"].sum() == (run.members["paid_micro"] > 0).sum()
    assert list(state.members.rows)[:there] == list(today.members.rows)


def test_a_state_that_does_not_fit_is_refused(today: State, tmp_path: Path) -> None:
    scenario = parse_scenario(
        active().text.replace("2026-01-20", str(START)), scheme_text=today.scheme.text
    )
    with pytest.raises(ValueError, match="no journal"):
        simulate(scenario, 7, state=deepcopy(today), journal=tmp_path / "events.jsonl")
    with pytest.raises(ValueError, match="not under the scenario's scheme"):
        simulate(active(cap="7"), 7, state=deepcopy(today))
    with pytest.raises(ValueError, match="not before the scenario's start"):
        simulate(active(), 7, state=deepcopy(today))
    partial = deepcopy(today)
    partial.complete = False
    with pytest.raises(ValueError, match="not complete"):
        nobody_buys(partial, start=START + timedelta(days=1), days=1)
