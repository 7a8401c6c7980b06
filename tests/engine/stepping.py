"""Running journals event by event, with what was before each."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sharemall.engine.apply import apply
from sharemall.engine.close import ExitRound, WindUp
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import Accounts, MemberRow, Move, Pool, State
from tests.engine.strategies import Event, Journal

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.jsonl"))


class Price(NamedTuple):
    """The pool at one moment, and what is sold then: by how many, how much, for what fees."""

    reserve: int
    outstanding: int
    sellers: int = 0
    sold: int = 0
    fees: int = 0


class Snapshot(NamedTuple):
    """All numbers of a state as they were."""

    pool: Pool
    members: dict[str, MemberRow]
    merchants: dict[str, MemberRow]


class Step(NamedTuple):
    """One event: the numbers before it, its code, its moves, and the state after it."""

    event: Event
    before: Snapshot
    code: str
    moves: list[Move]
    state: State
    prices: list[Price]


class RecordingPopulation(MemoryPopulation):
    """Notes the pool at every round of forced exits."""

    def __init__(self, state: State, moves: list[Move], prices: list[Price]) -> None:
        super().__init__(state, moves)
        self._prices = prices

    def exit_round(self, reserve: int, outstanding: int, fee_nano: int) -> ExitRound:
        sold = super().exit_round(reserve, outstanding, fee_nano)
        self._prices.append(Price(reserve, outstanding, sold.count, sold.shares, sold.fees))
        return sold

    def wind_up(self, reserve: int, outstanding: int) -> WindUp:
        self._prices.append(Price(reserve, outstanding))
        return super().wind_up(reserve, outstanding)


def golden(case: str) -> Journal:
    """A golden case's journal; ids that come again are left in."""
    path = GOLDEN / f"{case}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    scheme = path.with_suffix(".toml").read_text(encoding="utf-8")
    return Journal(scheme, [json.loads(line) for line in lines])


def start(journal: Journal) -> State:
    """The empty state of a journal."""
    return State.empty(parse_scheme(journal.scheme))


def steps(journal: Journal) -> Iterator[Step]:
    """Applies the events one by one.

    A step's prices are the pool before it, before each round of forced exits in it (with what that
    round sold), before its wind-up, and after it.
    """
    state = start(journal)
    for event in journal.events:
        before, moves = snapshot(state), []
        pool = before.pool
        prices = [Price(pool.reserve_micro, pool.outstanding_micro)]
        population = None
        if event.get("type") == "close_day":
            population = RecordingPopulation(state, moves, prices)
        code = apply(state, event, moves, population)
        del population  # its views would keep the columns from growing
        prices.append(Price(state.pool.reserve_micro, state.pool.outstanding_micro))
        yield Step(event, before, code, moves, state, prices)


def replayed(journal: Journal) -> State:
    """The state after the whole journal."""
    state = start(journal)
    for event in journal.events:
        apply(state, event)
    return state


def snapshot(state: State) -> Snapshot:
    """A copy of all numbers, for comparing."""
    return Snapshot(state.saved().pool, dict(state.members.items()), dict(state.merchants.items()))


def total(accounts: Accounts, unit: str) -> int:
    """The sum of one column."""
    return sum(getattr(accounts, unit))
