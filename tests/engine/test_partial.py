"""A state with only an event's accounts gives what the whole state gives."""

import pytest

from sharemall.engine.apply import apply
from sharemall.engine.errors import IncompleteState
from sharemall.engine.events import accounts_of
from sharemall.engine.state import Accounts, MemberRow, Move, State
from tests.engine.given import given
from tests.engine.stepping import CASES, Snapshot, golden, snapshot, start, steps
from tests.engine.strategies import Event, Journal, journals


def partial(state: State, before: Snapshot, event: Event) -> State:
    """The state before an event as a ledger loads it: the pool and the event's accounts."""
    loaded = State(before.pool, list(state.schemes), complete=False)
    for key in accounts_of(event):
        rows, name = before.members if key.startswith("m:") else before.merchants, key[2:]
        if name in rows:
            put(loaded, key, rows[name])
    return loaded


def put(state: State, key: str, row: MemberRow) -> None:
    if key.startswith("m:"):
        state.put_member(key[2:], **row._asdict())
    else:
        state.put_merchant(key[2:], shares=row.shares, cash=row.cash, coins=row.coins)


def put_holders(state: State, before: Snapshot) -> None:
    """Puts everybody in who has shares or coins, as IncompleteState asks for."""
    for prefix, rows in (("m:", before.members), ("s:", before.merchants)):
        for name, row in rows.items():
            if row.shares or row.coins:
                put(state, prefix + name, row)
    state.complete = True


def changed(accounts: Accounts, rows: dict[str, MemberRow]) -> dict[str, MemberRow]:
    return {name: row for name, row in accounts.items() if rows.get(name) != row}


@given(journals())
def test_a_partial_state_gives_the_code_the_moves_and_the_balances_of_the_whole(
    journal: Journal,
) -> None:
    compare(journal)


@pytest.mark.parametrize("case", CASES)
def test_a_partial_state_does_what_the_whole_does_in_a_golden_case(case: str) -> None:
    compare(golden(case))


def compare(journal: Journal) -> None:
    """Applies every event to the whole and to a state of only its accounts."""
    versions = [start(journal).scheme]
    for step in steps(journal):
        if step.event.get("type") == "close_day":
            continue
        whole, moves = step.state, list[Move]()
        loaded = partial(whole, step.before, step.event)
        loaded.schemes = list(versions)
        untouched = snapshot(loaded)
        try:
            code = apply(loaded, step.event, moves)
        except IncompleteState:
            assert snapshot(loaded) == untouched
            assert moves == []
            put_holders(loaded, step.before)
            code = apply(loaded, step.event, moves)
        assert (code, sorted(moves)) == (step.code, sorted(step.moves))
        assert loaded.pool == whole.pool
        assert changed(loaded.members, step.before.members) == changed(
            whole.members, step.before.members
        )
        assert changed(loaded.merchants, step.before.merchants) == changed(
            whole.merchants, step.before.merchants
        )
        versions = list(whole.schemes)


def test_a_close_on_a_partial_state_asks_for_everybody(wine: State) -> None:
    wine.complete = False
    event = {"id": "c", "type": "close_day", "at": "2026-01-02T00:00:00Z", "date": "2026-01-01"}
    with pytest.raises(IncompleteState):
        apply(wine, event)
    assert wine.pool.last_closed is None
    assert wine.days == []


def test_a_refused_close_asks_for_nobody(wine: State) -> None:
    wine.complete = False
    event = {"id": "c", "type": "close_day", "at": "2026-01-01T00:00:00Z", "date": "2026-01-02"}
    assert apply(wine, event) == "day_in_future"
