"""Processes of their own beside a benchmark, on the same database."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

# A forked process would share the connection and count its parent's memory as its own.
PROCESSES = multiprocessing.get_context("spawn")


def start(work: Callable[..., None], *arguments: Any) -> Any:
    """Start `work` in a new process with Django set up for this process's database."""
    process = PROCESSES.Process(target=_enter, args=(url(), work, arguments), daemon=True)
    process.start()
    return process


def end(*processes: Any) -> None:
    """Wait until all have ended by themselves. Raises RuntimeError if one failed."""
    for process in processes:
        process.join()
        if process.exitcode:
            raise RuntimeError(f"a process of the benchmark ended with {process.exitcode}")


def url(database: str = "") -> str:
    """The address of the database that Django is connected to, or of another on its server."""
    from django.db import connection

    name = database or connection.settings_dict["NAME"]
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def peak_memory() -> int:
    """The most memory that this process ever had, in bytes.

    Not getrusage's: that counts what the parent had when it started this one.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status does not tell the peak memory")


def _enter(address: str, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    os.environ["DATABASE_URL"] = address
    os.environ["DJANGO_SETTINGS_MODULE"] = "sharemall.settings"
    import django

    django.setup()
    work(*arguments)
