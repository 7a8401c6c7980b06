"""Commands are run as their users run them: as processes, on a database of their own."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from sharemall import postgres

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SCHEME = """\
[scheme]
name = "cli"
share_cap = "1000000"
[zones.wine]
reserve = "0.30"
dividend = "0.10"
[zones.wine.issue]
by = "value"
buyer = "0.70"
"""
EVENTS = """\
{"id":"1","type":"sale","at":"2026-01-01T10:00:00+08:00","member":"ann","zone":"wine","paid":"100"}
{"id":"2","type":"sale","at":"2026-01-01T11:00:00+08:00","member":"bob","zone":"wine","paid":"50"}
{"id":"3","type":"sell","at":"2026-01-01T12:00:00+08:00","member":"ann","shares":"9.9"}
{"id":"4","type":"close_day","at":"2026-01-02T00:00:00+08:00","date":"2026-01-01"}
"""


def in_database(url: str, name: str, role: str | None = None) -> str:
    """The same server, another database, perhaps another role."""
    parts = urlsplit(url)
    location = parts.netloc
    if role is not None:
        location = f"{role}@{location.rpartition('@')[2]}"
    return urlunsplit((parts.scheme, location, f"/{name}", parts.query, ""))


def as_superuser(statement: str, database: str = "postgres") -> None:
    """One statement outside any transaction, with all rights."""
    url = in_database(os.environ["DATABASE_URL"], database)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def command(*arguments: str) -> list[str]:
    """The command line as a process."""
    return [sys.executable, "-m", "sharemall.cli", *arguments]


def environment(database: str, data: Path) -> dict[str, str]:
    """A mall's environment: the application's own role, and the owner's address to migrate."""
    url = os.environ["DATABASE_URL"]
    return {
        **os.environ,
        "DATABASE_URL": in_database(url, database, postgres.APPLICATION_ROLE),
        "SHAREMALL_OWNER_URL": in_database(url, database),
        "SHAREMALL_DATA": str(data),
    }


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with all tables and nothing in them, to copy from."""
    name = f"migrated_{uuid.uuid4().hex[:12]}"
    as_superuser(f"CREATE DATABASE {name}")
    subprocess.run(
        command("migrate", "--quiet"),
        env=environment(name, tmp_path_factory.mktemp("migrated")),
        check=True,
    )
    yield name
    as_superuser(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(migrated: str) -> Iterator[str]:
    """An empty, migrated database."""
    name = f"cli_{uuid.uuid4().hex[:12]}"
    as_superuser(f"CREATE DATABASE {name} TEMPLATE {migrated}")
    yield name
    as_superuser(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def env(database: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a mall that is not made yet."""
    return environment(database, tmp_path / "data")


@pytest.fixture
def run(env: dict[str, str]) -> Run:
    """Runs a command in that environment and gives back how it ended."""

    def run_command(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command(*arguments),
            env={**env, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    return run_command


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    """A scheme file."""
    path = tmp_path / "scheme.toml"
    path.write_text(SCHEME)
    return path


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """A journal that goes with it."""
    path = tmp_path / "events.jsonl"
    path.write_text(EVENTS)
    return path
