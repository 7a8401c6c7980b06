"""Reads of simulations, and of what can be chosen for one."""

from collections.abc import Sequence
from functools import cache

from sharemall.schemes import selectors as schemes
from sharemall.schemes.models import Change
from sharemall.simulations.models import ResultFile, Simulation
from sharemall.simulator import reading
from sharemall.simulator.scenario import Scenario

PAGE = 20
NOT_IN_FORCE = (Change.State.DRAFT, Change.State.SUBMITTED, Change.State.PUBLISHED)
# What may be downloaded; the charts are a part of the console's own page.
DOWNLOADS = {
    "report.zh.html": "text/html; charset=utf-8",
    "report.en.html": "text/html; charset=utf-8",
    "days.csv": "text/csv; charset=utf-8",
    "cohorts.csv": "text/csv; charset=utf-8",
    "runs.csv": "text/csv; charset=utf-8",
    "days.parquet": "application/vnd.apache.parquet",
    "cohorts.parquet": "application/vnd.apache.parquet",
    "runs.parquet": "application/vnd.apache.parquet",
}


def simulations(*, before: int | None = None, limit: int = PAGE) -> list[Simulation]:
    """The newest first, of ids below `before`; without texts and series."""
    found = Simulation.objects.select_related("asked_by", "change").defer(
        "scenario", "scheme", "series", "headlines"
    )
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def simulation(simulation_id: int) -> Simulation | None:
    """One of them with everything but its files."""
    return Simulation.objects.select_related("asked_by", "change").filter(pk=simulation_id).first()


def with_results(limit: int = 100) -> list[Simulation]:
    """Those that can be compared, the newest first."""
    found = Simulation.objects.filter(figures__isnull=False)
    return list(found.only("title", "scheme_name", "seed", "asked_at").order_by("-pk")[:limit])


def open_changes() -> list[Change]:
    """Changes of the scheme that are not in force: to be tried, and to have a report of."""
    return [change for change in schemes.changes() if change.state in NOT_IN_FORCE]


def of_change(change_id: int) -> list[Simulation]:
    """The simulations that are attached to a draft of the scheme, the newest first."""
    found = Simulation.objects.filter(change_id=change_id).defer("scenario", "scheme", "series")
    return list(found.order_by("-pk"))


def files(simulation_id: int) -> Sequence[ResultFile]:
    """Names and sizes of what can be downloaded, without the contents."""
    found = ResultFile.objects.filter(simulation_id=simulation_id, name__in=DOWNLOADS)
    return list(found.defer("content"))


def content(simulation_id: int, name: str) -> bytes | None:
    """What is in a file; None if there is none of this name."""
    found = (
        ResultFile.objects.filter(simulation_id=simulation_id, name=name)
        .values_list("content", flat=True)
        .first()
    )
    return None if found is None else bytes(found)


@cache
def presets() -> tuple[Scenario, ...]:
    """The scenarios that come with the package; read once a process."""
    return tuple(reading.preset(name) for name in reading.presets())


@cache
def packaged_schemes() -> tuple[str, ...]:
    """The names of the schemes that come with the simulator."""
    return tuple(sorted(path.stem for path in reading.SCHEMES.glob("*.toml")))


def packaged_scheme(name: str) -> str:
    """Its text. Raises KeyError if there is none of it."""
    if name not in packaged_schemes():
        raise KeyError(name)
    return (reading.SCHEMES / f"{name}.toml").read_text(encoding="utf-8")
