"""Shelves: order, pages, what is asked for, and what is not shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import selectors, services
from sharemall.catalogue.models import Category, Product, Zone
from sharemall.catalogue.selectors import Filter
from sharemall.members.models import Member
from sharemall.merchants.models import PLATFORM, Merchant
from tests.catalogue.goods import (
    COLOURS,
    NOW,
    a_draft,
    a_flash_price,
    a_merchant,
    a_product,
    open_mall,
    the_variant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


def walk(**asked: Any) -> list[str]:
    """The slugs of all pages of three, one after the other."""
    slugs, after = [], ""
    while True:
        shelf = selectors.listing(Filter(**asked), after=after, limit=3, now=NOW)
        slugs += [product.slug for product in shelf.products]
        after = shelf.after
        if not after:
            return slugs


def a_category(slug: str, parent: Category | None = None, **fields: Any) -> Category:
    names = {"name_zh": f"类{slug}", "name_en": f"Kind {slug}"}
    return services.save_category(slug=slug, parent=parent, **(names | fields))


def a_member() -> Member:
    return Member.objects.create(phone="13800000001", account="ann", name="安", joined_at=NOW)


@pytest.mark.parametrize("sort", list(selectors.SORTINGS))
def test_pages_join_up_without_gaps_or_repeats_in_every_order_also_among_equals(sort: str) -> None:
    for number in range(8):
        a_product(
            f"p{number}",
            position=number // 4,
            price_fen=10_000 + number % 3,
            now=NOW + timedelta(days=number // 3),
        )
        Product.objects.filter(slug=f"p{number}").update(sold=number % 2)
    assert sorted(walk(sort=sort)) == [f"p{number}" for number in range(8)]


def test_each_order_is_what_it_says() -> None:
    a_product("old-dear", price_fen=12_000, position=2, now=NOW)
    a_product("new-cheap", price_fen=9_900, cost_fen=0, position=1, now=NOW + timedelta(days=1))
    Product.objects.filter(slug="old-dear").update(sold=5)
    assert walk() == walk(sort="price") == walk(sort="new") == ["new-cheap", "old-dear"]
    assert walk(sort="-price") == walk(sort="sold") == ["old-dear", "new-cheap"]
    assert walk(sort="nonsense") == walk()


def test_the_last_full_page_has_no_next_one() -> None:
    for number in range(3):
        a_product(f"p{number}")
    assert selectors.listing(Filter(), limit=3).after == ""


HOSTILE = [
    *(
        "x",
        "1",
        "s1",
        "s1_",
        "s_1",
        "1_1",
        "s1_2_3",
        "s²_1",
        "s١_1",
        "s" + "1" * 40,
        "s1_" + "9" * 19,
    ),
    *("p1_1", "s1_1\n", "s1_1;", "s-_1", "s1_-1", "n1_1", "s 1_1", "\x00"),
]


@pytest.mark.parametrize("mark", HOSTILE)
def test_a_broken_mark_or_one_of_another_order_shows_the_first_page(mark: str) -> None:
    a_product()
    assert [row.slug for row in selectors.listing(Filter(), after=mark).products] == ["red"]


@pytest.mark.parametrize("mark", ["n" + "9" * 18 + "_1", "n-" + "9" * 18 + "_1"])
def test_a_mark_beyond_all_time_shows_the_first_page(mark: str) -> None:
    a_product()
    assert len(selectors.listing(Filter(sort="new"), after=mark).products) == 1


@pytest.mark.parametrize("mark", ["s" + "9" * 18 + "_" + "9" * 18, "s-" + "9" * 18 + "_0"])
def test_a_mark_of_the_right_kind_may_lie_anywhere(mark: str) -> None:
    a_product()
    assert len(selectors.listing(Filter(), after=mark).products) in (0, 1)


def test_a_zone_shows_its_own_goods_only() -> None:
    a_product("red")
    a_product("kettle", zone_id="home")
    assert walk(zone=Zone.objects.get(key="home")) == ["kettle"]


def test_a_merchant_shows_its_own_goods_only() -> None:
    a_product("red")
    a_product("theirs", merchant=a_merchant("cellar"))
    assert walk(merchant=Merchant.objects.get(key="cellar")) == ["theirs"]
    assert walk(merchant=Merchant.objects.get(key=PLATFORM)) == ["red"]


def test_a_category_shows_what_stands_in_it_and_below_it() -> None:
    drinks = a_category("drinks")
    wine = a_category("wine", drinks)
    red = a_category("red", wine)
    a_product("juice", category=drinks)
    a_product("cabernet", category=red)
    a_product("loose")
    assert walk(category=drinks) == ["juice", "cabernet"]
    assert walk(category=wine) == walk(category=red) == ["cabernet"]


def test_a_price_range_includes_its_ends() -> None:
    for price in (9_900, 10_000, 10_100):
        a_product(f"p{price}", price_fen=price, cost_fen=0)
    assert walk(least_fen=10_000) == ["p10000", "p10100"]
    assert walk(most_fen=10_000) == ["p9900", "p10000"]
    assert walk(least_fen=10_000, most_fen=10_000) == ["p10000"]
    assert walk(least_fen=-1, most_fen=10**30) == walk()
    assert walk(least_fen=10**30) == []


def test_what_is_sold_out_is_shown_as_such_or_left_out() -> None:
    a_product("red")
    a_product("gone", stock=0)
    shelf = selectors.listing(Filter())
    assert [(row.slug, row.in_stock) for row in shelf.products] == [("red", True), ("gone", False)]
    assert walk(in_stock=True) == ["red"]


def test_what_is_not_on_sale_is_not_shown() -> None:
    top = a_category("top")
    a_product("red")
    a_product("draft", on_sale=False)
    a_product("kettle", zone_id="home")
    a_product("theirs", merchant=a_merchant("cellar", is_open=False))
    a_product("below", category=a_category("low", a_category("middle", top)))
    services.save_zone(key="home", on_sale=False)
    services.save_category(slug="top", on_sale=False)
    assert walk() == walk(query="赤") == ["red"]
    for slug in ("draft", "kettle", "theirs", "below", "nowhere"):
        assert selectors.product(slug) is None
    assert selectors.zone("home") is None
    assert [zone.key for zone in selectors.zones()] == ["wine"]
    assert selectors.category("low") is None
    assert selectors.categories() == []
    assert len(selectors.all_categories()) == 3


def test_the_tree_of_categories_is_in_order() -> None:
    top = a_category("top", position=1)
    a_category("b", top, position=2)
    a_category("a", top, position=1)
    a_category("first", position=0)
    tree = selectors.categories()
    assert [row.slug for row in tree] == ["first", "top"]
    assert [row.slug for row in tree[1].below] == ["a", "b"]
    low = selectors.category("a")
    assert [row.slug for row in selectors.path(low)] == ["top", "a"]


def test_the_categories_of_a_zone_are_those_with_goods_in_it() -> None:
    one, other = a_category("one"), a_category("other")
    a_product("red", category=one)
    a_product("kettle", zone_id="home", category=other)
    tree, wine = selectors.all_categories(), Zone.objects.get(key="wine")
    assert selectors.categories_of(tree, wine) == [one]
    assert selectors.categories_of(tree, Zone.objects.get(key="home")) == [other]
    one.on_sale = False
    one.save()
    assert selectors.categories_of(selectors.all_categories(), wine) == []


@pytest.mark.parametrize(
    "asked", [{}, {"query": "赤霞珠 cab"}, {"in_stock": True}, {"sort": "new"}]
)
def test_a_page_costs_three_queries_however_many_products(
    asked: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        a_flash_price(the_variant(a_product(f"p{number}", cost_fen=0)), 9_000)
    with django_assert_num_queries(3):
        for row in selectors.listing(Filter(**asked), now=NOW).products:
            assert row.zone.name
            assert row.flash
            assert row.in_stock


def test_a_shelf_shows_the_cheapest_flash_price_that_runs() -> None:
    drafts = [a_draft("r", 0, cost_fen=0), a_draft("w", 1, cost_fen=0)]
    red, white = a_product(variants=drafts, options=[COLOURS]).variants.all()
    a_flash_price(red, 9_000)
    cheapest = a_flash_price(white, 8_000)
    assert selectors.listing(Filter(), now=NOW).products[0].flash == cheapest
    assert selectors.listing(Filter(), now=cheapest.ends_at).products[0].flash is None
    cheapest.left = 0
    cheapest.save()
    flash = selectors.listing(Filter(), now=NOW).products[0].flash
    assert flash is not None
    assert flash.price_fen == 9_000


def test_an_offer_is_the_flash_price_only_while_it_runs_and_lasts() -> None:
    variant = the_variant(a_product(cost_fen=0))
    flash = a_flash_price(variant, 9_000)
    assert selectors.offers([variant], NOW)[variant.pk] == selectors.Offer(9_000, flash)
    usual = selectors.Offer(10_000)
    assert selectors.offers([variant], flash.starts_at)[variant.pk].flash == flash
    assert selectors.offers([variant], flash.ends_at)[variant.pk] == usual
    assert selectors.offers([variant], flash.starts_at - timedelta(seconds=1))[variant.pk] == usual
    flash.left = 0
    flash.save()
    assert selectors.offers([variant], NOW)[variant.pk] == usual


def test_a_flash_price_that_is_no_longer_lower_is_no_offer() -> None:
    variant = the_variant(a_product(cost_fen=0))
    a_flash_price(variant, 9_000)
    variant = the_variant(a_product(cost_fen=0, price_fen=8_000))
    assert selectors.offers([variant], NOW)[variant.pk] == selectors.Offer(8_000)
    assert selectors.listing(Filter(), now=NOW).products[0].flash is None
    assert selectors.flash_sales(NOW).running == []


def test_flash_sales_are_those_that_run_and_those_that_come() -> None:
    now_on = a_flash_price(the_variant(a_product("a", cost_fen=0)), 9_000)
    start = NOW + timedelta(days=1)
    later = a_flash_price(
        the_variant(a_product("b", cost_fen=0)),
        9_000,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )
    a_flash_price(the_variant(a_product("c", cost_fen=0)), 9_000)
    services.take_off_sale(product_id=Product.objects.get(slug="c").pk)
    sales = selectors.flash_sales(NOW)
    assert sales.running == [now_on]
    assert sales.coming == [later]


def test_a_product_comes_whole_in_a_constant_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    drafts = [a_draft("r", 0), a_draft("w", 1, on_sale=False)]
    a_product(variants=drafts, options=[COLOURS], category=a_category("low", a_category("top")))
    with django_assert_num_queries(4):
        found = selectors.product("red", NOW)
        assert found is not None
        assert [variant.sku for variant in found.variants.all()] == ["r"]
        assert list(found.pictures.all()) == []
        assert [row.slug for row in selectors.path(found.category)] == ["top", "low"]
        assert found.merchant.name
        assert found.zone.name
        assert found.in_stock


def test_staff_find_what_is_off_sale_too() -> None:
    a_product("red")
    a_product("draft", on_sale=False)
    shelf = selectors.all_products(query="赤霞珠")
    assert [row.slug for row in shelf.products] == ["draft", "red"]
    assert selectors.any_product("draft") is not None
    assert selectors.any_product("nowhere") is None


def test_favourites_come_newest_first_also_when_they_are_no_longer_on_sale() -> None:
    member = a_member()
    for number in range(5):
        product = a_product(f"p{number}")
        services.save_favourite(
            member_id=member.pk, product_id=product.pk, on=True, now=NOW + timedelta(hours=number)
        )
    services.take_off_sale(product_id=Product.objects.get(slug="p3").pk)
    first = selectors.favourites(member.pk, limit=3)
    rest = selectors.favourites(member.pk, first.after, limit=3)
    found = [(row.slug, row.for_sale) for row in first.products + rest.products]
    assert found == [("p4", True), ("p3", False), ("p2", True), ("p1", True), ("p0", True)]
    assert rest.after == ""
    assert selectors.favourites(member.pk + 1).products == []


def test_texts_come_in_the_language_of_the_page_and_in_chinese_where_english_lacks() -> None:
    product = a_product(subtitle_en="")
    with translation.override("en"):
        assert product.name == "Cabernet Sauvignon"
        assert product.subtitle == "橡木桶陈酿"
        assert product.spec_rows == [("Volume", "750 ml")]
    with translation.override("zh-hans"):
        assert Product.objects.get().name == "赤霞珠干红葡萄酒"
        assert product.zone.name == "酒水"
