"""Members and what they were told, for the tests of messages."""

from datetime import UTC, datetime
from typing import Any

from sharemall.members.models import Member
from sharemall.messages.models import Message

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def a_member(account: str = "ann", **fields: Any) -> Member:
    """A member who can be signed in by `force_login`."""
    number = Member.objects.count()
    given = {"account": account, "name": account.title(), "joined_at": NOW}
    return Member.objects.create_user(f"138{number:08d}", None, **(given | fields))


def told(member: Member) -> list[tuple[str, dict[str, Any]]]:
    """Kinds and facts of what a member was told, oldest first."""
    found = Message.objects.filter(member=member).order_by("pk")
    return [(one.kind, one.facts) for one in found]
