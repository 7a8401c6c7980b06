"""Lists of goods: filters, order, search, categories, shops."""

import pytest
from django.http import QueryDict
from django.test import Client

from sharemall.catalogue import selectors
from sharemall.catalogue.models import Product
from sharemall.storefront.filters import MOST_YUAN, Wish, wish_of
from tests.catalogue.goods import a_merchant, a_product, open_mall
from tests.storefront.looking import a_category, a_coupon, html

pytestmark = pytest.mark.django_db

HOSTILE = [
    "q=%00",
    "q=%FF%FE",
    "q=" + "长" * 5_000,
    "q=%27%20OR%201%3D1--",
    "q=<script>alert(1)</script>",
    "zone=../../etc",
    "zone=%00&category=%00&shop=%00",
    "category=none&shop=none&zone=none",
    "least=-1&most=-99999999999999999999",
    "least=99999999999999999999999999&most=1",
    "least=١٢&most=²",
    "least=1e9&most=NaN",
    "sort=drop&stock=maybe",
    "after=%00",
    "after=s1_99999999999999999999999999",
    "after=s-999999999999999999_1",
    "after=" + "9" * 10_000,
    "after=n999999999999999999_1&sort=new",
    "variant=-1",
    "q=a&q=b&&&==%",
]


@pytest.fixture(autouse=True)
def _mall() -> None:
    open_mall()


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize(
    "path", ["/", "/goods/", "/categories/cellar/", "/zones/wine/", "/shops/platform/"]
)
def test_whatever_stands_in_the_address_a_page_comes(client: Client, path: str, query: str) -> None:
    a_product(category=a_category("cellar"))
    page = html(client, f"{path}?{query}")
    assert "<script>alert" not in page
    assert "<html" in page


@pytest.mark.parametrize("query", ["variant=%00", "variant=-1", "variant=" + "9" * 40, "variant=x"])
def test_a_variant_that_is_none_is_as_good_as_none(client: Client, query: str) -> None:
    a_product()
    assert "立即购买" in html(client, f"/products/red/?{query}")
    assert html(client, f"/products/red/reviews/?before={query}")


def test_a_list_is_narrowed_by_zone_category_shop_price_and_stock(client: Client) -> None:
    a_merchant("winery")
    cellar = a_category("cellar")
    a_product("red", name_zh="红酒", category=cellar, merchant_id="winery")
    a_product("dear", name_zh="名酒", price_fen=90_000, market_price_fen=None)
    a_product("gone", name_zh="没货酒", stock=0)
    a_product("pan", name_zh="锅", zone_id="home")

    def names(query: str) -> set[str]:
        page = html(client, f"/goods/?{query}")
        return {name for name in ("红酒", "名酒", "没货酒", "锅") if f">{name}<" in page}

    assert names("zone=home") == {"锅"}
    assert names("category=cellar") == {"红酒"}
    assert names("shop=winery") == {"红酒"}
    assert names("least=500") == {"名酒"}
    assert names("most=200&zone=wine&stock=1") == {"红酒"}
    assert names("") == {"红酒", "名酒", "没货酒", "锅"}


def test_every_filter_that_is_set_can_be_taken_off_alone(client: Client) -> None:
    a_product()
    page = html(client, "/goods/?q=酒&zone=wine&least=10&stock=1")
    assert 'href="/goods/?q=%E9%85%92&amp;least=10&amp;stock=1"' in page  # without the zone
    assert 'href="/goods/?q=%E9%85%92&amp;zone=wine&amp;stock=1"' in page  # without the price
    assert "¥10 以上" in page
    assert '<span class="filter-count">3</span>' in page


def test_goods_are_sorted_as_asked_and_the_price_turns_round(client: Client) -> None:
    a_product("dear", name_zh="贵", price_fen=90_000, market_price_fen=None)
    a_product("cheap", name_zh="廉", price_fen=9_000, cost_fen=1_000, market_price_fen=None)
    Product.objects.filter(slug="dear").update(sold=5)
    page = html(client, "/goods/?sort=price")
    assert page.index(">廉<") < page.index(">贵<")
    assert 'href="?sort=-price" aria-current="true"' in page
    page = html(client, "/goods/?sort=-price")
    assert page.index(">贵<") < page.index(">廉<")
    page = html(client, "/goods/?sort=sold")
    assert page.index(">贵<") < page.index(">廉<")


