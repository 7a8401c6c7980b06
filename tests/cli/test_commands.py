"""Every command: what it does, how it ends, and that its errors are one line that helps."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import SCHEME, Run, as_superuser, command

COMMANDS = [
    *("replay", "init", "demo", "serve", "worker", "migrate", "state", "verify", "close-day"),
    *("import-orders", "referrals"),
    *("simulate", "simulate run", "simulate fit", "simulate presets"),
    *("journal", "journal export", "journal import", "citus", "citus plan", "citus apply"),
]
PASSWORD = {"SHAREMALL_OWNER_PASSWORD": "a long enough secret"}


def one_line(ended: "subprocess.CompletedProcess[str]", code: int) -> str:
    """The error of a command that ended as expected."""
    assert ended.returncode == code, ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("sharemall: ")
    return line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    ended = subprocess.run(command(*name.split(), "--help"), capture_output=True, text=True)
    assert ended.returncode == 0
    assert "Usage: sharemall" in ended.stdout


def test_replay_prints_the_state_without_loading_django(scheme: Path, events: Path) -> None:
    program = (
        "import sys\nfrom sharemall.cli.main import run\n"
        "try: run(sys.argv[1:])\n"
        "finally: assert not {'django', 'psycopg'} & set(sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "replay", str(scheme), str(events)],
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    report = json.loads(ended.stdout)
    assert report["rejected"] == []
    assert report["members"]["bob"]["level"] == 0
    assert (report["pool"]["issued"], report["pool"]["burned"]) == ("28.350000", "9.900000")


def test_replay_writes_to_a_file_what_it_would_print(
    run: Run, scheme: Path, events: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.json"
    printed = run("replay", str(scheme), str(events)).stdout
    assert run("replay", str(scheme), str(events), "--out", str(out)).stdout == ""
    assert out.read_text() == printed


def test_a_bad_scheme_is_bad_input_with_every_fault_in_one_line(
    run: Run, scheme: Path, events: Path
) -> None:
    scheme.write_text(SCHEME.replace('"0.30"', '"3"').replace('"0.70"', '"x"'))
    line = one_line(run("replay", str(scheme), str(events)), 2)
    assert "zones.wine.reserve" in line
    assert "zones.wine.issue.buyer" in line


def test_a_line_that_is_no_event_is_bad_input_with_its_number(
    run: Run, scheme: Path, events: Path
) -> None:
    events.write_text(events.read_text() + "not json\n")
    ended = run("replay", str(scheme), str(events))
    assert "5" in one_line(ended, 2)
    assert ended.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", "no-such.toml", "no-such.jsonl"],
        ["journal", "import", "no-such.toml", "no-such.jsonl"],
        ["close-day", "tomorrow"],
        ["serve", "--port", "high"],
        ["no-such-command"],
    ],
)
def test_what_cannot_be_understood_is_bad_input(run: Run, arguments: list[str]) -> None:
    one_line(run(*arguments), 2)


def test_debug_shows_where_an_error_came_from(run: Run) -> None:
    ended = run("--debug", "replay", "no-such.toml", "no-such.jsonl")
    assert ended.returncode not in (0, 2)
    assert "Traceback" in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [["state"], ["verify"], ["referrals"], ["close-day"], ["journal", "export", "x"], ["serve"]],
)
def test_without_a_mall_a_command_says_how_to_make_one(run: Run, arguments: list[str]) -> None:
    assert "sharemall init" in one_line(run(*arguments), 1)


def test_a_database_that_does_not_answer_is_said_in_one_line(run: Run) -> None:
    ended = run("state", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert "does not answer" in one_line(ended, 1)


def test_an_imported_journal_gives_the_state_of_its_replay(
    run: Run, scheme: Path, events: Path, tmp_path: Path
) -> None:
    imported = run("journal", "import", str(scheme), str(events))
    assert (imported.returncode, imported.stdout) == (
        0,
        "4 events appended, 0 repetitions ignored\n",
    )
    exported = run("journal", "export", str(tmp_path / "out"))
    assert exported.returncode == 0
    replayed = run("replay", str(tmp_path / "out/scheme.toml"), str(tmp_path / "out/events.jsonl"))
    assert run("state").stdout == replayed.stdout == run("replay", str(scheme), str(events)).stdout
    assert "up to position 4" in run("verify").stdout
    told = run("referrals")
    assert told.returncode == 0
    assert "Greatest paid depth: " in told.stdout


def test_a_journal_is_not_imported_into_a_mall(run: Run, scheme: Path, events: Path) -> None:
    run("journal", "import", str(scheme), str(events))
    assert "already" in one_line(run("journal", "import", str(scheme), str(events)), 1)


def test_verify_refuses_a_changed_row_and_names_it(
    run: Run, scheme: Path, events: Path, database: str
) -> None:
    run("journal", "import", str(scheme), str(events))
    as_superuser(
        "UPDATE ledger_balance SET share_micro = share_micro + 1 WHERE is_member", database
    )
    ended = run("verify")
    assert ended.returncode == 1
    assert "m:ann" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_day_is_closed_once_and_not_before_it_is_over(
    run: Run, scheme: Path, events: Path
) -> None:
    events.write_text("".join(events.read_text().splitlines(keepends=True)[:3]))
    run("journal", "import", str(scheme), str(events))
    assert "close-2026-01-01: closed" in run("close-day").stdout
    assert run("close-day").stdout == "No day is due.\n"
    assert "closed, position 4" in run("close-day", "2026-01-01").stdout
    assert "2999-01-01" in one_line(run("close-day", "2999-01-01"), 1)


def test_init_makes_an_empty_mall_with_its_owner_and_brand(run: Run, scheme: Path) -> None:
    arguments = ["--scheme", str(scheme), "--phone", "13800001234"]
    ended = run("init", *arguments, "--name-en", "Red Wine", "--primary", "#7B1E3A", **PASSWORD)
    assert ended.returncode == 0, ended.stderr
    report = json.loads(run("state").stdout)
    assert report["members"] == {}
    assert "already" in one_line(run("init", *arguments, **PASSWORD), 1)


@pytest.mark.parametrize(
    ("arguments", "password", "reason"),
    [
        (["--phone", "12345"], "a long enough secret", "phone"),
        (["--phone", "13800001234"], "12345678", "too weak"),
        (["--phone", "13800001234"], "", "SHAREMALL_OWNER_PASSWORD"),
        ([], "a long enough secret", "--phone"),
        (
            ["--phone", "13800001234", "--primary", "#eeeeee", "--shares-zh", "股票"],
            "a long enough secret",
            "股票",
        ),
    ],
)
def test_init_refuses_what_will_not_do_and_leaves_nothing(
    run: Run, scheme: Path, arguments: list[str], password: str, reason: str
) -> None:
    ended = run("init", "--scheme", str(scheme), *arguments, SHAREMALL_OWNER_PASSWORD=password)
    line = one_line(ended, 2)
    assert reason in line.replace("mobile number", "phone")
    assert "sharemall init" in one_line(run("state"), 1)


def test_live_mode_names_all_that_is_missing_in_the_environment(run: Run) -> None:
    line = one_line(run("state", SHAREMALL_MODE="live", SHAREMALL_SECRET_KEY="short"), 1)
    assert "SHAREMALL_HOSTS" in line
    assert "longer SHAREMALL_SECRET_KEY" in line
    assert "DATABASE_URL" not in line


def test_live_mode_does_not_serve_while_a_guard_of_the_money_is_missing(run: Run) -> None:
    ready = {
        "SHAREMALL_MODE": "live",
        "SHAREMALL_SECRET_KEY": "x" * 50,
        "SHAREMALL_HOSTS": "mall.example",
    }
    for arguments in (["serve"], ["worker"]):
        line = one_line(run(*arguments, **ready), 1)
        assert "identity checks" in line
        assert "reconciliation" in line
    assert "no demo" in one_line(run("demo", **ready), 1)


def test_an_unknown_mode_is_refused(run: Run) -> None:
    assert "demo or live" in one_line(run("state", SHAREMALL_MODE="prod"), 2)


def test_a_demo_is_not_loaded_into_another_mall_and_resets_only_its_own(
    run: Run, scheme: Path
) -> None:
    run("init", "--scheme", str(scheme), "--phone", "13800001234", **PASSWORD)
    assert "another mall" in one_line(run("demo", "--no-serve"), 1)
    assert "DATABASE_URL" in one_line(run("demo", "--reset", "--no-serve"), 1)
