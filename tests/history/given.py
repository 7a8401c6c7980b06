"""Maps and files for these tests, and an import of them."""

from collections.abc import Sequence
from pathlib import Path

from sharemall.history import services
from sharemall.history.mapping import parse_map
from sharemall.history.models import OrderImport

COLUMNS = """
[columns]
id = "no"
time = "when"
member = "who"
paid = "sum"
"""
MAP = f'zone = "wine"\n{COLUMNS}'
HEADER = "no,when,who,sum"


def order(
    no: int | str, who: str = "ann", paid: str = "100", when: str = "2026-01-01 10:00"
) -> str:
    """A good row, unless told otherwise."""
    return f"{no},{when},{who},{paid}"


def file(folder: Path, rows: Sequence[str], header: str = HEADER, name: str = "old.csv") -> Path:
    """A CSV file of these rows."""
    path = folder / name
    path.write_text("".join(f"{row}\n" for row in (header, *rows)), encoding="utf-8")
    return path


def imported(path: Path, map_text: str = MAP) -> OrderImport:
    """The file's orders in the journal, and applied."""
    found, _ = services.import_orders(
        path=path, used=parse_map(map_text), refused_path=report_of(path)
    )
    return found


def report_of(path: Path) -> Path:
    """Where the refused rows of a file go."""
    return path.with_suffix(".refused.csv")


def reasons(found: OrderImport) -> dict[int, str]:
    """Line → reason, of all that was refused or rejected."""
    return dict(found.refusals.values_list("line", "reason"))


def counts(found: OrderImport) -> tuple[int, int, int, int]:
    """Appended, already there, not completed, refused."""
    return found.appended, found.repeated, found.skipped, found.refused
