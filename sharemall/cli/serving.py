"""Serving: granian's web processes; beside them, supervised, the journal's worker and whoever runs
simulations in the background.
"""

import contextlib
import multiprocessing
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from sharemall import config
from sharemall.cli import place
from sharemall.cli.errors import BadInput, Refused

THREADS = 4
WORKER, BACKGROUND = (
    [sys.executable, "-m", "sharemall.cli", name, "--supervised"]
    for name in ("worker", "background")
)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# A day close is finished rather than cut off; a cut-off one would only be done again.
PATIENCE_SECONDS = 60


def serve(*, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Check, migrate (a demo), and serve until stopped."""
    check_live()
    check_port(host, port)
    place.enter()
    require_mall()
    run(
        host=host,
        port=port,
        workers=workers,
        with_worker=with_worker,
        say=lambda: print(f"http://{host}:{port}", flush=True),  # noqa: T201
    )


def check_live() -> None:
    """Refuse to serve a live mall while anything that guards money is missing, naming all of it."""
    if config.mode() == "live":
        from sharemall.compliance import live

        if lacking := live.missing():
            raise Refused(f"live mode is not ready; it lacks {'; '.join(lacking)}")


def check_port(host: str, port: int) -> None:
    """Say at once that the address is taken, before anything is started for it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise BadInput(
            f"cannot serve at {host}:{port} ({error.strerror}): "
            "stop what serves there or choose another --port"
        ) from error


def require_mall() -> None:
    """Raise LedgerClosed when the database holds no mall."""
    from django.db import connection

    from sharemall.ledger import selectors

    selectors.pool()
    connection.close()


def run(*, host: str, port: int, workers: int, with_worker: bool, say: Callable[[], None]) -> None:
    """Serve until a signal; `say` is called when the mall takes requests."""
    from sharemall.cli.starting import collect_static

    collect_static()
    # Web processes start clean: a forked one would share this one's connections and locks.
    multiprocessing.set_start_method("spawn")
    with contextlib.ExitStack() as beside:
        # What is begun last is ended first: the background process, which nobody waits for.
        for command in (WORKER, BACKGROUND) if with_worker else ():
            beside.enter_context(supervised(command))
        _granian(host, port, workers, say)


def _granian(host: str, port: int, workers: int, say: Callable[[], None]) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "sharemall.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    server.on_startup(_end_with_the_terminal)
    opening = threading.Thread(target=_say_when_open, args=[host, port, say], daemon=True)
    server.on_startup(opening.start)
    server.serve()


def _say_when_open(host: str, port: int, say: Callable[[], None]) -> None:
    pause = threading.Event()
    while not _open(host, port):
        pause.wait(0.05)
    say()


def _open(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port)).close()
    except OSError:
        return False
    return True


def _end_with_the_terminal() -> None:
    """A closed terminal ends the mall; granian would take it for a wish to reload."""
    signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))


class supervised(contextlib.AbstractContextManager[None]):  # noqa: N801
    """A command as a process beside this one: started again when it dies, ended with this one."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    def __enter__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._close_its_stdin()
        self._thread.join(PATIENCE_SECONDS)
        if self._thread.is_alive():
            self._process.kill()

    def _start(self) -> "subprocess.Popen[bytes]":
        # Its own session: Ctrl-C in the terminal is for this process, which then ends it.
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)

    def _watch(self) -> None:
        pause = FIRST_PAUSE
        while True:
            self._process.wait()
            if self._stopping.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)
            self._process = self._start()
            if self._stopping.is_set():
                self._close_its_stdin()

    def _close_its_stdin(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
