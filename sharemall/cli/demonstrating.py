"""The demo: a whole mall with real purchases behind it, made at the first start, then kept."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from sharemall import config, postgres
from sharemall.cli import place, serving, starting
from sharemall.cli.errors import Refused

# In the data folder: what lies there was made by this command, and may be thrown away by it.
MARK = "demo"
MADE = ("postgres", "media", "static", "logs")


def demo(*, reset: bool, host: str, port: int, anchor: date | None, serve: bool) -> None:
    """Make the demo if it is not there, and serve it."""
    if config.mode() == "live":
        raise Refused("a live mall has no demo: set SHAREMALL_MODE=demo")
    if serve:
        serving.check_port(host, port)
    embedded = place.is_embedded()
    if reset:
        _reset(embedded)
    place.enter()
    _load(anchor)
    starting.collect_static()
    if serve:
        serving.run(
            host=host,
            port=port,
            workers=1,
            with_worker=True,
            say=lambda: _welcome(f"http://{host}:{port}"),
        )


def _reset(embedded: bool) -> None:
    data = config.data_dir()
    if not embedded:
        raise Refused("the demo's database is yours (DATABASE_URL): drop and create it yourself")
    if not (data / "postgres").exists():
        return
    if not (data / MARK).exists():
        raise Refused(f"the mall in {data} is not the demo: set SHAREMALL_DATA to another folder")
    if postgres.in_use(data / "postgres"):
        raise Refused(f"the demo in {data} is running: stop it first")
    postgres.start(data / "postgres")  # a server that a killed process left behind
    postgres.stop(data / "postgres")
    for name in MADE:
        shutil.rmtree(data / name, ignore_errors=True)


def _load(anchor: date | None) -> None:
    from sharemall.demo import loader
    from sharemall.ledger import selectors

    mark = config.data_dir() / MARK
    if loader.loaded():
        return
    # A marked mall is a demo whose loading was cut off: it goes on where it was.
    if selectors.is_open() and not mark.exists():
        raise Refused("there is another mall here: set SHAREMALL_DATA to a new folder")
    mark.touch()
    with _bar() as show:
        loader.load(show, anchor)


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr; what it yields says what is being loaded and how far it is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("Loading the demo / 载入演示  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(
            task, description=what, completed=done, total=total
        )


def _welcome(address: str) -> None:
    from sharemall.demo import loader

    print(f"\nSharemall is at {address}    权益商城已启动：{address}")  # noqa: T201
    print("Demo accounts / 演示账号:")  # noqa: T201
    for account in loader.accounts():
        who = f"{account.phone}  {account.password}  {account.name}"
        print(f"  {who}  {account.note_zh} / {account.note_en}")  # noqa: T201
    print("Ctrl-C stops it, the data stays.  按 Ctrl-C 停止，数据会保留。", flush=True)  # noqa: T201
