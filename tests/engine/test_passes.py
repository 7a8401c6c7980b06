"""How many passes it takes to share a fund: what is reached, and what cannot be passed."""

from datetime import date
from fractions import Fraction
from math import floor

import pytest
from hypothesis import strategies as st

from sharemall.engine.close import MOST_PASSES, close_day
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import Pool, Rate, State
from tests.engine.given import given

SCHEME = parse_scheme("""
[scheme]
name = "any"
share_cap = "1000000000000"
[zones.x]
reserve = "0.3"
issue = { by = "value", buyer = "0.7" }
""")
Members = list[tuple[int, int]]  # shares, quota


def passes_of(members: Members, fund: int) -> int:
    """How many passes the close takes for this dividend fund."""
    held = sum(shares for shares, _ in members)
    pool = Pool(reserve_micro=1, outstanding_micro=held + 10**6, dividend_fund_micro=fund)
    state = State(pool, [SCHEME], complete=True)
    for place, (shares, quota) in enumerate(members):
        state.put_member(f"m{place}", shares=shares, quota=quota)
    return close_day(pool, SCHEME, date(2026, 1, 1), MemoryPopulation(state)).passes


def slowest(count: int) -> tuple[Members, int]:
    """Members of whom each step caps only one, who holds half of what the uncapped hold.

    Its quota is just above what it would get at the rate before; so what is not yet paid, and the
    weight that is left, are both halved at every step.
    """
    weights = [2 ** (count - place) for place in range(count)]
    fund, left_weight, rate = 2**61, sum(weights), Fraction(0)
    left, members = fund, []
    for weight in weights:
        members.append((weight, floor(weight * rate) + 1))
        rate = Fraction(left, left_weight)
        left, left_weight = left - members[-1][1], left_weight - weight
    return members, fund


@pytest.mark.parametrize("count", [10, 30, 59])  # with 60, more shares than any scheme can issue
def test_at_the_slowest_every_member_takes_a_pass_which_is_close_to_the_bound(count: int) -> None:
    members, fund = slowest(count)
    assert count < passes_of(members, fund) <= count + 3
    assert passes_of(members, fund) < MOST_PASSES


@pytest.mark.parametrize("share", [1, 10**6, 10**17])
@pytest.mark.parametrize("quota", [1, 2, 10**9])
def test_members_who_are_all_alike_take_three_passes_at_most(share: int, quota: int) -> None:
    members = [(share, quota)] * 10
    assert passes_of(members, 10 * quota - 1) == 2  # nobody is capped
    assert passes_of(members, 10 * quota) == 2  # everybody is, exactly
    assert passes_of(members, 10 * quota + 1) == 2
    assert passes_of([*members, (share, 10**12)], 11 * quota) == 3  # ties, and one is left


def test_most_days_take_few_passes() -> None:
    members = [
        (10**6 + 7919 * place % 10**8, 10**6 + 104729 * place % 10**9) for place in range(999)
    ]
    for part in (1000, 100, 10, 3, 2):
        assert passes_of(members, sum(quota for _, quota in members) // part) <= 8


ratios = st.integers(1, 6)
chains = st.lists(st.tuples(ratios, ratios, st.integers(-1, 1)), min_size=1, max_size=60)


@given(chains, st.integers(1, 2**62))
def test_no_chain_of_quotas_takes_more_passes_than_the_bound(
    chain: list[tuple[int, int, int]], fund: int
) -> None:
    members, shares, ratio = [], 10**18, 1
    for smaller, steeper, rounding in chain:
        shares = max(shares // (smaller + 1), 1)
        ratio *= steeper
        members.append((shares, min(max(shares * ratio // 4 + rounding, 0), 2**62)))
    assert passes_of(members, fund) <= MOST_PASSES


def test_a_population_that_never_comes_to_an_end_is_stopped() -> None:
    class Endless(MemoryPopulation):
        def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
            return 0, 10**6 if rate is None else rate.weight + 1

    pool = Pool(reserve_micro=1, outstanding_micro=10**6, dividend_fund_micro=1)
    state = State(pool, [SCHEME], complete=True)
    with pytest.raises(AssertionError, match="passes"):
        close_day(pool, SCHEME, date(2026, 1, 1), Endless(state))
