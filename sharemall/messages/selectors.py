"""Reads: a member's messages, how many it has not read, what it wants to be told."""

from dataclasses import dataclass

from django.db.models import QuerySet

from sharemall.members.models import Member
from sharemall.messages import kinds
from sharemall.messages.models import Message, Preference, SentMessage

PAGE = 20


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages, newest first; `before` asks for the next page (None: there is none)."""

    messages: list[Message]
    before: int | None


def messages(
    member: Member, *, group: str = "", before: int | None = None, limit: int = PAGE
) -> MessagePage:
    """A page of the member's own messages, of a group of kinds or of all."""
    found = Message.objects.filter(member=member)
    if group:
        found = found.filter(kind__in=kinds.keys_of(group))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: limit + 1])
    return MessagePage(rows[:limit], rows[limit - 1].pk if len(rows) > limit else None)


def unread(member_id: int) -> QuerySet[Message]:
    """What the member has not read."""
    return Message.objects.filter(member=member_id, read_at__isnull=True)


def preference(member: Member) -> Preference:
    """What the member wants to be told."""
    return Preference.objects.filter(member=member).first() or Preference(member=member)


def sent_by_sandbox(limit: int = 50) -> list[SentMessage]:
    """What the sandbox took, newest first."""
    return list(SentMessage.objects.order_by("-pk")[:limit])
