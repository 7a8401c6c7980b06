"""Honour levels reached and forced exits that are near: what balances say, told once.

A worker's round walks over all balances, a part at a time, once after every close and once an hour
between, and compares them with what was told last (`Standing`). Who completed an order is looked
at right away (`look`). Both write what they found and what they told in one transaction.

Source: rules.md, "sale" step 5 (levels never fall) and "close_day" step 4 (forced exits).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from sharemall.ledger import models as rows
from sharemall.ledger import selectors as ledger
from sharemall.messages import services
from sharemall.messages.models import Standing, Told
from sharemall.messages.recipients import recipients
from sharemall.messages.services import News

NAME = "standing"
PART = 10_000
MOST_PARTS = 40
AGAIN_AFTER = timedelta(hours=1)
# Near is a value of at least this many hundredths of the quota that is left.
NEAR_PERCENT = 90

LINK = "/equity/"
HONOUR_LINK = "/honour/"

# Each part is read where the balances lie, and told where the members are: two machines, perhaps.
_PART = """
SELECT account_id, level, share_micro, granted_micro - used_micro - dividends_micro
FROM ledger_balance WHERE is_member AND account_id > %s ORDER BY account_id LIMIT %s
"""
_SOME = """
SELECT account_id, level, share_micro, granted_micro - used_micro - dividends_micro
FROM ledger_balance WHERE is_member AND account_id = ANY(%s) ORDER BY account_id
"""
_NOTE = """
INSERT INTO mall_messages_standing (account_id, level, is_near)
SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::boolean[])
ON CONFLICT (account_id) DO UPDATE SET level = excluded.level, is_near = excluded.is_near
"""


class Held(NamedTuple):
    """A row of the balances, in micro-units."""

    account_id: int
    level: int
    shares_micro: int
    quota_micro: int


Change = tuple[Held, Standing, bool]  # the balance now, what was told, whether its exit is near


@dataclass(frozen=True, slots=True)
class Market:
    """What values are worked out from; `exits` says whether the scheme has forced exits."""

    position: int
    reserve_micro: int
    outstanding_micro: int
    exits: bool

    def value_micro(self, held: Held) -> int:
        """What the shares are worth at the formula price, floored."""
        return held.shares_micro * self.reserve_micro // max(self.outstanding_micro, 1)

    def is_near(self, held: Held) -> bool:
        """Whether the value has come near the quota that is left."""
        value = self.value_micro(held)
        return self.exits and value > 0 and value * 100 >= held.quota_micro * NEAR_PERCENT


def tell(now: datetime) -> int:
    """Go on with the walk over the balances, if one is due; how many messages it wrote."""
    if not ledger.is_open():
        return 0
    told = 0
    for _part in range(MOST_PARTS):
        written = _tell_part(now)
        if written is None:
            break
        told += written
    return told


def look(accounts: Sequence[str], *, now: datetime) -> int:
    """Look at these members' balances now, in the caller's transaction; how many messages.

    Before the first walk is done nothing is known of anybody: that walk sees to it.
    """
    if not Told.objects.filter(name=NAME, is_quiet=False).exists():
        return 0
    keys = [f"m:{account}" for account in set(accounts)]
    ids = rows.Account.objects.filter(key__in=keys).values_list("id", flat=True)
    return _tell(_read(_SOME, [list(ids)]), now)


@transaction.atomic
def _tell_part(now: datetime) -> int | None:
    """Tell the next part of a walk; None when none is due."""
    closed = rows.Pool.objects.values_list("last_closed", flat=True).get() or date.min
    place = _place(is_quiet=closed > date.min)
    if not place.account_id:
        if place.begun_at and place.day == closed and now - place.begun_at < AGAIN_AFTER:
            return None
        place.day, place.begun_at = closed, now
    held = _read(_PART, [place.account_id, PART])
    written = _tell(held, now, is_quiet=place.is_quiet)
    if len(held) == PART:
        place.account_id = held[-1].account_id
    else:
        place.account_id, place.is_quiet = 0, False
    place.save()
    return written


def _place(*, is_quiet: bool) -> Told:
    """How far the walk is, locked. The first one in a mall with a history tells nothing."""
    Told.objects.get_or_create(name=NAME, defaults={"day": date.min, "is_quiet": is_quiet})
    return Told.objects.select_for_update().get(name=NAME)


def _read(statement: str, values: Sequence[Any]) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Held(*row) for row in cursor.fetchall()]


def _market() -> Market:
    pool, scheme = ledger.pool_and_scheme()
    return Market(
        position=pool.position,
        reserve_micro=pool.reserve_micro,
        outstanding_micro=pool.outstanding_micro,
        exits=scheme.forced_exit,
    )


def _tell(held: Sequence[Held], now: datetime, *, is_quiet: bool = False) -> int:
    """Tell what is new of these balances, and note it."""
    known = Standing.objects.in_bulk([row.account_id for row in held])
    market = _market()
    changed = []
    for row in held:
        told = known.get(row.account_id) or Standing(account_id=row.account_id)
        is_near = market.is_near(row)
        if row.level > told.level or is_near != told.is_near:
            changed.append((row, told, is_near))
    if not changed:
        return 0
    _note([(row.account_id, row.level, is_near) for row, _, is_near in changed])
    return 0 if is_quiet else services.send_many(_news(changed, market), now=now)


def _news(changed: Sequence[Change], market: Market) -> list[News]:
    members = recipients([row.account_id for row, _, _ in changed])
    news = []
    for row, told, is_near in changed:
        member_id = members.get(row.account_id)
        if member_id is None:
            continue
        if row.level > told.level:
            news.append(_level(member_id, row))
        if is_near and not told.is_near:
            news.append(_near(member_id, row, market))
    return news


def _note(noted: Sequence[tuple[int, int, bool]]) -> None:
    columns = [list(column) for column in zip(*noted, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, columns)


def _level(member_id: int, held: Held) -> News:
    return News(member_id, "level", f"level-{held.level}", {"level": held.level}, link=HONOUR_LINK)


def _near(member_id: int, held: Held, market: Market) -> News:
    """A crossing is named by where the ledger stood when it was found."""
    facts = {"value_micro": market.value_micro(held), "quota_micro": held.quota_micro}
    return News(member_id, "exit_near", f"exit-near-{market.position}", facts, link=LINK)
