"""One simulation from the queue to its results, inside the background process.

Between two days it says how far it is, and hears whether it is to stop; no transaction is open
while it computes.
"""

import logging
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from django.db import OperationalError

from sharemall.clock import services as clock
from sharemall.engine.errors import OverflowStop
from sharemall.simulations import services, summary
from sharemall.simulations.models import Simulation
from sharemall.simulations.services import Error, Results
from sharemall.simulator.checks import BrokenInvariant
from sharemall.simulator.reading import parse_scenario
from sharemall.simulator.report import contents
from sharemall.simulator.report.page import page
from sharemall.simulator.report.tables import write_tables
from sharemall.simulator.report.words import LANGUAGES, Words
from sharemall.simulator.study import Study, study

LOG = logging.getLogger(__name__)
TELL_SECONDS = 1.0
# Set when the background process is asked to end: what runs ends with the day that it is at.
ENDING = threading.Event()


class Progress:
    """Tells the database how far a run is, at most once a second, and hears what is asked of it."""

    def __init__(self, simulation: Simulation) -> None:
        self.stop = threading.Event()
        self._simulation = simulation
        self._told = time.monotonic()

    def __call__(self, done: int, days: int) -> None:
        """So many days are done."""
        if ENDING.is_set():
            self.stop.set()
        moment = time.monotonic()
        if moment - self._told < TELL_SECONDS:
            return
        self._told = moment
        try:
            if not services.tell_progress(simulation=self._simulation, days_done=done):
                self.stop.set()
        except OperationalError:
            LOG.warning("no database for a moment", exc_info=True)


def run(simulation_id: int, attempt: int) -> None:
    """Run it if it is this attempt's turn; whatever happens is kept with it."""
    simulation = services.begin(simulation_id=simulation_id, attempt=attempt, now=clock.now())
    if simulation is None:
        LOG.info("simulation %s, attempt %s: not its turn any more", simulation_id, attempt)
        return
    error, text = _run(simulation)
    if error:
        services.fail(simulation=simulation, error=error, text=text, now=clock.now())


def _run(simulation: Simulation) -> tuple[str, str]:
    """What went wrong: its key and, where that helps, its words."""
    progress = Progress(simulation)
    try:
        scenario = parse_scenario(simulation.scenario, scheme_text=simulation.scheme)
        found = study(
            scenario, seeds=[simulation.seed], processes=1, stop=progress.stop, progress=progress
        )
        why = Error.CLOSED if ENDING.is_set() else Error.STOPPED
        if found.outcomes and len(found.outcomes[0].days["day"]):
            results = results_of(found)
            services.finish(simulation=simulation, results=results, error=why, now=clock.now())
        else:
            now = clock.now()
            services.fail(simulation=simulation, error=why, text="", now=now, interrupted=True)
    except OverflowStop as error:
        return Error.OVERFLOW, str(error)
    except BrokenInvariant as error:
        LOG.exception("simulation %s broke what always holds", simulation.pk)
        return Error.INVARIANT, str(error)
    except MemoryError:
        return Error.MEMORY, ""
    except Exception as error:
        LOG.exception("simulation %s failed", simulation.pk)
        return Error.INTERNAL, f"{type(error).__name__}: {error}"
    return "", ""


def results_of(found: Study) -> Results:
    """What is kept of a study of one run."""
    outcome = found.outcomes[0]
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        words = Words(language)
        files[f"report.{language}.html"] = page(found, words).encode()
        files[f"charts.{language}.html"] = charts(found, words).encode()
    with tempfile.TemporaryDirectory() as folder:
        for path in write_tables(found, Path(folder)):
            files[path.name] = path.read_bytes()
    return Results(
        complete=found.complete,
        headlines=outcome.headlines,
        figures=summary.figures_json(outcome.figures),
        series=summary.series_json(outcome, np.datetime64(found.scenario.start, "D")),
        files=files,
    )


def charts(found: Study, words: Words) -> str:
    """The report's charts as a part of a page: sections with their figures, all texts escaped."""
    return "\n".join(
        f'<section class="sim-part" aria-labelledby="{section.key}-title">'
        f'<h2 id="{section.key}-title">{words(f"section.{section.key}")}</h2>'
        f'<p class="muted">{words(f"lead.{section.key}")}</p>'
        f'<div class="sim-charts">'
        f"{summary.drawn(section.charts, words)}</div></section>"
        for section in contents.sections(found, words)
    )
