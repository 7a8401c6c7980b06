"""Loading the demo mall: catalogue, members, and the purchases through the journal's own writer.

Each part may be repeated: what is there stays, so a load that was cut off goes on where it was.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sharemall.clock.services import now
from sharemall.demo import people, purchases, shop
from sharemall.demo.people import accounts
from sharemall.ledger import journal, selectors, writer
from sharemall.ledger.opening import open_ledger
from sharemall.ledger.verify import verify

__all__ = ["accounts", "load", "loaded"]

SCHEME = Path(__file__).parent / "scheme.toml"
DAYS_AT_ONCE = 7

Progress = Callable[[str, int, int], None]  # what is being loaded, how much is done, of how much


def load(progress: Progress, anchor: date | None = None) -> None:
    """Load the demo so that its last purchase lies in the week before `anchor` (today)."""
    if not selectors.is_open():
        open_ledger(SCHEME.read_text(encoding="utf-8"))
    time_zone = selectors.scheme().timezone
    progress("catalogue", 0, 1)
    shop.add_catalogue()
    rows = purchases.purchases()
    shift = _started() or purchases.shift_to(rows[-1].day, anchor or selectors.business_day(now()))
    joined: dict[str, date] = {}
    for row in rows:
        joined.setdefault(row.customer, row.day + shift)
    progress("members", 0, 1)
    people.add_members(sorted(joined), joined, time_zone)
    days = list(purchases.days(rows, shift, time_zone))
    for start in range(0, len(days), DAYS_AT_ONCE):
        part = days[start : start + DAYS_AT_ONCE]
        journal.append_many(event for _, found in part for event in found)
        writer.drain()
        progress("days", start + len(part), len(days))
    progress("check", 0, 1)
    if faults := verify():
        raise RuntimeError(f"the demo's ledger does not add up: {faults[0]}")
    progress("check", 1, 1)


def loaded() -> bool:
    """Whether the last purchase of the file has been applied and its day closed."""
    if not selectors.is_open():
        return False
    rows = purchases.purchases()
    last = journal.find(f"cdnow-{rows[-1].number}")
    if last is None:
        return False
    day = datetime.fromisoformat(str(last["at"])).date()
    return selectors.outcome(f"close-{day}") is not None


def _started() -> timedelta | None:
    """The shift of a load that was begun: it goes on with the same days."""
    first = purchases.purchases()[0]
    event = journal.find(f"cdnow-{first.number}")
    if event is None:
        return None
    return datetime.fromisoformat(str(event["at"])).date() - first.day
