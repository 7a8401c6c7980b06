"""A stock changed by hand: with a reason, once, and never below nothing."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import Variant
from sharemall.console import services
from sharemall.console.models import StockChange
from sharemall.members.models import Member
from tests.catalogue import goods
from tests.console import given
from tests.ledger.helpers import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(office: Client) -> Variant:
    return goods.the_variant(goods.a_product("red"))


def url(variant: Variant) -> str:
    return f"/console/stock/{variant.pk}/"


def test_a_stock_goes_up_and_down_and_says_why(office: Client, variant: Variant) -> None:
    for by, stock in (("20", 30), ("-30", 0), ("＋5", 5)):
        response = office.post(url(variant), given.stock_form(by, note="shelf 3"), follow=True)
        assert "The stock is changed." in given.words(response)
        assert given.stock_of(variant) == stock
    rows = list(StockChange.objects.values_list("by", "reason", "note", "member__account"))
    assert rows[-1] == (20, "delivery", "shelf 3", "boss")
    assert "-30 Goods came in · shelf 3 Boss" in given.words(response)


def test_the_same_form_again_moves_nothing(office: Client, variant: Variant) -> None:
    form = given.stock_form("20")
    office.post(url(variant), form)
    response = office.post(url(variant), form, follow=True)
    assert "That was done already." in given.words(response)
    assert (given.stock_of(variant), StockChange.objects.count()) == (30, 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"by": ""}, "by"),
        ({"by": "0"}, "by"),
        ({"by": "1.5"}, "by"),
        ({"by": "1e3"}, "by"),
        ({"by": "10000001"}, "by"),
        ({"by": "-11"}, "by"),
        ({"reason": ""}, "reason"),
        ({"reason": "theft"}, "reason"),
        ({"note": "x" * 101}, "note"),
    ],
)
def test_a_fault_stands_at_its_field(
    changed: dict[str, str], field: str, office: Client, variant: Variant
) -> None:
    response = office.post(url(variant), given.stock_form("1") | changed)
    assert response.status_code == 422
    assert given.errors_at(response, field).endswith(".")
    assert (given.stock_of(variant), StockChange.objects.count()) == (10, 0)


def test_taking_more_than_is_there_says_how_many_are(office: Client, variant: Variant) -> None:
    response = office.post(url(variant), given.stock_form("-11"))
    assert "Only 10 are there." in given.errors_at(response, "by")


def test_more_than_a_stock_holds_is_refused(office: Client, variant: Variant) -> None:
    Variant.objects.update(stock=2**31 - 5)
    response = office.post(url(variant), given.stock_form("5"))
    assert "A stock holds at most" in given.errors_at(response, "by")
    assert StockChange.objects.count() == 0


@pytest.mark.parametrize("key", ["", "x", "1"])
def test_a_form_without_its_key_is_asked_again(key: str, office: Client, variant: Variant) -> None:
    assert office.post(url(variant), given.stock_form("1", key=key)).status_code == 422
    assert given.stock_of(variant) == 10


def test_what_runs_low_is_listed_and_others_are_found(office: Client, variant: Variant) -> None:
    assert "Nothing runs low" in given.words(office.get("/console/stock/"))
    assert "red" in given.words(office.get("/console/stock/?q=red"))
    assert "Nothing found" in given.words(office.get("/console/stock/?q=nothing"))
    office.post(url(variant), given.stock_form("-1"))
    assert url(variant) in office.get("/console/stock/").content.decode()
    goods.a_product("red", on_sale=False)
    assert "Nothing runs low" in given.words(office.get("/console/stock/"))


def test_a_long_list_costs_no_more_queries(
    office: Client, variant: Variant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        goods.a_product(f"p{number}", stock=1)
    office.get("/console/factor/own/")  # what is kept for all pages
    with django_assert_max_num_queries(11):
        text = office.get("/console/stock/").content.decode()
    assert text.count("/console/stock/") > 12


@pytest.mark.django_db(transaction=True)
def test_the_same_form_at_once_moves_it_once(boss: Member) -> None:
    variant, key = goods.the_variant(goods.a_product("red")), uuid4()

    def change() -> bool:
        return services.change_stock(
            variant_id=variant.pk,
            by=5,
            reason="delivery",
            note="",
            key=key,
            member=boss,
            now=goods.NOW,
        )

    assert sum(at_once(10, change)) == 1
    assert given.stock_of(variant) == 15
