"""Choosing, searching, claiming and keeping in a browser; the installed shop; weight and calm."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from sharemall.members.models import Member
from tests.browser import faults, sign_in
from tests.flows.whole_shop import open_shop

pytestmark = pytest.mark.django_db(transaction=True)

CORE = ("/", "/categories/", "/goods/", "/products/red/", "/coupons/", "/shops/winery/")
MOST_BYTES = 100_000
# Adds up what moves on a page by itself, as browsers measure it for the layout shift score.
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def member(settings: Settings, tmp_path: Path) -> Member:
    settings.MEDIA_ROOT = tmp_path
    return open_shop()


def test_a_variant_is_chosen_in_a_sheet_and_put_into_the_cart(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(f"{live_server.url}/products/red/")
    expect(page.locator("#price")).to_contain_text("90")
    sheet = page.locator("#choose")
    expect(sheet).to_be_hidden()
    page.locator(".buy-bar").get_by_role("button", name="加入购物车").click()
    expect(sheet).to_be_visible()
    assert faults(page) == []
    sheet.locator(".choices > div").nth(1).get_by_text("375 毫升").click()
    expect(page.locator("#looked-at")).to_contain_text("200")
    expect(page.locator("#price")).to_contain_text("200")
    expect(page.locator("#chosen-name")).to_have_text("白 / 375 毫升")
    expect(page.locator("#brings")).to_contain_text("¥400.00")
    sheet.get_by_role("button", name="增加一件").click()
    sheet.get_by_role("button", name="加入购物车").click()
    expect(page.locator(".toast")).to_be_visible()
    expect(sheet).to_be_hidden()
    expect(page.locator(".buy-bar [data-cart-number]")).to_have_text("1")
    page.goto(live_server.url)
    expect(page.locator(".tab-dock [data-cart-number]")).to_have_text("1")


def test_a_variant_that_is_sold_out_says_so_and_cannot_be_bought(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(f"{live_server.url}/products/red/")
    page.locator(".buy-bar").get_by_role("button", name="立即购买").click()
    page.locator("#choose .choices > div").nth(1).get_by_text("750 毫升").click()
    expect(page.locator("#looked-at")).to_contain_text("已售罄")
    expect(page.locator("#sheet-buttons").get_by_role("button")).to_have_count(0)


def test_variants_are_chosen_with_the_keyboard_alone(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/products/red/")
    page.locator("#choose input[type=radio]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#price")).to_contain_text("200")
    expect(page.locator("#choose input[type=radio]:checked")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#quantity, #choose .stepper button").first).to_be_visible()


def test_without_javascript_a_variant_is_chosen_put_into_the_cart_and_bought(
    browser: Browser, live_server: LiveServer, member: Member
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live_server.url}/products/red/")
    page.locator(".buy-bar").get_by_role("button", name="加入购物车").click()
    page.locator("#choose .choices > div").nth(1).get_by_text("375 毫升").click()
    page.get_by_role("button", name="查看这个规格的价格和库存").click()
    expect(page.locator("#price")).to_contain_text("200")
    assert "csrfmiddlewaretoken" not in page.url
    page.locator(".buy-bar").get_by_role("button", name="加入购物车").click()
    page.locator("#choose").get_by_role("button", name="加入购物车").click()
    page.goto(live_server.url)
    expect(page.locator(".tab-dock [data-cart-number]")).to_have_text("1")
    page.goto(f"{live_server.url}/products/plain/")
    page.locator(".buy-bar").get_by_role("button", name="立即购买").click()
    assert "/sign-in/" in page.url
    assert "checkout" in page.url
    assert "csrfmiddlewaretoken" not in page.url
    context.close()


def test_goods_are_searched_sorted_and_filtered_without_javascript(
    browser: Browser, live_server: LiveServer, member: Member
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(live_server.url)
    page.locator("#home-search").fill("霞珠")
    page.locator(".home-top").get_by_role("button", name="搜索").click()
    expect(page.locator(".product-card")).to_have_count(2)
    page.get_by_role("link", name="价格", exact=True).click()
    page.get_by_role("button", name="筛选").click()
    page.get_by_text("只看有货").click()
    page.get_by_role("button", name="查看商品").click()
    expect(page.locator(".product-card")).to_have_count(1)
    page.get_by_role("link", name="去掉筛选条件 有货").click()
    expect(page.locator(".product-card")).to_have_count(2)
    assert "sort=price" in page.url
    context.close()


def test_a_member_keeps_a_product_and_claims_a_coupon_on_its_page(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    sign_in(page.context, live_server, member)
    page.goto(f"{live_server.url}/products/red/")
    heart = page.locator("#bar-favourite")
    heart.get_by_role("button").click()
    expect(heart).to_contain_text("已收藏")
    expect(page.locator(".toast")).to_have_text("已收藏。")
    page.locator(".product-coupons").get_by_role("button", name="领取").first.click()
    expect(page.locator(".product-coupons").get_by_text("已领取")).to_have_count(1)
    page.reload()
    expect(heart).to_contain_text("已收藏")
    expect(page.locator(".product-coupons").get_by_text("已领取")).to_have_count(1)


def test_the_pictures_are_swiped_and_counted(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/products/red/")
    expect(page.locator(".gallery-count")).to_have_text("1/3")
    page.get_by_role("button", name="第 2 张图").click()
    expect(page.locator(".gallery-count")).to_have_text("2/3")


def test_the_sale_counts_down_and_tells_its_end_in_words_without_javascript(
    browser: Browser, page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(live_server.url)
    expect(page.locator(".flash .countdown-clock")).to_be_visible()
    expect(page.locator(".flash .countdown-clock b").nth(0)).to_have_text("00")
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(live_server.url)
    expect(plain.locator(".flash .countdown-words")).to_contain_text("结束")
    context.close()


def test_the_shop_can_be_installed(page: Page, live_server: LiveServer, member: Member) -> None:
    page.goto(live_server.url)
    devtools = page.context.new_cdp_session(page)
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A browser of tests has no profile to keep the shop in; everything else must be there.
    assert [error for error in errors if error["errorId"] != "in-incognito"] == []
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []


def test_without_a_network_the_worker_shows_its_page_and_nothing_of_anybody(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    sign_in(page.context, live_server, member)
    page.goto(live_server.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    page.goto(f"{live_server.url}/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有网络连接")
    expect(page.get_by_text("安安")).to_have_count(0)
    kept = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name)"
        ".then(cache => cache.keys()).then(keys => keys.map(key => new URL(key.url).pathname)))))"
    )
    assert kept
    assert all(
        path.startswith("/static/") or path == "/offline/" for paths in kept for path in paths
    )
    page.context.set_offline(False)
    page.get_by_role("link", name="重试").click()
    expect(page.locator(".banner")).to_be_visible()


@pytest.mark.parametrize("path", CORE)
def test_a_core_page_weighs_less_than_a_hundred_kilobytes(
    page: Page, live_server: LiveServer, member: Member, path: str
) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")
    code = [
        answer
        for answer in answers
        if answer.request.resource_type in ("document", "stylesheet", "script", "fetch")
        and "/sw.js" not in answer.url
    ]
    assert {answer.request.resource_type for answer in code} >= {"document", "stylesheet", "script"}
    weight = sum(len(gzip.compress(answer.body(), 6)) for answer in code)
    assert weight < MOST_BYTES, [(answer.url, len(answer.body())) for answer in code]


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_on_a_page_moves_by_itself(
    browser: Browser, live_server: LiveServer, member: Member, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    for path in CORE:
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        for _step in range(4):
            page.mouse.wheel(0, 900)
            page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shifted") == 0, path
    context.close()


def test_pictures_know_their_size_and_wait_until_they_are_near(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    for path in CORE:
        page.goto(live_server.url + path)
        pictures = page.locator("img").all()
        for picture in pictures:
            assert picture.get_attribute("width"), path
            assert picture.get_attribute("height"), path
        eager = page.locator("img:not([loading=lazy])")
        assert eager.count() <= 4, path
    page.goto(f"{live_server.url}/products/red/")
    first = page.locator("#shown img")
    expect(first).to_have_attribute("fetchpriority", "high")
    assert "400w" in (first.get_attribute("srcset") or "")
