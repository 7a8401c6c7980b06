"""Which version of the scheme was in force where in the journal."""

from bisect import bisect_left
from operator import itemgetter

from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors
from sharemall.ledger.models import SchemeVersion

Versions = list[tuple[int, Scheme]]  # each with the position of its set_scheme; 0 the first's


def versions() -> Versions:
    """Every version, the first one first."""
    rows = SchemeVersion.objects.order_by("version").values_list("position", "toml")
    return [(position, selectors.parsed_scheme(toml)) for position, toml in rows]


def in_force(known: Versions, position: int) -> Scheme:
    """The scheme by which the event at this position was applied. Raises LedgerClosed."""
    place = bisect_left(known, position, key=itemgetter(0))
    if not place:
        raise selectors.LedgerClosed
    return known[place - 1][1]
