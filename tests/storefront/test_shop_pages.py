"""Home, zones and products as a browser without JavaScript gets them."""

import pytest
from django.test import Client

from sharemall.catalogue import selectors, services
from sharemall.catalogue.models import Favourite, Product, Visit
from sharemall.engine.scheme import parse_scheme
from sharemall.storefront.rates import parts_of
from tests.catalogue.goods import (
    COLOURS,
    SCHEME,
    SIZES,
    a_draft,
    a_product,
    buy,
    open_mall,
    the_variant,
)
from tests.storefront.looking import a_category, a_coupon, a_member, a_running_sale, html

pytestmark = pytest.mark.django_db

CHEAP = 1_000  # a cost that leaves room for reductions of a price of 10 000 fen


@pytest.fixture
def _mall() -> None:
    open_mall()


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
    assert "¥1.0000" in html(client, "/")


@pytest.mark.usefixtures("_mall")
def test_home_shows_categories_and_the_rows_of_new_and_of_most_bought_goods(client: Client) -> None:
    a_category("cellar")
    a_product("red")
    a_product("white", name_zh="白葡萄酒")
    Product.objects.filter(slug="white").update(sold=12_345)
    page = html(client, "/")
    assert 'href="/categories/cellar/"' in page
    most_bought = page.split('id="sold-title"')[1].split('id="new-title"')[0]
    assert "白葡萄酒" in most_bought
    assert "赤霞珠" not in most_bought  # nobody bought one yet
    assert "赤霞珠" in page.split('id="new-title"')[1].split('id="goods-title"')[0]
    assert "已售 1.2万" in page


@pytest.mark.usefixtures("_mall")
def test_home_shows_the_running_sale_with_its_end_and_what_is_left(client: Client) -> None:
    sale = a_running_sale(the_variant(a_product(cost_fen=CHEAP)), 9_000)
    type(sale).objects.filter(pk=sale.pk).update(left=2)
    page = html(client, "/")
    assert "限时秒杀" in page
    assert "已抢 60%" in page
    assert f'data-ends="{sale.ends_at.astimezone().isoformat()[:10]}' in page
    type(sale).objects.filter(pk=sale.pk).update(left=0)
    assert "限时秒杀" not in html(client, "/")


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
    first = html(client, "/").split('id="goods-title"')[1]
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
@pytest.mark.parametrize("path", ["/", "/zones/wine/", "/goods/", "/products/red/"])
def test_pages_that_differ_for_htmx_say_so_to_caches(client: Client, path: str) -> None:
    a_product()
    assert "HX-Request" in client.get(path).headers["Vary"]


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


@pytest.mark.usefixtures("_mall")
def test_a_zone_leads_to_the_categories_of_its_goods(client: Client) -> None:
    a_product(category=a_category("cellar"))
    a_category("empty")
    page = html(client, "/zones/wine/")
    assert 'href="/goods/?zone=wine&amp;category=cellar"' in page
    assert "category=empty" not in page


@pytest.mark.usefixtures("_mall")
def test_a_zone_that_left_the_scheme_is_still_a_page(client: Client) -> None:
    services.save_zone(key="toys", name_zh="玩具", name_en="Toys")
    assert "玩具" in html(client, "/zones/toys/")
    assert "当前规则中没有这个专区" in html(client, "/zones/")


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
    assert page.count("<h1") == 1


@pytest.mark.usefixtures("_mall")
def test_a_product_is_bought_or_put_in_the_cart_by_one_form(client: Client) -> None:
    variant = the_variant(a_product())
    page = html(client, "/products/red/")
    assert f'name="variant" value="{variant.pk}"' in page
    assert '<form id="buy" action="/checkout/" method="get">' in page
    assert 'formmethod="post" formaction="/cart/add/"' in page
    # The token goes with the button that posts, never into the address of the other one.
    form = page.split('<form id="buy"')[1].split("</form>")[0]
    assert '<input type="hidden" name="csrfmiddlewaretoken"' not in form


@pytest.mark.usefixtures("_mall")
def test_a_variants_price_stock_and_estimate_are_those_of_the_one_that_is_chosen(
    client: Client,
) -> None:
    drafts = [
        a_draft("r", 0, price_fen=10_000),
        a_draft("w", 1, price_fen=20_000, market_price_fen=None, stock=3),
    ]
    product = a_product(options=[COLOURS], variants=drafts)
    red, white = product.variants.all()
    page = html(client, "/products/red/")
    assert f'value="{red.pk}" checked' in page
    page = html(client, f"/products/red/?variant={white.pk}")
    assert f'value="{white.pk}" checked' in page
    assert ">200<" in page.replace("\n", "")
    assert "仅剩 3 件" in page
    part = html(client, f"/products/red/?variant={white.pk}", hx_request="true")
    assert "<html" not in part
    assert part.count('hx-swap-oob="true"') == 7
    assert "¥400.00" in part  # the quota of ¥200


