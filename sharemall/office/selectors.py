"""Reads of the office: roles, staff, and what was done."""

from django.db.models import Prefetch

from sharemall.members.models import Member
from sharemall.office.models import Post, Role


def roles_of(member: Member) -> frozenset[Role]:
    """The roles that the member works in; one query."""
    return frozenset(
        Role(role) for role in Post.objects.filter(member=member).values_list("role", flat=True)
    )


def staff() -> list[Member]:
    """Everybody who works in the office, with their posts; two queries."""
    posts = Post.objects.order_by("id").select_related("given_by")
    found = Member.objects.filter(is_staff=True).order_by("id")
    return list(found.prefetch_related(Prefetch("posts", posts)))
