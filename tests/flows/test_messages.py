"""Signing in by code and WeChat, messages, settings and a complaint, in the browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.messages.models import SentMessage
from sharemall.orders import telling
from sharemall.orders.models import Order
from sharemall.tickets.models import Ticket
from tests.browser import assert_sound, sign_in
from tests.office import given as staff
from tests.orders import ready, shop

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {"phone": (390, 844), "small": (360, 640), "desktop": (1440, 900)}
PHONE = "13800138000"


@pytest.fixture
def order() -> Order:
    """Ann's paid order."""
    ready.open_mall()
    shop.an_address(ann := ready.a_member("ann"))
    order = ready.only(ready.paid(ann))
    telling.tell(clock.now())
    return order


def code() -> str:
    found = re.search(r"[0-9]{6}", SentMessage.objects.order_by("-pk")[0].text)
    assert found is not None
    return found[0]


def sign_in_by_code(page: Page, url: str, phone: str) -> None:
    """Ask for a code, read it on the demo's page, and sign in with it."""
    page.goto(f"{url}/sign-in/")
    page.get_by_role("link", name="短信验证码登录").click()
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送至", exact=False)).to_be_visible()
    assert_sound(page)
    digits = code()
    page.get_by_label("6 位验证码").fill(digits)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(f"{url}/")


def test_a_new_phone_signs_in_with_the_code_that_the_demo_shows(
    page: Page, live_server: LiveServer, order: Order
) -> None:
    sign_in_by_code(page, live_server.url, PHONE)
    page.goto(f"{live_server.url}/demo/sent/")
    expect(page.get_by_text(code(), exact=False)).to_be_visible()
    page.goto(f"{live_server.url}/me/settings/devices/")
    expect(page.get_by_text("本机")).to_be_visible()
    assert Member.objects.get(phone=PHONE)


def test_wechat_is_connected_with_a_phone_once(
    page: Page, live_server: LiveServer, order: Order
) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_role("link", name="微信登录").click()
    assert_sound(page)
    page.get_by_role("button", name="允许").click()
    page.get_by_label("手机号").fill(order.member.phone)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("6 位验证码").fill(code())
    page.get_by_role("button", name="绑定并登录").click()
    expect(page).to_have_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/me/settings/")
    page.get_by_role("button", name="退出登录").click()
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_role("link", name="微信登录").click()
    page.get_by_role("button", name="允许").click()
    page.goto(f"{live_server.url}/me/")
    expect(page.get_by_role("heading", name="Ann")).to_be_visible()


def test_a_message_leads_to_its_order_and_a_complaint_to_an_answer(
    page: Page, live_server: LiveServer, order: Order
) -> None:
    sign_in_by_code(page, live_server.url, order.member.phone)
    page.goto(f"{live_server.url}/me/")
    page.get_by_role("link", name=re.compile("消息.*1.*条未读消息")).first.click()
    page.get_by_role("link", name=re.compile("付款成功")).click()
    expect(page).to_have_url(f"{live_server.url}/orders/{order.no}/")
    page.get_by_role("link", name="咨询或投诉").click()
    page.get_by_text("投诉", exact=True).click()
    page.get_by_label("请描述情况").fill("瓶子碎了。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("瓶子碎了。")).to_be_visible()
    expect(page.get_by_text("最晚回复时间")).to_be_visible()
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.order_no) == ("complaint", order.no)

    sign_in(page.context, live_server, staff.employ(order.member))
    page.goto(f"{live_server.url}/console/")
    page.get_by_role("button", name="显示或隐藏菜单").click()
    page.get_by_role("link", name="工单", exact=True).click()
    page.get_by_role("link", name=ticket.no).click()
    page.get_by_label("回复内容").fill("马上给您补发。")
    assert_sound(page)
    page.get_by_role("button", name="发送回复").click()
    expect(page.get_by_text("已回复会员。")).to_be_visible()
    page.goto(f"{live_server.url}/me/messages/")
    page.get_by_role("link", name=re.compile("工单已回复")).click()
    expect(page.get_by_text("马上给您补发。")).to_be_visible()


def pages_of(ticket: Ticket) -> list[str]:
    settings = ["", "prove/", "devices/", "messages/"]
    return [
        "/sign-in/code/",
        "/demo/wechat/",
        "/demo/sent/",
        "/me/messages/",
        *(f"/me/settings/{part}" for part in settings),
        "/help/",
        "/help/new/",
        f"/help/{ticket.no}/",
        "/me/",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_sound_on_every_screen(
    screen: str, language: str, page: Page, live_server: LiveServer, order: Order, tmp_path: Path
) -> None:
    sign_in_by_code(page, live_server.url, order.member.phone)
    page.goto(f"{live_server.url}/help/new/?about=order:{order.no}")
    page.get_by_label("请描述情况").fill("瓶子碎了。\n请补发。")
    page.get_by_role("button", name="提交").click()
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": live_server.url}]
    )
    for number, path in enumerate(pages_of(Ticket.objects.get())):
        page.goto(live_server.url + path)
        page.screenshot(path=tmp_path / f"{screen}-{language}-{number}.png", full_page=True)
        assert_sound(page)
