"""Favourites and the history of what was looked at."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import keeping, selectors, services
from sharemall.catalogue.models import Favourite, Visit
from sharemall.members.models import Member
from tests.catalogue.goods import NOW, a_product, open_mall

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


@pytest.fixture
def ann() -> Member:
    return Member.objects.create(phone="13800000001", account="ann", name="安", joined_at=NOW)


def keep(member: Member, product_id: int, on: bool = True, minutes: int = 0) -> None:
    now = NOW + timedelta(minutes=minutes)
    services.save_favourite(member_id=member.pk, product_id=product_id, on=on, now=now)


def look(member: Member, product_id: int, minutes: int = 0) -> None:
    now = NOW + timedelta(minutes=minutes)
    services.note_visit(member_id=member.pk, product_id=product_id, now=now)


def test_a_favourite_is_kept_once_and_let_go(ann: Member) -> None:
    product = a_product()
    keep(ann, product.pk)
    keep(ann, product.pk, minutes=1)
    assert Favourite.objects.get().added_at == NOW
    assert selectors.is_favourite(ann.pk, product.pk)
    keep(ann, product.pk, on=False)
    keep(ann, product.pk, on=False)
    assert not selectors.is_favourite(ann.pk, product.pk)


def test_what_is_not_there_cannot_be_kept_or_looked_at(ann: Member) -> None:
    for product_id in (-1, 10**9):
        with pytest.raises(services.Gone):
            keep(ann, product_id)
        with pytest.raises(services.Gone):
            look(ann, product_id)


def test_the_newest_visit_stands_first_and_each_product_once(ann: Member) -> None:
    one, other = a_product("one"), a_product("other")
    look(ann, one.pk)
    look(ann, other.pk, minutes=1)
    look(ann, one.pk, minutes=2)
    assert [row.slug for row in selectors.visits(ann.pk).products] == ["one", "other"]
    assert Visit.objects.count() == 2
    services.forget_visits(member_id=ann.pk)
    assert selectors.visits(ann.pk).products == []


def test_only_the_newest_are_kept(ann: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_VISITS", 3)
    monkeypatch.setattr(keeping, "MOST_FAVOURITES", 2)
    for number in range(5):
        product = a_product(f"p{number}")
        look(ann, product.pk, minutes=number)
        keep(ann, product.pk, minutes=number)
    assert [row.slug for row in selectors.visits(ann.pk).products] == ["p4", "p3", "p2"]
    assert [row.slug for row in selectors.favourites(ann.pk).products] == ["p4", "p3"]


def test_a_page_of_them_costs_a_constant_number_of_queries(
    ann: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        keep(ann, a_product(f"p{number}").pk, minutes=number)
    with django_assert_num_queries(3):
        for row in selectors.favourites(ann.pk, now=NOW).products:
            assert row.zone.name
            assert row.for_sale


@pytest.mark.parametrize("mark", ["x", "s1_1", "f1", "f" + "9" * 18 + "_1", "v1_1"])
def test_a_broken_mark_shows_the_first_page(ann: Member, mark: str) -> None:
    keep(ann, a_product().pk)
    assert len(selectors.favourites(ann.pk, mark).products) == 1
