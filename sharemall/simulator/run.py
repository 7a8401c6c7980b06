"""Simulating a scenario day by day."""

import threading
from collections.abc import Callable
from pathlib import Path

from sharemall.simulator.results import Run
from sharemall.simulator.scenario import Scenario


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    progress: Callable[[int, int], None] | None = None,
    journal: Path | None = None,
    stop: threading.Event | None = None,
) -> Run:
    """The scenario's run for a seed: the same seed gives the same run to the micro-unit.

    `progress` is told (days done, days in all). With `journal`, all events are written to that
    file, which `engine.replay` brings to the same state. Once `stop` is set, the day is finished
    and what there is comes back, not `complete`.
    """
    raise NotImplementedError
