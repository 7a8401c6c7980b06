"""Many events at once against the same events one after the other."""

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import strategies as st

from sharemall.engine import batch
from sharemall.engine.amounts import decimal_string
from sharemall.engine.apply import apply
from sharemall.engine.errors import OverflowStop
from sharemall.engine.issuing import NOBODY
from sharemall.engine.state import Accounts, MemberRow, State
from tests.engine.given import given
from tests.engine.stepping import replayed
from tests.engine.strategies import MEMBERS, Event, Journal, journals

AT = {"at": "2030-01-01T12:00:00Z"}
amounts_fen = st.one_of(
    st.integers(1, 100), st.integers(10**3, 10**6), st.integers(1, 10**9), st.integers(1, 10**13)
)
orders = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.one_of(st.none(), st.integers(0, 4)),
        amounts_fen,
        st.one_of(st.just(0), st.integers(0, 10**12)),
    ).filter(lambda order: order[0] != order[1]),
    max_size=80,
)


def with_members(journal: Journal) -> State:
    """The state after a journal, in which every member has an account."""
    state = replayed(journal)
    state.members.add([name for name in MEMBERS if name not in state.members.rows])
    return state


def numbers(state: State) -> object:
    """All of a state but its days."""
    everybody = sorted(state.members.items()), sorted(state.merchants.items())
    return state.pool, *([pair for pair in some if any(pair[1])] for some in everybody)


def column(values: list[int]) -> batch.Column:
    return np.array(values, np.int64)


@given(journals(), orders)
def test_sales_at_once_are_the_sales_one_by_one(
    journal: Journal, chosen: list[tuple[int, int | None, int, int]]
) -> None:
    one_by_one = with_members(journal)
    at_once = deepcopy(one_by_one)
    zone_name, zone = next(iter(one_by_one.scheme.zones.items()))
    rows = [one_by_one.members.rows[name] for name in MEMBERS]
    codes = []
    for number, (buyer, referrer, fen, cost) in enumerate(chosen):
        event = {"id": f"b{number}", "type": "sale", **AT, "zone": zone_name}
        event |= {"member": MEMBERS[buyer], "paid": decimal_string(fen * 10**4)}
        event |= {"cost": decimal_string(cost)}
        if referrer is not None:
            event["referrer"] = MEMBERS[referrer]
        codes.append(apply(one_by_one, event))
    columns = (
        column([rows[order[0]] for order in chosen]),
        column([NOBODY if order[1] is None else rows[order[1]] for order in chosen]),
        column([order[2] * 10**4 for order in chosen]),
        column([order[3] for order in chosen]),
    )
    before = deepcopy(at_once)
    try:
        batch.sales(at_once, zone, *columns)
    except OverflowStop:
        assert numbers(at_once) == numbers(before)
        return
    assert not any(codes)
    assert numbers(at_once) == numbers(one_by_one)


def holders(accounts: Accounts, column: str) -> list[tuple[str, int]]:
    """Who has some, with how much."""
    rows = [(name, int(getattr(row, column))) for name, row in accounts.items()]
    return [(name, held) for name, held in rows if held]


def chosen_parts(data: st.DataObject, held: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Some of them in any order, each with all or a part of what it has."""
    order = data.draw(st.permutations(held))[: data.draw(st.integers(0, len(held)))]
    return [
        (name, data.draw(st.one_of(st.just(most), st.integers(1, most)))) for name, most in order
    ]


def apply_all(state: State, events: list[Event]) -> list[str]:
    return [apply(state, event | AT) for event in events]


@given(journals(), st.booleans(), st.data())
def test_sells_at_once_are_the_sells_one_by_one(
    journal: Journal, merchants: bool, data: st.DataObject
) -> None:
    one_by_one = replayed(journal)
    at_once = deepcopy(one_by_one)
    kind = "merchant" if merchants else "member"
    accounts = at_once.merchants if merchants else at_once.members
    chosen = chosen_parts(data, holders(accounts, "shares"))
    events = [
        {"id": name, "type": "sell", kind: name, "shares": decimal_string(shares)}
        for name, shares in chosen
    ]
    codes = apply_all(one_by_one, events)
    rows = column([accounts.rows[name] for name, _ in chosen])
    sold = batch.sells(at_once, accounts, rows, column([shares for _, shares in chosen]))
    assert numbers(at_once) == numbers(one_by_one)
    applied = len(sold.gross_micro)
    assert codes == [""] * applied + ["insufficient_shares"] * (len(codes) - applied)


@given(journals(), st.data())
def test_exchanges_and_payments_at_once_are_those_one_by_one(
    journal: Journal, data: st.DataObject
) -> None:
    one_by_one = replayed(journal)
    at_once = deepcopy(one_by_one)
    members = at_once.members
    chosen = chosen_parts(data, holders(members, "shares"))
    events: list[Event] = [
        {"id": name, "type": "to_coins", "member": name, "shares": decimal_string(shares)}
        for name, shares in chosen
    ]
    assert not any(apply_all(one_by_one, events))
    rows = column([members.rows[name] for name, _ in chosen])
    batch.to_coins(at_once, rows, column([shares for _, shares in chosen]))
    assert numbers(at_once) == numbers(one_by_one)
    paid = chosen_parts(data, holders(members, "coins"))
    events = [
        {"type": "pay_coins", "member": name, "merchant": "s", "coins": decimal_string(coins)}
        for name, coins in paid
    ]
    assert not any(apply_all(one_by_one, [event | {"id": "p"} for event in events]))
    rows = column([members.rows[name] for name, _ in paid])
    batch.pay_coins(at_once, rows, "s", column([coins for _, coins in paid]))
    assert numbers(at_once) == numbers(one_by_one)


def test_accounts_are_made_at_once_and_never_twice() -> None:
    accounts = Accounts()
    accounts.put("a", MemberRow(1, 2, 3, 4, 5, 6))
    accounts.add(["b", "c"])
    assert [*accounts.items()][1:] == [("b", MemberRow(*[0] * 6)), ("c", MemberRow(*[0] * 6))]
    with pytest.raises(ValueError, match="there already"):
        accounts.add(["d", "a"])


@pytest.mark.parametrize(
    "work",
    [
        lambda state, one: batch.sells(state, state.members, one, one * 0),
        lambda state, one: batch.sells(state, state.members, one, one + 10**15),
        lambda state, one: batch.sells(state, state.members, np.append(one, one), np.ones(2, int)),
        lambda state, one: batch.to_coins(state, one, one + 10**15),
        lambda state, one: batch.pay_coins(state, one, "s", one + 10**15),
        lambda state, one: batch.pay_coins(state, one, "s", one * 0),
    ],
)
def test_quantities_that_are_not_there_are_refused(
    state: State, work: Callable[[State, batch.Column], object]
) -> None:
    before = deepcopy(numbers(state))
    with pytest.raises(ValueError, match=r"more|twice"):
        work(state, np.zeros(1, np.int64))
    assert numbers(state) == before


@pytest.mark.parametrize(
    ("referrer", "paid", "cost"), [(0, 10**6, 0), (-1, 0, 0), (-1, 10**6 + 1, 0), (-1, 10**6, -1)]
)
def test_sales_that_no_event_could_be_are_refused(
    state: State, referrer: int, paid: int, cost: int
) -> None:
    before = deepcopy(numbers(state))
    zone = next(iter(state.scheme.zones.values()))
    columns = (column([number]) for number in (0, referrer, paid, cost))
    with pytest.raises(ValueError, match=r"not allowed|refers"):
        batch.sales(state, zone, *columns)
    assert numbers(state) == before
