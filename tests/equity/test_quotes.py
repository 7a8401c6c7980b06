"""Quotes say what the ledger will pay."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.engine.amounts import MICRO, decimal_string
from sharemall.engine.apply import apply
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import Pool, State
from sharemall.equity.quotes import gross_at, quote_sell
from sharemall.ledger.values import PoolView
from tests.equity.mall import SCHEME

SCHEME_NOW = parse_scheme(SCHEME)
AMOUNTS = st.integers(1, 10**15)


def pool_of(reserve: int, outstanding: int) -> PoolView:
    return PoolView(
        reserve_micro=reserve,
        outstanding_micro=outstanding,
        treasury_micro=0,
        issued_micro=outstanding,
        dividend_fund_micro=0,
        dividend_carry_micro=0,
        honor_fund_micro=0,
        honor_carry_micro=(0,) * 10,
        unassigned_micro=0,
        coins_micro=0,
        quota_granted_micro=0,
        quota_paid_micro=0,
        position=1,
        last_closed=None,
        initial_price_micro=MICRO,
    )


def sold(reserve: int, outstanding: int, shares: int) -> State:
    """The engine's state after one holder of everything sold `shares`."""
    pool = Pool(reserve_micro=reserve, outstanding_micro=outstanding, issued_micro=outstanding)
    state = State(pool, [SCHEME_NOW], complete=True)
    state.put_member("ann", shares=outstanding)
    event = {
        "id": "s",
        "type": "sell",
        "at": "2026-01-01T00:00:00Z",
        "member": "ann",
        "shares": decimal_string(shares),
    }
    assert apply(state, event) == ""
    return state


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_quote_is_what_the_engine_then_pays(reserve: int, outstanding: int, part: int) -> None:
    outstanding += 2 * MICRO
    shares = 1 + part % (outstanding - MICRO)
    quote = quote_sell(pool_of(reserve, outstanding), SCHEME_NOW, shares)
    state = sold(reserve, outstanding, shares)
    member = state.member("ann")
    assert member is not None
    assert not quote.winds_up
    assert quote.received_micro == member.cash == quote.gross_micro - quote.fee_micro
    after = Fraction(state.pool.reserve_micro, state.pool.outstanding_micro)
    assert quote.price_after == after >= quote.price_before


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_higher_price_never_pays_less(
    reserve: int, more: int, outstanding: int, shares: int
) -> None:
    shares = 1 + shares % outstanding
    low = quote_sell(pool_of(reserve, outstanding), SCHEME_NOW, shares)
    high = quote_sell(pool_of(reserve + more, outstanding), SCHEME_NOW, shares)
    assert high.received_micro >= low.received_micro


def test_a_hundred_spent_on_wine_pays_back_eighteen_ninety() -> None:
    quote = quote_sell(pool_of(3_000_000 * MICRO, 2_100_000 * MICRO), SCHEME_NOW, 14_700_000)
    assert (quote.gross_micro, quote.fee_micro) == (21 * MICRO, 2_100_000)
    assert quote.received_micro == 18_900_000


def test_selling_so_much_that_less_than_a_share_is_left_winds_up() -> None:
    quote = quote_sell(pool_of(10 * MICRO, 5 * MICRO), SCHEME_NOW, 4_500_000)
    assert quote.winds_up
    assert quote.price_after == 1


def test_more_than_is_outstanding_cannot_be_quoted() -> None:
    for shares in (0, -1, 5 * MICRO + 1):
        with pytest.raises(ValueError, match="cannot sell"):
            quote_sell(pool_of(10 * MICRO, 5 * MICRO), SCHEME_NOW, shares)


def test_nothing_outstanding_is_worth_nothing() -> None:
    assert gross_at(0, 0, 0) == 0
