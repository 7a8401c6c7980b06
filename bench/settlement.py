"""How long the engine's close of a day takes beside one bare NumPy pass over the same columns.

Both are measured on one thread, in processor time. `python -m bench.settlement`
"""

import time
import tracemalloc
from array import array
from collections.abc import Callable
from copy import deepcopy
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.server import SCHEME
from bench.table import Table, main
from sharemall.engine.amounts import MICRO
from sharemall.engine.apply import apply
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import DayRow, Pool, State

PRICE = 2  # yuan a share
CLOSE = {"id": "x", "type": "close_day", "at": "2026-01-01T23:59:59Z", "date": "2026-01-01"}
ROUNDS = 5
Column = NDArray[np.int64]


def population(members: int, *, forced_exit: bool) -> State:
    """Members of every level before a close, and two merchants.

    They hold a hundred shares in the middle, a million at the most. Of what the shares are worth,
    the quota is one to ten times for most, less than once for 3 %, about a day's dividend for
    another 3 %, and 1 % have none left. Ids are left out, because a close does not look at them.
    """
    random = np.random.default_rng(1)
    scheme = parse_scheme(SCHEME.format(exit=str(forced_exit).lower()))
    shares = (10 ** np.clip(random.normal(8, 1, members), 1, 12)).astype(np.int64)
    worth, kind = shares * PRICE, random.random(members)
    quota = (worth * random.uniform(1, 10, members)).astype(np.int64)
    quota[kind < 0.06] = (worth * random.random(members)).astype(np.int64)[kind < 0.06]
    quota[kind < 0.03] //= 700
    quota[kind > 0.99] = 0
    level = np.searchsorted(scheme.honor_thresholds_micro, shares, side="right")
    once_higher = random.random(members) < 0.02
    level[once_higher] = np.minimum(level[once_higher] + 1, 10)
    held = int(shares.sum()) + 300 * MICRO
    pool = Pool(
        reserve_micro=held * PRICE,
        outstanding_micro=held,
        issued_micro=held,
        dividend_fund_micro=held * PRICE // 1000,
        honor_fund_micro=members * 200_000,
    )
    state = State(pool, [scheme], complete=True)
    columns = state.members
    columns.shares, columns.quota = _array(shares), _array(quota)
    columns.level = _array(level.astype(np.int64))
    columns.cash = _array(random.integers(0, 10**10, members))
    columns.dividends, columns.coins = _array(columns.cash), _array(np.zeros(members, np.int64))
    state.put_merchant("wine", shares=100 * MICRO, cash=5)
    state.put_merchant("tea", shares=200 * MICRO, cash=7)
    return state


def _array(column: Column) -> "array[int]":
    return array("q", memoryview(column).cast("B").tobytes())


def bare_pass(state: State) -> float:
    """The seconds of one bare pass: np.minimum of shares and quota into a column made before."""
    shares = np.frombuffer(state.members.shares, np.int64)
    quota = np.frombuffer(state.members.quota, np.int64)
    result = np.zeros_like(shares)
    return median(spent(lambda: np.minimum(shares, quota, out=result)) for _ in range(15))


def closed(state: State) -> tuple[float, DayRow]:
    """The seconds that the event of the close takes to apply, and the day's row."""
    taken = spent(lambda: apply(state, CLOSE))
    return taken, state.days[-1]


def spent(work: Callable[[], object]) -> float:
    """The seconds of processor time that `work`, which has one thread, takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def measure(full: bool) -> list[Table]:
    """Ten million members in either form: they take ten seconds."""
    members = 10_000_000
    table = Table(
        "Settlement in memory",
        ["what", "without forced exit", "with forced exit"],
        asked="10 M holders in at most 60 times one bare NumPy pass over the arrays; exact",
        note=f"{members:,} members of ten levels and two merchants, on one thread, in processor "
        "time. The bare pass is np.minimum(shares, quota, out=result): one elementwise operation "
        "that reads two columns of 64-bit integers and writes a third, made and touched before; "
        "the median of 15. The close is the whole close_day event, applied; the median of "
        f"{ROUNDS}, each beside its bare pass.",
    )
    cells = [_measured(members, forced_exit=forced_exit) for forced_exit in (False, True)]
    for name in cells[0]:
        table.add(name, *(column[name] for column in cells))
    return [table]


def _measured(members: int, *, forced_exit: bool) -> dict[str, str]:
    evening, bare, taken = population(members, forced_exit=forced_exit), [], []
    for _ in range(ROUNDS):
        state = deepcopy(evening)
        bare.append(bare_pass(state))
        seconds, day = closed(state)
        taken.append(seconds)
        del state
    ratio = median(one / other for one, other in zip(taken, bare, strict=True))
    state = deepcopy(evening)
    tracemalloc.start()
    closed(state)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    by_dividend, by_honours = _capped(evening, state, day)
    return {
        "one bare pass": f"{median(bare) * 1000:.1f} ms",
        "the close": f"{median(taken) * 1000:.0f} ms",
        "close : bare pass": f"{ratio:.0f}",
        "sums that the engine asked for": str(day.passes),
        "members capped by the dividend": f"{by_dividend:.1%}",
        "members capped by the honours": f"{by_honours:.1%}",
        "members sold out": f"{day.forced_exits / members:.1%}",
        "memory beside the columns": f"{peak / 2**20:.0f} MiB of {members * 48 / 2**20:.0f} MiB",
    }


def _capped(before: State, after: State, day: DayRow) -> tuple[float, float]:
    """Which part of the members the quota held back from the dividend, and from the honours.

    Roughly: what a member's shares would get is worked out in floating point.
    """
    shares, quota, had = (
        np.frombuffer(column, np.int64)
        for column in (before.members.shares, before.members.quota, before.members.dividends)
    )
    got = np.frombuffer(after.members.dividends, np.int64) - had
    assert day.rate is not None
    part = shares * (day.rate.left / day.rate.weight)
    all_paid = (quota > 0) & (got == quota)
    return float((all_paid & (quota <= part)).mean()), float((all_paid & (quota > part)).mean())


if __name__ == "__main__":
    main(measure)
