"""Inviting in a browser: a link is copied, a friend follows it, registers, orders and completes."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.members.models import Member
from tests.browser import faults, overflow, sign_in
from tests.office import given as staff
from tests.orders import shop
from tests.referral.given import code_of, completed, follows, received, referrer_of

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/me/", "/me/invite/", "/me/invitees/", "/console/referrals/")


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return staff.employ(shop.a_member("ann"))


def test_a_friend_comes_by_the_link_and_its_order_brings_the_referrer_shares(
    browser: Browser, page: Page, live_server: LiveServer, ann: Member
) -> None:
    red = shop.a_product()
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/me/")
    page.get_by_role("link", name="邀请好友").click()
    link = page.get_by_role("textbox", name="您的专属链接").input_value()
    expect(page.get_by_role("button", name="复制", exact=True)).to_be_visible()
    code = page.get_by_role("img", name="二维码")
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")

    friends = browser.new_context(locale="zh-CN").new_page()
    friends.goto(link)
    expect(friends.get_by_text("您是通过 A** 的链接来的")).to_be_visible()
    friends.goto(f"{live_server.url}/register/")
    friends.locator("[name=name]").fill("韩梅梅")
    friends.locator("[name=phone]").fill("13912345678")
    friends.locator("[name=password]").fill("a long enough 1")
    friends.locator("main form button[type=submit]").last.click()
    friends.wait_for_url(f"{live_server.url}/")
    friend = Member.objects.get(phone="13912345678")
    shop.an_address(friend)
    assert referrer_of(friend) is None
    completed(shop.place(friend, red))
    assert referrer_of(friend) == ann

    page.goto(f"{live_server.url}/me/invitees/")
    expect(page.get_by_text("韩**")).to_be_visible()
    expect(page.get_by_text("已完成 1 单")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_inviting_fit_their_screen_and_axe_finds_nothing(
    browser: Browser, live_server: LiveServer, ann: Member, width: int, language: str
) -> None:
    red = shop.a_product(stock=100)
    bob, cid = shop.a_member("bob"), shop.a_member("cid")
    for member in (bob, cid):
        follows(member, ann)
    completed(shop.place(bob, red))
    received(shop.place(bob, red))
    cid.addresses.update(phone=ann.phone)
    shop.place(cid, red)
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Policy" in line.text else None)
    page.goto(f"{live_server.url}/?r={code_of(bob)}")
    errors += faults(page)
    sign_in(page.context, live_server, ann)
    for address in PAGES:
        page.goto(live_server.url + address)
        assert overflow(page) <= 0, address
        errors += faults(page)
    assert errors == []
