"""`serve` and its worker: they start together and end together, however they end."""

import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest

from tests.cli.conftest import Run, command, in_database
from tests.processes import running

PATIENCE_SECONDS = 180  # what is niced waits for everybody else
Found = TypeVar("Found")


@pytest.fixture
def mall(run: Run, scheme: Path, events: Path) -> None:
    """A mall with a few sales, the last day not closed."""
    events.write_text("".join(events.read_text().splitlines(keepends=True)[:3]))
    assert run("journal", "import", str(scheme), str(events)).returncode == 0


@pytest.fixture
def port() -> int:
    """A port that nothing serves at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(env: dict[str, str], port: int) -> Iterator[psutil.Popen]:
    """A served mall that has said its address."""
    process = psutil.Popen(
        command("serve", "--port", str(port)),
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == f"http://127.0.0.1:{port}\n"
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()
        process.stdout.close()


def eventually(look: Callable[[], Found]) -> Found:
    """What `look` finds, as soon as it finds anything."""
    end = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while not (found := look()):
        assert time.monotonic() < end, "nothing happened"
        pause.wait(0.05)
    return found


def status(port: int) -> int:
    """What the mall answers to a request for a page that is not there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/no-such-page/") as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def worker_of(server: psutil.Popen) -> psutil.Process | None:
    """The journal's worker, by what it was started as."""
    for child in server.children(recursive=True):
        if "worker" in child.cmdline():
            return psutil.Process(child.pid)
    return None


def closed_days(database: str) -> int:
    """How many days the ledger has closed."""
    with psycopg.connect(in_database(os.environ["DATABASE_URL"], database)) as connection:
        row = connection.execute("SELECT count(*) FROM ledger_day").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.usefixtures("mall")
def test_a_served_mall_answers_closes_missed_days_and_ends_with_all_its_processes(
    env: dict[str, str], port: int, database: str
) -> None:
    with serving(env, port) as server:
        assert status(port) == 404
        assert eventually(lambda: closed_days(database)) == 1
        family = server.children(recursive=True)
        assert len(family) >= 2
        server.terminate()
        assert server.wait() == 0
    eventually(lambda: not any(child.is_running() for child in family))


@pytest.mark.usefixtures("mall")
def test_a_killed_server_takes_its_processes_with_it(env: dict[str, str], port: int) -> None:
    with serving(env, port) as server:
        assert status(port) == 404
        eventually(lambda: worker_of(server))
        family = server.children(recursive=True)
        server.kill()
        server.wait()
        eventually(lambda: not any(child.is_running() for child in family))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


@pytest.mark.usefixtures("mall")
def test_a_killed_worker_is_started_again(env: dict[str, str], port: int) -> None:
    with serving(env, port) as server:
        first = eventually(lambda: worker_of(server))
        first.send_signal(signal.SIGKILL)
        first.wait()
        second = eventually(lambda: worker_of(server))
        assert second.pid != first.pid


@pytest.mark.usefixtures("mall")
def test_a_taken_port_is_said_before_anything_starts(run: Run, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ended = run("serve", "--port", str(port))
    assert ended.returncode == 2
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr


@pytest.mark.usefixtures("mall")
def test_a_worker_alone_drains_until_it_is_told_to_stop(env: dict[str, str], database: str) -> None:
    with running(command("worker"), env) as worker:
        assert eventually(lambda: closed_days(database)) == 1
        worker.terminate()
        assert worker.wait() == 0
