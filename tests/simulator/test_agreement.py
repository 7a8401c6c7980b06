"""A run against the event-by-event engine, which replays the journal that it wrote."""

from pathlib import Path

import pytest

from sharemall.engine.apply import apply
from sharemall.engine.events import parse_line
from sharemall.engine.replay import Replayed, replay
from sharemall.engine.state import State
from sharemall.simulator.journal import Journal
from sharemall.simulator.results import PARTS, Run
from sharemall.simulator.run import SHOP, Simulation, simulate
from sharemall.simulator.scenario import Scenario
from tests.simulator.scenarios import active, any_scenario

DAYS_OF_ROW = {
    "dividend_fund_micro": "dividend_fund_micro",
    "dividend_paid_micro": "dividend_paid_micro",
    "honor_paid_micro": "honor_paid_micro",
    "to_reserve_micro": "to_reserve_micro",
    "forced_exits": "forced_exits",
}


def both(scenario: Scenario, seed: int, file: Path) -> tuple[Simulation, Run, Replayed]:
    """The run and the replay of its journal."""
    with file.open("w", encoding="ascii") as lines:
        simulation = Simulation(scenario, seed, Journal(lines))
        for day in range(scenario.days):
            simulation.day(day)
    with file.open("rb") as written:
        replayed = replay(scenario.scheme.text, written)
    return simulation, simulation.run(scenario.days), replayed


def accounts(state: State) -> list[object]:
    """All accounts that hold, or ever got, anything."""
    everybody = (*state.members.items(), *state.merchants.items())
    return sorted((name, row) for name, row in everybody if any(row))


@pytest.mark.parametrize("seed", range(16))
def test_the_engine_replays_a_runs_journal_to_the_same_state(seed: int, tmp_path: Path) -> None:
    simulation, run, replayed = both(any_scenario(seed), seed, tmp_path / "events.jsonl")
    assert replayed.rejected == []
    assert replayed.state.pool == simulation.state.pool
    assert accounts(replayed.state) == accounts(simulation.state)
    for ours, theirs in DAYS_OF_ROW.items():
        expected = [getattr(row, theirs) for row in replayed.state.days]
        assert run.days[ours].tolist() == expected, ours


def test_those_scenarios_have_all_that_they_are_for() -> None:
    runs = [simulate(any_scenario(seed), seed) for seed in range(16)]
    for column in ("honor_paid_micro", "forced_exits", "sells", "refunds", "paid_by_coins_micro"):
        assert any(run.days[column].any() for run in runs), column
    assert any((run.days["unassigned_micro"] > 0).any() for run in runs)
    wound_up = [run.days["outstanding_micro"] for run in runs]
    assert any(((held[1:] == 0) & (held[:-1] > 0)).any() for held in wound_up)


@pytest.mark.parametrize("seed", [3, 4])
def test_what_each_member_paid_received_and_waited_is_what_its_events_say(
    seed: int, tmp_path: Path
) -> None:
    scenario = active(exit=seed == 4, quota="3")
    file = tmp_path / "events.jsonl"
    _, run, _ = both(scenario, seed, file)
    state, day = State.empty(scenario.scheme), 0
    count = len(run.members["joined_day"])
    paid, coins, orders = [0] * count, [0] * count, [0] * count
    waited = {part: [-1] * count for part in PARTS}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        event = parse_line(line, number)
        assert event is not None
        assert apply(state, event) == ""
        member = int(event.get("member", "m0")[1:])
        if event["type"] == "sale":
            paid[member] += int(event["paid"].replace(".", ""))
            orders[member] += 1
        elif event["type"] == "pay_coins":
            coins[member] += int(event["coins"].replace(".", ""))
        elif event["type"] == "close_day":
            for name, row in state.members.items():
                number = int(name[1:])
                back = row.cash + coins[number]
                for part in PARTS:
                    if (
                        paid[number]
                        and waited[part][number] < 0
                        and not cheaper(back, paid, part, number)
                    ):
                        waited[part][number] = day - int(run.members["joined_day"][number])
            day += 1
    assert run.members["paid_micro"].tolist() == paid
    assert run.members["orders"].tolist() == orders
    for part in PARTS:
        assert run.members[f"days_to_{part}"].tolist() == waited[part]
    received = [
        coins[number] + (row.cash if (row := state.member(f"m{number}")) else 0)
        for number in range(count)
    ]
    assert run.members["received_micro"].tolist() == received
    assert run.days["paid_by_coins_micro"].sum() == sum(coins)


def cheaper(back: int, paid: list[int], part: int, member: int) -> bool:
    """Whether less than this part of what a member paid has come back."""
    return back * 100 < paid[member] * part


def test_the_shop_sells_its_coins_at_the_end_of_a_month(tmp_path: Path) -> None:
    simulation, _, replayed = both(active(days=50), 1, tmp_path / "events.jsonl")
    shop = simulation.state.merchant(SHOP)
    assert shop is not None
    assert shop.cash > 0
    assert replayed.state.merchant(SHOP) == shop
