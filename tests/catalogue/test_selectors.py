"""Shelves: order, pages, and what is not shown."""

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import selectors, services
from sharemall.catalogue.models import Product, Zone
from tests.catalogue.goods import a_product, open_mall

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


def walk(**fields: object) -> list[str]:
    """The slugs of all pages of three, one after the other."""
    slugs, after = [], ""
    while True:
        shelf = selectors.products(after=after, limit=3, **fields)  # type: ignore[arg-type]
        slugs += [product.slug for product in shelf.products]
        after = shelf.after
        if not after:
            return slugs


def test_pages_join_up_without_gaps_or_repeats_also_among_equal_positions() -> None:
    for number in range(8):
        a_product(f"p{number}", position=number // 4)
    assert walk() == [f"p{number}" for number in range(8)]


def test_the_last_full_page_has_no_next_one() -> None:
    for number in range(3):
        a_product(f"p{number}")
    assert selectors.products(limit=3).after == ""


@pytest.mark.parametrize("mark", ["x", "1", "1-", "-1", "1-2-3", "²-1", "1" * 40])
def test_a_broken_mark_shows_the_first_page(mark: str) -> None:
    a_product()
    assert [product.slug for product in selectors.products(after=mark).products] == ["red"]


def test_a_zone_shows_its_own_goods_only() -> None:
    a_product("red")
    a_product("kettle", zone_id="home")
    assert walk(zone=Zone.objects.get(key="home")) == ["kettle"]


def test_what_is_not_on_sale_is_not_shown() -> None:
    a_product("red")
    a_product("draft", on_sale=False)
    a_product("kettle", zone_id="home")
    services.save_zone(key="home", on_sale=False)
    assert walk() == ["red"]
    assert selectors.product("draft") is None
    assert selectors.product("kettle") is None
    assert selectors.zone("home") is None
    assert [zone.key for zone in selectors.zones()] == ["wine"]


def test_a_page_costs_one_query_however_many_products(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(6):
        a_product(f"p{number}")
    with django_assert_num_queries(1):
        assert all(product.zone.name for product in selectors.products().products)


def test_texts_come_in_the_language_of_the_page_and_in_chinese_where_english_lacks() -> None:
    product = a_product(subtitle_en="")
    with translation.override("en"):
        assert product.name == "Cabernet Sauvignon"
        assert product.subtitle == "橡木桶陈酿"
        assert product.spec_rows == [("Volume", "750 ml")]
        assert product.paragraphs == ["First paragraph.", "Second paragraph."]
    with translation.override("zh-hans"):
        assert Product.objects.get().name == "赤霞珠干红葡萄酒"
        assert product.zone.name == "酒水"
