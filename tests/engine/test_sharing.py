"""The sums that a close asks a population for, beside their definition, in blocks of any size."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import example
from hypothesis import strategies as st

from sharemall.engine import columns, rules, sharing
from sharemall.engine.amounts import LEVELS, MOST_EVER
from sharemall.engine.close import close_day
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import MemberRow, Pool, Rate, State
from tests.engine.given import given
from tests.engine.test_population import scheme_with

LEAST = 3
numbers = st.one_of(
    st.integers(0, 5),
    st.integers(0, 1000),
    st.integers(0, 10**14),
    st.integers(0, MOST_EVER),
    st.integers(2**62 - 2, 2**62 + 2),
    st.integers(MOST_EVER - 2, MOST_EVER),
)
rows = st.builds(
    MemberRow,
    shares=numbers,
    quota=numbers,
    cash=st.just(0),
    coins=st.just(0),
    dividends=st.just(0),
    level=st.integers(0, LEVELS),
)
members = st.lists(rows, max_size=12)
rates = st.builds(
    Rate,
    left=st.one_of(st.integers(0, 10), st.integers(0, 2**64)),
    weight=st.one_of(st.integers(1, 10), st.integers(1, 2**62), st.integers(2**62, 2**67)),
)
block_sizes = st.integers(1, 5)
amounts = st.one_of(st.just(0), st.integers(0, 20), st.integers(0, 2**62))


@contextmanager
def population_of(
    rows: list[MemberRow], block: int, *, near: int = 1, pool: int = 0, few: int = 1
) -> Iterator[tuple[State, MemoryPopulation]]:
    """The members in blocks of this size; no more than one in `near` can be set aside."""
    state = State(Pool(honor_fund_micro=pool), [scheme_with("0")], complete=True)
    for place, row in enumerate(rows):
        state.put_member(f"m{place}", **row._asdict())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "BLOCK", block)
        patch.setattr(sharing, "_MOST_NEAR", near)
        patch.setattr(sharing, "_SAMPLE", 2)
        patch.setattr(sharing, "_FEW", few)
        yield state, MemoryPopulation(state)


def part(row: MemberRow, rate: Rate) -> int:
    """What a member's shares would get, whatever the quota."""
    return row.shares * rate.left // rate.weight if rate.weight else MOST_EVER * bool(row.shares)


@given(members, st.lists(rates, min_size=1, max_size=6), block_sizes, st.sampled_from([1, 8]))
def test_the_capped_and_the_uncapped_are_summed_at_any_rates(
    rows: list[MemberRow], asked: list[Rate], block: int, near: int
) -> None:
    with population_of(rows, block, near=near) as (_, population):
        weight = sum(row.shares for row in rows if row.quota)
        assert population.dividend_totals(None) == (0, weight)
        for rate in asked:
            capped = [row for row in rows if row.quota * rate.weight <= row.shares * rate.left]
            uncapped = [row for row in rows if row not in capped]
            expected = sum(row.quota for row in capped), sum(row.shares for row in uncapped)
            assert population.dividend_totals(rate) == expected


@given(members, rates, st.lists(st.integers(0, 100), min_size=1, max_size=5), block_sizes)
@example([MemberRow(0, 1, 0, 0, 0, 0), MemberRow(1, 3, 0, 0, 0, 0)], Rate(3, 2), [0, 50, 100], 1)
def test_rates_up_to_twice_the_first_are_known_from_those_near_their_quota(
    rows: list[MemberRow], first: Rate, percents: list[int], block: int
) -> None:
    with population_of(rows, block) as (_, population):
        population.dividend_totals(first)
        for percent in percents:
            rate = Rate(first.left * (100 + percent), first.weight * 100)
            with population_of(rows, block, near=10**9) as (_, other):
                assert population.dividend_totals(rate) == other.dividend_totals(rate)


@given(
    members,
    rates,
    st.lists(st.tuples(st.integers(1, LEVELS), rates, st.booleans()), min_size=1, max_size=5),
    st.lists(amounts, min_size=LEVELS, max_size=LEVELS),
    st.tuples(block_sizes, amounts),
)
def test_the_heads_of_a_pool_are_summed_whatever_is_asked_in_whatever_order(
    rows: list[MemberRow],
    rate: Rate,
    asked: list[tuple[int, Rate, bool]],
    paid: list[int],
    block_and_pool: tuple[int, int],
) -> None:
    block, pool = block_and_pool
    with population_of(rows, block, pool=pool) as (_, population):
        for level, per_head, counting in asked:
            before, capped, uncapped = tuple(paid[: level - 1]), 0, 0
            for row in rows:
                left = row.quota - min(row.quota, part(row, rate)) - sum(before)
                if row.level < level or row.shares < LEAST or left <= 0:
                    continue
                if not counting and left * per_head.weight <= per_head.left:
                    capped += left
                else:
                    uncapped += 1
            asks = None if counting else per_head
            found = population.honour_totals(level, LEAST, rate, before, asks)
            assert found == (capped, uncapped)


