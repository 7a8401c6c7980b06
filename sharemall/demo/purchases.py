"""Real purchases as journal events: 6 911 paid ones of 2 349 customers, moved to the present.

Source: `purchases.csv` and its note beside it. Amounts in dollars are read as yuan.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from sharemall.ledger import events
from sharemall.ledger.events import Event

FILE = Path(__file__).parent / "purchases.csv"
ZONE = "music"
OPENS = time(9)
SECONDS_OPEN = 13 * 3600
CLOSES = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One paid purchase: its line's number in the file, the customer, and the amount."""

    number: int
    day: date
    customer: str
    paid_fen: int


def purchases() -> list[Purchase]:
    """All purchases that were paid for, in the order of the file (by day)."""
    with FILE.open(newline="") as lines:
        rows = [_purchase(number, row) for number, row in enumerate(csv.DictReader(lines), 1)]
    return [row for row in rows if row.paid_fen > 0]


def _purchase(number: int, row: dict[str, str]) -> Purchase:
    yuan, _, cents = row["amount"].partition(".")
    paid_fen = int(yuan) * 100 + int(cents.ljust(2, "0"))
    return Purchase(number, date.fromisoformat(row["date"]), row["customer"], paid_fen)


def shift_to(last: date, anchor: date) -> timedelta:
    """The whole weeks that bring `last` into the seven days before `anchor`."""
    return timedelta(weeks=(anchor - timedelta(days=1) - last).days // 7)


def account_of(customer: str) -> str:
    """The journal's id of a customer of the file."""
    return f"cdnow-{customer}"


def days(
    rows: list[Purchase], shift: timedelta, time_zone: str
) -> Iterator[tuple[date, list[Event]]]:
    """Every day from the first purchase to the last: its sales and its close."""
    by_day = {day: list(found) for day, found in groupby(rows, key=lambda row: row.day)}
    for number in range((rows[-1].day - rows[0].day).days + 1):
        original = rows[0].day + timedelta(days=number)
        day, zone = original + shift, ZoneInfo(time_zone)
        sales = _sales(by_day.get(original, []), day, zone)
        closes = datetime.combine(day, CLOSES, zone)
        yield day, [*sales, events.close_day(at=events.timestamp(closes, time_zone), day=day)]


def _sales(found: list[Purchase], day: date, zone: ZoneInfo) -> list[Event]:
    """The day's sales, spread over its opening hours in the file's order."""
    start = datetime.combine(day, OPENS, zone)
    step = timedelta(seconds=SECONDS_OPEN // (len(found) + 1))
    return [
        events.sale(
            id=f"cdnow-{row.number}",
            at=events.timestamp(start + step * place, zone.key),
            member=account_of(row.customer),
            zone=ZONE,
            paid_fen=row.paid_fen,
        )
        for place, row in enumerate(found, 1)
    ]
