"""A run of events at once against the same events one after the other."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.engine import run
from sharemall.engine.amounts import decimal_string
from sharemall.engine.apply import apply
from sharemall.engine.bulk import BUYER, REFERRER, BulkMoves, Leg
from sharemall.engine.errors import IncompleteState
from sharemall.engine.events import Event
from sharemall.engine.run import Done, apply_run
from sharemall.engine.state import Move, State
from tests.engine.stepping import CASES, golden, snapshot, start
from tests.engine.strategies import Journal, journals

AT = "2030-01-01T12:00:00Z"
SCHEME = """
[scheme]
name = "shop"
share_cap = "{cap}"
honor_thresholds = ["1", "5", "10", "20", "40", "80", "160", "320", "640", "1280"]
[zones.value]
reserve = "0.30"
dividend = "0.20"
quota = "2"
[zones.value.issue]
by = "value"
buyer = "0.70"
referrer = "0.10"
[zones.amount]
base = "profit"
reserve = "0.50"
honor = "0.10"
quota = "0.5"
[zones.amount.issue]
by = "amount"
yuan_per_share = "{yuan}"
referrer = "0.05"
"""


def assert_runs_equal_steps(journal: Journal, cuts: Sequence[int] = ()) -> State:
    """The journal in runs, cut before these places, and event by event: all is the same."""
    one_by_one, at_once = start(journal), start(journal)
    expected, moved = Done([], [], []), list[list[Move]]()
    for event in journal.events:
        moves: list[Move] = []
        expected.note(one_by_one, apply(one_by_one, event, moves))
        moved.append(moves)
    done, found = Done([], [], []), list[list[Move]]()
    for first, last in pairwise([0, *sorted(cuts), len(journal.events)]):
        bulk, events = BulkMoves(), journal.events[first:last]
        for column, more in zip(done, apply_run(at_once, events, bulk), strict=True):
            column.extend(more)
        found += by_event(bulk, len(events))
    assert done == expected
    assert snapshot(at_once) == snapshot(one_by_one)
    assert at_once.days == one_by_one.days
    assert [sorted(moves) for moves in found] == [sorted(moves) for moves in moved]
    return at_once


def by_event(bulk: BulkMoves, count: int) -> list[list[Move]]:
    """The moves of each event."""
    found: list[list[Move]] = [[] for _ in range(count)]
    for number, move in zip(bulk.of_move, bulk, strict=True):
        found[number].append(move)
    for leg in bulk.legs():
        for place, number in enumerate(bulk.of_sale):
            move = of_leg(bulk, leg, place)
            found[number] += [move] if any(move[2:]) else []
    return found


def of_leg(bulk: BulkMoves, leg: Leg, place: int) -> Move:
    """A sale's part of a leg as a move."""
    names = {BUYER: bulk.buyers, REFERRER: bulk.referrers}.get(leg.account)
    account = leg.account if names is None else f"m:{names[place]}"
    cash, share, quota = (int(column[place]) for column in (leg.cash, leg.share, leg.quota))
    return Move(account, leg.reason, cash, share, 0, quota)


@given(journals(), st.lists(st.integers(0, 5), max_size=3))
def test_a_journal_in_runs_is_the_journal_event_by_event(journal: Journal, cuts: list[int]) -> None:
    assert_runs_equal_steps(journal, cuts)


@given(journals(), st.lists(st.integers(0, 5), max_size=3))
def test_also_where_few_sales_go_by_columns(journal: Journal, cuts: list[int]) -> None:
    with patch.object(run, "_WORTH_COLUMNS", 1):
        assert_runs_equal_steps(journal, cuts)


@pytest.mark.parametrize("case", CASES)
def test_a_golden_case_in_one_run_is_that_case_event_by_event(case: str) -> None:
    with patch.object(run, "_WORTH_COLUMNS", 1):
        assert_runs_equal_steps(golden(case))


