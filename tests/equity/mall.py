"""A ledger with members of several sizes and a few closed days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sharemall.ledger import events, journal, writer
from sharemall.ledger.opening import open_ledger
from sharemall.members.models import Member

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 11, 1)

SCHEME = """
[scheme]
name = "test"
share_cap = "1000000"
honor_thresholds = ["1", "20", "40", "80", "160", "320", "640", "1280", "2560", "5120"]
[zones.wine]
reserve = "0.30"
dividend = "0.20"
honor = "0.10"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"
referrer = "0.10"
[zones.home]
base = "profit"
reserve = "0.40"
quota = "1"
[zones.home.issue]
by = "amount"
yuan_per_share = "200"
referrer = "0.05"
"""


def open_mall(scheme: str = SCHEME) -> None:
    """An open ledger with nothing in it."""
    open_ledger(scheme)


def feed(*given: dict[str, Any]) -> None:
    """Append the events and apply them."""
    journal.append_many(given)
    writer.drain()


def a_member(account: str) -> Member:
    """A member who can be signed in by `force_login`."""
    number = Member.objects.count()
    return Member.objects.create_user(
        f"139{number:08d}", None, account=account, name=account.title(), joined_at=NOW
    )


def sale(
    member: str, yuan: int, *, day: date = FIRST_DAY, number: int = 0, zone: str = "wine"
) -> dict[str, Any]:
    """A completed purchase at ten in the morning."""
    return events.sale(
        id=f"sale-{member}-{day}-{number}",
        at=f"{day}T10:00:00+08:00",
        member=member,
        zone=zone,
        paid_fen=yuan * 100,
        cost_fen=yuan * 50,
    )


def close(day: date) -> dict[str, Any]:
    """The close of a day, at its end."""
    return events.close_day(at=f"{day}T23:59:59+08:00", day=day)


def new_scheme(text: str) -> dict[str, Any]:
    """The event that puts another scheme in force."""
    return {"id": "new", "type": "set_scheme", "at": "2026-11-20T10:00:00+08:00", "toml": text}


def days_of_trade(count: int = 3, *members: str) -> None:
    """Days on which each member buys something and which are closed."""
    for number in range(count):
        day = FIRST_DAY + timedelta(days=number)
        buys = [sale(name, 100 * (at + 1), day=day) for at, name in enumerate(members or ["ann"])]
        feed(*buys, close(day))
