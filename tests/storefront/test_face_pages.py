"""The operator's face in the shop: banners, sections, notices, policies, looks at drafts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import services as catalogue
from sharemall.catalogue.models import Product
from sharemall.clock.services import now
from sharemall.members.models import Member
from sharemall.merchants import services as merchants
from sharemall.pages import policies, previews, services
from sharemall.pages.models import Banner, HomeSection, Notice
from tests.catalogue.goods import a_merchant, a_product, an_upload, open_mall, the_variant
from tests.pages.given import a_banner, a_draft, a_notice, a_policy, a_section
from tests.storefront.looking import a_category, a_coupon, a_member, a_running_sale, html

pytestmark = pytest.mark.django_db

MOST = 8
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


def look(draft: Banner | HomeSection | Notice) -> str:
    return f"/?preview={previews.token(draft, now())}"


def test_while_nothing_is_set_home_shows_its_own_banner_and_the_usual_sections(
    client: Client,
) -> None:
    a_running_sale(the_variant(a_product(cost_fen=1_000)))
    a_coupon()
    page = html(client, "/")
    assert page.count("<h1") == 1
    assert "好物放心买" in page
    places = [page.index(f'id="{key}-title"') for key in ("flash", "coupons", "zones", "new")]
    assert places == sorted(places)
    assert 'class="footer-links"' in page
    assert "/policies/" not in page


def test_banners_stand_in_the_operators_order_and_lead_where_it_says(client: Client) -> None:
    a_banner(picture_phone=an_upload(), alt_zh="红酒", alt_en="Red wine")
    a_banner(title_zh="领券", title_en="Coupons", leads_to="coupons", target="", picture=None)
    a_banner(
        title_zh="", title_en="", alt_zh="果篮", alt_en="Fruit", leads_to="path", target="/goods/"
    )
    page = html(client, "/")
    strip = page.split('class="slides-strip"')[1].split("</ul>")[0]
    assert page.count("<h1") == 1
    assert "好物放心买" not in page
    assert strip.index("秋日好酒") < strip.index("领券") < strip.index("果篮")
    for href in ("/zones/wine/", "/coupons/", "/goods/"):
        assert f'href="{href}"' in strip
    assert strip.count('fetchpriority="high"') == 1
    assert strip.index('fetchpriority="high"') < strip.index("领券")
    assert strip.count('loading="lazy"') == 2
    assert '<source media="not all and (min-width: 64rem)"' in strip
    # Every picture says its size, so that nothing moves when it comes.
    assert strip.count("<img") == strip.count('height="') - strip.count("<source")
    assert 'alt="果篮"' in strip
    client.cookies["django_language"] = "en"
    assert "Autumn wines" in html(client, "/")


@pytest.mark.parametrize("state", ["off", "coming", "over"])
def test_what_is_off_or_not_in_its_time_is_not_shown(client: Client, state: str) -> None:
    fields: dict[str, Any] = {
        "off": {"is_on": False},
        "coming": {"starts_at": now() + DAY},
        "over": {"ends_at": now() - DAY},
    }[state]
    a_banner(**fields)
    a_notice(**fields)
    page = html(client, "/")
    assert "秋日好酒" not in page
    assert "春节期间" not in page
    assert "好物放心买" in page


def the_zone_closes() -> None:
    catalogue.save_zone(key="wine", on_sale=False)


def the_category_closes() -> None:
    catalogue.save_category(slug="cellar", on_sale=False)


def the_product_goes() -> None:
    catalogue.take_off_sale(product_id=Product.objects.get(slug="red").pk)


def the_shop_closes() -> None:
    merchants.save_merchant(key="cellars", now=now(), is_open=False)


GOALS = [
    ("zone", "wine", the_zone_closes),
    ("category", "cellar", the_category_closes),
    ("product", "red", the_product_goes),
    ("product", "red", the_category_closes),
    ("path", "/zones/wine/?sort=new", the_zone_closes),
    ("path", "/products/red/reviews/", the_product_goes),
    ("path", "/shops/cellars/", the_shop_closes),
]


@pytest.mark.parametrize(("leads_to", "target", "go"), GOALS)
def test_a_banner_whose_goal_left_the_shop_is_not_shown_until_it_is_back(
    client: Client, leads_to: str, target: str, go: Callable[[], None]
) -> None:
    cellar = a_category("cellar")
    a_product("red", category=cellar, cost_fen=1_000)
    a_merchant("cellars")
    a_banner(leads_to=leads_to, target=target)
    a_banner(title_zh="领券", title_en="Coupons", leads_to="coupons", target="")
    assert "秋日好酒" in html(client, "/")
    go()
    page = html(client, "/")
    assert "秋日好酒" not in page
    assert "领券" in page


def test_a_banner_to_a_policy_waits_for_it_to_be_published(client: Client, ann: Member) -> None:
    a_banner(leads_to="path", target="/policies/privacy/")
    assert "秋日好酒" not in html(client, "/")
    a_policy(ann)
    assert "秋日好酒" in html(client, "/")


def test_where_every_goal_is_gone_home_shows_its_own_banner(client: Client) -> None:
    a_banner()
    the_zone_closes()
    assert "好物放心买" in html(client, "/")


def test_a_draft_is_looked_at_though_its_goal_is_gone(client: Client) -> None:
    row = a_banner()
    the_zone_closes()
    assert "秋日好酒" in html(client, look(row))


def test_sections_stand_in_the_operators_order_under_its_titles(client: Client) -> None:
    for slug in ("red", "blue", "green"):
        a_product(slug, name_zh=f"酒 {slug}", name_en=slug)
    a_category("cellar")
    a_section("new", title_zh="上新", title_en="Fresh")
    a_section("products", products=["green", "red"], title_zh="店长推荐", title_en="Ours", many=2)
    a_section("shelf", zone="wine", many=1)
    a_section("zones", is_on=False)
    a_section("categories")
    a_section("flash")
    page = html(client, "/")
    places = [page.index(f'id="{key}-title"') for key in ("new", "products", "shelf", "categories")]
    assert places == sorted(places)
    assert "上新" in page
    chosen = page.split('id="products-title"')[1].split('id="shelf-title"')[0]
    assert "店长推荐" in chosen
    assert chosen.index("酒 green") < chosen.index("酒 red")
    assert "酒 blue" not in chosen
    shelf = page.split('id="shelf-title"')[1].split('id="categories-title"')[0]
    assert "酒水" in shelf
    assert shelf.count("酒 ") - shelf.count("酒 red") == 0
    assert 'id="zones-title"' not in page
    assert 'id="flash-title"' not in page  # nothing is on sale in it


def test_goods_that_went_off_sale_are_left_out_of_a_choice(client: Client) -> None:
    product = a_product("red")
    a_product("blue", name_zh="蓝")
    a_section("products", products=["red", "blue"])
    type(product).objects.filter(pk=product.pk).update(on_sale=False)
    chosen = html(client, "/").split('id="products-title"')[1].split('id="goods-title"')[0]
    assert "蓝" in chosen
    assert "赤霞珠" not in chosen


def test_two_sections_of_a_kind_have_names_of_their_own(client: Client) -> None:
    a_product()
    a_section("shelf", zone="wine")
    a_section("shelf", zone="wine", title_zh="又一排", title_en="More")
    page = html(client, "/")
    assert page.count('id="shelf-title"') == page.count('id="shelf-2-title"') == 1


def test_a_notice_stands_where_it_belongs(client: Client) -> None:
    a_notice("首页公告")
    a_notice("结算公告", where="checkout")
    a_notice("全站公告", where="all", level="important")
    home, other = html(client, "/"), html(client, "/zones/")
    assert "首页公告" in home
    assert "结算公告" not in home + other
    assert "首页公告" not in other
    for page in (home, other):
        assert page.count("全站公告") == 1
    assert home.index("全站公告") < home.index("首页公告")
    ann = a_member()
    client.force_login(ann)
    client.post("/cart/add/", {"variant": the_variant(a_product()).pk, "quantity": 1})
    checkout = html(client, "/checkout/")
    assert "结算公告" in checkout
    assert "首页公告" not in checkout


def test_a_change_is_on_the_next_page(client: Client) -> None:
    row = a_banner()
    assert "秋日好酒" in html(client, "/")
    services.save_banner(banner_id=row.pk, revision=row.revision, title_zh="冬日好酒")
    assert "冬日好酒" in html(client, "/")
    services.switch(kind="banners", pk=row.pk, on=False)
    assert "冬日好酒" not in html(client, "/")


def test_a_look_shows_the_draft_and_nobody_else_sees_it(client: Client) -> None:
    a_product()
    row = a_banner()
    draft = services.drafted_banner(banner_id=row.pk, title_zh="草稿横幅", title_en="Draft")
    response = client.get(look(draft))
    page = response.content.decode()
    assert "草稿横幅" in page
    assert "秋日好酒" not in page
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "草稿横幅" not in html(client, "/")
    section = services.drafted_section(
        section_id=None, kind="shelf", zone="wine", title_zh="草稿版块", title_en="Draft"
    )
    assert "草稿版块" in html(client, look(section))
    notice = services.drafted_notice(notice_id=None, text_zh="草稿公告", text_en="Draft")
    assert "草稿公告" in html(client, look(notice))
    page = html(client, "/")
    assert "草稿" not in page


def test_a_look_of_nobodys_or_of_yesterday_is_home_as_it_is(client: Client) -> None:
    draft = services.drafted_notice(notice_id=None, text_zh="草稿公告", text_en="Draft")
    old = previews.token(draft, now() - DAY)
    for token in (old, "made-up", previews.token(draft, now())[:-2]):
        assert "草稿公告" not in html(client, f"/?preview={token}")


@pytest.fixture
def ann() -> Member:
    return a_member()


def test_a_policy_is_read_from_the_foot_of_every_page(client: Client, ann: Member) -> None:
    a_policy(ann, text_zh="第一版文字", text_en="First")
    a_policy(ann, text_zh="第二版文字", text_en="Second")
    assert 'href="/policies/privacy/"' in html(client, "/zones/")
    page = html(client, "/policies/privacy/")
    assert "第二版文字" in page
    assert "第一版文字" not in page
    assert 'href="/policies/privacy/1/"' in page
    old = html(client, "/policies/privacy/1/")
    assert "第一版文字" in old
    assert "历史版本" in old
    for path in ("terms/", "nothing/", "privacy/3/", "privacy/0/", "privacy/99999999999/"):
        assert client.get(f"/policies/{path}").status_code == 404


def test_a_policys_draft_is_seen_by_its_look_alone(client: Client, ann: Member) -> None:
    draft = a_draft(ann, text_zh="草稿文字", text_en="Draft")
    assert client.get("/policies/privacy/").status_code == 404
    path = f"/policies/privacy/?preview={previews.token_of_policy(draft, now())}"
    assert "草稿文字" in html(client, path)
    assert client.get(path.replace("privacy", "terms", 1)).status_code == 404
    policies.publish(slug="privacy", revision=draft.revision, by=ann, now=now())
    assert "草稿文字" in html(client, "/policies/privacy/")


@pytest.mark.parametrize("signed_in", [False, True])
def test_home_with_everything_set_costs_at_most_eight_queries(
    client: Client,
    ann: Member,
    signed_in: bool,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    a_running_sale(the_variant(a_product(cost_fen=1_000)))
    a_coupon()
    a_category("cellar")
    for kind in HomeSection.Kind.values:
        own = {"shelf": {"zone": "wine"}, "products": {"products": ["red"]}}
        a_section(kind, **own.get(kind, {}))
    a_section("shelf", zone="home")
    for _ in range(3):
        a_banner()
    a_banner(leads_to="product", target="red")
    a_notice(where="all")
    a_policy(ann)
    if signed_in:
        client.force_login(ann)
    html(client, "/zones/")
    html(client, "/")
    for path in ("/", "/policies/privacy/"):
        with django_assert_max_num_queries(MOST):
            html(client, path)
