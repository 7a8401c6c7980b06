"""An account's whole story: every movement of every unit, and what was held after it.

Entries and dividends in one list by position, page by page. What was held is added up from them,
never taken from the balance as it is now: each line explains the next.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Coalesce

from sharemall.ledger import explaining, statements
from sharemall.ledger.models import Account, Day, Entry
from sharemall.ledger.values import Movement

PAGE = 30


@dataclass(frozen=True, slots=True)
class Held:
    """What an account holds, in micro-units."""

    cash_micro: int = 0
    shares_micro: int = 0
    coins_micro: int = 0
    quota_micro: int = 0

    def before(self, moved: Movement) -> "Held":
        """What it held before this movement, which led here."""
        return Held(
            self.cash_micro - moved.cash_micro,
            self.shares_micro - moved.share_micro,
            self.coins_micro - moved.coin_micro,
            self.quota_micro - moved.quota_micro,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A movement and what was held after it; `day` is a dividend's."""

    moved: Movement
    held: Held
    day: date | None


@dataclass(frozen=True, slots=True)
class Story:
    """A page of an account's story, newest first; `before` asks for the next one."""

    lines: tuple[Line, ...]
    before: int | None


def story(key: str, *, before: int | None = None, limit: int = PAGE) -> Story:
    """A page of the story of an account ("m:<id>", "s:<id>"); empty for one never met.

    What one event moved stays on one page. `before` is a position.
    """
    number = number_of_key(key)
    entries = Entry.objects.filter(account_id=number)
    if before is not None:
        entries = entries.filter(position__lt=before)
    merged = [*map(statements.moved, entries.order_by("-position", "-reason")[: limit + 1])]
    merged += statements.newest_dividends(number, before, limit + 1)
    merged.sort(key=statements.newest_first)
    following = None
    if len(merged) > limit:
        last = merged[limit].position
        merged = [row for row in merged[:limit] if row.position > last] or merged[:limit]
        following = merged[-1].position
    return Story(_lines(number, statements.dated(merged)), following)


def held_behind(number: int, position: int) -> Held:
    """What an account held behind the event at `position`; three queries, by its own rows."""
    units = ("cash_micro", "share_micro", "coin_micro", "quota_micro")
    sums = Entry.objects.filter(account_id=number, position__lte=position).aggregate(
        **{f"total_{unit}": Coalesce(Sum(unit), 0) for unit in units}
    )
    cash, shares, coins, quota = (int(sums[f"total_{unit}"]) for unit in units)
    paid = _dividends_behind(number, position)
    return Held(cash + paid, shares, coins, quota - paid)


def number_of_key(key: str) -> int:
    """An account's number; 0, which nobody has, if the ledger has not met it."""
    return Account.objects.filter(key=key).values_list("id", flat=True).first() or 0


def _dividends_behind(number: int, position: int) -> int:
    closed = Day.objects.filter(position__lte=position).order_by("-position")
    day = closed.values_list("day", flat=True).first()
    if day is None:
        return 0
    with connection.cursor() as cursor:
        after = day + statements.ONE_DAY
        cursor.execute(explaining.PAID_BEFORE, {"account": number, "day": after})
        return int(cursor.fetchone()[0])


def _lines(number: int, moved: list[Movement]) -> tuple[Line, ...]:
    if not moved:
        return ()
    days = Day.objects.filter(position__in={row.position for row in moved})
    closed = dict(days.values_list("position", "day"))
    held, lines = held_behind(number, moved[0].position), []
    for row in moved:
        lines.append(Line(row, held, closed.get(row.position)))
        held = held.before(row)
    return tuple(lines)
