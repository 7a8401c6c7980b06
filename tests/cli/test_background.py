"""The background process: it runs what waits, one at a time, and ends with its parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest

from sharemall.simulator.reading import preset
from tests.cli.conftest import Run, command, in_database
from tests.cli.test_serving import eventually, serving
from tests.cli.test_serving import mall as mall
from tests.cli.test_serving import port as port
from tests.processes import running
from tests.simulations import given

ASK = """
import sys
from sharemall.cli import place
place.connect()
from sharemall.clock.services import now
from sharemall.members.models import Member
from sharemall.simulations import services
by, _ = Member.objects.get_or_create(
    account="boss", phone="13900000001", defaults={"joined_at": now()}
)
wish = services.Wish(title="one", scenario_text=sys.stdin.read(), scheme_text=None, seed=1)
print(services.ask(key=sys.argv[1], wish=wish, by=by, now=now()).pk)
"""
# Many members for ten years: a run that does not end while it is looked at.
LONG = (
    preset("fast-growth")
    .text.replace("days = 1095", "days = 3660")
    .replace("at_start = 50", "at_start = 50000")
    .replace('growth = "3"', 'growth = "1"')
)


def ask(env: dict[str, str], scenario: str) -> int:
    """Ask for a simulation from a process of its own, as the console does."""
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(uuid4())],
        env=env,
        input=scenario,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(asked.stdout)


def states(database: str) -> list[tuple[str, str, int]]:
    """Every simulation's state, error and how many files it left."""
    with psycopg.connect(in_database(os.environ["DATABASE_URL"], database)) as connection:
        return connection.execute(
            "SELECT state, error, (SELECT count(*) FROM simulations_resultfile"
            " WHERE simulation_id = s.id) FROM simulations_simulation s ORDER BY id"
        ).fetchall()


def outlooks(database: str) -> list[str]:
    with psycopg.connect(in_database(os.environ["DATABASE_URL"], database)) as connection:
        rows = connection.execute(
            "SELECT day FROM simulations_outlook WHERE figures IS NOT NULL"
        ).fetchall()
    return [str(day) for (day,) in rows]


def background_of(server: psutil.Popen) -> psutil.Process | None:
    for child in server.children(recursive=True):
        if "background" in child.cmdline():
            return psutil.Process(child.pid)
    return None


@pytest.mark.usefixtures("mall")
def test_a_served_mall_runs_simulations_and_looks_ahead_after_a_close(
    env: dict[str, str], port: int, database: str
) -> None:
    ask(env, given.scenario())
    with serving(env, port) as server:
        assert eventually(lambda: states(database)[0][0] == "done")
        assert states(database) == [("done", "", 10)]
        assert eventually(lambda: outlooks(database)) == ["2026-01-01"]
        process = eventually(lambda: background_of(server))
        assert process.nice() >= 10
        server.terminate()
        assert server.wait() == 0
        eventually(lambda: not process.is_running())


def strays(database: str) -> list[str]:
    with psycopg.connect(in_database(os.environ["DATABASE_URL"], database)) as connection:
        rows = connection.execute("SELECT name FROM catalogue_strayfile").fetchall()
    return [name for (name,) in rows]


@pytest.mark.usefixtures("mall")
def test_it_looks_for_pictures_that_nothing_names(env: dict[str, str], database: str) -> None:
    name = f"products/{'a' * 24}-9x9.webp"
    file = Path(env["SHAREMALL_DATA"]) / "media" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    with running(command("background"), env):
        assert eventually(lambda: strays(database)) == [name]
    assert file.exists()  # nobody can say yet that it has no name


@pytest.mark.usefixtures("mall")
def test_a_killed_one_is_marked_interrupted_and_the_next_goes_on(
    env: dict[str, str], port: int, database: str
) -> None:
    ask(env, LONG)
    ask(env, given.scenario())
    with serving(env, port) as server:
        first = eventually(lambda: background_of(server))
        assert eventually(lambda: states(database)[0][0] == "running")
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert eventually(lambda: states(database)[1][0] == "done")
        assert states(database)[0] == ("interrupted", "killed", 0)


@pytest.mark.usefixtures("mall")
def test_asked_to_end_it_leaves_what_it_had_and_ends(env: dict[str, str], database: str) -> None:
    ask(env, LONG)
    with running(command("background"), env) as background:
        assert eventually(lambda: states(database)[0][0] == "running")
        background.terminate()
        assert background.wait() == 0
    ((state, error, files),) = states(database)
    assert (state, error) == ("interrupted", "closed")
    assert files in (0, 10)


@pytest.mark.usefixtures("mall")
def test_of_two_one_works_and_the_other_stands_by(
    env: dict[str, str], database: str, tmp_path: Path
) -> None:
    ask(env, LONG)
    ask(env, given.scenario())
    with running(command("background"), env) as first:
        assert eventually(lambda: states(database)[0][0] == "running")
        with running(command("background"), env) as second:
            eventually(lambda: _waits_for_the_lock(database))
            assert [state for state, _, _ in states(database)] == ["running", "queued"]
            first.kill()
            first.wait()
            assert eventually(lambda: states(database)[1][0] == "done")
            assert states(database)[0][:2] == ("interrupted", "killed")
            second.terminate()
            assert second.wait() == 0


def test_without_a_mall_it_waits_for_one(run: Run, env: dict[str, str], database: str) -> None:
    with running(command("background"), env) as background:
        ask(env, given.scenario())
        assert eventually(lambda: states(database)[0][0] == "done")
        background.terminate()
        assert background.wait() == 0


def _waits_for_the_lock(database: str) -> bool:
    """Whether a second process has asked for the leader's lock."""
    with psycopg.connect(in_database(os.environ["DATABASE_URL"], database)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE 'SELECT pg_try_advisory_xact_lock%%'"
        ).fetchone()
    assert row is not None
    return int(row[0]) >= 1
