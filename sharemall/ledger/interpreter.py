"""Python's own habits, changed for as long as the writer is at work."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

QUICK_TURN_SECONDS = 0.0001
_USUAL_TURN_SECONDS = sys.getswitchinterval()


@contextmanager
def without_collecting() -> Iterator[None]:
    """Leave cycles uncollected for a while.

    A batch makes tens of thousands of tuples that live until its end. The collector would walk
    over all of them again and again, for a third of the batch's time, and find nothing.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def quick_turns() -> Iterator[None]:
    """Let a thread that has waited for the database go on at once.

    By the usual interval it waits 5 ms for the one that computes, many times a batch.
    """
    sys.setswitchinterval(QUICK_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(_USUAL_TURN_SECONDS)
