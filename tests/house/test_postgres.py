"""The embedded server: shared by processes, stopped by the last, found again after a kill."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sharemall import postgres, system_user

HOLD = """
import sys
from pathlib import Path
from sharemall import postgres
print(postgres.start(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A data folder for all tests here; pytest's are closed to the user that runs PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="sharemall-pg-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "postgres"


@pytest.fixture
def folder(cluster: Path) -> Iterator[Path]:
    """The same, stopped before each test and after it."""
    yield cluster
    if (cluster / "postmaster.pid").exists():
        postgres.start(cluster)
        postgres.stop(cluster)


@contextmanager
def holder(folder: Path) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """Another process that uses the server until its stdin closes; with the address it got."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def answer(url: str, query: str = "SELECT 1") -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def server_pid(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def test_a_second_process_joins_and_the_last_one_stops_the_server(folder: Path) -> None:
    with holder(folder) as (_, url):
        assert answer(url) == 1
        assert postgres.start(folder) == url
    assert answer(url) == 1
    assert postgres.in_use(folder)
    postgres.stop(folder)
    assert not postgres.in_use(folder)
    assert not (folder / "postmaster.pid").exists()


def test_starting_twice_in_one_process_needs_one_stop(folder: Path) -> None:
    postgres.start(folder)
    postgres.start(folder)
    postgres.stop(folder)
    postgres.stop(folder)
    assert not (folder / "postmaster.pid").exists()


def test_a_server_left_by_a_killed_process_is_joined_and_then_stopped(folder: Path) -> None:
    with holder(folder) as (process, url):
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert answer(url) == 1
        pid = server_pid(folder)
        assert postgres.start(folder) == url
        assert server_pid(folder) == pid
        postgres.stop(folder)
    assert not (folder / "postmaster.pid").exists()


def test_a_killed_server_is_recovered_with_what_was_committed(folder: Path) -> None:
    url = postgres.start(folder)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(server_pid(folder), signal.SIGKILL)
    url = postgres.start(folder)
    assert answer(url, "SELECT answer FROM kept") == 42


def test_a_pid_file_that_names_a_stranger_does_not_keep_it_from_starting(folder: Path) -> None:
    postgres.start(folder)
    lines = (folder / "postmaster.pid").read_text().splitlines()
    postgres.stop(folder)
    lines[0] = str(os.getpid())
    (folder / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert answer(postgres.start(folder)) == 1


def test_a_long_path_gets_a_socket_elsewhere(folder: Path) -> None:
    deep = folder.parent / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    folder.rename(deep / "postgres")
    url = postgres.start(deep / "postgres")
    assert answer(url) == 1
    assert len(url) < 120
    postgres.stop(deep / "postgres")
    (deep / "postgres").rename(folder)


def test_the_application_may_not_own_or_make_tables(folder: Path) -> None:
    url = postgres.as_application(postgres.start(folder))
    assert answer(url, "SELECT current_user") == postgres.APPLICATION_ROLE
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answer(url, "CREATE TABLE mine (id int)")


def test_durability_is_not_traded_for_speed(folder: Path) -> None:
    url = postgres.start(folder)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert answer(url, f"SELECT current_setting('{setting}')") == "on"


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("not a database")
    with pytest.raises(postgres.PostgresError, match="no database folder"):
        postgres.start(tmp_path)
    assert (tmp_path / "letter.txt").exists()


def test_a_folder_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(postgres.PostgresError, match="SHAREMALL_DATA"):
        postgres.start(tmp_path / "file" / "postgres")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_for_root_a_closed_parent_is_opened_to_postgresql_alone(folder: Path) -> None:
    folder.parent.chmod(0o700)
    assert answer(postgres.start(folder)) == 1
    assert stat.S_IMODE(folder.parent.stat().st_mode) & 0o007 == 0
    account = system_user.for_postgres()
    assert account is not None
    assert folder.stat().st_uid == account.uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets folders of other users")
def test_a_data_folder_of_another_user_is_refused(folder: Path) -> None:
    postgres.start(folder)
    postgres.stop(folder)
    account = folder.stat()
    os.chown(folder, 0, 0)
    with pytest.raises(postgres.PostgresError, match="belongs to another user"):
        postgres.start(folder)
    os.chown(folder, account.st_uid, account.st_gid)
