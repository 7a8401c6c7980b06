"""`sharemall simulate` and what belongs to it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

RUN = "run"


class _ScenarioFirst(TyperGroup):
    """`simulate SCENARIO` is `simulate run SCENARIO`: what is no command's name is a scenario."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        known = (*self.commands, "-h", "--help")
        return super().parse_args(ctx, args if not args or args[0] in known else [RUN, *args])


app = typer.Typer(
    cls=_ScenarioFirst,
    no_args_is_help=True,
    rich_markup_mode=None,
    subcommand_metavar="SCENARIO [OPTIONS] | COMMAND",
    help="A scheme's future over an invented population: `simulate SCENARIO`, see `run --help`.",
)
Language = Annotated[str, typer.Option("--lang", help="zh or en.")]


@app.command(RUN)
def run(
    scenario: Annotated[
        str, typer.Argument(help="A scenario file (TOML), a preset, or `all` for every preset.")
    ],
    seed: Annotated[int, typer.Option(min=0, max=10**9, help="The first seed.")] = 1,
    seeds: Annotated[
        int, typer.Option(min=1, max=1000, help="How many runs, each with the next seed.")
    ] = 1,
    grid: Annotated[
        list[str] | None,
        typer.Option(help="KEY=a:b:n: n values of a number from a to b; twice for a map."),
    ] = None,
    target: Annotated[
        str, typer.Option(help="The part of the quota that must be paid for a scheme to hold.")
    ] = "0.15",
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="How many at once; one a core without it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder of the report; simulation/NAME without it.")
    ] = None,
    language: Language = "zh",
) -> None:
    """Run a scenario through the engine and write the report: page, pictures and tables.

    The grid's keys are those of the scenario's file (orders.refunds), and with `scheme.` before
    them those of the scheme's (scheme.sell_fee, scheme.zones.wine.reserve).
    """
    from sharemall.cli import simulating

    code = simulating.simulate(
        scenario,
        seed=seed,
        seeds=seeds,
        grid=grid or [],
        target=target,
        processes=processes,
        out=out,
        language=language,
    )
    raise typer.Exit(code)


@app.command()
def fit(
    orders: Annotated[Path, typer.Argument(help="Orders (CSV): date, member, amount.")],
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day that counts; all without it."),
    ] = None,
) -> None:
    """Find from a shop's own orders how members come back, as lines for a scenario."""
    from sharemall.cli import fitting

    fitting.fit(orders, until=None if until is None else until.date())


@app.command()
def presets(language: Language = "zh") -> None:
    """List the scenarios that come with the package."""
    from sharemall.cli import simulating

    simulating.presets(language)
