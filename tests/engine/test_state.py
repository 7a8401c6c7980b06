"""Putting accounts in and taking them out."""

from sharemall.engine.state import MemberRow, MerchantRow, State
from tests.engine.stepping import snapshot


def test_an_account_that_was_not_put_in_is_none(wine: State) -> None:
    assert wine.member("a") is None
    assert wine.merchant("a") is None


def test_what_is_not_said_of_an_account_is_nothing(wine: State) -> None:
    wine.put_member("a")
    wine.put_merchant("a")
    assert wine.member("a") == MemberRow(0, 0, 0, 0, 0, 0)
    assert wine.merchant("a") == MerchantRow(0, 0, 0)


def test_what_was_put_in_last_counts(wine: State) -> None:
    wine.put_member("a", shares=1, quota=2, cash=3, coins=4, dividends=5, level=6)
    wine.put_member("b", shares=9)
    wine.put_merchant("a", shares=7, cash=8, coins=9)
    assert wine.member("a") == MemberRow(1, 2, 3, 4, 5, 6)
    assert wine.merchant("a") == MerchantRow(7, 8, 9)
    wine.put_member("a", cash=1)
    assert wine.member("a") == MemberRow(0, 0, 1, 0, 0, 0)
    assert wine.member("b") == MemberRow(9, 0, 0, 0, 0, 0)


def test_a_state_is_restored_whole(state: State) -> None:
    before, saved = snapshot(state), state.saved()
    state.put_member("a", shares=1, quota=2, cash=3, coins=4, dividends=5, level=6)
    state.put_merchant("s", shares=7)
    for number in ("reserve_micro", "unassigned_micro", "issued_micro"):
        setattr(state.pool, number, 1)
    state.pool.honor_carry_micro[3] = 1
    pool = state.pool
    state.restore(saved)
    assert snapshot(state) == before
    assert state.pool is pool
