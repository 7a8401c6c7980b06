"""Commands that read the ledger, feed it, or close its days."""

import sys
from datetime import date
from pathlib import Path

from sharemall.cli import place
from sharemall.cli.errors import BadInput, Refused
from sharemall.cli.replaying import write


def state(out: Path | None) -> None:
    """Print the database's state."""
    place.enter()
    from sharemall.ledger import report

    write(report.state(), out)


def verify() -> None:
    """Check everything; ends as refused when anything is wrong."""
    place.enter()
    from sharemall.ledger import selectors
    from sharemall.ledger.verify import verify as find_faults

    faults = find_faults()
    for fault in faults:
        _say(fault)
    if faults:
        raise Refused(f"{len(faults)} of the ledger's checks failed: nothing was changed")
    _say(f"All holds, up to position {selectors.pool().position}.")


def referrals() -> None:
    """The greatest depth that sales ever paid; ends as refused where it is more than one level."""
    place.enter()
    from sharemall.clock.services import now
    from sharemall.referral import depths

    found = depths.check(now())  # raises LedgerClosed if there is no mall
    _say(
        f"Greatest paid depth: {found.greatest}; "
        f"{found.payouts} payouts to referrers, {found.unrelated} to whom no referral leads."
    )
    if not found.is_one_level:
        raise Refused("somebody beyond the direct referrer was paid: nothing was changed")


def export(folder: Path) -> None:
    """Write the journal's files."""
    place.enter()
    from sharemall.ledger import selectors, transfer

    selectors.pool()  # says that there is no mall before a folder is made
    count = transfer.export(folder)
    _say(f"{count} events: {folder}/scheme.toml, events.jsonl, chain.jsonl")


def import_journal(scheme: Path, events: Path) -> None:
    """Feed a journal into an empty database; ends as refused when an event could not be kept."""
    for path in (scheme, events):
        if not path.is_file():
            raise BadInput(f"there is no file {path}")
    place.enter()
    from sharemall.ledger import transfer

    report = transfer.import_journal(scheme, events, _show_lines)
    _say(f"{report.appended} events appended, {report.repeated} repetitions ignored")
    for reason in [*report.conflicts, *report.refused]:
        _say(f"refused: {reason}")
    if report.refused:
        raise Refused(f"{len(report.refused)} lines of {events} are not in the journal")


def close_day(day: date | None) -> None:
    """Close one day, or all that are due."""
    place.enter()
    from sharemall.clock.services import now
    from sharemall.ledger import closing

    outcomes = closing.close_due(now()) if day is None else [closing.close_day(day)]
    for outcome in outcomes:
        if outcome.code:
            raise Refused(f"{outcome.event_id}: {outcome.code}")
        _say(f"{outcome.event_id}: closed, position {outcome.position}")
    if not outcomes:
        _say("No day is due.")


def _show_lines(lines: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{lines} lines", end="", file=sys.stderr, flush=True)  # noqa: T201


def _say(text: str) -> None:
    print(text)  # noqa: T201
