"""After-sale in a browser, both sides of it: asked, answered, sent back, refunded; or decided."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.aftersale.models import Case
from sharemall.cli import working
from sharemall.clock import services as clock
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders.models import Order
from tests.aftersale import given
from tests.browser import assert_sound, complaints_of, faults, overflow, sign_in
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import ready
from tests.orders.ready import DAY, Line

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {"phone": (390, 844), "small": (360, 640), "desktop": (1440, 900)}


@pytest.fixture
def now() -> datetime:
    given.open_mall()
    return clock.now()


@pytest.fixture
def ann(now: datetime) -> Member:
    return ready.a_member("ann")


@pytest.fixture
def shopper(page: Page, live_server: LiveServer, ann: Member) -> Page:
    """The member's phone."""
    sign_in(page.context, live_server, ann)
    return page


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, now: datetime) -> Iterator[Page]:
    """The staff's desktop."""
    context = browser.new_context(
        locale="zh-CN", base_url=live_server.url, viewport={"width": 1440, "height": 900}
    )
    sign_in(context, live_server, given.staff())
    yield context.new_page()
    context.close()


def test_a_return_from_the_order_to_the_money(
    shopper: Page, desk: Page, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    order = given.a_received_order(ann, Line(3, price_fen=9_900), freight=800, now=clock.now())
    complaints = complaints_of(shopper) + complaints_of(desk)
    shopper.goto(f"{live_server.url}/orders/{order.no}/")
    shopper.get_by_role("link", name="申请售后").click()
    assert_sound(shopper)
    shopper.get_by_text("退货退款").click()
    expect(shopper.locator("#case-sums")).to_contain_text("¥297.00")
    shopper.get_by_role("button", name="减少一件").click()
    expect(shopper.locator("#case-sums")).to_contain_text("¥198.00")
    shopper.get_by_role("button", name="提交申请").click()
    expect(shopper.get_by_role("alert")).to_contain_text("请选择原因。")
    expect(shopper.get_by_label("数量", exact=True)).to_have_value("2")
    assert_sound(shopper)
    shopper.get_by_label("原因").select_option(label="商品有质量问题")
    shopper.get_by_label("问题描述").fill("两瓶漏液")
    picture = tmp_path / "a.png"
    picture.write_bytes(given.PNG)
    shopper.get_by_label("图片").set_input_files(picture)
    shopper.get_by_role("button", name="提交申请").click()
    expect(shopper.get_by_role("heading", name="待商家处理")).to_be_visible()
    assert_sound(shopper)

    desk.goto("/console/")
    desk.get_by_role("link", name="待处理售后").click()
    assert_sound(desk)
    case = Case.objects.get()
    desk.get_by_role("link", name=case.no).click()
    assert_sound(desk)
    desk.get_by_text("同意", exact=True).click()
    desk.get_by_label("退货地址").fill(given.WAREHOUSE)
    desk.get_by_label("退还运费").fill("8")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("待寄回商品").first).to_be_visible()

    shopper.reload()
    expect(shopper.get_by_text(given.WAREHOUSE)).to_be_visible()
    assert_sound(shopper)
    shopper.get_by_label("物流公司").fill("顺丰速运")
    shopper.get_by_label("运单号").fill("SF123")
    shopper.get_by_role("button", name="我已寄出").click()
    expect(shopper.get_by_role("heading", name="退货运输中")).to_be_visible()
    assert_sound(shopper)

    desk.reload()
    assert_sound(desk)
    desk.get_by_text("商品无误").click()
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("已退款").first).to_be_visible()
    assert_sound(desk)

    shopper.reload()
    expect(shopper.get_by_text("已退回 ¥206.00。")).to_be_visible()
    assert_sound(shopper)
    shopper.goto(f"{live_server.url}/orders/{order.no}/")
    expect(shopper.get_by_text("已退款 2 件")).to_be_visible()
    assert_sound(shopper)
    assert complaints == []
    later = clock.now() + 8 * DAY
    working.do_round(later)
    working.ask_providers(later)
    writer.drain()
    order = Order.objects.get()
    assert (order.status, order.refunded_fen) == ("completed", 20_600)
    assert_equal_to_replay(tmp_path / "replay")


def test_what_the_shop_declines_the_platform_decides(
    shopper: Page, desk: Page, live_server: LiveServer, ann: Member
) -> None:
    case = given.ask(given.a_sent_order(ann, now=clock.now()), now=clock.now())
    desk.goto(f"/console/after-sale/{case.no}/")
    desk.get_by_text("拒绝", exact=True).click()
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("请简单说明理由。")).to_be_visible()
    assert_sound(desk)
    desk.get_by_label("给买家的说明").fill("照片看不出问题")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("商家已拒绝").first).to_be_visible()

    shopper.goto(f"{live_server.url}/me/after-sale/{case.no}/")
    expect(shopper.get_by_text("照片看不出问题")).to_be_visible()
    assert_sound(shopper)
    shopper.get_by_label("请说明希望平台支持您的理由").fill("请看第二张照片")
    shopper.get_by_role("button", name="申请平台介入").click()
    expect(shopper.get_by_role("heading", name="平台处理中")).to_be_visible()

    desk.reload()
    assert_sound(desk)
    desk.get_by_text("支持买家").first.click()
    desk.get_by_label("金额", exact=True).fill("60")
    desk.get_by_label("裁定理由").fill("部分支持")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("¥60.00").first).to_be_visible()
    shopper.reload()
    expect(shopper.get_by_text("已退回 ¥60.00。")).to_be_visible()
    assert_sound(shopper)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_sound_on_every_screen_in_both_languages(
    page: Page, live_server: LiveServer, ann: Member, screen: str, language: str
) -> None:
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": live_server.url}]
    )
    sign_in(page.context, live_server, ann)
    now = clock.now()
    order = given.a_sent_order(ann, Line(3), Line(), Line(), now=now)
    asked = given.ask(order, position=2, now=now)
    declined = given.decline(given.ask(order, position=3, now=now), now)
    to_send = given.accept(given.ask(given.a_received_order(ann, now=now), kind="return", now=now))
    resent = given.resend(given.sent_back(ann, "exchange", now), now)
    refunded = given.ask(given.a_paid_order(ann, now=now), now=now)
    addresses = [
        f"/orders/{order.no}/",
        f"/orders/{order.no}/after-sale/1/",
        "/me/after-sale/",
        *(f"/me/after-sale/{one.no}/" for one in (asked, declined, to_send, resent, refunded)),
        "/me/",
    ]
    for address in addresses:
        page.goto(live_server.url + address)
        assert faults(page) == [], address
        assert overflow(page) == 0, address


def test_without_javascript_the_same_is_asked_for(
    browser: Browser, live_server: LiveServer, ann: Member
) -> None:
    order = given.a_sent_order(ann, Line(2), now=clock.now())
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    sign_in(context, live_server, ann)
    page = context.new_page()
    page.goto(f"{live_server.url}/orders/{order.no}/after-sale/1/")
    page.get_by_label("仅退款", exact=True).check()
    page.get_by_label("数量", exact=True).fill("1")
    page.get_by_label("退款金额").fill("12.50")
    page.get_by_label("原因").select_option(label="少发、漏发")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="待商家处理")).to_be_visible()
    assert Case.objects.get().asked_fen == 1_250
    context.close()
