"""Simulating a scenario day by day.

A day's events, in the order of the journal: members exchange shares for coins and pay with them;
the orders that complete are sales, zone by zone; members sell; at the end of a month the shop turns
its coins into shares and sells them; the day closes. Source: docs/simulator.md.
"""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import numpy as np

from sharemall.engine import batch
from sharemall.engine.amounts import NANO
from sharemall.engine.apply import apply
from sharemall.engine.exact import Column, scaled_down
from sharemall.engine.state import State
from sharemall.simulator.behaviour import Selling, coins_for, whole_fen
from sharemall.simulator.books import DayBooks, MemberBooks
from sharemall.simulator.checks import Checks
from sharemall.simulator.cohorts import cohorts_of, members_of
from sharemall.simulator.draws import Baskets, Calendar, People, generators
from sharemall.simulator.journal import Journal, name_of
from sharemall.simulator.results import Run
from sharemall.simulator.scenario import Scenario, ZonePlan

SHOP = "shop"


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    progress: Callable[[int, int], None] | None = None,
    journal: Path | None = None,
    stop: threading.Event | None = None,
    state: State | None = None,
) -> Run:
    """The scenario's run for a seed: the same seed gives the same run to the micro-unit.

    `progress` is told (days done, days in all). With `journal`, all events are written to that
    file, which `engine.replay` brings to the same state. Once `stop` is set, the day is finished
    and what there is comes back, not `complete`.

    With `state`, which it changes, the run goes on from there: it is complete, under the scenario's
    scheme, and its last close is before the start. Its members order nothing, but hold and sell as
    others do; what they had received before is not told. No journal then: ValueError, as for a
    state that does not fit.

    Raises BrokenInvariant if something that always holds does not, and OverflowStop where numbers
    grow beyond 2^62.
    """
    done = 0
    if state is not None and journal is not None:
        raise ValueError("a run that goes on from a state has no journal of its own")
    with nullcontext() if journal is None else journal.open("w", encoding="ascii") as file:
        simulation = Simulation(scenario, seed, Journal(file), state)
        while done < scenario.days and not (stop is not None and stop.is_set()):
            simulation.day(done)
            done += 1
            if progress is not None:
                progress(done, scenario.days)
    return simulation.run(done)