@pytest.mark.parametrize("cap", ["1000000000", "5000", "700.000001", "0.5"])
@pytest.mark.parametrize("yuan", ["100", "0.000001"])
def test_a_long_mixed_run_is_its_events_one_by_one(cap: str, yuan: str) -> None:
    """Zones of both kinds, refusals, coins and cash between the sales; the cap on the way."""
    journal = Journal(SCHEME.format(cap=cap, yuan=yuan), mixed(random.Random(cap), 900))
    state = assert_runs_equal_steps(journal, cuts=(300,))
    assert len(state.members.rows) > 20


def test_too_high_numbers_in_a_run_are_refused_one_by_one() -> None:
    huge = [sale(number, "a", paid="1000000000000") for number in range(40)]
    others = [sale(100 + number, "b", paid="10.00") for number in range(40)]
    text = SCHEME.format(cap="1000000000000", yuan="100")
    journal = Journal(text, [*others, *huge, *others])
    assert Counter(apply_run(start(journal), journal.events).codes) == {"": 80 + 2, "overflow": 38}
    assert_runs_equal_steps(journal)


@pytest.mark.parametrize("referrer", [{}, {"referrer": "z"}])
def test_a_run_in_which_all_or_none_were_referred(referrer: dict[str, str]) -> None:
    text = SCHEME.format(cap="1000000000", yuan="100")
    events = [sale(number, f"m{number % 7}", paid="10.00", **referrer) for number in range(60)]
    state = assert_runs_equal_steps(Journal(text, events))
    assert ("z" in state.members.rows) is bool(referrer)


def test_a_wind_up_in_a_run_asks_once_for_everybody() -> None:
    text = SCHEME.format(cap="1000000000", yuan="100")
    state = start(Journal(text, []))
    apply_run(state, [sale(1, "a", paid="100.00")])
    sell = {"id": "s", "type": "sell", "at": AT, "member": "a", "shares": "20.5"}
    state.complete = False
    with pytest.raises(IncompleteState):
        apply_run(state, [sell])
    asked: list[str] = []

    def complete() -> None:
        asked.append("once")
        state.complete = True

    assert apply_run(state, [sell, sale(2, "b", paid="100.00")], complete=complete).codes == [
        "",
        "",
    ]
    assert asked == ["once"]


def sale(number: int, member: str, *, paid: str, **more: str) -> Event:
    event = {"id": f"e{number}", "type": "sale", "at": AT, "member": member, "paid": paid}
    return event | {"zone": "value"} | more


def mixed(pick: random.Random, count: int) -> list[Event]:
    """Sales, among them refused ones, with coins and cash between, now and then a sell."""
    return [an_event(pick, number) for number in range(count)]


def an_event(pick: random.Random, number: int) -> Event:
    member, other = f"m{pick.randrange(30)}", f"m{pick.randrange(30)}"
    head = {"id": f"e{number}", "at": AT}
    some = decimal_string(pick.randrange(1, 10**8))
    kind = pick.randrange(40)
    if kind < 8:
        return head | {"type": "cash_in", "merchant": "shop", "amount": some, "reason": "order"}
    if kind < 10:
        return head | {"type": "pay_coins", "member": member, "merchant": "shop", "coins": some}
    if kind == 10:
        return head | {"type": "sell", "member": member, "shares": some}
    if kind == 11:
        return head | {"type": "to_coins", "member": member, "shares": some}
    if kind == 12:
        return head | {"type": ["sale"], "zone": "value"}
    paid = f"{pick.randrange(0, 1000)}.{pick.choice(['00', '5', '001'])}"
    zone = pick.choice(["value", "value", "amount", "elsewhere"])
    more = {"zone": zone, "cost": f"{pick.randrange(300)}"}
    more |= {"referrer": other} if pick.randrange(2) else {}
    more |= {"scheme": pick.choice(["1", "2", "x"])} if kind == 13 else {}
    return sale(number, member, paid=paid, **more)