@given(
    members,
    st.one_of(rates, st.just(Rate(5, 0))),
    st.lists(amounts, min_size=LEVELS, max_size=LEVELS).map(tuple),
    block_sizes,
)
@example([MemberRow(5, 7, 0, 0, 0, 1)], Rate(0, 1), (2**63,) * LEVELS, 1)
def test_everybody_is_paid_within_the_quota(
    rows: list[MemberRow], rate: Rate, paid: tuple[int, ...], block: int
) -> None:
    with population_of(rows, block) as (state, population):
        sums = [0, 0]
        expected = []
        for row in rows:
            dividend = min(row.quota, part(row, rate))
            honours = min(row.quota - dividend, sum(paid[: row.level]))
            honours *= row.shares >= LEAST
            sums = [sums[0] + dividend, sums[1] + honours]
            got = dividend + honours
            expected.append(row._replace(cash=got, dividends=got, quota=row.quota - got))
        assert population.pay(rate, paid, LEAST) == tuple(sums)
        assert [row for _, row in state.members.items()] == expected


@given(
    st.lists(rows.map(lambda row: row._replace(shares=row.shares % 2**59)), max_size=12),
    st.integers(1, 2**59),
    st.lists(st.integers(0, 130), min_size=1, max_size=4),
    st.tuples(block_sizes, st.sampled_from([1, 8])),
)
def test_every_round_of_exits_sells_who_has_reached_its_quota(
    rows: list[MemberRow], reserve: int, percents: list[int], block_and_near: tuple[int, int]
) -> None:
    block, near = block_and_near
    outstanding = sum(row.shares for row in rows) + 1
    with population_of(rows, block, near=near) as (state, population):
        for percent in percents:
            price = Pool(
                reserve_micro=reserve * (100 + percent), outstanding_micro=outstanding * 100
            )
            before = [row for _, row in state.members.items()]
            values = [min(rules.value_of(price, row.shares), MOST_EVER) for row in before]
            sold = [
                (row, value)
                for row, value in zip(before, values, strict=True)
                if row.shares and value >= row.quota
            ]
            found = population.exit_round(price.reserve_micro, price.outstanding_micro, 0)
            assert found.count == len(sold)
            assert found.shares == sum(row.shares for row, _ in sold)
            assert found.gross == sum(value for _, value in sold)
            assert found.quota_used == sum(row.quota for row, _ in sold)
            assert [row.shares for _, row in state.members.items()] == [
                0 if row.shares and value >= row.quota else row.shares
                for row, value in zip(before, values, strict=True)
            ]


FORCED = parse_scheme(
    """
    [scheme]
    name = "any"
    share_cap = "1000000000000"
    forced_exit = true
    honor_thresholds = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
    [zones.x]
    reserve = "0.3"
    issue = { by = "value", buyer = "0.7" }
    """
)


def crowd(count: int) -> list[MemberRow]:
    """Members of all levels, some near what the day pays them, some near what they are worth."""
    pick = random.Random(count)
    found = []
    for _ in range(count):
        shares = pick.randrange(10**7)
        quota = shares * pick.randrange(1, 4000) // pick.choice([10, 1000])
        found.append(MemberRow(shares, quota, 0, 0, 0, min(shares // 10**6, LEVELS)))
    return found


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 1000])
def test_a_whole_close_is_the_same_in_blocks_of_any_size(count: int) -> None:
    outcomes = []
    for block in (1, 64, 2**15):
        with population_of(crowd(count), block) as (state, population):
            held = sum(state.members.shares) + 10**6
            state.pool.outstanding_micro = state.pool.issued_micro = held
            state.pool.treasury_micro, state.pool.reserve_micro = 10**6, 2 * held
            state.pool.dividend_fund_micro, state.pool.honor_fund_micro = held // 3, held // 9
            day = close_day(state.pool, FORCED, date(2026, 1, 1), population)
            outcomes.append((day, asdict(state.pool), list(state.members.items())))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert count < 1000 or outcomes[0][0].forced_exits > 10
