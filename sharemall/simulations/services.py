"""Asking for simulations, and each step of their life. Times are handed in, as everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from sharemall.members.models import Member
from sharemall.schemes.models import Change
from sharemall.simulations import limits, reading
from sharemall.simulations.models import ResultFile, Simulation
from sharemall.simulations.refusals import NotNow, TooManyWaiting
from sharemall.simulator.reading import preset as load_preset
from sharemall.simulator.scenario import Scenario

State, Error = Simulation.State, Simulation.Error
ASKING = 7303  # a number space of our own among PostgreSQL's advisory locks
OPEN = (State.QUEUED, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be run. `scheme_text` None: the scheme that the scenario names."""

    title: str
    scenario_text: str
    scheme_text: str | None
    seed: int
    preset: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """What a run left: `files` by name."""

    complete: bool
    headlines: Mapping[str, tuple[str, ...]]
    figures: Mapping[str, Any]
    series: Mapping[str, Any]
    files: Mapping[str, bytes]


def preset_text(name: str) -> str:
    """A preset's scenario text. Raises ScenarioError if there is none of it."""
    return load_preset(name).text


def check(wish: Wish) -> Scenario:
    """The wish's scenario; raises BadScenario with every fault."""
    return reading.read(wish.scenario_text, wish.scheme_text)


@transaction.atomic
def ask(*, key: UUID, wish: Wish, by: Member, now: datetime) -> Simulation:
    """Put a simulation into the queue; again with the same key: the same one, nothing is doubled.

    Raises BadScenario, TooManyWaiting.
    """
    scenario = check(wish)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [ASKING])
    there = Simulation.objects.filter(key=key).first()
    if there is not None:
        return there
    _refuse_too_many()
    simulation = Simulation.objects.create(
        key=key,
        title=" ".join(wish.title.split()) or scenario.name,
        preset=wish.preset,
        scenario=wish.scenario_text,
        scheme=scenario.scheme.text,
        scheme_name=scenario.scheme.name[:80],
        seed=wish.seed,
        days=scenario.days,
        asked_by=by,
        asked_at=now,
    )
    _enqueue(simulation)
    return simulation


@transaction.atomic
def ask_again(*, simulation_id: int, now: datetime) -> Simulation:
    """Queue one that failed or was interrupted once more; what it had left is gone.

    Raises NotNow, TooManyWaiting.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [ASKING])
    simulation = _locked(simulation_id)
    if not simulation.may_run_again:
        raise NotNow
    _refuse_too_many()
    simulation.files.all().delete()
    simulation.state = State.QUEUED
    simulation.attempt += 1
    simulation.asked_at = now
    simulation.started_at = simulation.ended_at = None
    simulation.days_done, simulation.stop_asked = 0, False
    simulation.error = simulation.error_text = ""
    simulation.complete = False
    simulation.headlines = simulation.figures = simulation.series = None
    simulation.save()
    _enqueue(simulation)
    return simulation


@transaction.atomic
def ask_to_stop(*, simulation_id: int, now: datetime) -> Simulation:
    """One that waits is interrupted at once; one that runs ends its day and leaves what it has.

    Raises NotNow for one that has ended.
    """
    simulation = _locked(simulation_id)
    if simulation.state == State.QUEUED:
        _end(simulation, State.INTERRUPTED, now, error=Error.STOPPED)
    elif simulation.state == State.RUNNING:
        simulation.stop_asked = True
        simulation.save(update_fields=["stop_asked"])
    else:
        raise NotNow
    return simulation


@transaction.atomic
def attach(*, simulation_id: int, change: Change | None) -> Simulation:
    """Let the report belong to a draft of the scheme, or (None) to none any more.

    Raises NotNow for one without results.
    """
    simulation = _locked(simulation_id)
    if simulation.figures is None:
        raise NotNow
    simulation.change = change
    simulation.save(update_fields=["change"])
    return simulation


@transaction.atomic
def begin(*, simulation_id: int, attempt: int, now: datetime) -> Simulation | None:
    """Take it from the queue; None where it is not this attempt's turn (any more)."""
    simulation = Simulation.objects.select_for_update().filter(pk=simulation_id).first()
    if simulation is None or (simulation.state, simulation.attempt) != (State.QUEUED, attempt):
        return None
    simulation.state, simulation.started_at = State.RUNNING, now
    simulation.save(update_fields=["state", "started_at"])
    return simulation


def tell_progress(*, simulation: Simulation, days_done: int) -> bool:
    """Note how far it is; whether it is to go on."""
    mine = Simulation.objects.filter(
        pk=simulation.pk, attempt=simulation.attempt, state=State.RUNNING
    )
    return bool(mine.filter(stop_asked=False).update(days_done=days_done))


@transaction.atomic
def finish(*, simulation: Simulation, results: Results, error: str, now: datetime) -> bool:
    """Keep what a run left; whether it was still this attempt's. `error` where it was stopped."""
    found = _mine(simulation)
    if found is None:
        return False
    found.complete = results.complete
    found.headlines = {name: list(texts) for name, texts in results.headlines.items()}
    found.figures, found.series = dict(results.figures), dict(results.series)
    found.files.all().delete()
    ResultFile.objects.bulk_create(
        ResultFile(simulation=found, name=name, content=content, size=len(content))
        for name, content in results.files.items()
    )
    if results.complete:
        found.days_done = found.days
        _end(found, State.DONE, now)
    else:
        _end(found, State.INTERRUPTED, now, error=error)
    return True


@transaction.atomic
def fail(
    *, simulation: Simulation, error: str, text: str, now: datetime, interrupted: bool = False
) -> bool:
    """It ended without anything; whether it was still this attempt's."""
    found = _mine(simulation)
    if found is None:
        return False
    state = State.INTERRUPTED if interrupted else State.FAILED
    _end(found, state, now, error=error, text=text)
    return True


@transaction.atomic
def interrupt_orphans(*, now: datetime) -> int:
    """Whoever may run simulations and has none: what stands as running died with its process."""
    found = list(Simulation.objects.select_for_update().filter(state=State.RUNNING))
    for simulation in found:
        _end(simulation, State.INTERRUPTED, now, error=Error.KILLED)
    return len(found)


def queue_again() -> int:
    """Every one that waits gets a job, whatever became of the one it had: how many wait.

    A job that is one too many finds that its turn is over.
    """
    waiting = list(Simulation.objects.filter(state=State.QUEUED).order_by("asked_at", "pk"))
    for simulation in waiting:
        _enqueue(simulation)
    return len(waiting)


def _refuse_too_many() -> None:
    if Simulation.objects.filter(state__in=OPEN).count() >= limits.MOST_WAITING:
        raise TooManyWaiting(limits.MOST_WAITING)


def _enqueue(simulation: Simulation) -> None:
    """In the transaction of the wish: neither is there without the other."""
    from sharemall.simulations.jobs import run_simulation

    run_simulation.enqueue(simulation.pk, simulation.attempt)


def _locked(simulation_id: int) -> Simulation:
    """Raises DoesNotExist."""
    return Simulation.objects.select_for_update().get(pk=simulation_id)


def _mine(simulation: Simulation) -> Simulation | None:
    return (
        Simulation.objects.select_for_update()
        .filter(pk=simulation.pk, attempt=simulation.attempt, state=State.RUNNING)
        .first()
    )


def _end(
    simulation: Simulation,
    state: Simulation.State,
    now: datetime,
    *,
    error: str = "",
    text: str = "",
) -> None:
    simulation.state, simulation.ended_at = state, now
    simulation.error, simulation.error_text = error, text[:2000]
    simulation.save()
