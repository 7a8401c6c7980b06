"""A mall whose scheme changes: two zones, goods in both, and people of its staff."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from sharemall.catalogue.models import Zone
from sharemall.ledger import events, journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.ledger.opening import open_ledger
from sharemall.members.models import Member
from sharemall.merchants.models import PLATFORM, Merchant
from sharemall.schemes import effect, services
from sharemall.schemes.models import Change
from sharemall.schemes.services import Words
from sharemall.schemes.values import Values, values_of

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # noon in the mall
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

SCHEME = """
[scheme]
name = "test"
share_cap = "1000000"
honor_thresholds = ["1", "5", "10", "20", "40", "80", "160", "320", "640", "1280"]

[zones.wine]
reserve = "0.30"
dividend = "0.10"
honor = "0.05"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"
referrer = "0.10"

[zones.home]
base = "profit"
reserve = "0.40"
dividend = "0.20"
quota = "1"
[zones.home.issue]
by = "amount"
yuan_per_share = "200"
referrer = "0.05"
"""


def open_mall() -> None:
    """An open ledger, the zones of its scheme and two shops."""
    open_ledger(SCHEME)
    Zone.objects.create(key="wine", name_zh="酒水", name_en="Wine")
    Zone.objects.create(key="home", name_zh="家电", name_en="Appliances")
    for key, nano in ((PLATFORM, 0), ("farm", 50_000_000)):
        Merchant.objects.create(
            key=key, name_zh=key, name_en=key, commission_nano=nano, joined_at=NOW
        )


def a_member(account: str, **fields: Any) -> Member:
    """Somebody; `account` is its name in the journal."""
    number = Member.objects.count()
    return Member.objects.create_user(
        f"137{number:08d}", None, account=account, name=account.title(), joined_at=NOW, **fields
    )


def staff(account: str) -> Member:
    """Somebody who works for the mall."""
    found = Member.objects.filter(account=account).first()
    return found or a_member(account, is_staff=True)


def today() -> Values:
    """What is in force."""
    return values_of(ledger.scheme())


def with_zone(values: Values, key: str, **rates: str) -> Values:
    """The same values with other rates in a zone."""
    zones = (replace(zone, **rates) if zone.key == key else zone for zone in values.zones)
    return replace(values, zones=tuple(zones))


def without_zone(values: Values, key: str) -> Values:
    """The same values without a zone."""
    return replace(values, zones=tuple(zone for zone in values.zones if zone.key != key))


def a_draft(values: Values | None = None, *, by: str = "ann", now: datetime = NOW) -> Change:
    """A draft of these values; without any, wine pays 0.12 instead of 0.10."""
    author = staff(by)
    change = services.start_draft(by=author, words=Words("Spring"), now=now)
    return services.save_draft(
        draft_id=change.pk,
        revision=change.revision,
        values=values or with_zone(today(), "wine", dividend="0.12"),
        words=Words("Spring"),
        by=author,
        now=now,
    )


def submitted(values: Values | None = None, now: datetime = NOW) -> Change:
    """A draft of Ann's, re-run and handed over."""
    change = a_draft(values, now=now)
    rerun(change)
    return services.submit(draft_id=change.pk, revision=change.revision, by=staff("ann"), now=now)


def rerun(change: Change) -> None:
    """The change as a re-run of its present revision leaves it; `test_reruns` runs real ones."""
    Change.objects.filter(pk=change.pk).update(
        rerun={},
        rerun_revision=fresh(change).revision,
        rerun_against=ledger.scheme_version(),
        rerun_at=NOW,
    )


def published(values: Values | None = None, now: datetime = NOW) -> Change:
    """A change of Ann's that Bob approved; it takes effect in a week."""
    change = submitted(values, now)
    return approve(change, now=now)


def approve(change: Change, by: str = "bob", now: datetime = NOW, **fields: Any) -> Change:
    """Approve a change as its second person does."""
    given = {"effective_at": now + WEEK, "revision": change.revision} | fields
    return services.approve(draft_id=change.pk, by=staff(by), now=now, **given)


def tampered(change: Change, toml: str) -> None:
    """Another text under a published change, as only a superuser can write it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE schemes_change SET toml = %s WHERE id = %s", [toml, change.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def in_force(values: Values | None = None, now: datetime = NOW) -> Change:
    """A change that took effect a week after `now`."""
    change = published(values, now)
    effect.take_effect_due(now + WEEK)
    return fresh(change)


def fresh(change: Change) -> Change:
    """The change as it is now."""
    return Change.objects.get(pk=change.pk)


def sale(id: str, member: str, yuan: int, *, at: datetime = NOW, **fields: Any) -> dict[str, Any]:
    """A completed purchase of which three tenths are its cost."""
    given = {"zone": "wine", "paid_fen": yuan * 100, "cost_fen": yuan * 30} | fields
    return events.sale(id=id, at=events.timestamp(at), member=member, **given)


def feed(*given: dict[str, Any]) -> None:
    """Append the events and apply them."""
    journal.append_many(given)
    writer.drain()


def close(day: datetime) -> dict[str, Any]:
    """The close of a moment's business day."""
    local = day.astimezone(UTC)
    return events.close_day(at=events.timestamp(day), day=local.date())
