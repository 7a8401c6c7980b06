"""A run of events at once: the same as `apply` one after the other, to the micro-unit.

A sale changes the pool, quotas, shares and levels, and reads no cash and no coins; most other
events change cash and coins alone. So between two events that read the price, or change the rules
or the price otherwise, the sales are worked out together, by columns (`issuing.py`). Accounts that
a run makes may come in another order.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sharemall.engine.apply import Lot, apply, lot_of
from sharemall.engine.bulk import BulkMoves
from sharemall.engine.errors import IncompleteState, OverflowStop
from sharemall.engine.events import SHAPES, Event, well_shaped
from sharemall.engine.exact import Column
from sharemall.engine.issuing import NOBODY, Lots, Sales, give, issue
from sharemall.engine.scheme import Zone
from sharemall.engine.state import Accounts, State

# What sales before or after change, or what changes them.
_IN_TURN = frozenset(("sell", "to_coins", "to_shares", "set_scheme", "close_day"))
_SALE = SHAPES["sale"]
_WORTH_COLUMNS = 16  # fewer sales take less time one by one


class Done(NamedTuple):
    """The code of each event, and the pool behind each, in micro-units."""

    codes: list[str]
    reserve_micro: list[int]
    outstanding_micro: list[int]

    def note(self, state: State, code: str) -> None:
        """Add an event that was applied, or rejected, just now."""
        self.codes.append(code)
        self.reserve_micro.append(state.pool.reserve_micro)
        self.outstanding_micro.append(state.pool.outstanding_micro)


class _Sold:
    """The good sales of a stretch: where they are in it, and their columns."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.buyers: list[str] = []
        self.referrers: list[str | None] = []
        self._zones: dict[int, tuple[int, Zone]] = {}  # by identity: a zone's hash takes long
        self._zone, self._paid, self._cost = array("q"), array("q"), array("q")

    def add(self, place: int, event: Event, lot: Lot) -> None:
        """One sale more."""
        zone, paid, cost = lot
        kept = self._zones.get(id(zone))
        if kept is None:
            kept = self._zones[id(zone)] = len(self._zones), zone
        self.places.append(place)
        self.buyers.append(event["member"])
        self.referrers.append(event.get("referrer"))
        self._zone.append(kept[0])
        self._paid.append(paid)
        self._cost.append(cost)

    def lots(self) -> Lots:
        """The sales by columns."""
        zone, paid, cost = (
            np.frombuffer(column, np.int64) for column in (self._zone, self._paid, self._cost)
        )
        zones = [zone for _, zone in self._zones.values()]
        referred = np.array([name is not None for name in self.referrers])
        return Lots(zones, zone, paid, cost, referred)


def apply_run(
    state: State,
    events: Sequence[Event],
    moves: BulkMoves | None = None,
    complete: Callable[[], None] | None = None,
) -> Done:
    """Applies events in their order; what became of each.

    `moves` gets the moves, each with the number of its event here. `complete` is called once every
    account is needed, and brings them in; without it IncompleteState is raised. Raises
    OverflowStop where `apply` does.
    """
    done = Done([], [], [])
    while len(done.codes) < len(events):
        first = len(done.codes)
        last = _reach(events, first)
        if last > first:
            _stretch(state, events[first:last], done, moves)
        else:
            done.note(state, _in_turn(state, events[first], moves, complete))
            _assign(moves, first)
    return done


def _reach(events: Sequence[Event], first: int) -> int:
    """Behind the last event from `first` on that needs not be applied in its turn."""
    for place in range(first, len(events)):
        kind = events[place].get("type")
        if type(kind) is str and kind in _IN_TURN:
            return place
    return len(events)


def _in_turn(
    state: State, event: Event, moves: BulkMoves | None, complete: Callable[[], None] | None
) -> str:
    try:
        return apply(state, event, moves)
    except IncompleteState:  # a wind-up: everybody is paid out
        if complete is None:
            raise
        complete()
        return apply(state, event, moves)


def _stretch(state: State, events: Sequence[Event], done: Done, moves: BulkMoves | None) -> None:
    """Events that leave each other alone: the sales together, all others in turn."""
    first, sold, pool = len(done.codes), _Sold(), state.pool
    codes = [""] * len(events)
    for place, event in enumerate(events):
        if event.get("type") != "sale" or not well_shaped(event, _SALE):
            codes[place] = apply(state, event, moves)
            _assign(moves, first + place)
            continue
        lot = lot_of(state, event)
        if isinstance(lot, str):
            codes[place] = lot
        else:
            sold.add(place, event, lot)
    pools = np.zeros((2, len(events)), np.int64)
    pools[:, 0] = pool.reserve_micro, pool.outstanding_micro
    if sold.places:
        pools[:, sold.places] += _sell(state, events, sold, codes, first, moves)
    np.cumsum(pools, axis=1, out=pools)
    done.codes.extend(codes)
    done.reserve_micro.extend(pools[0].tolist())
    done.outstanding_micro.extend(pools[1].tolist())


def _sell(
    state: State,
    events: Sequence[Event],
    sold: _Sold,
    codes: list[str],
    first: int,
    moves: BulkMoves | None,
) -> Column:
    """What each sale adds to the reserve and to what is outstanding; codes of those rejected."""
    if len(sold.places) >= _WORTH_COLUMNS:
        try:
            return _together(state, sold, first, moves)
        except OverflowStop:  # nothing has changed; which one is too much?
            pass
    pool, gained = state.pool, np.empty((2, len(sold.places)), np.int64)
    for number, place in enumerate(sold.places):
        reserve, outstanding = pool.reserve_micro, pool.outstanding_micro
        codes[place] = apply(state, events[place], moves)
        _assign(moves, first + place)
        gained[:, number] = pool.reserve_micro - reserve, pool.outstanding_micro - outstanding
    return gained


def _together(state: State, sold: _Sold, first: int, moves: BulkMoves | None) -> Column:
    terms = issue(state, sold.lots())
    give(state, *_rows(state.members, sold, terms), terms)
    if moves is not None:
        numbers = np.array(sold.places, np.int64) + first
        moves.add_sales(numbers, sold.buyers, sold.referrers, terms)
    shares = terms.buyer_shares_micro + terms.referrer_shares_micro
    return np.stack((terms.reserve_micro, shares))


def _rows(members: Accounts, sold: _Sold, terms: Sales) -> tuple[Column, Column]:
    """The rows of buyers and of referrers who get shares, made where there are none yet."""
    rows, given = members.rows, terms.referrer_shares_micro.tolist()
    names = list(zip(sold.buyers, sold.referrers, given, strict=True))
    for buyer, referrer, shares in names:
        if buyer not in rows:
            members.row(buyer)
        if shares and referrer is not None and referrer not in rows:
            members.row(referrer)
    buyers = np.fromiter(map(rows.__getitem__, sold.buyers), np.int64, len(names))
    referrers = [NOBODY if not shares else rows[str(name)] for _, name, shares in names]
    return buyers, np.array(referrers, np.int64)


def _assign(moves: BulkMoves | None, number: int) -> None:
    if moves is not None:
        moves.assign(number)
