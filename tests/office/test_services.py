"""Roles: only owners give and take them, and somebody always is the owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.office import selectors, services
from sharemall.office.models import Post, Role
from sharemall.office.refusals import Refusal, Refused
from tests.office import given
from tests.orders import shop


@pytest.fixture
def boss(db: None) -> Member:
    return given.employ(shop.a_member("boss"))


def give(member: Member, role: Role, by: Member | None) -> Post:
    return services.give_role(member=member, role=role, by=by, now=clock.now())


def test_an_owner_gives_roles_and_takes_them(boss: Member) -> None:
    ann = shop.a_member("ann")
    give(ann, Role.FINANCE, boss)
    give(ann, Role.SERVICE, boss)
    give(ann, Role.SERVICE, boss)
    ann.refresh_from_db()
    assert ann.is_staff
    assert selectors.roles_of(ann) == {Role.FINANCE, Role.SERVICE}
    assert services.take_role(member=ann, role=Role.FINANCE, by=boss)
    assert not services.take_role(member=ann, role=Role.FINANCE, by=boss)
    services.take_role(member=ann, role=Role.SERVICE, by=boss)
    ann.refresh_from_db()
    assert not ann.is_staff
    assert not selectors.roles_of(ann)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.OPERATIONS, Role.SERVICE])
def test_nobody_but_an_owner_gives_or_takes_roles(boss: Member, role: Role) -> None:
    ann = given.employ(shop.a_member("ann"), role)
    for attempt in (
        lambda: give(ann, Role.OWNER, ann),
        lambda: give(ann, Role.OWNER, None),
        lambda: services.take_role(member=boss, role=Role.OWNER, by=ann),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.refusal == Refusal.NOT_AN_OWNER
    assert selectors.roles_of(ann) == {role}


def test_the_last_owner_stays(boss: Member) -> None:
    with pytest.raises(Refused) as caught:
        services.take_role(member=boss, role=Role.OWNER, by=boss)
    assert caught.value.refusal == Refusal.LAST_OWNER
    give(shop.a_member("ann"), Role.OWNER, boss)
    assert services.take_role(member=boss, role=Role.OWNER, by=boss)


def test_a_closed_account_gets_no_role(boss: Member) -> None:
    ann = shop.a_member("ann")
    Member.objects.filter(pk=ann.pk).update(is_active=False)
    with pytest.raises(Refused) as caught:
        give(ann, Role.FINANCE, boss)
    assert caught.value.refusal == Refusal.NO_SUCH_MEMBER


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_dismiss_each_other_at_once_leave_one() -> None:
    owners = [given.employ(shop.a_member(name)) for name in ("boss", "ann")]

    def dismiss(number: int) -> None:
        try:
            services.take_role(member=owners[1 - number], role=Role.OWNER, by=owners[number])
        except Refused:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(dismiss, range(2)))
    assert Post.objects.filter(role=Role.OWNER).count() == 1
