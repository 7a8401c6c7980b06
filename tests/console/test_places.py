"""Categories, merchants, freight rules and reviews."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import Category, Product
from sharemall.merchants.models import FreightRule, Merchant
from tests.catalogue import goods
from tests.console import given

pytestmark = pytest.mark.django_db

CATEGORY = {
    "slug": "fruit",
    "name_zh": "水果",
    "name_en": "Fruit",
    "parent": "",
    "position": "1",
    "on_sale": "on",
}
MERCHANT = {
    "key": "farm",
    "name_zh": "农场",
    "name_en": "Farm",
    "commission_nano": "5.5",
    "is_open": "on",
}
RULE = {
    "merchant": "platform",
    "name": "standard",
    "free_over_fen": "99",
    "unserved": ["65"],
    "band-rows": "2",
    "band-0-first_grams": "1000",
    "band-0-first_fen": "8",
    "band-0-step_grams": "500",
    "band-0-step_fen": "2.50",
    "band-1-first_grams": "1000",
    "band-1-first_fen": "5",
    "band-1-step_grams": "1000",
    "band-1-step_fen": "1",
    "band-1-provinces": ["44", "35"],
}


@pytest.fixture(autouse=True)
def _mall(office: Client) -> None:
    """The platform's shop and the zones."""


def picture(content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.jpg", content or goods.an_upload(60, 60).read())


def test_categories_make_a_tree(office: Client) -> None:
    assert (
        office.post("/console/categories/new/", CATEGORY | {"picture": picture()}).status_code
        == 302
    )
    fruit = Category.objects.get()
    assert fruit.picture.name.endswith(".webp")
    under = CATEGORY | {"slug": "apple", "name_en": "Apples", "parent": str(fruit.pk)}
    assert office.post("/console/categories/new/", under).status_code == 302
    text = office.get("/console/categories/").content.decode()
    assert text.index(">Fruit<") < text.index(">Apples<")
    url = "/console/categories/of/fruit/"
    assert office.post(url, CATEGORY | {"name_en": "Fresh fruit", "on_sale": ""}).status_code == 302
    fruit.refresh_from_db()
    assert (fruit.name_en, fruit.on_sale, bool(fruit.picture)) == ("Fresh fruit", False, True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"slug": "drinks"}, "slug"),
        ({"slug": "a/b"}, "slug"),
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "保本"}, "name_zh"),
        ({"parent": "99"}, "parent"),
        ({"position": "99999"}, "position"),
        ({"picture": picture(b"none")}, "picture"),
        ({"picture": SimpleUploadedFile("x.exe", b"MZ")}, "picture"),
    ],
)
def test_a_fault_of_a_category_stands_at_its_field(
    changed: dict[str, Any], field: str, office: Client
) -> None:
    goods.services.save_category(slug="drinks", name_zh="饮品", name_en="Drinks")
    response = office.post("/console/categories/new/", CATEGORY | changed)
    assert response.status_code == 422
    assert given.errors_at(response, field).endswith(".")
    assert Category.objects.count() == 1


def test_a_category_is_not_put_below_itself(office: Client) -> None:
    top = goods.services.save_category(slug="top", name_zh="上", name_en="Top")
    low = goods.services.save_category(slug="low", name_zh="下", name_en="Low", parent=top)
    response = office.post("/console/categories/of/top/", CATEGORY | {"parent": str(low.pk)})
    assert "cannot stand below itself" in given.errors_at(response, "parent")


def test_a_merchant_is_made_and_changed(office: Client) -> None:
    assert office.post("/console/merchants/new/", MERCHANT | {"logo": picture()}).status_code == 302
    farm = Merchant.objects.get(key="farm")
    assert (farm.commission_nano, farm.is_open) == (55_000_000, True)
    url = "/console/merchants/of/farm/"
    assert 'value="5.5"' in office.get(url).content.decode()
    closed = MERCHANT | {"key": "other", "commission_nano": "０.1", "is_open": ""}
    assert office.post(url, closed).status_code == 302
    farm.refresh_from_db()
    assert (farm.key, farm.commission_nano, farm.is_open) == ("farm", 1_000_000, False)
    assert bool(farm.logo)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"key": "platform"}, "key"),
        ({"key": "escrow"}, "key"),
        ({"key": ""}, "key"),
        ({"name_en": "Get rich"}, "name_en"),
        ({"commission_nano": "100.5"}, "commission_nano"),
        ({"commission_nano": "-1"}, "commission_nano"),
        ({"logo": picture(b"none")}, "logo"),
    ],
)
def test_a_fault_of_a_merchant_stands_at_its_field(
    changed: dict[str, Any], field: str, office: Client
) -> None:
    response = office.post("/console/merchants/new/", MERCHANT | changed)
    assert response.status_code == 422
    assert given.errors_at(response, field).endswith(".")
    assert Merchant.objects.get().key == "platform"


