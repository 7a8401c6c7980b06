"""What whole pages show: several shelves at once, and a product with all that belongs to it."""

from datetime import timedelta

import pytest
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import pages, selectors, services
from sharemall.catalogue.models import Category, Product
from sharemall.catalogue.selectors import Filter
from tests.catalogue.goods import (
    COLOURS,
    NOW,
    a_draft,
    a_flash_price,
    a_product,
    open_mall,
    the_variant,
)

pytestmark = pytest.mark.django_db
SORTS = ["", "new", "sold", "price", "-price"]


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


def a_category(slug: str, parent: Category | None = None, **fields: bool) -> Category:
    return services.save_category(slug=slug, parent=parent, name_zh=slug, name_en=slug, **fields)


def columns_of(row: Model) -> list[object]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def some_goods(count: int) -> None:
    """Goods whose places, days, sales and prices run in different orders, with equal ones."""
    for number in range(count):
        a_product(f"p{number}", position=number % 3)
        moment = NOW - timedelta(hours=number * 5 % 7)
        Product.objects.filter(slug=f"p{number}").update(
            sold=number * 3 % 5, created_at=moment, price_fen=10_000 + number * 7 % 4
        )


@pytest.mark.parametrize("limit", [1, 3, 8, 20])
def test_shelves_that_are_read_together_are_what_each_would_be_alone(limit: int) -> None:
    some_goods(8)
    tree = selectors.all_categories()
    together = pages.in_orders(SORTS, [limit] * len(SORTS), NOW, tree)
    alone = [selectors.listing(Filter(sort=sort), limit=limit, now=NOW) for sort in SORTS]
    assert together == alone


def test_what_stands_in_a_hidden_category_is_on_no_shelf_and_has_no_page() -> None:
    house = a_category("house", on_sale=False)
    cellar = a_category("cellar", house)
    a_flash_price(the_variant(a_product("red", category=cellar, cost_fen=0)), 9_000)
    tree = selectors.all_categories()
    assert [shelf.products for shelf in pages.in_orders(SORTS, [3] * 5, NOW, tree)] == [[]] * 5
    assert selectors.running_sales(NOW, 3, tree) == []
    assert pages.show("red", NOW, tree) is None
    assert selectors.card("red") is None


def test_a_product_comes_with_variants_and_their_offers_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    drafts = [
        a_draft("r", 0, cost_fen=0, market_price_fen=12_000, stock=7),
        a_draft("w", 1, cost_fen=0, weight_grams=750),
    ]
    product = a_product(variants=drafts, options=[COLOURS])
    red, white = product.variants.all()
    flash = a_flash_price(white, 9_000)
    tree = selectors.all_categories()
    with django_assert_num_queries(1):
        show = pages.show(product.slug, NOW, tree)
        assert show is not None
        assert show.product.zone.name
        assert show.product.merchant.name
    assert show.offers == selectors.offers([red, white], NOW)
    for found, kept in zip(show.variants, (red, white), strict=True):
        assert columns_of(found) == columns_of(kept)
    offered = show.offers[white.pk].flash
    assert offered is not None
    assert columns_of(offered) == columns_of(flash)


def test_no_product_that_is_off_sale_has_a_page() -> None:
    a_product("red")
    Product.objects.update(on_sale=False)
    assert pages.show("red", NOW, selectors.all_categories()) is None
    assert selectors.card("red") is None
    assert pages.show("none", NOW, selectors.all_categories()) is None
