"""Giving and taking roles. At every moment somebody is the owner."""

from datetime import datetime

from django.db import transaction

from sharemall.members.models import Member
from sharemall.office.models import Post, Role
from sharemall.office.refusals import Refusal, Refused


@transaction.atomic
def give_role(*, member: Member, role: Role, by: Member | None, now: datetime) -> Post:
    """The member works in this role from now on; again: nothing changes.

    `by` is an owner; None only for the first one, whom the mall is founded with. Raises Refused
    (NOT_AN_OWNER, NO_SUCH_MEMBER for a closed account).
    """
    _require_owner(by)
    chosen = Member.objects.select_for_update().get(pk=member.pk)
    if not chosen.is_active:
        raise Refused(Refusal.NO_SUCH_MEMBER)
    post, _ = Post.objects.get_or_create(
        member=chosen, role=role, defaults={"given_by": by, "given_at": now}
    )
    if not chosen.is_staff:
        chosen.is_staff = True
        chosen.save(update_fields=["is_staff"])
    return post


@transaction.atomic
def make_owner(*, member: Member, now: datetime) -> None:
    """Whoever has the machine makes an owner, when no owner can sign in any more."""
    Post.objects.get_or_create(member=member, role=Role.OWNER, defaults={"given_at": now})
    Member.objects.filter(pk=member.pk).update(is_staff=True)


@transaction.atomic
def take_role(*, member: Member, role: Role, by: Member) -> bool:
    """The member does not work in this role any more; gives whether it did until now.

    Raises Refused (NOT_AN_OWNER, LAST_OWNER).
    """
    owners = _require_owner(by)
    chosen = Member.objects.select_for_update().get(pk=member.pk)
    posts = Post.objects.filter(member=chosen)
    if role == Role.OWNER and owners == {chosen.pk}:
        raise Refused(Refusal.LAST_OWNER)
    taken, _ = posts.filter(role=role).delete()
    if not posts.exists():
        chosen.is_staff = False
        chosen.save(update_fields=["is_staff"])
    return bool(taken)


def _require_owner(by: Member | None) -> set[int]:
    """The owners, all held until the end: none is dismissed meanwhile, no two go at once."""
    posts = Post.objects.select_for_update(of=("self",)).filter(role=Role.OWNER)
    owners = set(
        posts.filter(member__is_active=True).order_by("id").values_list("member_id", flat=True)
    )
    if by is None and not Post.objects.exists():
        return owners
    if by is None or by.pk not in owners:
        raise Refused(Refusal.NOT_AN_OWNER)
    return owners
