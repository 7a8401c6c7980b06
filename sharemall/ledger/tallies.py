"""Entries added up close by close, so that no page adds up a mall's whole life.

A tally holds the debits and credits of what lies between two closes: by account of the pool, all
members and all merchants, and by reason. A trial balance at any position is the sum of the tallies
before it and of the few entries behind the last of them; so are the movements of a period.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from sharemall.ledger.copying import array
from sharemall.ledger.models import Account, Balance, Day, Pool, Tally, TallyLine
from sharemall.ledger.reasons import MEMBERS, MERCHANTS, NUMBER_OF_POOL

UNITS = ("cash", "share", "coin", "quota")
_POOL = len(NUMBER_OF_POOL)
_SIDES = ", ".join(
    f"coalesce(-sum(least({unit}_micro, 0)), 0), coalesce(sum(greatest({unit}_micro, 0)), 0)"
    for unit in UNITS
)
# Debits and credits by account class and reason; merchants are few and are named by number.
SUMS = f"""
SELECT CASE WHEN account_id <= {_POOL} THEN account_id
            WHEN account_id = ANY(%(merchants)s::bigint[]) THEN {MERCHANTS} ELSE {MEMBERS}
       END AS account, reason, {_SIDES}
FROM ledger_entry WHERE position > %(after)s AND position <= %(until)s GROUP BY 1, 2
"""
_NAMES = [f"{unit}_{side}_micro" for unit in UNITS for side in ("debit", "credit")]
BEGIN = """
INSERT INTO ledger_tally (position, after, holders, counted_at) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Sides:
    """What was taken off (debit) and what was added (credit), in micro-units of one unit."""

    debit_micro: int = 0
    credit_micro: int = 0

    @property
    def balance_micro(self) -> int:
        """What is left: credit less debit."""
        return self.credit_micro - self.debit_micro

    def __add__(self, other: "Sides") -> "Sides":
        return Sides(self.debit_micro + other.debit_micro, self.credit_micro + other.credit_micro)


@dataclass(frozen=True, slots=True)
class Moved:
    """Both sides of each unit."""

    cash: Sides = field(default_factory=Sides)
    share: Sides = field(default_factory=Sides)
    coin: Sides = field(default_factory=Sides)
    quota: Sides = field(default_factory=Sides)

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(
            self.cash + other.cash,
            self.share + other.share,
            self.coin + other.coin,
            self.quota + other.quota,
        )


Sums = dict[tuple[int, int], Moved]  # by account class and reason, as numbers


def add_up_due() -> list[int]:
    """Make the tallies of closes that have none, oldest first; their positions.

    Each in a transaction of its own, without the writer's lock: what it reads is never changed.
    """
    last = Tally.objects.order_by("-position").values_list("position", flat=True).first() or 0
    due = Day.objects.filter(position__gt=last).order_by("position")
    made = []
    for position in due.values_list("position", flat=True):
        if _add_up(last, position):
            made.append(position)
        last = position
    return made


def between(after: int, until: int) -> Sums:
    """What the entries behind `after` up to `until` moved.

    Four queries, of which two read entries: those that lie in no tally, by the index on positions.
    """
    inside = Tally.objects.filter(after__gte=after, position__lte=until).order_by("position")
    ends = list(inside.values_list("after", "position"))
    if not ends:
        return _entries(after, until)
    first, last = ends[0][0], ends[-1][1]
    sums = _tallied(first, last)
    for start, end in ((after, first), (last, until)):
        for key, moved in (_entries(start, end) if start < end else {}).items():
            sums[key] = sums[key] + moved
    return sums


def newest() -> Tally | None:
    """The last tally, for how many holders it counted."""
    return Tally.objects.order_by("-position").first()


def merchant_numbers() -> list[int]:
    """The numbers of the merchants' accounts."""
    keys = Account.objects.filter(key__gte="s:", key__lt="s;")
    return list(keys.values_list("id", flat=True))


@transaction.atomic
def _add_up(after: int, until: int) -> bool:
    """Make one tally; False if another process has."""
    holders = Balance.objects.filter(share_micro__gt=0).count()
    counted_at = Pool.objects.values_list("position", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [until, after, holders, counted_at])
        if not cursor.rowcount:
            return False
    lines = [
        TallyLine(position=until, account=account, reason=reason, **_kept(moved))
        for (account, reason), moved in _entries(after, until).items()
    ]
    TallyLine.objects.bulk_create(lines)
    return True


def _bounds(after: int, until: int) -> dict[str, Any]:
    return {"merchants": array(merchant_numbers()), "after": after, "until": until}


def _tallied(after: int, until: int) -> Sums:
    rows = TallyLine.objects.filter(position__gt=after, position__lte=until)
    sums: Sums = defaultdict(Moved)
    totals = {f"total_{name}": Sum(name) for name in _NAMES}
    grouped = rows.order_by().values_list("account", "reason").annotate(**totals)
    for account, reason, *sides in grouped:
        sums[account, reason] = _moved(sides)
    return sums


def _entries(after: int, until: int) -> Sums:
    sums: Sums = defaultdict(Moved)
    with connection.cursor() as cursor:
        cursor.execute(SUMS, _bounds(after, until))
        for account, reason, *sides in cursor.fetchall():
            sums[account, reason] = _moved(sides)
    return sums


def _kept(moved: Moved) -> dict[str, int]:
    units = (moved.cash, moved.share, moved.coin, moved.quota)
    sides = [side for unit in units for side in (unit.debit_micro, unit.credit_micro)]
    return dict(zip(_NAMES, sides, strict=True))


def _moved(sides: list[Any]) -> Moved:
    numbers = [int(side) for side in sides]
    return Moved(*(Sides(*numbers[place : place + 2]) for place in range(0, len(numbers), 2)))
