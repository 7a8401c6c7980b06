"""What members do with their shares: hold, sell, or pay with them. Source: docs/simulator.md."""

import calendar
from datetime import timedelta

import numpy as np

from sharemall.engine.amounts import FEN_MICRO, NANO
from sharemall.engine.exact import Column, scaled_down
from sharemall.engine.state import Pool, State
from sharemall.simulator.draws import People
from sharemall.simulator.scenario import Scenario

_NOTHING = np.empty(0, np.int64)


class Selling:
    """Who sells how much on which day. `basis` is what each member's shares were worth at issue."""

    def __init__(self, scenario: Scenario, people: People, random: np.random.Generator) -> None:
        self._scenario = scenario
        self._people = people
        self._random = random
        self._panics: dict[int, int] = {}
        for panic in scenario.panics:
            self._panics[panic.day] = max(self._panics.get(panic.day, 0), panic.holders_nano)
        self._basis = np.zeros(people.count if len(people.at_a_gain) else 0, np.int64)

    def there(self, state: State) -> None:
        """What whoever is there before the first day holds is worth what it is now."""
        if len(self._basis):
            rows = np.arange(len(state.members.shares))
            self.issued(state.pool, rows, np.frombuffer(state.members.shares, np.int64))

    def issued(self, pool: Pool, members: Column, shares: Column) -> None:
        """Notes what new shares are worth once they are issued."""
        if len(self._basis) and pool.outstanding_micro:
            worth = scaled_down(shares, pool.reserve_micro, pool.outstanding_micro)
            np.add.at(self._basis, members, worth)

    def of_day(self, day: int, state: State) -> tuple[Column, Column]:
        """Members, in the order in which they sell, and the shares that each sells.

        Whoever has several reasons follows the strongest: panic, payday, gain.
        """
        shares, pool = np.frombuffer(state.members.shares, np.int64), state.pool
        if not pool.outstanding_micro:
            return _NOTHING, _NOTHING
        wanted = [
            self._panic(day, shares),
            self._payday(day, shares),
            self._at_a_gain(pool, shares),
        ]
        members, amounts = (np.concatenate(column) for column in zip(*wanted, strict=True))
        _, first = np.unique(members, return_index=True)
        first = first[amounts[first] > 0]
        order = self._random.permutation(first)
        members, amounts = members[order], amounts[order]
        self.gone(members, shares[members], amounts)
        return members, amounts

    def _panic(self, day: int, shares: Column) -> tuple[Column, Column]:
        part = self._panics.get(day)
        if part is None:
            return _NOTHING, _NOTHING
        holders = np.flatnonzero(shares)
        selling = holders[self._random.random(len(holders)) < part / NANO]
        return selling, shares[selling]

    def _payday(self, day: int, shares: Column) -> tuple[Column, Column]:
        payday, date = self._scenario.payday, self._scenario.start + timedelta(days=day)
        last = calendar.monthrange(date.year, date.month)[1]
        if date.day != min(payday.day_of_month, last):
            return _NOTHING, _NOTHING
        members = _there(self._people.on_payday, len(shares))
        members = members[shares[members] > 0]
        return members, _part(shares[members], payday.part_nano)

    def _at_a_gain(self, pool: Pool, shares: Column) -> tuple[Column, Column]:
        gain = self._scenario.gain
        members = _there(self._people.at_a_gain, len(shares))
        if not len(members):
            return _NOTHING, _NOTHING
        held, basis = shares[members], self._basis[members]
        worth = scaled_down(held, pool.reserve_micro, pool.outstanding_micro)
        selling = (held > 0) & (worth - basis >= scaled_down(basis, gain.gain_nano, NANO))
        return members[selling], _part(held[selling], gain.part_nano)

    def gone(self, members: Column, held: Column, amounts: Column) -> None:
        """Takes from the basis the part of these amounts in what was held before them."""
        if len(self._basis):
            columns = self._basis[members].tolist(), held.tolist(), amounts.tolist()
            self._basis[members] = [
                basis * (shares - amount) // shares
                for basis, shares, amount in zip(*columns, strict=True)
            ]

    def sold_out(self, state: State) -> None:
        """Forgets the basis of whoever has no shares, after others made it sell."""
        count = len(state.members.shares) if len(self._basis) else 0
        self._basis[:count][np.frombuffer(state.members.shares, np.int64)[:count] == 0] = 0


def _there(members: Column, count: int) -> Column:
    """Those of ascending members who have an account yet."""
    return members[: np.searchsorted(members, count)]


def _part(shares: Column, part_nano: int) -> Column:
    return shares.copy() if part_nano == NANO else scaled_down(shares, part_nano, NANO)


def coins_for(pool: Pool, shares: Column, wanted: Column) -> Column:
    """How many of its shares each exchanges to have the coins that it wants, at most."""
    needed = scaled_down(wanted, pool.outstanding_micro, pool.reserve_micro)
    return np.minimum(shares, needed)


def whole_fen(amounts: Column) -> Column:
    """What can be paid of these amounts."""
    return amounts - amounts % FEN_MICRO