def test_a_commission_that_the_goods_cannot_bear_names_them(office: Client) -> None:
    goods.a_merchant("farm")
    goods.a_product("red", merchant_id="farm")
    response = office.post("/console/merchants/of/farm/", MERCHANT)
    told = given.errors_at(response, "commission_nano")
    assert "Cabernet Sauvignon · red: Over by ¥5.50" in told
    assert Merchant.objects.get(key="farm").commission_nano == 0


def test_the_platforms_shop_pays_no_commission(office: Client) -> None:
    response = office.post("/console/merchants/of/platform/", MERCHANT)
    assert "pays no commission" in given.errors_at(response, "commission_nano")


def test_a_freight_rule_is_made_with_its_rows_and_changed(office: Client) -> None:
    assert office.post("/console/freight/new/", RULE).status_code == 302
    rule = FreightRule.objects.get()
    assert (rule.free_over_fen, rule.unserved) == (9_900, ["65"])
    assert [band["provinces"] for band in rule.bands] == [["44", "35"], []]
    assert rule.bands[1]["step_fen"] == 250
    url = f"/console/freight/{rule.pk}/"
    text = office.get(url).content.decode()
    assert 'value="2.50"' in text
    assert office.post(url, RULE | {"band-rows": "1", "free_over_fen": ""}).status_code == 302
    rule.refresh_from_db()
    assert (len(rule.bands), rule.free_over_fen) == (1, None)


def test_a_row_is_added_without_losing_what_was_typed(office: Client) -> None:
    response = office.post("/console/freight/new/", RULE | {"do": "row"})
    fields = given.fields_in(response, "band-rows")
    assert (fields["band-rows"], fields["band-0-step_fen"]) == ("3", "2.50")
    assert not FreightRule.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"merchant": ""}, "merchant", "."),
        ({"name": ""}, "name", "."),
        ({"free_over_fen": "0"}, "free_over_fen", "above 0"),
        ({"band-0-first_grams": "0"}, "band-0-first_grams", "."),
        ({"band-0-first_fen": "-1"}, "band-0-first_fen", "."),
        ({"band-0-step_fen": ""}, "band-0-step_fen", "."),
        ({"band-0-step_grams": "1e3"}, "band-0-step_grams", "."),
        ({"band-0-provinces": ["44"]}, "", "stands in two places"),
        ({"band-0-provinces": ["65"]}, "", "stands in two places"),
        ({"band-1-provinces": []}, "", "everywhere else"),
        ({"band-0-provinces": ["99"]}, "", "99"),
        ({"unserved": ["7"]}, "", "7"),
    ],
)
def test_a_fault_of_a_freight_rule_is_told(
    changed: dict[str, Any], field: str, said: str, office: Client
) -> None:
    response = office.post("/console/freight/new/", RULE | changed)
    assert response.status_code == 422
    assert said in (given.errors_at(response, field) if field else given.words(response))
    assert not FreightRule.objects.exists()


def test_a_name_that_is_taken_changes_no_other_rule(office: Client) -> None:
    office.post("/console/freight/new/", RULE)
    response = office.post("/console/freight/new/", RULE | {"free_over_fen": "1"})
    assert "has this name" in given.errors_at(response, "name")
    assert FreightRule.objects.get().free_over_fen == 9_900


def test_a_review_is_hidden_and_shown_again(office: Client) -> None:
    review = given.a_review(given.an_order())
    url = f"/console/reviews/{review.pk}/show/"
    for on, said, rating in (("0", "is hidden", 0), ("0", "is hidden", 0), ("1", "is shown", 1)):
        assert said in given.words(office.post(url, {"on": on}, follow=True))
        review.refresh_from_db()
        assert review.is_shown == (on == "1")
        assert Product.objects.get(pk=review.product_id).rating_count == rating
    assert "好喝" in given.words(office.get("/console/reviews/?state=shown"))
    assert "No reviews here" in given.words(office.get("/console/reviews/?state=hidden"))


def test_lists_cost_no_more_queries(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        goods.a_merchant(f"m{number}").freight_rules.create(name="r", bands=[])
        goods.services.save_category(slug=f"c{number}", name_zh="类", name_en="Kind")
        given.a_review(given.an_order(given.a_member(f"m{number}")))
    office.get("/console/factor/own/")  # what is kept for all pages
    for name in ("merchants", "freight", "categories", "reviews"):
        with django_assert_max_num_queries(14):
            office.get(f"/console/{name}/")
