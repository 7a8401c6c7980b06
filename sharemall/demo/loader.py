"""Loading the demo mall: its shop, members, the purchases of the file, and a story in the shop.

The file's purchases go through the journal's own writer; the last thirty days' orders through the
shop's services, each at its moment, between the sales and the closes of its day. Each part may be
repeated: what is there stays, so a load that was cut off goes on where it was.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sharemall.clock.services import now
from sharemall.demo import face, news, office, people, purchases, shop, story
from sharemall.demo.people import accounts
from sharemall.demo.story import Step
from sharemall.ledger import closing, events, journal, selectors, writer
from sharemall.ledger.events import Event
from sharemall.ledger.opening import open_ledger
from sharemall.ledger.verify import verify
from sharemall.referral import depths

__all__ = ["accounts", "load", "loaded"]

SCHEME = Path(__file__).parent / "scheme.toml"
DAYS_AT_ONCE = 7
TOLD_AT = time(15)  # the story's end on a day that was asked for
ONE_DAY = timedelta(days=1)

Progress = Callable[[str, int, int], None]  # what is being loaded, how much is done, of how much
Day = tuple[date, list[Event]]  # the file's events of a day, its close the last


def load(progress: Progress, anchor: date | None = None) -> None:
    """Load the demo so that its last purchase lies in the week before `anchor` (today)."""
    if not selectors.is_open():
        open_ledger(SCHEME.read_text(encoding="utf-8"))
    time_zone = selectors.scheme().timezone
    end = people.end_of_story() or _end(anchor, time_zone)
    progress("catalogue", 0, 1)
    shop.add_catalogue(end)
    shop.add_offers(end)
    rows = purchases.purchases()
    shift = _started() or purchases.shift_to(
        rows[-1].day, end.astimezone(ZoneInfo(time_zone)).date()
    )
    joined: dict[str, date] = {}
    for row in rows:
        joined.setdefault(row.customer, row.day + shift)
    progress("members", 0, 1)
    people.add_members(sorted(joined), joined, time_zone, end)
    office.add_office(end)
    face.add_face(end)
    _play(list(purchases.days(rows, shift, time_zone)), story.Story(end).steps(), progress)
    news.end(end)
    progress("check", 0, 1)
    if faults := verify():
        raise RuntimeError(f"the demo's ledger does not add up: {faults[0]}")
    depths.check(end)
    progress("check", 1, 1)


def _end(anchor: date | None, time_zone: str) -> datetime:
    if anchor is None:
        return now()
    return datetime.combine(anchor, TOLD_AT, ZoneInfo(time_zone))


def _play(days: list[Day], steps: list[Step], progress: Progress) -> None:
    """The file's days, several at once until the story begins, and then day by day with it."""
    zone = ZoneInfo(selectors.scheme().timezone)
    begins = steps[0].at.astimezone(zone).date()
    early = [found for day, found in days if day < begins]
    total = len(days)
    for start in range(0, len(early), DAYS_AT_ONCE):
        part = early[start : start + DAYS_AT_ONCE]
        journal.append_many(event for found in part for event in found)
        writer.drain()
        progress("days", start + len(part), total)
    news.begin(steps[0].at)
    late = dict(days[len(early) :])
    for number, day in enumerate(_calendar(late, steps, zone), 1):
        todays = [step for step in steps if step.at.astimezone(zone).date() == day]
        _play_day(day, late.get(day), todays, zone)
        progress("days", min(len(early) + number, total), total)


def _calendar(late: dict[date, list[Event]], steps: list[Step], zone: ZoneInfo) -> Iterator[date]:
    day = min([*late, steps[0].at.astimezone(zone).date()])
    last = max([*late, steps[-1].at.astimezone(zone).date()])
    while day <= last:
        yield day
        day += ONE_DAY


def _play_day(day: date, found: list[Event] | None, steps: Iterable[Step], zone: ZoneInfo) -> None:
    """The day's sales of the file and its steps by the clock, then its close if it is over.

    After the file's last day only days that hold events are closed, as `closing.close_due` does,
    and not the last one: the mall closes it at its midnight.
    """
    waiting, ends = list(found or []), people.end_of_story()
    close = waiting.pop() if found else None
    for step in steps:
        before = [event for event in waiting if datetime.fromisoformat(str(event["at"])) <= step.at]
        journal.append_many(before)
        del waiting[: len(before)]
        step.do(step.at)  # one that moves money lets the writer apply what was before it
        if ends is not None:
            news.tell(step.at, end=ends)
    journal.append_many(waiting)
    writer.drain()
    midnight = datetime.combine(day + ONE_DAY, time(0), zone)
    if (
        close is None
        and ends is not None
        and midnight <= ends
        and day in closing.due_days(midnight)
    ):
        at = events.timestamp(datetime.combine(day, purchases.CLOSES, zone), zone.key)
        close = events.close_day(at=at, day=day)
    if close is not None:
        journal.append(close)
        writer.drain()
        if ends is not None:
            news.tell_close(midnight, end=ends)


def loaded() -> bool:
    """Whether the file's last day is closed and the story told; an earlier demo had no story."""
    if not selectors.is_open():
        return False
    rows = purchases.purchases()
    last = journal.find(f"cdnow-{rows[-1].number}")
    if last is None:
        return False
    day = datetime.fromisoformat(str(last["at"])).date()
    if selectors.outcome(f"close-{day}") is None:
        return False
    return people.end_of_story() is None or story.told()


def _started() -> timedelta | None:
    """The shift of a load that was begun: it goes on with the same days."""
    first = purchases.purchases()[0]
    event = journal.find(f"cdnow-{first.number}")
    if event is None:
        return None
    return datetime.fromisoformat(str(event["at"])).date() - first.day
