"""The last ninety days' sales through the engine, under the rates of today and those of a draft.

Both begin with the same state (`ledger.past`) and go through the same sales and closes; nobody
sells, exchanges or withdraws on the way. So what differs at the end comes from the rates alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from sharemall.engine.apply import apply
from sharemall.engine.bulk import BulkMoves
from sharemall.engine.exact import Column
from sharemall.engine.run import apply_run
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import DayRow, State
from sharemall.ledger.past import Close, Past, Sale

EVERY = 2_000  # at most so many steps between two words of progress
AT = "2026-01-01T00:00:00+08:00"  # a sale's time is looked at by nobody

Progress = Callable[[int, int], None]  # steps done, of how many


@dataclass(frozen=True, slots=True)
class Night:
    """The pool behind a close, in micro-units, and the close itself."""

    row: DayRow
    reserve_micro: int
    outstanding_micro: int
    sales: int  # applied so far


@dataclass
class Run:
    """What one scheme made of the sales.

    `applied`: the places, among the sales, of those that were applied; `terms`: a row of
    `engine.rules.Sale` for each of these. `refused` counts the others by their code.
    """

    scheme: Scheme
    state: State
    applied: Column = field(default_factory=lambda: np.empty(0, np.int64))
    terms: Column = field(default_factory=lambda: np.empty((0, 7), np.int64))
    refused: Counter[str] = field(default_factory=Counter)
    nights: list[Night] = field(default_factory=list)


def run(past: Past, scheme: Scheme, progress: Progress | None = None) -> Run:
    """Go through the steps under one scheme. Leaves `past` as it is. Raises OverflowStop."""
    result = Run(scheme, _opened(past, scheme))
    moves, applied, number, done = BulkMoves(), list[int](), 0, 0
    for part in _parts(past.steps):
        if progress is not None:
            progress(done, len(past.steps))
        if isinstance(part, Close):
            _close(result, part, len(applied))
            done += 1
            continue
        codes = apply_run(result.state, [_event(sale) for sale in part], moves).codes
        result.refused.update(filter(None, codes))
        applied += [place for place, code in enumerate(codes, number) if not code]
        number += len(part)
        done += len(part)
    result.applied = np.array(applied, np.int64)
    result.terms = moves.terms()
    return result


def _parts(steps: Iterable[Sale | Close]) -> Iterator[list[Sale] | Close]:
    """The closes, and the sales between them in parts."""
    sales: list[Sale] = []
    for step in steps:
        if isinstance(step, Sale):
            sales.append(step)
        if sales and (isinstance(step, Close) or len(sales) == EVERY):
            yield sales
            sales = []
        if isinstance(step, Close):
            yield step
    if sales:
        yield sales


def _opened(past: Past, scheme: Scheme) -> State:
    pool = replace(past.pool, honor_carry_micro=list(past.pool.honor_carry_micro))
    state = State(pool, [scheme], complete=True)
    state.members, state.merchants = past.members.copy(), past.merchants.copy()
    return state


def _event(sale: Sale) -> dict[str, str]:
    """The sale as an event, under the scheme that runs and not the one it was paid under."""
    event = {
        "id": "-",
        "type": "sale",
        "at": AT,
        "member": sale.member,
        "zone": sale.zone,
        "paid": sale.paid,
    }
    if sale.cost is not None:
        event["cost"] = sale.cost
    if sale.referrer is not None:
        event["referrer"] = sale.referrer
    return event


def _close(result: Run, step: Close, sales: int) -> None:
    state = result.state
    event = {"id": "-", "type": "close_day", "at": step.at, "date": step.day.isoformat()}
    if apply(state, event):
        return  # it was closed before
    pool = state.pool
    result.nights.append(Night(state.days[-1], pool.reserve_micro, pool.outstanding_micro, sales))
