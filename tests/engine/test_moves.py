"""The moves of events balance, and together they are the balances."""

from collections import Counter

import pytest

from sharemall.engine.apply import apply
from sharemall.engine.state import Pool, State
from tests.engine.given import given
from tests.engine.stepping import CASES, golden, start, steps
from tests.engine.strategies import Journal, journals

UNITS = ("cash", "share", "coin", "quota")


@given(journals())
def test_the_moves_of_every_event_come_to_nothing_in_every_unit(journal: Journal) -> None:
    for step in steps(journal):
        assert not (step.code and step.moves)
        for unit in UNITS:
            assert sum(getattr(move, unit) for move in step.moves) == 0
        assert all(any(move[2:]) for move in step.moves)


@given(journals())
def test_an_event_moves_an_account_at_most_once_for_a_reason(journal: Journal) -> None:
    for step in steps(journal):
        keys = Counter((move.account, move.reason) for move in step.moves)
        assert max(keys.values(), default=1) == 1


@given(journals())
def test_the_moves_explain_every_balance(journal: Journal) -> None:
    explain(journal)


@pytest.mark.parametrize("case", CASES)
def test_the_moves_explain_every_balance_of_a_golden_case(case: str) -> None:
    explain(golden(case))


def explain(journal: Journal) -> None:
    """Checks after every event that the moves so far come to all balances."""
    sums: Counter[tuple[str, str]] = Counter()
    for step in steps(journal):
        for move in step.moves:
            sums.update({(move.account, unit): getattr(move, unit) for unit in UNITS})
        expected = balances(step.state)
        assert {key: number for key, number in sums.items() if number} == expected


@given(journals())
def test_moves_are_only_a_record(journal: Journal) -> None:
    with_moves, without = start(journal), start(journal)
    for event in journal.events:
        assert apply(with_moves, event, []) == apply(without, event)
    assert balances(with_moves) == balances(without)


def balances(state: State) -> dict[tuple[str, str], int]:
    """What the moves of a whole journal have to come to, account by account, without zeros."""
    found: dict[tuple[str, str], int] = dict(pool_balances(state.pool))
    paid = 0
    for prefix, accounts in (("m:", state.members), ("s:", state.merchants)):
        for name, row in accounts.items():
            key = prefix + name
            # Dividends are the members' own rows under the control account.
            found[key, "cash"] = row.cash - row.dividends
            found[key, "quota"] = row.quota + row.dividends
            found[key, "share"], found[key, "coin"] = row.shares, row.coins
            paid += row.dividends
    found[".dividends", "cash"], found[".dividends", "quota"] = paid, -paid
    for unit in UNITS:
        found[".outside", unit] = -sum(number for (_, of), number in found.items() if of == unit)
    return {key: number for key, number in found.items() if number}


def pool_balances(pool: Pool) -> dict[tuple[str, str], int]:
    return {
        (".reserve", "cash"): pool.reserve_micro,
        (".dividend_fund", "cash"): pool.dividend_fund_micro,
        (".honor_fund", "cash"): pool.honor_fund_micro,
        (".dividend_carry", "cash"): pool.dividend_carry_micro,
        (".honor_carry", "cash"): sum(pool.honor_carry_micro),
        (".unassigned", "cash"): pool.unassigned_micro,
        (".treasury", "share"): pool.treasury_micro,
    }
