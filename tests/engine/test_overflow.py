"""Where numbers get too high: up to the limit, and not above."""

import pytest

from sharemall.engine.amounts import MOST_AFTER_EVENT
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State
from tests.engine.good_events import PLAIN, run

HIGH = MOST_AFTER_EVENT


def test_cash_may_reach_the_limit_and_not_pass_it(state: State) -> None:
    state.put_member("b", cash=HIGH - 10**6)
    assert run(state, "cash_in", member="b", amount="1.000001") == "overflow"
    assert run(state, "cash_in", member="b", amount="1") == ""
    assert run(state, "cash_in", member="b", amount="0.000001") == "overflow"


def test_what_is_above_the_limit_already_may_stay_or_fall(state: State) -> None:
    state.put_member("b", cash=HIGH + 5 * 10**6, quota=HIGH + 5)
    assert run(state, "cash_out", member="b", amount="1") == ""
    assert run(state, "cash_in", member="b", amount="0.5") == "overflow"
    assert run(state, "sale", member="b", zone="profit", cost="0") == ""
    assert run(state, "sale", member="b") == "overflow"


@pytest.mark.parametrize(
    ("number", "increase"),
    [
        ("reserve_micro", 30 * 10**6),
        ("dividend_fund_micro", 20 * 10**6),
        ("honor_fund_micro", 10 * 10**6),
    ],
)
def test_a_sale_may_raise_a_pool_number_to_the_limit_but_not_above(
    state: State, number: str, increase: int
) -> None:
    setattr(state.pool, number, HIGH - increase + 1)
    assert run(state, "sale") == "overflow"
    setattr(state.pool, number, HIGH - increase)
    assert run(state, "sale") == ""
    assert getattr(state.pool, number) == HIGH


def test_a_sale_may_raise_a_quota_to_the_limit_but_not_above(state: State) -> None:
    state.put_member("b", quota=HIGH - 200 * 10**6 + 1)
    assert run(state, "sale", member="b") == "overflow"
    state.put_member("b", quota=HIGH - 200 * 10**6)
    assert run(state, "sale", member="b") == ""


def test_a_first_sale_may_not_grant_a_quota_above_the_limit(state: State) -> None:
    rich = PLAIN.replace('quota = "2"', 'quota = "1000"')
    assert run(state, "set_scheme", toml=rich) == ""
    assert run(state, "sale", member="new", paid="1000000000000") == "overflow"
    assert state.member("new") is None


def test_unassigned_money_may_reach_the_limit_but_not_pass_it() -> None:
    state = State.empty(parse_scheme(PLAIN))
    state.pool.unassigned_micro = HIGH - 600_000 + 1
    assert run(state, "sale", paid="1") == "overflow"
    state.pool.unassigned_micro = HIGH - 600_000
    assert run(state, "sale", paid="1") == ""


def test_coins_may_not_pass_the_limit(state: State) -> None:
    state.put_merchant("t", coins=HIGH)
    assert run(state, "pass_coins") == "overflow"
    state.put_member("b", coins=HIGH)
    assert run(state, "return_coins") == "overflow"
    state.put_merchant("s", coins=HIGH)
    assert run(state, "pay_coins") == "overflow"
    state.put_member("a", coins=HIGH, shares=10**6)
    assert run(state, "to_coins") == "overflow"


def test_what_a_sell_pays_may_not_pass_the_limit(state: State) -> None:
    row = state.member("a")
    assert row is not None
    state.put_member("a", **row._replace(cash=HIGH)._asdict())
    assert run(state, "sell") == "overflow"
    state.put_member("a", **row._asdict())
    state.pool.dividend_fund_micro = HIGH
    assert run(state, "sell", shares="all") == "overflow"


def test_a_wind_up_counts_as_part_of_its_event() -> None:
    """A sell that winds up pays everybody: nobody's cash and no pool number may pass the limit."""

    def begun() -> State:
        state = State.empty(parse_scheme(PLAIN))
        assert run(state, "sale") == ""
        assert run(state, "sale", member="b", paid="0.10") == ""
        return state

    state = begun()
    state.put_member("b", **(state.member("b") or ())._replace(cash=HIGH)._asdict())
    assert run(state, "sell", shares="all") == "overflow"
    state = begun()
    state.pool.unassigned_micro = HIGH
    assert run(state, "sell", shares="all") == "overflow"
    state = begun()
    state.pool.dividend_fund_micro = HIGH
    assert run(state, "sell", shares="all") == "overflow"  # it would all be unassigned
    state.pool.dividend_fund_micro = 0
    assert run(state, "sell", shares="all") == ""
    assert state.pool.outstanding_micro == 0
