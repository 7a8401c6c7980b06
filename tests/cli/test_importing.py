"""`import-orders` as its users run it."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_commands import PASSWORD, one_line

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
MAP = """
zone = "wine"
[columns]
id = "no"
time = "when"
member = "who"
paid = "sum"
"""
ROWS = "no,when,who,sum\n1,2024-01-01,ann,100\n2,2024-01-02,bob,50\n"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ROWS)
    return path


@pytest.fixture
def used(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(MAP)
    return path


@pytest.fixture
def mall(run: Run, scheme: Path) -> None:
    ended = run("init", "--scheme", str(scheme), "--phone", "13800001234", **PASSWORD)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.usefixtures("mall")
def test_all_orders_come_in_and_a_second_time_changes_nothing(
    run: Run, orders: Path, used: Path, tmp_path: Path
) -> None:
    ended = run("import-orders", str(orders), "--map", str(used))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "2 rows: 2 orders appended, 0 already there, 0 not completed, 0 refused" in ended.stdout
    state = run("state").stdout
    again = run("import-orders", str(orders), "--map", str(used))
    assert again.returncode == 0
    assert "imported by this map already" in again.stdout
    assert run("state").stdout == state
    assert "position 2" in run("verify").stdout
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["orders.csv"]


@pytest.mark.usefixtures("mall")
def test_the_application_has_the_rights_to_bring_many_in(
    run: Run, orders: Path, used: Path
) -> None:
    orders.write_text(ROWS + "".join(f"{number},2024-01-03,cat,1\n" for number in range(3, 253)))
    ended = run("import-orders", str(orders), "--map", str(used))
    assert ended.returncode == 0, ended.stderr
    assert "252 orders appended" in ended.stdout


@pytest.mark.usefixtures("mall")
def test_refused_rows_are_counted_shown_and_written(
    run: Run, orders: Path, used: Path, tmp_path: Path
) -> None:
    orders.write_text(ROWS + "".join(f"{number},2024-01-03,cat,free\n" for number in range(3, 23)))
    ended = run("import-orders", str(orders), "--map", str(used))
    assert "20 of 22 rows" in one_line(ended, 1)
    assert "20 × paid: not a plain number" in ended.stdout
    assert ended.stdout.count("  line ") == 10
    assert len((tmp_path / "orders.refused.csv").read_text().splitlines()) == 21
    other = tmp_path / "other.csv"
    again = run("import-orders", str(orders), "--map", str(used), "--refused", str(other))
    assert again.returncode == 1
    assert other.read_text() == (tmp_path / "orders.refused.csv").read_text()


@pytest.mark.usefixtures("mall")
def test_the_example_of_the_documentation_comes_in(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "refused.csv"
    arguments = ["--map", str(EXAMPLES / "map.toml"), "--refused", str(report)]
    ended = run("import-orders", str(EXAMPLES / "orders.csv"), *arguments)
    assert "1 of 5 rows" in one_line(ended, 1)
    assert "5 rows: 3 orders appended, 0 already there, 1 not completed, 1 refused" in ended.stdout
    assert "2 days closed" in ended.stdout
    assert "line 6: paid: not a plain number" in ended.stdout
    assert "2024-1005" in report.read_text()
    assert "old-zhang-wei" in run("state").stdout


@pytest.mark.usefixtures("mall")
@pytest.mark.parametrize(
    ("map_text", "rows", "words"),
    [
        (MAP.replace('"wine"', '"tea"').replace('"sum"', '"total"'), ROWS, ["total", "tea"]),
        (MAP.replace("zone", "zonw"), ROWS, ["zonw", "columns.zone"]),
        ("zone = ", ROWS, ["not a TOML file"]),
        (MAP, "", ["no columns"]),
        (MAP, '"no', ["no columns"]),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    run: Run, orders: Path, used: Path, map_text: str, rows: str, words: list[str]
) -> None:
    used.write_text(map_text)
    orders.write_text(rows)
    line = one_line(run("import-orders", str(orders), "--map", str(used)), 2)
    assert all(word in line for word in words)
    assert '"members": {}' in run("state").stdout


@pytest.mark.usefixtures("mall")
def test_a_file_or_a_map_in_another_encoding_is_bad_input(
    run: Run, orders: Path, used: Path
) -> None:
    orders.write_bytes(ROWS.encode() + "3,2024-01-01,张三,5".encode("gb18030"))
    assert "not utf-8" in one_line(run("import-orders", str(orders), "--map", str(used)), 2)
    used.write_bytes("# 张三".encode("gb18030"))
    assert "UTF-8" in one_line(run("import-orders", str(orders), "--map", str(used)), 2)


def test_paths_that_will_not_do_are_bad_input(run: Run, orders: Path, used: Path) -> None:
    def ended(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return run("import-orders", *map(str, arguments))

    assert "nothing.csv" in one_line(ended(orders.with_name("nothing.csv"), "--map", used), 2)
    assert "no.toml" in one_line(ended(orders, "--map", used.with_name("no.toml")), 2)
    assert "there is no file" in one_line(ended(orders.parent, "--map", used), 2)
    assert "--map" in one_line(ended(orders), 2)
    for refused in (orders, used):
        line = one_line(ended(orders, "--map", used, "--refused", refused), 2)
        assert "another file" in line
    for refused in (orders.parent, orders.parent / "no" / "x.csv"):
        line = one_line(ended(orders, "--map", used, "--refused", refused), 2)
        assert "cannot be written" in line
    assert orders.read_text() == ROWS


def test_there_has_to_be_a_mall(run: Run, orders: Path, used: Path) -> None:
    ended = run("import-orders", str(orders), "--map", str(used))
    assert "sharemall init" in one_line(ended, 1)
