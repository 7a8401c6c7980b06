"""Home, zones and products as a browser without JavaScript gets them."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import selectors, services
from sharemall.engine.scheme import parse_scheme
from sharemall.storefront.rates import parts_of
from tests.catalogue.goods import SCHEME, a_product, buy, open_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def _mall() -> None:
    open_mall()


def html(client: Client, path: str, status: int = 200, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == status
    return response.content.decode()


def test_a_mall_that_is_not_open_yet_shows_its_home_page_all_the_same(client: Client) -> None:
    page = html(client, "/")
    assert "商城正在开业准备中" in page
    assert "¥" not in page
    assert html(client, "/zones/")


@pytest.mark.usefixtures("_mall")
def test_home_shows_the_price_with_its_truth_beside_it(client: Client) -> None:
    buy("ann")
    page = html(client, "/")
    assert "¥1.4285" in page  # 30 ÷ 21, floored
    assert "按公式计算，扣费后可能更低" in page
    assert "¥30.00" in page


@pytest.mark.usefixtures("_mall")
def test_before_anything_is_outstanding_home_names_the_initial_price(client: Client) -> None:
    page = html(client, "/")
    assert "¥1.0000" in page
    assert "这是初始价" in page


@pytest.mark.usefixtures("_mall")
def test_home_speaks_english_once_it_was_chosen_and_not_by_the_browsers_wish(
    client: Client,
) -> None:
    a_product()
    assert 'lang="zh-hans"' in html(client, "/", accept_language="en-US,en;q=0.9")
    response = client.post("/language/", {"language": "en", "next": "/zones/"})
    assert response.headers["Location"] == "/zones/"
    page = html(client, "/")
    assert 'lang="en"' in page
    assert "Cabernet Sauvignon" in page
    assert "Formula price, may be worth less after fees." in page


def test_the_language_form_does_not_lead_to_other_hosts(client: Client) -> None:
    form = {"language": "en", "next": "https://evil.example/"}
    assert client.post("/language/", form).headers["Location"] == "/"


@pytest.mark.usefixtures("_mall")
def test_more_goods_come_by_a_plain_link_and_alone_when_htmx_asks(client: Client) -> None:
    for number in range(selectors.PAGE + 1):
        a_product(f"p{number}", name_zh=f"商品 {number}", position=number)
    first = html(client, "/")
    after = first.split('href="?after=')[1].split('"')[0]
    assert f"商品 {selectors.PAGE}<" not in first
    whole = html(client, f"/?after={after}")
    assert f"商品 {selectors.PAGE}<" in whole
    assert "<html" in whole
    assert "从头看" in whole
    part = html(client, f"/?after={after}", hx_request="true")
    assert part.lstrip().startswith("<li")
    assert "更多商品" not in part


@pytest.mark.usefixtures("_mall")
def test_pages_that_differ_for_htmx_say_so_to_caches(client: Client) -> None:
    assert "HX-Request" in client.get("/").headers["Vary"]
    assert "HX-Request" in client.get("/zones/wine/").headers["Vary"]


@pytest.mark.usefixtures("_mall")
def test_a_zone_tells_where_each_yuan_goes(client: Client) -> None:
    a_product()
    page = html(client, "/zones/wine/")
    for part in ("30%", "20%", "10%", "40%", "每元授予分红额度（上限）", "¥2"):
        assert part in page
    assert "估算" in page
    assert "赤霞珠干红葡萄酒" in page


@pytest.mark.usefixtures("_mall")
def test_a_profit_zone_gives_no_example_because_the_cost_decides(client: Client) -> None:
    page = html(client, "/zones/home/")
    assert "每一元毛利的去向" in page
    assert "估算" not in page


def test_the_parts_of_a_zones_bar_fill_it_exactly() -> None:
    for rates in parse_scheme(SCHEME).zones.values():
        parts = parts_of(rates)
        assert parts[0].start == 0
        assert parts[-1].start + parts[-1].width == 1000
        assert sum(part.rate_nano for part in parts) == 1_000_000_000


@pytest.mark.usefixtures("_mall")
def test_a_product_shows_what_buying_it_brings_marked_as_an_estimate(client: Client) -> None:
    buy("early", "300")
    a_product()
    page = html(client, "/products/red/")
    for text in ("估算", "¥200.00", "若立即卖出，扣费后到手", "额度是分红的上限，不是欠款"):
        assert text in page
    assert '<s class="price-old small">' in page
    assert 'href="/products/red/buy/"' in page
    assert page.count("<h1") == 1


@pytest.mark.usefixtures("_mall")
def test_what_is_sold_out_cannot_be_bought(client: Client) -> None:
    a_product(stock=0)
    page = html(client, "/products/red/")
    assert "已售罄" in page
    assert "/buy/" not in page


@pytest.mark.usefixtures("_mall")
def test_texts_of_products_are_shown_as_text(client: Client) -> None:
    a_product(name_zh="<script>alert(1)</script>", subtitle_zh="a & b")
    page = html(client, "/products/red/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("path", ["/products/none/", "/zones/none/", "/nowhere/"])
def test_what_is_not_there_says_so_in_the_look_of_the_mall(client: Client, path: str) -> None:
    page = html(client, path, 404)
    assert "页面不存在" in page
    assert "权益商城" in page


@pytest.mark.usefixtures("_mall")
def test_home_costs_as_many_queries_for_twelve_products_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(selectors.PAGE):
        a_product(f"p{number}")
    with django_assert_max_num_queries(12):
        html(client, "/")


@pytest.mark.usefixtures("_mall")
def test_a_products_page_costs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    a_product()
    with django_assert_max_num_queries(10):
        html(client, "/products/red/")


@pytest.mark.usefixtures("_mall")
def test_a_zone_that_left_the_scheme_is_still_a_page(client: Client) -> None:
    services.save_zone(key="toys", name_zh="玩具", name_en="Toys")
    assert "玩具" in html(client, "/zones/toys/")
    assert "当前规则中没有这个专区" in html(client, "/zones/")
