"""Replaying a whole journal in memory. Source: rules.md, "Events"."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sharemall.engine.apply import apply
from sharemall.engine.errors import JournalError, OverflowStop, SchemeError
from sharemall.engine.events import parse_line
from sharemall.engine.report import Report, report
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State


@dataclass(slots=True)
class Replayed:
    """The state after a journal, and what was rejected on the way: (id, code) in order."""

    state: State
    rejected: list[tuple[str, str]] = field(default_factory=list)

    def report(self) -> Report:
        """The state report."""
        state, members, merchants = self.state, self.state.members, self.state.merchants
        of_members = (members.shares, members.quota, members.cash, members.coins)
        return report(
            state.pool,
            state.scheme,
            zip(members.rows, *of_members, members.dividends, members.level, strict=True),
            zip(merchants.rows, merchants.shares, merchants.cash, merchants.coins, strict=True),
            state.days,
            self.rejected,
        )


def replay(scheme_text: str, lines: Iterable[str | bytes]) -> Replayed:
    """Applies every line of a journal to an empty state.

    Raises SchemeError, and JournalError or OverflowStop with the line's number.
    """
    replayed, number = Replayed(State.empty(parse_scheme(scheme_text))), 0
    state, rejected = replayed.state, replayed.rejected
    # The line itself is kept, not what it says: it is looked at again only if its id comes again.
    lines_seen: dict[str, str | bytes] = {}
    try:
        for number, line in enumerate(lines, 1):
            event = parse_line(line, number)
            if event is None:
                continue
            name = event["id"]
            if name not in lines_seen:
                lines_seen[name] = line
                code = apply(state, event)
            else:
                code = "" if parse_line(lines_seen[name], number) == event else "id_conflict"
            if code:
                rejected.append((name, code))
    except OverflowStop as error:
        raise OverflowStop(f"line {number}: {error}") from None
    return replayed


def replay_files(scheme_path: str | Path, events_path: str | Path) -> Report:
    """The report of a journal file under a scheme file; errors as `replay`, in one line each."""
    try:
        text = Path(scheme_path).read_bytes().decode()
    except OSError as error:
        raise SchemeError((f"file: {scheme_path} cannot be read: {error.strerror}",)) from None
    except UnicodeDecodeError:
        raise SchemeError((f"file: {scheme_path} is not UTF-8",)) from None
    try:
        with Path(events_path).open("rb") as lines:
            return replay(text, lines).report()
    except OSError as error:
        raise JournalError(f"{events_path} cannot be read: {error.strerror}") from None
