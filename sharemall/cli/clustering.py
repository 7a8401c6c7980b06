"""Commands that spread the ledger over the nodes of a Citus cluster."""

from sharemall.cli import place
from sharemall.cli.errors import Refused

HEADINGS = ("table", "place", "now", "why")


def plan() -> None:
    """Print where each table of the ledger belongs and where it is."""
    place.enter()
    from sharemall.ledger import citus

    rows = [HEADINGS]
    for at, distributed in citus.plan():
        there = f"distributed by {citus.COLUMN}" if at.distributed else "coordinator"
        rows.append((at.table, there, "distributed" if distributed else "here", at.why))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        _say("  ".join(map(str.ljust, row, widths)).rstrip())
    _say(
        "No table is a reference table: the nodes join none of the small ones."
        " All other tables of the mall stay on the coordinator."
    )


def apply() -> None:
    """Put every table where it belongs; ends as refused where there is no Citus to do it."""
    application = place.connect_as_owner()
    if place.pending_migrations():
        raise Refused("the database is not up to date: run `sharemall migrate`")
    from sharemall.ledger import citus, rights

    moved = citus.apply(application)
    if application is not None:
        rights.grant(application)
    for table in moved:
        _say(f"{table}: distributed by {citus.COLUMN}")
    if not moved:
        _say("Every table is where it belongs.")


def _say(text: str) -> None:
    print(text)  # noqa: T201
