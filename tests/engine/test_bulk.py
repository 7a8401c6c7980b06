"""The moves of many events at once are, event by event, the moves of each."""

from collections import Counter

from hypothesis import given

from sharemall.engine.apply import apply
from sharemall.engine.bulk import BUYER, REFERRER, BulkMoves, Leg
from sharemall.engine.state import Move
from tests.engine.stepping import start
from tests.engine.strategies import Journal, journals


@given(journals())
def test_bulk_moves_are_the_moves_of_each_event(journal: Journal) -> None:
    one_by_one, at_once = start(journal), start(journal)
    expected: list[list[Move]] = []
    bulk, others, sales = BulkMoves(), Counter[int](), list[int]()
    for number, event in enumerate(journal.events):
        moves: list[Move] = []
        expected.append(moves)
        before, sold = len(bulk), len(bulk.buyers)
        assert apply(one_by_one, event, moves) == apply(at_once, event, bulk)
        others[number] = len(bulk) - before
        sales += [number] * (len(bulk.buyers) - sold)
    found: list[list[Move]] = [[] for _ in journal.events]
    rest = iter(bulk)
    for number, count in others.items():
        found[number] += [next(rest) for _ in range(count)]
    for leg in bulk.legs():
        for place, number in enumerate(sales):
            move = moved(bulk, leg, place)
            found[number] += [move] if any(move[2:]) else []
    assert [sorted(moves) for moves in found] == [sorted(moves) for moves in expected]


def moved(bulk: BulkMoves, leg: Leg, place: int) -> Move:
    """A sale's part of a leg as a move."""
    members = {BUYER: bulk.buyers, REFERRER: bulk.referrers}
    names = members.get(leg.account)
    account = leg.account if names is None else f"m:{names[place]}"
    cash, share, quota = (int(column[place]) for column in (leg.cash, leg.share, leg.quota))
    return Move(account, leg.reason, cash, share, 0, quota)
