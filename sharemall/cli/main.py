"""The command line: parse, call one service, answer. Commands import what they need when they run,
so that `replay` starts without Django and `--help` at once.
"""

import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from sharemall import __version__
from sharemall.cli import errors, simulation
from sharemall.cli.office import office

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Sharemall: an exact points engine, its ledger, and a mall on top.",
)
journal = typer.Typer(no_args_is_help=True, help="The journal as files.", rich_markup_mode=None)
app.add_typer(journal, name="journal")
citus = typer.Typer(
    no_args_is_help=True, help="The ledger over several machines.", rich_markup_mode=None
)
app.add_typer(citus, name="citus")
app.add_typer(office, name="office")
app.add_typer(simulation.app, name="simulate")

Out = Annotated[Path | None, typer.Option("--out", help="Write there instead of to the screen.")]
Host = Annotated[str, typer.Option(help="The address to serve at.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to serve at.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="How many web processes.")]


def run(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code."""
    signal.signal(signal.SIGTERM, _end_in_order)
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    command = typer.main.get_command(app)
    try:
        result = command.main(given, prog_name="sharemall", standalone_mode=False)
    except SystemExit as error:
        if isinstance(error.code, str):
            errors.end(errors.BadInput(error.code))
        raise
    except BaseException as error:
        if debug:
            raise
        errors.end(error)
    sys.exit(result if isinstance(result, int) else errors.DONE)


def _end_in_order(number: int, frame: FrameType | None) -> None:
    """A polite kill ends like an exit: what the process holds is let go."""
    raise SystemExit(128 + number)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """What every command takes."""


@app.command()
def replay(
    scheme: Annotated[Path, typer.Argument(help="The scheme file (TOML).")],
    events: Annotated[Path, typer.Argument(help="The journal (JSON Lines).")],
    out: Out = None,
) -> None:
    """Replay a journal under a scheme and print the state report; needs no database."""
    from sharemall.cli import replaying

    replaying.replay(scheme, events, out)


@app.command()
def state(out: Out = None) -> None:
    """Print the database's state report, in the format of replay."""
    from sharemall.cli import reports

    reports.state(out)


@app.command()
def verify() -> None:
    """Check the whole ledger against itself; names the first row that is wrong."""
    from sharemall.cli import reports

    reports.verify()


@app.command()
def referrals() -> None:
    """Say how far from a buyer anybody was ever paid: one level, or the command refuses."""
    from sharemall.cli import reports

    reports.referrals()


@journal.command("export")
def journal_export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
) -> None:
    """Write scheme.toml, events.jsonl and chain.jsonl: whoever has them can replay the mall."""
    from sharemall.cli import reports

    reports.export(folder)


@journal.command("import")
def journal_import(
    scheme: Annotated[Path, typer.Argument(help="The scheme file (TOML).")],
    events: Annotated[Path, typer.Argument(help="The journal (JSON Lines).")],
) -> None:
    """Feed a journal into an empty database, through the writer that live orders use."""
    from sharemall.cli import reports

    reports.import_journal(scheme, events)


@app.command("import-orders")
def import_orders(
    file: Annotated[Path, typer.Argument(help="The orders (CSV).")],
    map: Annotated[Path, typer.Option("--map", help="Which column is what (TOML).")],
    refused: Annotated[
        Path | None,
        typer.Option("--refused", help="Where refused rows go; FILE.refused.csv without it."),
    ] = None,
) -> None:
    """Bring another shop's order history into the journal; run again, it goes on where it was."""
    from sharemall.cli import importing

    importing.import_orders(file, map, refused)


@citus.command("plan")
def citus_plan() -> None:
    """Show which tables would be spread over a Citus cluster, by which column; changes nothing."""
    from sharemall.cli import clustering

    clustering.plan()


@citus.command("apply")
def citus_apply() -> None:
    """Spread them, with the rows they hold; the database must be a Citus coordinator."""
    from sharemall.cli import clustering

    clustering.apply()


@app.command("close-day")
def close_day(
    day: Annotated[
        datetime | None,
        typer.Argument(formats=["%Y-%m-%d"], help="The day; every day that is due without it."),
    ] = None,
) -> None:
    """Close a business day: pay its dividends and honours."""
    from sharemall.cli import reports

    reports.close_day(None if day is None else day.date())


@app.command()
def migrate(
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Bring the database's tables up to this version."""
    from sharemall.cli import starting

    starting.migrate(quiet=quiet)


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 1,
    worker: Annotated[
        bool,
        typer.Option(
            "--worker/--no-worker",
            help="Run the journal's worker and the background one beside it.",
        ),
    ] = True,
) -> None:
    """Serve the mall, with the worker that applies the journal and closes the days."""
    from sharemall.cli import serving

    serving.serve(host=host, port=port, workers=workers, with_worker=worker)


@app.command()
def worker(
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False,
) -> None:
    """Apply the journal and close the days, until stopped."""
    from sharemall.cli import working

    working.work(supervised=supervised)


@app.command()
def background(
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False,
) -> None:
    """Run simulations and look ahead after each close, until stopped."""
    from sharemall.cli import background

    background.work(supervised=supervised)


@app.command()
def demo(
    reset: Annotated[bool, typer.Option("--reset", help="Start over.")] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    anchor: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the last purchases lead up to."),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve it, or only make it.")
    ] = True,
) -> None:
    """A whole mall with real purchases behind it: made once, then served."""
    from sharemall.cli import demonstrating

    demonstrating.demo(
        reset=reset,
        host=host,
        port=port,
        anchor=None if anchor is None else anchor.date(),
        serve=serve,
    )


@app.command()
def init(
    scheme: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The scheme file (TOML).")
    ] = None,
    phone: Annotated[str | None, typer.Option(help="The owner's phone number.")] = None,
    name_zh: Annotated[str | None, typer.Option(help="The mall's name in Chinese.")] = None,
    name_en: Annotated[str | None, typer.Option(help="The mall's name in English.")] = None,
    logo: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="PNG, JPEG or WebP.")
    ] = None,
    primary: Annotated[str | None, typer.Option(help="The main colour, as #0f7b5f.")] = None,
    accent: Annotated[str | None, typer.Option(help="The second colour.")] = None,
    shares_zh: Annotated[str | None, typer.Option(help="What shares are called.")] = None,
    shares_en: Annotated[str | None, typer.Option(help="The same in English.")] = None,
    coins_zh: Annotated[str | None, typer.Option(help="What coins are called.")] = None,
    coins_en: Annotated[str | None, typer.Option(help="The same in English.")] = None,
    quota_zh: Annotated[str | None, typer.Option(help="What the quota is called.")] = None,
    quota_en: Annotated[str | None, typer.Option(help="The same in English.")] = None,
) -> None:
    """Make an empty mall: tables, owner, brand and scheme; asks for what is not given.

    The owner's password comes from SHAREMALL_OWNER_PASSWORD or is asked for.
    """
    from sharemall.cli import founding

    texts = {
        "name_zh": name_zh,
        "name_en": name_en,
        "primary": primary,
        "accent": accent,
        "shares_zh": shares_zh,
        "shares_en": shares_en,
        "coins_zh": coins_zh,
        "coins_en": coins_en,
        "quota_zh": quota_zh,
        "quota_en": quota_en,
    }
    founding.found(scheme_path=scheme, phone=phone, logo_path=logo, texts=texts)
