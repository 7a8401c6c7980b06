"""Sharing a fund: against the slow and obvious way, and by what the rules promise of it."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import floor

from hypothesis import example
from hypothesis import strategies as st

from sharemall.engine.close import close_day
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.engine.state import DayRow, MemberRow, Pool, State
from tests.engine.given import given
from tests.engine.slow import SlowMall, shared_out

DAY = date(2026, 1, 1)
SCHEME = """
[scheme]
name = "any"
share_cap = "1000000000000"
honor_thresholds = [{thresholds}]
[zones.x]
reserve = "0.3"
issue = {{ by = "value", buyer = "0.7" }}
"""
TEN = ", ".join(f'"{level}"' for level in range(1, 11))
WITH_LEVELS = parse_scheme(SCHEME.format(thresholds=TEN))
WITHOUT_LEVELS = parse_scheme(SCHEME.format(thresholds=""))

shares = st.one_of(st.integers(0, 3), st.integers(0, 10**7), st.integers(0, 10**17))
quotas = st.one_of(st.integers(0, 3), st.integers(0, 10**9), st.integers(0, 2**62))
funds = st.one_of(st.integers(0, 100), st.integers(0, 10**10), st.integers(0, 2**61))
carries = st.one_of(st.just(0), st.integers(0, 5))


@dataclass(frozen=True)
class Evening:
    """Members just before a close, and what is to be shared among them."""

    members: tuple[MemberRow, ...]
    fund: int
    honor_fund: int
    carry: int
    carries: tuple[int, ...]

    def closed(self, scheme: Scheme = WITH_LEVELS) -> tuple[State, DayRow]:
        """The state after the close."""
        held = sum(row.shares for row in self.members)
        pool = Pool(
            reserve_micro=10**6,
            outstanding_micro=held + 10**6,
            treasury_micro=10**6,
            issued_micro=held + 10**6,
            dividend_fund_micro=self.fund,
            honor_fund_micro=self.honor_fund,
            dividend_carry_micro=self.carry,
            honor_carry_micro=list(self.carries),
        )
        state = State(pool, [scheme], complete=True)
        for place, row in enumerate(self.members):
            state.put_member(f"m{place}", **row._asdict())
        return state, close_day(pool, scheme, DAY, MemoryPopulation(state))

    def paid(self) -> tuple[list[int], DayRow]:
        """What each gets of the dividend fund alone, and the day's row."""
        state, day = replace(self, honor_fund=0, carries=(0,) * 10).closed()
        return [row.dividends for _, row in state.members.items()], day


rows = st.builds(
    MemberRow,
    shares=shares,
    quota=quotas,
    cash=st.just(0),
    coins=st.just(0),
    dividends=st.just(0),
    level=st.integers(0, 10),
)
evenings = st.builds(
    Evening,
    members=st.lists(rows, max_size=7).map(tuple),
    fund=funds,
    honor_fund=funds,
    carry=carries,
    carries=st.tuples(*[carries] * 10),
)
TWINS = Evening((MemberRow(1, 5, 0, 0, 0, 0),) * 2, 10, 0, 0, (0,) * 10)


@given(evenings)
@example(TWINS)
def test_a_close_shares_what_the_slow_way_shares(evening: Evening) -> None:
    state, day = evening.closed()
    slow = SlowMall(SCHEME.format(thresholds=TEN))
    names = ("R", "S", "treasury", "issued", "fund", "honor", "carry")
    held = sum(row.shares for row in evening.members) + 10**6
    numbers = (10**6, held, 10**6, held, evening.fund, evening.honor_fund, evening.carry)
    slow.pool |= dict(zip(names, numbers, strict=True))
    slow.carries = list(evening.carries)
    slow.members = {f"m{place}": row._asdict() for place, row in enumerate(evening.members)}
    slow.close_day({"date": str(DAY)})
    assert {name: row._asdict() for name, row in state.members.items()} == slow.members
    assert state.pool.dividend_carry_micro == slow.pool["carry"]
    assert state.pool.honor_carry_micro == slow.carries
    assert state.pool.reserve_micro == slow.pool["R"]
    assert day[:7] == slow.days[0]


@given(evenings, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(evening: Evening, random) -> None:
    shuffled = list(enumerate(evening.members))
    random.shuffle(shuffled)
    other = replace(evening, members=tuple(row for _, row in shuffled))
    (state, day), (other_state, other_day) = evening.closed(), other.closed()
    assert (day, state.pool) == (other_day, other_state.pool)
    rows_of = [row for _, row in state.members.items()]
    assert [rows_of[place] for place, _ in shuffled] == [
        row for _, row in other_state.members.items()
    ]


@given(evenings)
@example(TWINS)
def test_nobody_is_left_short_while_money_is(evening: Evening) -> None:
    paid, day = evening.paid()
    eligible = [row for row in evening.members if row.shares and row.quota]
    uncapped = [
        row
        for row, got in zip(evening.members, paid, strict=True)
        if row.shares and got < row.quota
    ]
    dust = evening.fund + evening.carry - sum(paid) - day.to_reserve_micro
    if day.to_reserve_micro:
        assert not uncapped
    assert 0 <= dust <= max(len(eligible) - 1, 0)


@given(evenings)
@example(TWINS)
def test_a_member_is_capped_if_and_only_if_its_quota_is_within_its_part(evening: Evening) -> None:
    paid, day = evening.paid()
    if day.rate is None:
        full = evening.fund + evening.carry > 0
        expected = [row.quota if full and row.shares else 0 for row in evening.members]
    else:
        left, weight = day.rate
        capped = [row.quota * weight <= row.shares * left for row in evening.members]
        eligible = [row.quota > 0 and row.shares > 0 for row in evening.members]
        both = list(zip(evening.members, capped, eligible, strict=True))
        fund = evening.fund + evening.carry
        assert left == fund - sum(row.quota for row, cap, may in both if cap and may)
        assert weight == sum(row.shares for row, cap, may in both if not cap and may)
        expected = [
            (row.quota if cap else floor(Fraction(row.shares * left, weight))) if may else 0
            for row, cap, may in both
        ]
    assert paid == expected


@given(evenings)
def test_without_thresholds_every_honour_goes_to_the_reserve(evening: Evening) -> None:
    _, day = evening.closed(WITHOUT_LEVELS)
    _, plain = replace(evening, honor_fund=0, carries=(0,) * 10).closed(WITHOUT_LEVELS)
    assert day.honor_paid_micro == 0
    assert day.to_reserve_micro - plain.to_reserve_micro == evening.honor_fund + sum(
        evening.carries
    )


@given(evenings)
def test_the_rate_is_found_in_few_passes(evening: Evening) -> None:
    _, day = evening.closed()
    assert day.passes <= 11 * (len(evening.members) + 2)


def test_the_slow_way_is_right_where_it_can_be_seen() -> None:
    assert shared_out(100, [1000, 1000], [1, 3]) == ([25, 75], 0, 0)
    assert shared_out(100, [10, 1000], [1, 1]) == ([10, 90], 0, 0)
    assert shared_out(100, [10, 20], [1, 1]) == ([10, 20], 0, 70)
    assert shared_out(10, [5, 5], [1, 1]) == ([5, 5], 0, 0)
    assert shared_out(10, [9, 9, 9], [1, 1, 1]) == ([3, 3, 3], 1, 0)
    assert shared_out(10, [0, 9], [1, 0]) == ([0, 0], 0, 10)
