"""Python's garbage collector, kept away from where nothing is garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