@pytest.mark.usefixtures("_mall")
def test_variants_of_two_options_are_rows_by_the_first(client: Client) -> None:
    drafts = [a_draft(f"{one}{two}", one, two) for one in (0, 1) for two in (0, 1)]
    a_product(options=[COLOURS, SIZES], variants=drafts)
    page = html(client, "/products/red/")
    assert "颜色 / 容量" in page
    assert page.count('class="choices-label"') == 2
    assert "<span>375 毫升</span>" in page


@pytest.mark.usefixtures("_mall")
def test_a_running_sale_is_the_price_of_its_variant_alone(client: Client) -> None:
    drafts = [a_draft("r", 0, cost_fen=CHEAP), a_draft("w", 1, cost_fen=CHEAP)]
    product = a_product(options=[COLOURS], variants=drafts)
    red, white = product.variants.all()
    a_running_sale(red, 9_000)
    page = html(client, f"/products/red/?variant={red.pk}")
    assert "product-flash" in page
    assert "还剩 5 件" in page
    assert "product-flash" not in html(client, f"/products/red/?variant={white.pk}")


@pytest.mark.usefixtures("_mall")
def test_what_is_sold_out_cannot_be_bought(client: Client) -> None:
    a_product(stock=0)
    page = html(client, "/products/red/")
    assert "已售罄" in page
    assert "/cart/add/" not in page
    assert "立即购买" not in page


@pytest.mark.usefixtures("_mall")
def test_a_limit_bounds_the_number_that_can_be_asked_for(client: Client) -> None:
    a_product(limit_per_member=2)
    page = html(client, "/products/red/")
    assert "每人限购 2 件" in page
    assert 'max="2"' in page


@pytest.mark.usefixtures("_mall")
def test_a_product_names_the_coupons_that_are_good_for_it(client: Client) -> None:
    a_coupon(name_zh="酒水券", zone_key="wine")
    a_coupon(name_zh="家电券", zone_key="home")
    a_product(cost_fen=CHEAP)
    page = html(client, "/products/red/")
    assert "酒水券" in page
    assert "家电券" not in page


@pytest.mark.usefixtures("_mall")
def test_texts_of_products_are_shown_as_text_and_descriptions_as_clean_html(client: Client) -> None:
    a_product(
        name_zh="<script>alert(1)</script>",
        subtitle_zh="a & b",
        description_zh='<p onclick="x()">好酒</p><script>alert(2)</script>',
    )
    page = html(client, "/products/red/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<p>好酒</p>" in page


@pytest.mark.usefixtures("_mall")
def test_a_member_keeps_a_product_and_forgets_it_again(client: Client) -> None:
    a_product()
    member = a_member()
    client.force_login(member)
    assert "收藏" in html(client, "/products/red/")
    assert client.post("/products/red/favourite/", {"on": "1"}).status_code == 302
    assert Favourite.objects.filter(member=member).count() == 1
    assert "赤霞珠" in html(client, "/favourites/")
    response = client.post(
        "/products/red/favourite/", {"on": "0", "place": "side"}, headers={"HX-Request": "true"}
    )
    assert "toast" in response.headers["HX-Trigger"]
    assert 'id="side-favourite"' in response.content.decode()
    assert "还没有收藏" in html(client, "/favourites/")


@pytest.mark.usefixtures("_mall")
def test_who_is_not_signed_in_is_asked_to_before_a_favourite_is_kept(client: Client) -> None:
    a_product()
    response = client.post("/products/red/favourite/", {"on": "1"})
    assert response.headers["Location"].startswith("/sign-in/")
    assert client.get("/products/red/favourite/").status_code == 405


@pytest.mark.usefixtures("_mall")
def test_what_a_member_looked_at_is_in_the_history_until_it_is_cleared(client: Client) -> None:
    a_product()
    html(client, "/products/red/")
    assert not Visit.objects.exists()
    client.force_login(a_member())
    html(client, "/products/red/", hx_request="true")
    assert not Visit.objects.exists()  # choosing a variant is no other visit
    html(client, "/products/red/")
    assert "赤霞珠" in html(client, "/history/")
    assert client.post("/history/clear/").headers["Location"] == "/history/"
    assert "还没有浏览记录" in html(client, "/history/")


@pytest.mark.parametrize(
    "path", ["/products/none/", "/zones/none/", "/categories/none/", "/shops/none/", "/nowhere/"]
)
def test_what_is_not_there_says_so_in_the_look_of_the_mall(client: Client, path: str) -> None:
    page = html(client, path, 404)
    assert "页面不存在" in page
    assert "权益商城" in page