class Simulation:
    """A run under way. `state` is the engine's; a member's number is its row."""

    def __init__(
        self, scenario: Scenario, seed: int, journal: Journal, state: State | None = None
    ) -> None:
        random = generators(seed)
        if state is not None:
            _refuse_unfit(scenario, state)
        # Whatever real accounts are called, these are called otherwise.
        self._prefix = "" if state is None else "simulated-"
        self._shop = f"{self._prefix}{SHOP}"
        self.state = State.empty(scenario.scheme) if state is None else state
        self._scenario, self._seed, self._journal = scenario, seed, journal
        self._people = People(scenario, random, len(self.state.members.shares))
        self._calendar = Calendar(scenario, self._people, random)
        self._baskets = Baskets(scenario, random)
        self._selling = Selling(scenario, self._people, random["panic"])
        self._selling.there(self.state)
        self._books = MemberBooks(self._people.joined_day, self.state.members)
        self._days = DayBooks(scenario, self.state, self._shop)
        self._checks = Checks(self.state)

    def day(self, day: int) -> None:
        """One whole day; days come one after the other, from 0."""
        self._journal.day(self._scenario.start + timedelta(days=day))
        self._days.begin(day)
        self._days.add(joined=int(self._people.before[day + 1] - self._people.before[day]))
        self._complete_orders(day - self._scenario.completion_days)
        self._checks.price("sales")
        self._sell(day)
        self._checks.price("sells")
        self._sell_the_shops_coins(day)
        self._close(day)
        self._checks.price("the close")
        self._books.look(day, np.frombuffer(self.state.members.cash, np.int64))
        self._checks.day(self._days.booked, self._books.granted_micro)
        members = int(self._people.before[day + 1])
        self._days.end(members=members, checks=self._checks.count)

    def run(self, days: int) -> Run:
        """What came of the first `days`, all of which have been."""
        scenario, people = self._scenario, self._people
        known = int(people.before[days])
        members = members_of(self._books, self.state, known)
        return Run(
            scenario=scenario,
            seed=self._seed,
            complete=days == scenario.days,
            days={name: column[:days] for name, column in self._days.columns.items()},
            cohorts=cohorts_of(scenario, days, members),
            members=members,
        )

    def _complete_orders(self, placed_on: int) -> None:
        """The orders of a day whose return period is over: given back, or sales."""
        buyers = self._calendar.placed(placed_on)
        if placed_on >= 0:
            first, last = self._people.before[placed_on : placed_on + 2]
            names = [f"{self._prefix}{name_of(member)}" for member in range(first, last)]
            self.state.members.add(names)
        if not len(buyers):
            return
        zones, refunded = self._baskets.zones(len(buyers)), self._baskets.refunded(len(buyers))
        values = np.empty_like(buyers)
        for place in range(len(self._scenario.zones)):
            mine = zones == place
            values[mine] = self._baskets.values_micro(place, int(mine.sum()))
        self._refund(values[refunded])
        kept = ~refunded
        buyers, zones, values = buyers[kept], zones[kept], values[kept]
        coins = self._pay_with_coins(buyers, values)
        self._days.add(
            orders=len(buyers), turnover_micro=_sum(values), paid_by_coins_micro=_sum(coins)
        )
        for place, plan in enumerate(self._scenario.zones):
            mine = zones == place
            self._sales(plan, buyers[mine], values[mine], coins[mine])

    def _refund(self, values: Column) -> None:
        lost = _sum(scaled_down(values, self._scenario.company.refund_cost_nano, NANO))
        self._days.add(refunds=len(values), refunded_micro=_sum(values), company_margin_micro=-lost)

    def _pay_with_coins(self, buyers: Column, values: Column) -> Column:
        """The coins that each order takes: a member's first of the day, from its own shares."""
        paid, pool, members = np.zeros_like(values), self.state.pool, self.state.members
        if not self._scenario.coins.members_nano or not pool.outstanding_micro:
            return paid
        places = np.flatnonzero(self._people.uses_coins[buyers])
        _, first = np.unique(buyers[places], return_index=True)
        places = places[first]
        rows = buyers[places]
        most = scaled_down(values[places], self._scenario.coins.most_nano, NANO)
        held = np.frombuffer(members.shares, np.int64)[rows]
        exchanged = coins_for(pool, held, most)
        some = exchanged > 0
        self._exchange(rows[some], held[some], exchanged[some])
        coins = np.frombuffer(members.coins, np.int64)[rows]
        paid[places] = whole_fen(np.minimum(coins, most))
        some = paid[places] > 0
        self._pay(rows[some], paid[places][some])
        return paid

    def _exchange(self, members: Column, held: Column, shares: Column) -> None:
        self._journal.events("to_coins", members, "shares", shares)
        self._selling.gone(members, held, shares)
        batch.to_coins(self.state, members, shares)

    def _pay(self, members: Column, coins: Column) -> None:
        if len(members):
            self._journal.events("pay_coins", members, "coins", coins, merchant=self._shop)
            batch.pay_coins(self.state, members, self._shop, coins)
            self._books.add_coins(members, coins)

    def _sales(self, plan: ZonePlan, buyers: Column, values: Column, coins: Column) -> None:
        """A zone's completed orders; what is paid with coins alone is no sale."""
        paid = values - coins
        goods = _up(values, plan.cost_nano)
        self._days.add(company_margin_micro=_sum(paid) - _sum(goods))
        if _sum(coins):
            in_money = paid > 0
            buyers, paid = buyers[in_money], paid[in_money]
        if not len(buyers):
            return
        zone, cost = self.state.scheme.zones[plan.name], _up(paid, plan.cost_nano)
        referrers = self._people.referrer[buyers].astype(np.int64)
        self._journal.sales(plan.name, buyers, referrers, paid, cost)
        sold = batch.sales(self.state, zone, buyers, referrers, paid, cost)
        self._days.add_sales(sold)
        self._books.add_sales(buyers, paid, sold.quota_micro)
        self._selling.issued(self.state.pool, buyers, sold.buyer_shares_micro)
        given = np.flatnonzero(sold.referrer_shares_micro)
        self._selling.issued(self.state.pool, referrers[given], sold.referrer_shares_micro[given])

    def _sell(self, day: int) -> None:
        members, shares = self._selling.of_day(day, self.state)
        if not len(members):
            return
        sold = batch.sells(self.state, self.state.members, members, shares)
        count = len(sold.gross_micro)
        self._journal.events("sell", members[:count], "shares", shares[:count])
        self._days.add(
            sells=count,
            sold_shares_micro=_sum(shares[:count]),
            sold_shares_cash_micro=_sum(sold.paid_micro),
        )
        if not self.state.pool.outstanding_micro:
            self._selling.sold_out(self.state)

    def _sell_the_shops_coins(self, day: int) -> None:
        """On the last day of a month, if the company wants money for the coins it took."""
        tomorrow = self._scenario.start + timedelta(days=day + 1)
        if tomorrow.day != 1 or self._scenario.company.coins == "keep":
            return
        shop = self.state.merchant(self._shop)
        if shop is not None and shop.coins:
            apply(self.state, self._journal.event("to_shares", merchant=self._shop, coins="all"))
            shop = self.state.merchant(self._shop)
        if shop is not None and shop.shares:
            apply(self.state, self._journal.event("sell", merchant=self._shop, shares="all"))
        self._checks.price("the shop's sell")

    def _close(self, day: int) -> None:
        date = self._scenario.start + timedelta(days=day)
        code = apply(self.state, self._journal.event("close_day", date=str(date)))
        if code:
            raise AssertionError(f"the close of {date} was rejected: {code}")
        row = self.state.days.pop()
        self._days.close(row)
        if row.forced_exits:
            self._selling.sold_out(self.state)


def _refuse_unfit(scenario: Scenario, state: State) -> None:
    """A state that the scenario cannot go on from."""
    closed = state.pool.last_closed
    if not state.complete or state.scheme.text != scenario.scheme.text:
        raise ValueError("the state is not complete, or not under the scenario's scheme")
    if closed is not None and closed >= scenario.start:
        raise ValueError(f"{closed} is closed, which is not before the scenario's start")


def _sum(column: Column) -> int:
    return int(column.sum())


def _up(amounts: Column, rate_nano: int) -> Column:
    """A part of each amount, rounded up: what is left of it rounded down."""
    return amounts - scaled_down(amounts, NANO - rate_nano, NANO)