def test_more_of_a_narrowed_list_stays_narrowed(client: Client) -> None:
    for number in range(selectors.PAGE + 1):
        a_product(f"p{number}", position=number)
    a_product("pan", zone_id="home", name_zh="锅", position=99)
    page = html(client, "/goods/?zone=wine")
    more = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert more.startswith("?zone=wine&after=")
    part = html(client, f"/goods/{more}", hx_request="true")
    assert part.count("product-card") == 1
    assert "锅" not in part


def test_a_search_finds_chinese_and_latin_words(client: Client) -> None:
    a_product()
    assert "赤霞珠干红葡萄酒" in html(client, "/goods/?q=霞珠")
    assert "赤霞珠干红葡萄酒" in html(client, "/goods/?q=caber")
    assert "“霞珠”的搜索结果" in html(client, "/goods/?q=霞珠")


def test_a_search_that_finds_nothing_says_so_and_shows_what_others_buy(client: Client) -> None:
    a_product()
    page = html(client, "/goods/?q=没有的东西")
    assert "没有找到相关商品" in page
    assert "赤霞珠干红葡萄酒" in page.split("热销榜")[1]
    page = html(client, "/goods/?q=霞珠&zone=home")
    assert "没有符合条件的商品" in page
    assert 'href="/goods/?q=%E9%9C%9E%E7%8F%A0"' in page


def test_categories_stand_in_a_tree_with_their_goods(client: Client) -> None:
    assert "还没有分类" in html(client, "/categories/")
    cellar = a_category("cellar")
    reds = a_category("reds", cellar)
    a_category("dry", reds)
    a_category("toys", on_sale=False)
    a_product("red", category=reds)
    a_product("other", name_zh="别的酒")
    page = html(client, "/categories/")
    assert "分类reds" in page
    assert "分类toys" not in page
    assert "赤霞珠" in page  # of a category below
    assert "别的酒" not in page
    page = html(client, "/categories/dry/")
    assert page.count('aria-current="true"') == 4  # top, middle, itself, the order of the list
    html(client, "/categories/toys/", 404)


def test_what_hangs_under_a_hidden_category_is_hidden_too(client: Client) -> None:
    cellar = a_category("cellar")
    a_category("reds", cellar)
    html(client, "/categories/reds/")
    a_category("cellar", on_sale=False)
    html(client, "/categories/reds/", 404)
    assert "分类reds" not in html(client, "/goods/?category=reds")


def test_a_shop_shows_its_own_goods_and_coupons(client: Client) -> None:
    a_merchant("winery", intro_zh="自种自酿")
    a_merchant("closed", is_open=False)
    a_coupon(name_zh="酒庄券", merchant_id="winery")
    a_coupon(name_zh="平台券")
    a_product("red", merchant_id="winery", cost_fen=1_000)
    a_product("other", name_zh="别家的酒", cost_fen=1_000)
    page = html(client, "/shops/winery/")
    for text in ("自种自酿", "酒庄券", "赤霞珠"):
        assert text in page
    assert "别家的酒" not in page
    assert "平台券" not in page
    html(client, "/shops/closed/", 404)


def test_an_address_is_read_and_written_without_what_says_nothing() -> None:
    wish = wish_of(QueryDict("q= a%00  b &least=007&most=999999999&sort=price&zone=w&stock=0"))
    assert wish == Wish(q="a b", least=7, most=MOST_YUAN, sort="price", zone="w")
    assert wish.query == f"q=a+b&zone=w&least=7&most={MOST_YUAN}&sort=price"
    assert wish_of(QueryDict(wish.query)) == wish
    assert wish_of(QueryDict("")) == Wish()
    assert wish.narrowings == 2
    assert not wish.without("zone", "least", "most").is_narrowed


@pytest.mark.parametrize("query", ["least=-5", "most=abc", "least=1.5", "most=" + "9" * 40])
def test_a_price_that_is_none_is_said_and_left_out(client: Client, query: str) -> None:
    page = html(client, f"/goods/?{query}")
    assert "价格请填 0 至 1000 万的整数元" in page
    assert "price_unread" not in page
    assert "价格请填" not in html(client, "/goods/?least=&most=20")
