"""Processes of a test's own: they end with it, however it ends."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil


@contextmanager
def running(command: list[str], env: dict[str, str], **how: Any) -> Iterator[psutil.Popen]:
    """The command at work; killed at the end if it has not ended by then."""
    process = psutil.Popen(command, env=env, stdin=subprocess.DEVNULL, **how)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
