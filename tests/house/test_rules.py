"""The house rules that a machine can check, over every file that git knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 70
USUAL_FUNCTION = 12
HOT = "# HOT LOOP"  # marks the one function that may be longer, for its speed

# Where this happens to be written, and where its packages come from, is nobody's business.
FOREIGN = re.compile(
    r"/work/|/root\b|/home/[a-z]|/opt/(?:pypi|wheels)|shared/(?:spec|golden|data)"
    r"|pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org|--(?:extra-)?index-url|--find-links"
)
# The clock service gives the time; a database has another opinion of it.
SQL_TIME = re.compile(
    r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)"
    r"|\bCURRENT_(?:DATE|TIMESTAMP|TIME)\b|\bNow\(\)"
)
# Where processes are started, and ended with the test, whatever comes of it.
KEEPS_PROCESSES = (
    "tests/processes.py",
    "tests/cli/test_serving.py",
    "tests/house/test_postgres.py",
)
VENDORED = re.compile(r"/vendor/|/licences/")
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".po", ".svg", ".json", ""}


KEPT = TEXT | {".jsonl", ".csv", ".mjs", ".png", ".webp"}


def named() -> list[str]:
    """All files of the project, new ones included, ignored ones not."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def listed(*suffixes: str) -> list[Path]:
    """Those of such a kind that are not vendored."""
    paths = [PROJECT / name for name in named() if not VENDORED.search(name)]
    return [path for path in paths if path.suffix in suffixes and path.is_file()]


def sources() -> list[Path]:
    """Python files that people write."""
    return [path for path in listed(".py") if "migrations" not in path.parts]


def short(path: Path) -> str:
    """A path as a person would say it."""
    return str(path.relative_to(PROJECT))


def functions(path: Path) -> Iterator[tuple[str, int, str]]:
    """Each function's name, length in lines and source."""
    text = path.read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
            yield f"{short(path)}:{node.lineno} {node.name}", len(lines), "\n".join(lines)


def matches(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Where a pattern occurs, this file excepted."""
    found = []
    for path in paths:
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if (match := pattern.search(line)) is not None:
                found.append(f"{short(path)}:{number}: {match[0]}")
    return found


def test_every_source_file_is_shorter_than_400_lines() -> None:
    lengths = {short(path): len(path.read_text().splitlines()) for path in sources()}
    assert {name: n for name, n in lengths.items() if n >= LONGEST_FILE} == {}


def test_every_function_is_shorter_than_70_lines() -> None:
    long = [
        (name, length)
        for path in sources()
        for name, length, text in functions(path)
        if length >= LONGEST_FUNCTION and HOT not in text
    ]
    assert long == []


def test_only_one_function_claims_to_be_hot() -> None:
    hot = [name for path in sources() for name, _, text in functions(path) if HOT in text]
    assert len(hot) <= 1


def test_the_median_function_is_shorter_than_12_lines() -> None:
    lengths = [
        length
        for path in sources()
        if path.is_relative_to(PROJECT / "sharemall")
        for _, length, _ in functions(path)
    ]
    assert median(lengths) < USUAL_FUNCTION


def test_nothing_names_a_machine_a_registry_or_a_workplace() -> None:
    assert matches(FOREIGN, listed(*TEXT)) == []


def test_nothing_is_kept_that_is_neither_text_nor_picture() -> None:
    assert [name for name in named() if Path(name).suffix not in KEPT] == []


def test_no_sql_asks_the_database_for_the_time() -> None:
    product = [path for path in listed(".py") if path.is_relative_to(PROJECT / "sharemall")]
    # `now()` is also how the clock service is called: only quoted text is SQL.
    found = [
        f"{short(path)}:{node.lineno}"
        for path in product
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\b(?:SELECT|INSERT|UPDATE|CREATE)\b", node.value)
        and SQL_TIME.search(node.value)
    ]
    assert found == []
    assert matches(re.compile(r"functions import .*\bNow\b|\bauto_now"), product) == []


def test_no_rule_hides_in_save_or_signals() -> None:
    product = [path for path in sources() if path.is_relative_to(PROJECT / "sharemall")]
    assert matches(re.compile(r"def save\(self|@receiver|\.signals import"), product) == []


def test_tests_do_not_sleep() -> None:
    tests = [path for path in sources() if path.is_relative_to(PROJECT / "tests")]
    assert matches(re.compile(r"\btime\.sleep\(|\bsleep\(|wait_for_timeout"), tests) == []


def test_no_day_is_read_off_the_utc_clock() -> None:
    # From 16:00 UTC on it is the day before the mall's.
    assert matches(re.compile(r"\bnow(?:\(.*)?\.date\(\)"), sources()) == []


def test_processes_of_tests_end_with_them() -> None:
    tests = [path for path in sources() if path.is_relative_to(PROJECT / "tests")]
    found = matches(re.compile(r"\bPopen\("), tests)
    assert [line for line in found if not line.startswith(KEEPS_PROCESSES)] == []
