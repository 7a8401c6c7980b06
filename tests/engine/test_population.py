"""The rules by columns beside the rules for one account."""

import pytest
from hypothesis import strategies as st

from sharemall.engine import rules
from sharemall.engine.amounts import MOST_EVER
from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.engine.state import MemberRow, Pool, State
from tests.engine.given import given

amounts = st.one_of(st.integers(0, 3), st.integers(0, 10**9), st.integers(0, 10**16))
rows = st.builds(
    MemberRow,
    shares=amounts,
    quota=amounts,
    cash=amounts,
    coins=amounts,
    dividends=amounts,
    level=st.integers(0, 10),
)
fees = st.sampled_from(["0", "0.1", "0.333333333", "0.000000001", "1"])
reserves = st.one_of(st.integers(1, 10**6), st.integers(1, 2**63 - 1))


def scheme_with(fee: str) -> Scheme:
    return parse_scheme(
        f'[scheme]\nname = "s"\nshare_cap = "1"\nsell_fee = "{fee}"\n'
        '[zones.z]\nreserve = "0"\nissue = { by = "value", buyer = "0" }'
    )


def state_with(members: list[MemberRow], merchants: list[MemberRow], reserve: int) -> State:
    """These accounts, with coins that the reserve could pay, and some treasury shares."""
    held = sum(row.shares for row in (*members, *merchants))
    pool = Pool(reserve_micro=reserve, outstanding_micro=held + 7, treasury_micro=7)
    state = State(pool, [scheme_with("0")], complete=True)
    for place, row in enumerate(members):
        state.put_member(f"m{place}", **row._asdict())
    for place, row in enumerate(merchants):
        state.put_merchant(f"s{place}", shares=row.shares, cash=row.cash, coins=row.coins)
    return state


@given(st.lists(rows, max_size=5), st.lists(rows, max_size=3), reserves, fees)
def test_a_round_of_exits_sells_each_account_as_a_sell_does(
    members: list[MemberRow], merchants: list[MemberRow], reserve: int, fee: str
) -> None:
    state, scheme = state_with(members, merchants, reserve), scheme_with(fee)
    pool, sums = state.pool, [0, 0, 0, 0, 0]
    expected = []
    for accounts in (state.members, state.merchants):
        for name, row in accounts.items():
            sold = rules.sell(pool, scheme, row.shares)
            if row.shares and sold.gross_micro >= row.quota:
                used = min(row.quota, sold.gross_micro)
                sums = [*map(sum, zip(sums, (1, row.shares, *sold[:2], used), strict=True))]
                cash = row.cash + sold.paid_micro
                row = row._replace(shares=0, quota=row.quota - used, cash=cash)
            expected.append((name, row))
    population = MemoryPopulation(state)
    args = (pool.reserve_micro, pool.outstanding_micro, scheme.sell_fee_nano)
    assert population.exit_round(*args) == ExitRound(*sums)
    assert [*state.members.items(), *state.merchants.items()] == expected


@given(st.lists(rows, max_size=5), st.lists(rows, max_size=3), reserves)
def test_a_wind_up_pays_each_account_its_value_and_its_coins(
    members: list[MemberRow], merchants: list[MemberRow], reserve: int
) -> None:
    state = state_with(members, merchants, reserve)
    everybody = [*state.members.items(), *state.merchants.items()]
    worth = [rules.value_of(state.pool, row.shares) for _, row in everybody]
    wound = MemoryPopulation(state).wind_up(reserve, state.pool.outstanding_micro)
    assert wound == WindUp(
        shares=state.pool.outstanding_micro - 7,
        share_cash=sum(worth),
        coins=sum(row.coins for _, row in everybody),
    )
    assert [*state.members.items(), *state.merchants.items()] == [
        (name, row._replace(shares=0, coins=0, cash=row.cash + value + row.coins))
        for (name, row), value in zip(everybody, worth, strict=True)
    ]


@given(st.lists(rows, max_size=5), st.lists(rows, max_size=3), st.integers(1, 10**16))
def test_a_state_of_ordinary_numbers_cannot_overflow(
    members: list[MemberRow], merchants: list[MemberRow], reserve: int
) -> None:
    state = state_with(members, merchants, reserve)
    assert MemoryPopulation(state).cannot_overflow(state.pool)


@pytest.mark.parametrize(
    "high", [{"cash": MOST_EVER - 29}, {"dividends": MOST_EVER - 29}, {"coins": MOST_EVER - 29}]
)
def test_a_balance_that_all_the_pools_cash_could_push_too_high_is_seen(
    high: dict[str, int],
) -> None:
    row = MemberRow(0, 0, 0, 0, 0, 0)._replace(**high)
    for reserve, safe in ((9, True), (10, False)):
        state = state_with([row], [], reserve)
        assert MemoryPopulation(state).cannot_overflow(state.pool) is safe
    state = state_with([row], [], 9)
    state.pool.honor_carry_micro[3] = 1
    assert not MemoryPopulation(state).cannot_overflow(state.pool)


def test_shares_that_are_not_those_outstanding_may_be_worth_anything() -> None:
    state = state_with([MemberRow(5, 0, 0, 0, 0, 0)], [], 9)
    state.pool.outstanding_micro += 1
    assert not MemoryPopulation(state).cannot_overflow(state.pool)
