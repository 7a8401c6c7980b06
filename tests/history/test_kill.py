"""An import killed anywhere and run again ends as one that was never killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import call_command
from django.db import connection

from sharemall.history import services
from sharemall.history.models import OrderImport, Stage
from sharemall.ledger.models import Event, Pending
from tests.history.given import MAP, file, imported, order, reasons, report_of
from tests.ledger.helpers import SCHEME, assert_equal_to_replay, opened

pytestmark = pytest.mark.django_db(transaction=True)

CLOSING = "close_days = true\n" + MAP
CHUNK = 3
IMPORT = """
import sys
from pathlib import Path
import django
django.setup()
from sharemall.history import services
from sharemall.history.mapping import parse_map
services.CHUNK = int(sys.argv[3])
path = Path(sys.argv[1])
services.import_orders(
    path=path, used=parse_map(sys.argv[2]), refused_path=path.with_suffix(".refused.csv")
)
"""
COUNTED = (
    *("offset", "line", "rows", "appended", "repeated", "skipped", "refused", "rejected"),
    *("days", "open_day", "closed_day", "stage"),
)
FAILPOINTS = [
    "history-begun",
    "history-before-progress",
    "history-before-commit",
    "history-appended",
    "inside-batch",
    "before-commit",
    "after-commit",
    "close-written",
    "history-before-settled",
    "history-reported",
    "history-before-finished",
]


def import_and_die(path: Path, failpoint: str) -> int:
    """Import in a process of its own that is killed at the failpoint; its exit status."""
    server = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(server._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "sharemall.settings",
        "SHAREMALL_FAILPOINT": failpoint,
    }
    command = [sys.executable, "-c", IMPORT, str(path), CLOSING, str(CHUNK)]
    return subprocess.run(command, env=environment, check=False, timeout=60).returncode


def history(folder: Path) -> Path:
    """Good and refused orders of three days, some of which the rules reject."""
    rows = [
        order(number, f"m{number % 3}", when=f"2026-01-0{1 + number // 5}") for number in range(15)
    ]
    rows[4] = order(4, paid="1e5")
    rows[7] = order(2, when="2026-01-01")
    rows[9] = rows[8]
    rows[11:13] = [order(number, paid="1000000000000", when="2026-01-03") for number in (11, 12)]
    return file(folder, rows)


def begin() -> None:
    opened(SCHEME.replace('quota = "2"', 'quota = "1000"'))


def ended(path: Path, out: Path) -> dict[str, Any]:
    """All that an import leaves: journal, state, counts, refused rows, and the report."""
    found = OrderImport.objects.get()
    assert not Pending.objects.exists()
    return {
        "state": assert_equal_to_replay(out),
        "journal": (out / "events.jsonl").read_text(),
        "counts": {name: getattr(found, name) for name in COUNTED},
        "reasons": reasons(found),
        "report": report_of(path).read_bytes(),
    }


@pytest.fixture
def unkilled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What an import leaves that is not killed; the database is empty again."""
    monkeypatch.setattr(services, "CHUNK", CHUNK)
    folder = tmp_path / "unkilled"
    folder.mkdir()
    begin()
    path = history(folder)
    imported(path, CLOSING)
    left = ended(path, folder / "out")
    assert left["counts"]["rejected"] == 2
    assert left["counts"]["refused"] == 2
    assert left["counts"]["days"] == 3
    call_command("flush", verbosity=0, interactive=False)
    return left


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_at_every_turn_it_ends_the_same(
    failpoint: str, unkilled: dict[str, Any], tmp_path: Path
) -> None:
    begin()
    path = history(tmp_path)
    assert import_and_die(path, failpoint) == -signal.SIGKILL
    for _ in range(20):  # it dies once more wherever it gets further at all
        before = _progress()
        if import_and_die(path, failpoint) == 0 or _progress() == before:
            break
    assert import_and_die(path, "nowhere") == 0
    assert ended(path, tmp_path / "out") == unkilled


@pytest.mark.parametrize("failpoint", ["history-before-progress", "history-before-commit"])
def test_killed_inside_a_later_chunk_nothing_of_it_happened(
    failpoint: str, unkilled: dict[str, Any], tmp_path: Path
) -> None:
    begin()
    path = history(tmp_path)
    assert import_and_die(path, "history-appended") == -signal.SIGKILL
    before = _progress()
    assert before[1] == CHUNK
    assert import_and_die(path, failpoint) == -signal.SIGKILL
    assert _progress() == (before[0], CHUNK, 0)  # what was appended is applied
    assert import_and_die(path, "nowhere") == 0
    assert ended(path, tmp_path / "out") == unkilled


def test_a_report_lost_between_its_writing_and_the_end_is_written_again(tmp_path: Path) -> None:
    begin()
    path = history(tmp_path)
    assert import_and_die(path, "history-reported") == -signal.SIGKILL
    assert OrderImport.objects.get().stage == Stage.SETTLED
    report = report_of(path).read_bytes()
    report_of(path).unlink()
    assert import_and_die(path, "nowhere") == 0
    assert report_of(path).read_bytes() == report


def _progress() -> tuple[int, int, int]:
    """The import's stage (or -1), the events in the journal, and those not applied yet."""
    stage = OrderImport.objects.values_list("stage", flat=True).first()
    events, pending = Event.objects.count(), Pending.objects.count()
    return -1 if stage is None else stage, events, pending
