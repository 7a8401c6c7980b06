"""Every product is found by every word of its name, Latin or Chinese, however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.catalogue import search, selectors, services
from sharemall.catalogue.models import Product
from sharemall.catalogue.selectors import Filter
from tests.catalogue.goods import COLOURS, NOW, a_draft, a_merchant, a_product, open_mall

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)
LATIN = st.text(st.characters(categories=["L", "Nd"], max_codepoint=0x17F), min_size=1, max_size=24)
WORDS = st.lists(CHINESE | LATIN, min_size=1, max_size=6)


@given(WORDS, st.data())
def test_a_name_is_found_by_every_word_pair_and_beginning_of_it(
    words: list[str], data: st.DataObject
) -> None:
    terms = set(search.terms(" ".join(words)))
    word = data.draw(st.sampled_from(words))
    length = data.draw(st.integers(1, len(word)))
    assert set(search.asked(word)) <= terms
    assert set(search.asked(word[:length])) <= terms
    assert set(search.asked(word.upper().swapcase())) <= terms


@given(CHINESE, st.data())
def test_chinese_is_found_by_every_part_of_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert set(search.asked(text[start:end])) <= set(search.terms(text))


@given(st.text())
def test_every_text_can_be_searched_for_and_indexed(text: str) -> None:
    assert all(0 < len(term) <= 40 for term in search.terms(text))
    assert len(search.asked(text)) <= search.MOST_WORDS
    assert "\0" not in "".join(search.asked(text))


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("caber", ["caber"]),
        ("CABERNET  Sauvignon", ["cabernet", "sauvignon"]),
        ("Ｃａｂｅｒ", ["caber"]),
        ("Château", ["chateau"]),
        ("酒", ["酒"]),
        ("红酒", ["红酒"]),
        ("赤霞珠干红", ["赤霞", "霞珠", "珠干", "干红"]),
        ("750ml", ["750", "ml"]),
        ("红酒wine", ["红酒", "wine"]),
        ("wine wine", ["wine"]),
        ("x" * 20, ["x" * 16]),
        ("%' OR 1=1 --", ["or", "1"]),
        ("!?。", []),
        ("", []),
    ],
)
def test_a_query_becomes_terms(query: str, terms: list[str]) -> None:
    assert search.asked(query) == terms


def found(query: str) -> list[str]:
    return [row.slug for row in selectors.listing(Filter(query=query)).products]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        *("caber", "c", "SAUV", "sauvignon cabernet", "赤霞珠", "酒", "干红葡萄", "霞珠 cab"),
        *("橡木", "oak", "酒水", "drinks", "店铺platform", "类酒", "kind", "白", "white", "SKU-77"),
    ],
)
def test_a_product_is_found_by_its_texts_its_place_and_its_variants(query: str) -> None:
    open_mall()
    kind = services.save_category(slug="wine", name_zh="类酒", name_en="Kind wine")
    drafts = [a_draft("sku-77", 0), a_draft("w", 1)]
    a_product(variants=drafts, options=[COLOURS], category=kind)
    a_product(
        "tea",
        name_zh="绿茶",
        name_en="Tea",
        subtitle_zh="",
        subtitle_en="",
        zone_id="home",
        merchant=a_merchant("m", name_zh="茶庄", name_en="House"),
    )
    assert found(query) == ["red"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["abernet", "霞赤", "cabernet tea", "!?", "750", "\0\0", "x" * 9999]
)
def test_other_words_find_nothing(query: str) -> None:
    open_mall()
    a_product()
    assert found(query) == []


@pytest.mark.django_db
def test_an_empty_query_shows_everything() -> None:
    open_mall()
    a_product()
    assert found("  ") == ["red"]


@pytest.mark.django_db
def test_a_single_character_of_where_goods_stand_does_not_find_them() -> None:
    open_mall()
    drinks = services.save_category(slug="drinks", name_zh="酒水茶饮", name_en="Drinks, tea")
    grain = services.save_category(slug="grain", name_zh="粮", name_en="Grain", parent=drinks)
    a_product("tea", name_zh="龙井绿茶", category=drinks)
    a_product("red", name_zh="赤霞珠", category=drinks)
    a_product("rice", name_zh="五常大米", category=grain)
    assert found("茶") == ["tea"]
    assert found("茶饮") == found("drinks") == ["tea", "red", "rice"]
    assert found("粮") == ["rice"]


@pytest.mark.django_db
def test_a_new_name_of_a_zone_a_category_or_a_merchant_finds_the_goods() -> None:
    open_mall()
    top = services.save_category(slug="top", name_zh="顶类", name_en="Top")
    kind = services.save_category(slug="k", name_zh="旧类", name_en="Old kind", parent=top)
    a_product(category=kind, merchant=a_merchant("m"))
    assert found("顶类") == ["red"]
    services.save_category(slug="top", name_zh="总类", name_en="All")
    services.save_category(slug="k", name_zh="新类", name_en="Fresh kind")
    services.save_zone(key="wine", name_zh="佳酿", name_en="Cellar")
    services.save_merchant(key="m", now=NOW, name_zh="老字号", name_en="Old house")
    assert search.renew(Product.objects.all()) == 1
    for query in ("新类", "fresh", "佳酿", "cellar", "老字号", "总类"):
        assert found(query) == ["red"]
    assert found("旧类") == found("酒水") == found("顶类") == []
    services.save_category(slug="k", parent=None)
    assert found("总类") == []


@pytest.mark.django_db
def test_what_goes_off_sale_is_no_longer_found_by_its_variant() -> None:
    open_mall()
    a_product(variants=[a_draft("r", 0), a_draft("w", 1)], options=[COLOURS])
    assert found("white") == ["red"]
    services.save_product(slug="red", variants=[a_draft("r", 0)], now=NOW)
    assert found("white") == []
