"""Jobs that begin at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from sharemall.orders.refusals import Refusal, Refused

T = TypeVar("T")


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T | Refusal]:
    """Start every job at the same moment; the results in their order, a refusal as one."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | Refusal:
        try:
            gate.wait()
            return job()
        except Refused as refused:
            return refused.refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
