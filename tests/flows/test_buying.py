"""Buying in a browser: from a product to the shares on the page."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import services
from sharemall.orders.models import Order
from sharemall.storefront.templatetags.money import exact
from tests.flows import accessibility
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import shop

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {"phone": (390, 844), "small": (360, 640), "desktop": (1440, 900)}


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    shop.a_product("red", stock=9)
    return shop.a_member("ann")


def sign_in(context: BrowserContext, live_server: LiveServer, member: Member) -> None:
    client = Client()
    client.force_login(member)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of, filled while the page is used."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        # The browser itself notes that an answer was 422: the form came back, as it should.
        lambda message: "status of 422" in message.text or found.append(message.text),
    )
    return found


def assert_sound(page: Page) -> None:
    assert accessibility.faults(page) == []
    assert accessibility.overflow(page) == 0


def place_order(page: Page) -> None:
    page.locator("button[type=submit]:visible", has_text="提交订单").click()


def test_a_shopper_buys_and_sees_exactly_what_was_earned(
    page: Page, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    complaints = complaints_of(page)
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/products/red/")
    page.get_by_role("link", name="立即购买").first.click()
    assert_sound(page)

    more = page.get_by_role("button", name="增加一件")
    more.click()
    more.click()
    expect(page.locator("#sums")).to_contain_text("¥300.00")
    expect(page.locator("#bar-total")).to_contain_text("300")
    place_order(page)
    expect(page.get_by_role("alert")).to_contain_text("请先勾选，确认您已阅读风险提示。")
    expect(page.get_by_label("数量", exact=True)).to_have_value("3")
    assert_sound(page)
    assert not Order.objects.exists()

    page.get_by_role("checkbox").check()
    place_order(page)
    expect(page.get_by_role("heading", name="沙箱收银台")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="模拟支付失败").click()
    expect(page.get_by_role("status")).to_contain_text("支付失败，未扣款")
    assert_sound(page)
    page.get_by_role("button", name="支付 ¥300.00").click()
    expect(page.get_by_role("heading", name="待收货")).to_be_visible()
    assert_sound(page)

    page.get_by_role("button", name="确认收货").click()
    expect(page.get_by_role("heading", name="已完成")).to_be_visible()
    balance = ledger.balance("ann")
    assert balance.shares_micro == 63_000_000
    assert balance.quota_micro == 600_000_000
    shares, quota = page.locator("[data-earned=shares]"), page.locator("[data-earned=quota]")
    expect(shares).to_have_text(f"+{exact(balance.shares_micro)}")
    expect(quota).to_have_text(f"+¥{exact(balance.quota_micro)}")
    expect(page.locator(".timeline .done")).to_have_count(4)
    assert_sound(page)

    page.goto(f"{live_server.url}/orders/")
    expect(page.locator(".order-card")).to_have_count(1)
    expect(page.locator(".order-card .chip")).to_have_text("已完成")
    assert_sound(page)
    assert complaints == []
    assert Product.objects.get().stock == 6
    assert_equal_to_replay(tmp_path)


def test_an_impatient_double_click_is_one_order_and_one_payment(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/products/red/buy/")
    page.get_by_role("checkbox").check()
    page.locator("button[type=submit]:visible", has_text="提交订单").dblclick()
    page.wait_for_url("**/pay/**")
    page.get_by_role("button", name="支付 ¥").dblclick()
    page.wait_for_url("**/orders/**")
    order = Order.objects.get()
    assert (order.status, order.payment.notices.count()) == ("paid", 1)


def test_going_back_and_ordering_again_is_a_second_order_only_on_purpose(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/products/red/buy/")
    page.get_by_role("checkbox").check()
    place_order(page)
    page.wait_for_url("**/pay/**")
    page.go_back()
    # The page is never kept: it comes fresh, with a key of its own and the note confirmed.
    expect(page.get_by_role("checkbox")).to_have_count(0)
    place_order(page)
    page.wait_for_url("**/pay/**")
    assert Order.objects.count() == 2


def test_the_price_that_changed_meanwhile_is_said_and_asked_for_again(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/products/red/buy/")
    page.get_by_role("checkbox").check()
    Product.objects.update(price_fen=12_000)
    place_order(page)
    expect(page.get_by_role("alert")).to_contain_text("价格已变为 ¥120.00")
    expect(page.locator("#sums")).to_contain_text("¥120.00")
    place_order(page)
    page.wait_for_url("**/pay/**")
    assert Order.objects.get().total_fen == 12_000


def test_an_unpaid_order_can_be_given_up(page: Page, live_server: LiveServer, ann: Member) -> None:
    order = shop.place(ann, Product.objects.get(), 4, now=clock.now())
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/orders/{order.no}/")
    assert_sound(page)
    page.get_by_role("button", name="取消订单").click()
    expect(page.get_by_role("heading", name="已取消")).to_be_visible()
    assert_sound(page)
    assert Product.objects.get().stock == 9


def test_without_javascript_everything_can_be_bought(
    browser: Browser, live_server: LiveServer, ann: Member
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    sign_in(context, live_server, ann)
    page = context.new_page()
    page.goto(f"{live_server.url}/products/red/buy/")
    page.get_by_label("数量", exact=True).fill("2")
    page.get_by_role("checkbox").check()
    place_order(page)
    page.get_by_role("button", name="支付 ¥200.00").click()
    page.get_by_role("button", name="确认收货").click()
    expect(page.locator("[data-earned=shares]")).to_have_text("+42.000000")
    context.close()


def test_what_is_not_booked_yet_appears_by_itself(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    now = clock.now()
    order = shop.place(ann, Product.objects.get(), now=now)
    shop.pay(order, now)
    order = services.receive(member=ann, no=order.no, now=now)
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/orders/{order.no}/")
    expect(page.get_by_role("heading", name="正在入账")).to_be_visible()
    assert_sound(page)
    services.book(order)
    expect(page.locator("[data-earned=shares]")).to_have_text("+21.000000")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_sound_on_every_screen(
    browser: Browser, live_server: LiveServer, ann: Member, screen: str, language: str
) -> None:
    now, wine = clock.now(), Product.objects.get()
    unpaid, paid, done = (shop.place(ann, wine, now=now) for _ in range(3))
    for order in (paid, done):
        shop.pay(order, now)
    services.book(services.receive(member=ann, no=done.no, now=now))
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    sign_in(context, live_server, ann)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page = context.new_page()
    complaints = complaints_of(page)
    orders = [f"/orders/{order.no}/" for order in (unpaid, paid, done)]
    for path in ("/products/red/buy/", "/orders/", f"/pay/{unpaid.payment.no}/", *orders):
        page.goto(live_server.url + path)
        assert_sound(page)
        if language == "en":
            assert re.findall("[\u4e00-\u9fff]+", page.locator("main").inner_text()) == []
    assert complaints == []
    context.close()
