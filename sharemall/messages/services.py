"""Writes: telling members, marking as read, what a member wants to be told.

Whoever causes something calls `send` in its own transaction: told if and only if it happened. A
message that its sender cannot write in a statement of its own is left to a round of the worker.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from sharemall.members.models import Member
from sharemall.messages import kinds
from sharemall.messages.models import Code, Message, Outgoing, Preference

WECHAT_WITHIN = timedelta(days=1)  # what happened longer ago is told in the mall only
KEEP_DIVIDENDS = timedelta(days=31)
KEEP_OUTGOING = timedelta(days=31)
KEEP_CODES = timedelta(days=2)
MOST_SWEPT = 10_000

# One statement, however many: what is new is told, and queued for those whom WeChat tells it too.
_SEND = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(news)s::jsonb)
        AS g(member_id bigint, kind text, key text, facts jsonb, link text, wish text)
), told AS (
    INSERT INTO mall_messages_message (member_id, kind, key, facts, link, at)
    SELECT member_id, kind, key, facts, link, %(at)s FROM given
    ON CONFLICT (member_id, key) DO NOTHING
    RETURNING member_id, key
), queued AS (
    INSERT INTO mall_messages_outgoing (channel, address, kind, key, facts, secret, link, state,
                                        tries, next_try_at, expires_at, at, fault)
    SELECT 'wechat', w.openid, kind, member_id || ':' || key, facts, '', link, 'waiting',
           0, %(at)s, %(until)s, %(at)s, ''
    FROM told JOIN given USING (member_id, key)
    JOIN members_wechataccount w USING (member_id)
    LEFT JOIN mall_messages_preference p USING (member_id)
    WHERE CASE wish WHEN 'wechat_orders' THEN coalesce(p.wechat_orders, true)
                    WHEN 'wechat_dividends' THEN coalesce(p.wechat_dividends, false) END
    ON CONFLICT (key) DO NOTHING
)
SELECT count(*) FROM told
"""


@dataclass(frozen=True, slots=True)
class News:
    """One message to be: `key` names what it is about, so that it is told once."""

    member_id: int
    kind: str
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""


def send(
    *,
    member_id: int,
    kind: str,
    key: str,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    link: str = "",
) -> bool:
    """Tell a member something, in the caller's transaction; False if it was told before.

    `kind` is one of `kinds`, `key` at most 80 characters, `link` a path of the mall.
    """
    return send_many([News(member_id, kind, key, facts or {}, link)], now=now) == 1


def send_many(news: Sequence[News], *, now: datetime) -> int:
    """Tell several in one statement; how many were new."""
    if not news:
        return 0
    given = [
        {
            "member_id": one.member_id,
            "kind": one.kind,
            "key": one.key,
            "facts": one.facts,
            "link": one.link,
            "wish": kinds.kind_of(one.kind).wechat,
        }
        for one in news
    ]
    values: dict[str, Any] = {"news": json.dumps(given), "at": now, "until": now + WECHAT_WITHIN}
    with connection.cursor() as cursor:
        cursor.execute(_SEND, values)
        return int(cursor.fetchone()[0])


def read(*, member: Member, message_id: int, now: datetime) -> Message | None:
    """Mark one of the member's own as read; None for another's."""
    found = Message.objects.filter(member=member, pk=message_id).first()
    if found is not None and found.read_at is None:
        Message.objects.filter(pk=found.pk, read_at__isnull=True).update(read_at=now)
        found.read_at = now
    return found


def read_all(*, member: Member, now: datetime, up_to: int) -> int:
    """Mark as read what the member has been told up to the message `up_to`; how many there were.

    What came since the page was shown stays unread.
    """
    unread = Message.objects.filter(member=member, read_at__isnull=True, pk__lte=up_to)
    return unread.update(read_at=now)


def prefer(*, member: Member, dividends: bool, wechat_orders: bool, wechat_dividends: bool) -> None:
    """What the member wants to be told from now on."""
    Preference.objects.update_or_create(
        member=member,
        defaults={
            "dividends": dividends,
            "wechat_orders": wechat_orders,
            "wechat_dividends": wechat_dividends,
        },
    )


def sweep(now: datetime) -> int:
    """Forget old dividends, which have a page of their own, and what left the house long ago.

    At most MOST_SWEPT rows of each kind a round; how many went.
    """
    old_dividends = Message.objects.filter(kind="dividend", at__lt=now - KEEP_DIVIDENDS)
    old_outgoing = Outgoing.objects.filter(at__lt=now - KEEP_OUTGOING)
    old_codes = Code.objects.filter(at__lt=now - KEEP_CODES)
    return sum(map(_sweep, (old_dividends, old_outgoing, old_codes)))


def _sweep(old: QuerySet[Any]) -> int:
    found = old.order_by("at").values("pk")[:MOST_SWEPT]
    return int(old.model._base_manager.filter(pk__in=found).delete()[0])
