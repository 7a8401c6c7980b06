"""The close as an orchestration: what it asks its population, and in which order."""

from datetime import date

import pytest

from sharemall.engine.close import ExitRound, WindUp, close_day, wind_up
from sharemall.engine.errors import OverflowStop
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import DayRow, Move, Pool, Rate, State

M = 10**6
DAY = date(2026, 1, 1)
TEN = ", ".join(f'"{level}"' for level in range(1, 11))
SCHEME = """
[scheme]
name = "s"
share_cap = "1000"
forced_exit = {exits}
honor_thresholds = [{thresholds}]
[zones.z]
reserve = "0.3"
issue = {{ by = "value", buyer = "0.7" }}
"""
PLAIN = parse_scheme(SCHEME.format(exits="false", thresholds=TEN))
EXITS = parse_scheme(SCHEME.format(exits="true", thresholds=TEN))


class CountingPopulation(MemoryPopulation):
    """Counts what it is asked, by name."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.asked: list[str] = []

    def dividend_totals(self, rate: Rate | None) -> tuple[int, int]:
        self.asked.append("dividend")
        return super().dividend_totals(rate)

    def honour_totals(self, level, least_shares, rate, before, per_head):
        self.asked.append(f"honour {level}")
        return super().honour_totals(level, least_shares, rate, before, per_head)

    def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
        self.asked.append("pay")
        return super().pay(rate, amounts, least_shares)

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        self.asked.append("exit")
        return super().exit_round(reserve, outstanding, fee_nano)

    def wind_up(self, reserve: int, outstanding: int) -> WindUp:
        self.asked.append("wind up")
        return super().wind_up(reserve, outstanding)


def state_of(*members: tuple[int, int], pool: Pool | None = None) -> State:
    """Members of these shares and quotas, each at level 2, in whole units."""
    held = sum(shares for shares, _ in members) * M
    pool = pool or Pool(reserve_micro=held)
    pool.outstanding_micro = pool.issued_micro = held
    state = State(pool, [PLAIN], complete=True)
    for place, (shares, quota) in enumerate(members):
        state.put_member(f"m{place}", shares=shares * M, quota=quota * M, level=2)
    return state


def test_a_day_without_anything_to_share_asks_nobody() -> None:
    state = state_of((10, 10), (20, 5))
    population = CountingPopulation(state)
    day = close_day(state.pool, PLAIN, DAY, population)
    assert population.asked == []
    assert day == DayRow(DAY, 0, 0, 0, 0, 0, 0)
    assert day.passes == 0
    assert state.pool.last_closed == DAY


def test_a_quiet_day_under_forced_exit_asks_once_who_has_to_go() -> None:
    state = state_of((10, 100), (20, 100))
    population = CountingPopulation(state)
    assert close_day(state.pool, EXITS, DAY, population).forced_exits == 0
    assert population.asked == ["exit"]


def test_a_rate_takes_a_pass_for_the_weight_and_one_for_each_step() -> None:
    state = state_of((10, 100), (10, 100))
    state.pool.dividend_fund_micro = 10 * M
    population = CountingPopulation(state)
    day = close_day(state.pool, PLAIN, DAY, population)
    assert population.asked == ["dividend", "dividend", "pay"]
    assert (day.rate, day.passes) == (Rate(10 * M, 20 * M), 2)
    state = state_of((10, 1), (10, 100))
    state.pool.dividend_fund_micro = 10 * M
    population = CountingPopulation(state)
    day = close_day(state.pool, PLAIN, DAY, population)
    assert population.asked == ["dividend"] * 3 + ["pay"]
    assert day.rate == Rate(9 * M, 10 * M)
    assert state.members.cash.tolist() == [M, 9 * M]


def test_pools_are_asked_from_the_first_to_the_tenth() -> None:
    state = state_of((10, 100), (20, 100))
    state.pool.honor_fund_micro = 20 * M + 7
    population = CountingPopulation(state)
    day = close_day(state.pool, PLAIN, DAY, population)
    levels = [int(asked.partition(" ")[2]) for asked in population.asked if " " in asked]
    assert levels == [1, 1, 2, 2, *range(3, 11)]
    assert day.honor_heads == (2, 2, *[0] * 8)
    assert day.honor_amounts_micro == (M + 3, M, *[0] * 8)
    assert state.pool.honor_carry_micro == [1, *[0] * 9]
    assert day.to_reserve_micro == 16 * M


def test_where_a_fund_suffices_for_every_quota_there_is_no_rate() -> None:
    state = state_of((10, 1), (20, 2))
    state.pool.dividend_fund_micro = 10 * M
    day = close_day(state.pool, PLAIN, DAY, MemoryPopulation(state))
    assert (day.rate, day.dividend_paid_micro, day.to_reserve_micro) == (None, 3 * M, 7 * M)
    assert state.members.quota.tolist() == [0, 0]


def test_where_a_pool_suffices_for_every_head_its_amount_is_the_whole_pool() -> None:
    state = state_of((10, 1), (20, 2))
    state.pool.honor_fund_micro = 100 * M
    day = close_day(state.pool, PLAIN, DAY, MemoryPopulation(state))
    assert day.honor_amounts_micro == (10 * M, *[0] * 9)
    assert day.honor_heads == (2, *[0] * 9)
    assert (day.honor_paid_micro, day.to_reserve_micro) == (3 * M, 97 * M)


def test_what_joins_the_fund_in_an_exit_is_the_next_days() -> None:
    state = state_of((10, 5), (30, 1000))
    day = close_day(state.pool, EXITS, DAY, MemoryPopulation(state))
    assert (day.forced_exits, day.dividend_fund_micro) == (1, 0)
    assert state.pool.dividend_fund_micro == M // 4  # fee 1 yuan, a quarter of all shares sold
    assert state.pool.reserve_micro == 30 * M + 750_000


def test_rounds_go_on_until_nobody_qualifies_and_a_wind_up_ends_them() -> None:
    state = state_of((10, 5), (30, 31))
    state.pool.reserve_micro = 41 * M
    population = CountingPopulation(state)
    day = close_day(state.pool, EXITS, DAY, population)
    assert population.asked == ["exit", "exit"]
    assert day.forced_exits == 2
    assert state.pool.outstanding_micro == 0
    assert state.pool.reserve_micro == state.pool.dividend_fund_micro == 0
    assert state.pool.unassigned_micro + sum(state.members.cash) == 41 * M


def test_a_wind_up_takes_every_fund_and_carry_along() -> None:
    pool = Pool(
        reserve_micro=1_000_000,
        treasury_micro=100_000,
        issued_micro=5 * M,
        dividend_fund_micro=20,
        honor_fund_micro=300,
        dividend_carry_micro=4_000,
        honor_carry_micro=[50_000, *[0] * 8, 600_000],
        unassigned_micro=7 * M,
        last_closed=DAY,
    )
    state, moves = State(pool, [PLAIN], complete=True), list[Move]()
    pool.outstanding_micro = 500_000
    state.put_member("a", shares=300_000, coins=150_000, quota=9, level=3)
    state.put_merchant("s", shares=100_000, coins=1)
    wind_up(pool, MemoryPopulation(state, moves), moves)
    assert state.member("a") == (0, 9, 600_000 + 150_000, 0, 0, 3)
    assert state.merchant("s") == (0, 200_001, 0)
    left = 1_654_320 - 950_001
    assert pool == Pool(issued_micro=5 * M, unassigned_micro=7 * M + left, last_closed=DAY)
    assert {move[:2]: move[2:] for move in moves} == {
        ("m:a", "wind_up"): (750_000, -300_000, -150_000, 0),
        ("s:s", "wind_up"): (200_001, -100_000, -1, 0),
        (".reserve", "wind_up"): (-1_000_000, 0, 0, 0),
        (".dividend_fund", "wind_up"): (-20, 0, 0, 0),
        (".honor_fund", "wind_up"): (-300, 0, 0, 0),
        (".dividend_carry", "wind_up"): (-4_000, 0, 0, 0),
        (".honor_carry", "wind_up"): (-650_000, 0, 0, 0),
        (".unassigned", "wind_up"): (left, 0, 0, 0),
        (".treasury", "wind_up"): (0, -100_000, 0, 0),
        (".outside", "wind_up"): (0, 500_000, 150_001, 0),
    }


def test_a_population_that_pays_other_honours_than_were_found_is_noticed() -> None:
    class Wrong(MemoryPopulation):
        def pay(self, rate: Rate, amounts: tuple[int, ...], least_shares: int) -> tuple[int, int]:
            dividends, honours = super().pay(rate, amounts, least_shares)
            return dividends, honours - 1

    state = state_of((10, 100))
    state.pool.honor_fund_micro = 10 * M
    with pytest.raises(AssertionError, match="not what was found"):
        close_day(state.pool, PLAIN, DAY, Wrong(state))


@pytest.mark.parametrize("number", ["reserve_micro", "unassigned_micro"])
def test_a_pool_number_may_not_pass_64_bits(number: str) -> None:
    state = state_of((10, 0))
    state.pool.dividend_fund_micro = 10
    setattr(state.pool, number, 2**63 - 1)
    with pytest.raises(OverflowStop, match="2026-01-01"):
        close_day(state.pool, EXITS, DAY, MemoryPopulation(state))


def test_a_balance_may_not_pass_64_bits() -> None:
    state = state_of((10, 100))
    state.pool.dividend_fund_micro = 10
    state.members.cash[0] = 2**63 - 10
    with pytest.raises(OverflowStop, match="balance"):
        close_day(state.pool, PLAIN, DAY, MemoryPopulation(state))
    state.members.cash[0] = 2**63 - 11
    assert close_day(state.pool, PLAIN, DAY, MemoryPopulation(state)).dividend_paid_micro == 10
