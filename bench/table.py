"""What a benchmark found, as a table for the screen and for the results' files."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field


@dataclass
class Table:
    """Rows of one benchmark. `asked` says what the figures must reach, in words; `note` how."""

    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    asked: str = ""
    note: str = ""

    def add(self, *cells: object) -> None:
        """One more row, shown as soon as it is known."""
        self.rows.append([str(cell) for cell in cells])
        print(" | ".join(self.rows[-1]), file=sys.stderr, flush=True)

    def markdown(self) -> str:
        """The table as it stands in a file of results."""
        lines = [f"## {self.title}", ""]
        if self.note:
            lines += [self.note, ""]
        lines += [_row(self.columns), _row(["---"] * len(self.columns))]
        lines += [_row(row) for row in self.rows]
        if self.asked:
            lines += ["", f"Asked for: {self.asked}"]
        return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def main(measure: Callable[[bool], list[Table]]) -> None:
    """Run one benchmark alone: its tables as text or, for `bench.run`, as JSON."""
    options = argparse.ArgumentParser()
    options.add_argument("--full", action="store_true", help="the large sizes, as in bench-full")
    options.add_argument("--json", action="store_true", help="for bench.run")
    chosen = options.parse_args()
    tables = measure(chosen.full)
    if chosen.json:
        print(json.dumps([asdict(table) for table in tables]))
    else:
        print("\n".join(table.markdown() for table in tables))
