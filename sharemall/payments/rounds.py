"""The worker's rounds over rows that are due: a row that fails is logged and stops no other."""

import logging
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

LOG = logging.getLogger(__name__)
MOST = 200


def each(due: QuerySet[Any, int], work: Callable[[int], bool], *, most: int = MOST) -> int:
    """Do `work` for the keys that `due` lists, at most `most` of them; how many it was done for.

    Whatever fails is passed over for the rest of the round, so that as many rows behind it get
    their turn. `due` lists primary keys in the order of their turn; what is done leaves it.
    """
    done, passed = 0, list[int]()
    while done < most and len(passed) < most:
        keys = list(due.exclude(pk__in=passed)[: most - done])
        for key in keys:
            if _succeeds(work, key, due.model.__name__):
                done += 1
            else:
                passed.append(key)
        if not keys:
            break
    return done


def _succeeds(work: Callable[[int], bool], key: int, what: str) -> bool:
    try:
        return work(key)
    except Exception:
        LOG.exception("a round failed for %s %s", what, key)
        return False
