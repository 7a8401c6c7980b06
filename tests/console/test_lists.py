"""Work lists: found by what staff know, narrowed, counted, turned page by page, few queries."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from sharemall.clock import services as clock
from sharemall.console.site import site
from sharemall.members.models import Member
from sharemall.orders.models import Order
from tests.console import given, lists
from tests.console.lists import LISTS

pytestmark = pytest.mark.django_db


def test_each_list_shows_its_row_and_says_where_it_is(office: Client) -> None:
    lists.one_of_each()
    for name in LISTS:
        text = given.words(office.get(reverse(name) + "?state="))
        assert "Nothing here" not in text or name == "console-audit", name
        assert "Export" in text


def test_a_list_costs_the_same_however_long_it_is(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        lists.one_of_each(f"ann{number}")
    for name in LISTS:
        office.get(reverse(name) + "?state=")  # what is kept for all pages
        with django_assert_max_num_queries(12):
            assert office.get(reverse(name) + "?state=").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?state=nothing&before=x&from=x&to=2026-99-99&least=x&most=-1&merchant=nobody&zone=x",
        "?q=%00&before=%00",
        "?q=%25_%27&before=99999999999999999999&category=99999999999999999999&stars=x",
        "?q=" + "x" * 5000,
        "?from=0001-01-01&to=9999-12-31&least=0&most=999999999",
        "?page=2&o=-1&p=3&e=1",
    ],
)
def test_what_makes_no_sense_narrows_nothing(query: str, office: Client) -> None:
    given.an_order()
    for name in LISTS:
        assert office.get(reverse(name) + query).status_code == 200, name


def found(office: Client, query: str) -> set[str]:
    text = office.get(f"{reverse('console-orders')}{query}").content.decode()
    return {order.no for order in Order.objects.all() if f"/console/orders/{order.no}/" in text}


def test_orders_are_found_by_number_and_phone_and_narrowed(office: Client) -> None:
    paid = given.an_order(given.a_member("ann"))
    unpaid = given.an_order(given.a_member("bob"), status="unpaid")
    Order.objects.filter(pk=unpaid.pk).update(
        placed_at=clock.now() - timedelta(days=40), ship_phone="13711112222"
    )
    both, long_ago = {paid.no, unpaid.no}, localdate(clock.now() - timedelta(days=40))
    week = localdate(clock.now() - timedelta(days=7))
    for query, wanted in {
        f"?q={paid.no}": {paid.no},
        f"?q={paid.no[1:]}x": set(),
        f"?q={paid.member.phone}": {paid.no},
        "?q=13711112222": {unpaid.no},
        "?q=13799999999": set(),
        "?state=paid": {paid.no},
        f"?state=paid&q={unpaid.no}": set(),
        f"?from={week}": {paid.no},
        f"?to={week}": {unpaid.no},
        f"?from={long_ago}&to={long_ago}": {unpaid.no},
        "?least=0.01": both,
        "?most=0.01": set(),
        "?merchant=platform": both,
    }.items():
        assert found(office, query) == wanted, query


def test_members_are_found_by_the_beginning_of_phone_or_name(office: Client) -> None:
    ann = given.a_member("ann")
    Member.objects.filter(pk=ann.pk).update(name="安娜", phone="13655556666")
    for query, is_there in {"136": True, "13655556666": True, "安": True, "娜": False}.items():
        text = office.get(reverse("console-members"), {"q": query}).content.decode()
        assert ("13655556666" in text) == is_there, query


def test_tabs_count_and_stop_counting(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        given.an_order()
    assert "To ship 3 " in given.words(office.get(reverse("console-orders")))
    monkeypatch.setattr("sharemall.console.lists.listing.MOST_COUNTED", 2)
    assert "To ship 2+ " in given.words(office.get(reverse("console-orders")))


def test_more_than_a_search_may_find_is_said(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, _bob, url = given.a_member("ann"), given.a_member("bob"), reverse("console-members")
    monkeypatch.setattr("sharemall.console.lists.listing.MOST_FOUND", 1)
    assert "type more of it" in given.words(office.get(url, {"q": "1"}))
    assert "type more of it" not in given.words(office.get(url, {"q": ann.phone}))


@pytest.mark.parametrize("query", ["?", "?from=2000-01-01&"])
def test_pages_are_sought_by_key_and_lose_and_repeat_nothing(
    query: str, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharemall.console.lists.listing.PAGE", 2)
    orders = [given.an_order() for _ in range(5)]
    # Two of the same moment: the key tells them apart.
    Order.objects.filter(pk__in=[one.pk for one in orders[:3]]).update(placed_at=clock.now())
    seen: list[str] = []
    url = f"{reverse('console-orders')}{query}"
    for _page in range(3):
        text = office.get(url).content.decode()
        seen += sorted(one.no for one in orders if f"/console/orders/{one.no}/" in text)
        pages = text.split('class="list-pages"')[-1]
        if "before=" not in pages:
            break
        mark = pages.split("before=")[1].split('"')[0]
        url = f"{reverse('console-orders')}{query}before={mark}"
    assert sorted(seen) == sorted(one.no for one in orders)


def test_a_page_behind_a_row_that_is_gone_is_empty(office: Client) -> None:
    given.an_order()
    response = office.get(reverse("console-orders"), {"before": "1", "from": "2000-01-01"})
    assert response.status_code == 200


def test_every_list_says_what_it_needs() -> None:
    for rows in site._registry.values():
        assert rows.may_read.endswith(".read")
        assert all(not bulk.may.endswith(".read") for bulk in rows.bulk)
