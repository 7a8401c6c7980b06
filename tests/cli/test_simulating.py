"""`simulate`: reports without a database, every fault named, and what an interruption leaves."""

import csv
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from sharemall.demo.purchases import FILE
from tests.cli.conftest import command
from tests.processes import running

SCENARIO = """\
[scenario]
name = "little"
scheme = "everyday"
days = 30
[arrivals]
at_start = 20
[orders]
median = "100"
completion_days = 2
"""


def simulate(*arguments: object, code: int = 0) -> "subprocess.CompletedProcess[str]":
    """A command that needs no database, and has none."""
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    ended = subprocess.run(
        command("simulate", *map(str, arguments)), capture_output=True, text=True, env=environment
    )
    assert ended.returncode == code, ended.stderr
    return ended


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "little.toml"
    path.write_text(SCENARIO)
    return path


def test_a_scenario_becomes_a_report_with_pictures_and_tables(
    scenario: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    said = simulate(scenario, "--out", out, "--lang", "en").stdout
    assert "half of the members got back" in said
    assert "An estimate, not a promise." in (out / "report.html").read_text()
    assert len(list((out / "pictures").glob("*.png"))) > 10
    assert {path.name for path in out.glob("*.parquet")} == {
        "cohorts.parquet",
        "days.parquet",
        "runs.parquet",
    }
    with (out / "days.csv").open(newline="") as lines:
        assert len(list(csv.DictReader(lines))) == 30


def test_a_preset_is_simulated_in_chinese_by_default(tmp_path: Path) -> None:
    said = simulate("red-wine", "--out", tmp_path / "out").stdout
    assert "每消费 ¥100" in said
    assert "这是估算，不是承诺" in (tmp_path / "out" / "report.html").read_text()


def test_the_same_seed_gives_the_same_report_by_any_number_of_processes(
    scenario: Path, tmp_path: Path
) -> None:
    grid = ("--grid", "orders.refunds=0:0.5:2", "--grid", "scheme.sell_fee=0:0.1:2")
    for processes in (1, 2):
        out = tmp_path / str(processes)
        simulate(scenario, *grid, "--seeds", 2, "--processes", processes, "--out", out)
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("1", "2")
    )
    assert one == two
    simulate(scenario, "--seed", 9, "--out", tmp_path / "other")
    assert (tmp_path / "other" / "days.csv").read_bytes() != one[Path("days.csv")]


def test_the_presets_are_listed_and_all_of_them_simulated_at_once(tmp_path: Path) -> None:
    names = [line.split()[0] for line in simulate("presets").stdout.splitlines()]
    assert len(names) == 7
    simulate("all", "--out", tmp_path / "all", "--lang", "en")
    assert "A steady shop" in (tmp_path / "all" / "index.html").read_text()
    for name in names:
        assert (tmp_path / "all" / name / "report.html").is_file()


def test_no_django_is_loaded(scenario: Path, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom sharemall.cli.main import run\n"
        "try: run(sys.argv[1:])\n"
        "finally: assert not {'django', 'psycopg'} & set(sys.modules)"
    )
    arguments = ("simulate", str(scenario), "--out", str(tmp_path / "out"))
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_every_fault_of_a_scenario_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(SCENARIO.replace("days = 30", 'days = "thirty"').replace("median", "medain"))
    lines = simulate(path, "--out", tmp_path / "out", code=2).stderr.splitlines()
    assert any("scenario.days" in line for line in lines)
    assert any("orders.medain" in line for line in lines)
    assert all(line.startswith("sharemall: ") for line in lines)
    assert lines[-1].endswith("faults")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("nowhere",), "there is no 'nowhere'; there are: bank-run"),
        (("nowhere.toml",), "nowhere.toml cannot be read"),
        (("red-wine", "--grid", "orders.refunds"), "write it as KEY=a:b:n"),
        (("red-wine", "--grid", "orders.nothing=0:1:2"), "unknown key"),
        (("red-wine", *["--grid", "orders.refunds=0:1:2"] * 2), "both axes are the same"),
        (("red-wine", *["--grid", "orders.refunds=0:1:2"] * 3), "once or twice"),
        (("red-wine", "--target", "2"), "a part from 0 to 1"),
        (("red-wine", "--lang", "fr"), "zh or en"),
        (("red-wine", "--seeds", "0"), "--seeds"),
        (("red-wine", "--out", FILE), "is no folder"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_its_reason(
    arguments: tuple[str, ...], fault: str, tmp_path: Path
) -> None:
    given = arguments if "--out" in arguments else (*arguments, "--out", tmp_path / "out")
    ended = simulate(*given, code=2)
    assert fault in ended.stderr
    assert "Traceback" not in ended.stderr


@contextmanager
def under_way(folder: Path, processes: int) -> Iterator[psutil.Popen]:
    """A long simulation whose bar with the time left is there: its days go by."""
    path = folder / "long.toml"
    path.write_text(SCENARIO.replace("days = 30", "days = 20000"))
    terminal, end = pty.openpty()
    given = ("--seeds", "4", "--processes", str(processes), "--out", str(folder / "out"))
    with running(
        command("simulate", str(path), *given, "--lang", "en"),
        dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=end,
        text=True,
        start_new_session=True,
    ) as process:
        shown = ""
        while "%" not in shown:
            shown += os.read(terminal, 4096).decode(errors="replace")
        assert "left" in shown
        yield process
    os.close(end)
    os.close(terminal)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("processes", [1, 2])
def test_ctrl_c_or_a_polite_kill_leaves_what_there_was_marked_incomplete(
    tmp_path: Path, processes: int, number: signal.Signals
) -> None:
    with under_way(tmp_path, processes) as process:
        os.killpg(process.pid, number)  # as a terminal does: all of its processes
        said, _ = process.communicate()
    assert process.returncode == 130
    assert "Interrupted" in said
    assert "INCOMPLETE" in (tmp_path / "out" / "report.html").read_text()
    assert (tmp_path / "out" / "INCOMPLETE.txt").is_file()


def test_of_a_killed_simulation_no_process_stays(tmp_path: Path) -> None:
    with under_way(tmp_path, 2) as process:
        others = psutil.Process(process.pid).children(recursive=True)
        assert len(others) >= 2
        process.kill()
        process.communicate()
    _, alive = psutil.wait_procs(others, timeout=60)
    assert alive == []


def test_a_fit_prints_lines_for_a_scenario(tmp_path: Path) -> None:
    said = simulate("fit", FILE, "--until", "1997-09-30").stdout
    assert 'r = "0.243"\nalpha = "4.414"\na = "0.793"\nb = "2.426"\nunit = "week"' in said
    orders = said.replace("[orders]", "[orders]\ncompletion_days = 2")
    head = SCENARIO.split("[orders]")[0]
    path = tmp_path / "fitted.toml"
    path.write_text(head + orders)
    simulate(path, "--out", tmp_path / "out")


def test_every_fault_of_an_orders_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("date,member,amount\nnever,ann,5\n2026-01-01,,x\n")
    lines = simulate("fit", path, code=2).stderr.splitlines()
    assert [line.partition(": ")[2][:6] for line in lines[:2]] == ["line 2", "line 3"]
    assert lines[-1].endswith("2 faults")
    assert "there is no" in simulate("fit", tmp_path / "none.csv", code=2).stderr
