"""A member's money: every movement of cash and coins, dividends among them, in the books' order.

Dividends are kept apart from entries (models.Dividend); here each stands at the position of its
day's close, so that one list tells all. Amounts are micro-units.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from sharemall.ledger import journal, months
from sharemall.ledger import models as rows
from sharemall.ledger.reasons import REASONS
from sharemall.ledger.selectors import number_of
from sharemall.ledger.values import DividendRow, Movement

CHUNK = 500
UNITS = ("cash", "coin")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """A period's movements, the oldest first, and what the member held before and after it.

    `chunks` is read while it is iterated, once.
    """

    cash_micro: int
    coins_micro: int
    chunks: Iterator[list[Movement]]


def movements(
    account: str, *, unit: str = "", before: int | None = None, limit: int = 30
) -> tuple[list[Movement], int | None]:
    """A page of a member's movements of cash and coins, newest first, and its successor's `before`.

    `unit` ("cash", "coin") narrows them to one. What one event moved stays on one page.
    """
    number = number_of(account)
    found = _entries(number, unit)
    if before is not None:
        found = found.filter(position__lt=before)
    entries = list(found.order_by("-position", "-reason")[: limit + 1])
    merged = [*map(moved, entries)]
    if unit != "coin":
        merged += newest_dividends(number, before, limit + 1)
    merged.sort(key=newest_first)
    if len(merged) <= limit:
        return dated(merged), None
    last = merged[limit].position
    shown = [row for row in merged[:limit] if row.position > last]
    return dated(shown), shown[-1].position


def statement(account: str, first: date, last: date) -> Statement:
    """What moved on the business days from `first` to `last`, both included.

    A day is the business day of the event's `at`; a dividend's is the day that it was paid for.
    """
    number = number_of(account)
    cash, coins = _held_before(number, first)
    return Statement(cash, coins, _chunks(number, first, last))


def _held_before(number: int, first: date) -> tuple[int, int]:
    """Cash and coins at the end of the day before `first`."""
    cash = coins = 0
    for chunk in _dated_entries(number, date.min, first - ONE_DAY):
        cash += sum(row.cash_micro for row in chunk)
        coins += sum(row.coin_micro for row in chunk)
    month = first.replace(day=1)
    for paid in months.by_month(number):
        if paid.day < month:
            cash += paid.fund_micro + paid.honour_micro
    for paid in months.newest(number, first, 31):
        if paid.day >= month:
            cash += paid.fund_micro + paid.honour_micro
    return cash, coins


def _chunks(number: int, first: date, last: date) -> Iterator[list[Movement]]:
    """Entries and dividends of the period, merged by position."""
    days = (last - first).days + 1
    waiting = of_dividends(
        [row for row in months.newest(number, last + ONE_DAY, days) if row.day >= first]
    )
    for entries in _dated_entries(number, first, last):
        chunk = [*map(moved, entries)]
        while waiting and waiting[-1].position <= entries[-1].position:
            chunk.append(waiting.pop())
        chunk.sort(key=newest_first, reverse=True)
        yield dated(chunk)
    if waiting:
        yield dated(waiting[::-1])


def _dated_entries(number: int, first: date, last: date) -> Iterator[list[rows.Entry]]:
    """Entries of the days, the oldest position first, a chunk at a time.

    Two queries by key a chunk: on Citus entries and applications are not on one machine.
    """
    position = 0
    while True:
        found = list(
            _entries(number).filter(position__gt=position).order_by("position", "reason")[:CHUNK]
        )
        if not found:
            return
        if len(found) == CHUNK:  # what one event moved stays in one chunk
            found = [row for row in found if row.position < found[-1].position] or found
        position = found[-1].position
        days = dict(
            rows.Application.objects.filter(
                position__in={row.position for row in found}, day__range=(first, last)
            ).values_list("position", "day")
        )
        if kept := [row for row in found if row.position in days]:
            yield kept


def _entries(number: int, unit: str = "") -> QuerySet[rows.Entry]:
    units = [unit] if unit in UNITS else UNITS
    still = Q(*[(f"{name}_micro", 0) for name in units], _connector=Q.AND)
    return rows.Entry.objects.filter(account_id=number).exclude(still)


def newest_dividends(number: int, before: int | None, limit: int) -> list[Movement]:
    """A member's dividends of closes before the position `before`, newest first, not dated yet."""
    until = date.max
    if before is not None:
        closed = rows.Day.objects.filter(position__lt=before).order_by("-position")
        day = closed.values_list("day", flat=True).first()
        if day is None:
            return []
        until = day + ONE_DAY
    return of_dividends(months.newest(number, until, limit))


def of_dividends(paid: list[DividendRow]) -> list[Movement]:
    """Dividends as movements, in the order given; the time is put in by `dated`."""
    days = [row.day for row in paid]
    positions = dict(rows.Day.objects.filter(day__in=days).values_list("day", "position"))
    return [
        Movement(
            position=positions[row.day],
            at="",
            reason="dividend",
            cash_micro=row.fund_micro + row.honour_micro,
            share_micro=0,
            coin_micro=0,
            quota_micro=-row.fund_micro - row.honour_micro,
            event_id="",
        )
        for row in paid
    ]


def moved(entry: rows.Entry) -> Movement:
    """An entry as a movement, not dated yet."""
    return Movement(
        position=entry.position,
        at="",
        reason=REASONS[entry.reason],
        cash_micro=entry.cash_micro,
        share_micro=entry.share_micro,
        coin_micro=entry.coin_micro,
        quota_micro=entry.quota_micro,
        event_id="",
    )


def newest_first(row: Movement) -> tuple[int, bool]:
    """By position; what a close sold came after the dividend that it paid."""
    return -row.position, row.reason == "dividend"


def dated(found: list[Movement]) -> list[Movement]:
    """The movements with their events' ids and times."""
    positions = {row.position for row in found}
    ids = dict(
        rows.Application.objects.filter(position__in=positions).values_list("position", "event_id")
    )
    payloads = journal.stored(set(ids.values()))
    return [
        replace(
            row,
            at=str(journal.parsed(payloads[ids[row.position]])["at"]),
            event_id=ids[row.position],
        )
        for row in found
    ]
