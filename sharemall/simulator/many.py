"""Many runs: for one seed after another, or one grid cell after another, in several processes.

A run depends on its scenario and its seed alone, so the number of processes changes nothing but the
time. Once `stop` is set, running ones end with the day that they are at, and no other begins.
"""

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from typing import Any

from sharemall.simulator.outcome import Outcome, outcome_of
from sharemall.simulator.run import simulate
from sharemall.simulator.scenario import Scenario

SPAWN = multiprocessing.get_context("spawn")
LOOK_SECONDS = 0.2  # between two looks at how far the others are
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """A run to be made."""

    scenario: Scenario
    seed: int


def run_all(
    tasks: Sequence[Task],
    *,
    processes: int,
    stop: threading.Event,
    progress: Progress | None = None,
) -> list[Outcome | None]:
    """The outcome of each task in their order; None for those that had not begun when stopped.

    `progress` is told the simulated days of all tasks together, and how many there are.
    """
    if processes == 1 or len(tasks) == 1:
        return _one_by_one(tasks, stop, progress)
    return _side_by_side(tasks, min(processes, len(tasks)), stop, progress)


def _one_by_one(
    tasks: Sequence[Task], stop: threading.Event, progress: Progress | None
) -> list[Outcome | None]:
    whole = sum(task.scenario.days for task in tasks)
    outcomes: list[Outcome | None] = []
    before = 0
    for task in tasks:
        if stop.is_set():
            outcomes.append(None)
            continue

        def tell(done: int, days: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, whole)

        outcomes.append(outcome_of(simulate(task.scenario, task.seed, progress=tell, stop=stop)))
        before += task.scenario.days
    return outcomes


def _side_by_side(
    tasks: Sequence[Task], processes: int, stop: threading.Event, progress: Progress | None
) -> list[Outcome | None]:
    whole = sum(task.scenario.days for task in tasks)
    done_days = SPAWN.RawArray("q", len(tasks))
    shared = SPAWN.Event()
    pool = ProcessPoolExecutor(
        processes, mp_context=SPAWN, initializer=_begin, initargs=(done_days, shared)
    )
    with pool:
        with _no_interrupts():
            futures = [pool.submit(_work, number, task) for number, task in enumerate(tasks)]
        waiting: set[Future[Outcome | None]] = set(futures)
        try:
            while waiting:
                done, waiting = wait(waiting, LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()  # says what went wrong at once
                if progress is not None:
                    progress(sum(done_days), whole)
                if stop.is_set():
                    shared.set()
        except BaseException:
            shared.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Processes that are started here are deaf to Ctrl-C and to a polite kill.

    Both may reach a whole group of processes, but only the first one answers: it says to the others
    when to stop. What came meanwhile is answered afterwards.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What a process of the pool shares with the one that started it.
_shared: dict[str, Any] = {}


def _begin(done_days: Any, stop: Event) -> None:
    _shared.update(days=done_days, stop=_Elsewhere(stop))
    threading.Thread(target=_end_with_the_first, daemon=True).start()


def _end_with_the_first() -> None:
    """Nobody would stop a process whose first one was killed."""
    first = multiprocessing.parent_process()
    if first is not None:
        multiprocessing.connection.wait([first.sentinel])
        os._exit(1)


class _Elsewhere(threading.Event):
    """An event that is set in another process."""

    def __init__(self, other: Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return self._other.is_set()


def _work(number: int, task: Task) -> Outcome | None:
    if _shared["stop"].is_set():
        return None

    def tell(done: int, days: int) -> None:
        _shared["days"][number] = done

    return outcome_of(simulate(task.scenario, task.seed, progress=tell, stop=_shared["stop"]))
