"""`import-orders`: another shop's order history into the journal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sharemall.cli import place
from sharemall.cli.errors import BadInput, Refused

if TYPE_CHECKING:
    from sharemall.history.models import OrderImport


def import_orders(path: Path, map_path: Path, refused: Path | None) -> None:
    """Import a file by a map; ends as refused when a row did not become an applied order."""
    target = refused or path.with_suffix(".refused.csv")
    _check(path, map_path, target)
    from sharemall.history.mapping import parse_map

    used = parse_map(map_path.read_text(encoding="utf-8-sig"))
    place.enter()
    from sharemall.history import services

    with _bar() as show:
        found, before = services.import_orders(
            path=path, used=used, refused_path=target, progress=show
        )
    _tell(found, before=before)
    if missing := found.refused + found.rejected:
        raise Refused(f"{missing} of {found.rows} rows are not applied: {target} says which")


def _check(path: Path, map_path: Path, target: Path) -> None:
    for given in (path, map_path):
        if not given.is_file():
            raise BadInput(f"there is no file {given}")
    if target.resolve() in (path.resolve(), map_path.resolve()):
        raise BadInput(f"{target} is to be read: name another file for the refused rows")
    if target.is_dir() or not target.parent.is_dir():
        raise BadInput(f"{target} cannot be written: name a file in a folder that exists")


@contextmanager
def _bar() -> Iterator[Callable[[int, int, int], None]]:
    """A progress bar on stderr, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Importing", total=None)
        yield lambda done, size, rows: bar.update(
            task, description=f"{rows:,} rows", completed=done, total=size
        )


def _tell(found: "OrderImport", *, before: bool) -> None:
    from sharemall.history import report

    if before:
        _say(f"This file was imported by this map already, on {found.finished_at:%Y-%m-%d}.")
    _say(
        f"{found.rows} rows: {found.appended} orders appended, {found.repeated} already there, "
        f"{found.skipped} not completed, {found.refused} refused."
    )
    if found.rejected:
        _say(f"Of those appended, {found.rejected} were rejected by the rules.")
    if found.days:
        _say(f"{found.days} days closed.")
    for reason, count in report.reasons(found):
        _say(f"  {count} × {reason}")
    for line, reason in report.examples(found):
        _say(f"  line {line}: {reason}")


def _say(text: str) -> None:
    print(text)  # noqa: T201
