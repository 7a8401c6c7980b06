"""Looking around the shop in a browser: by phone and by desktop, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue import selectors, services
from sharemall.catalogue.models import Product, Zone
from sharemall.clock.services import now
from sharemall.members.models import Member
from tests.browser import faults, overflow
from tests.flows.whole_shop import PASSWORD, PHONE, open_shop

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {"phone": (390, 844), "small": (360, 640), "tablet": (820, 1180), "desktop": (1440, 900)}
PAGES = (
    *("/", "/zones/", "/zones/wine/", "/zones/home/", "/categories/", "/categories/reds/"),
    *("/goods/?q=酒&zone=wine&stock=1", "/goods/?q=nothing", "/shops/winery/", "/coupons/"),
    *("/products/red/", "/products/gone/", "/products/plain/", "/products/red/reviews/"),
    *("/offline/", "/nowhere/"),
)
ONLY_OUT = ("/sign-in/", "/register/")
ONLY_IN = ("/me/", "/demo/", "/favourites/", "/history/", "/coupons/mine/", "/products/red/")


@pytest.fixture
def member(settings: Settings, tmp_path: Path) -> Member:
    """A member of a mall with one of everything, and more goods than fit on one shelf."""
    settings.MEDIA_ROOT = tmp_path
    member = open_shop()
    red = Product.objects.get(slug="red")
    services.save_favourite(member_id=member.pk, product_id=red.pk, on=True, now=now())
    services.note_visit(member_id=member.pk, product_id=red.pk, now=now())
    return member


def cookies(live_server: LiveServer, language: str, member: Member | None) -> list[dict[str, str]]:
    found = [{"name": "django_language", "value": language, "url": live_server.url}]
    if member:
        client = Client()
        client.force_login(member)
        session = client.cookies["sessionid"].value
        found.append({"name": "sessionid", "value": session, "url": live_server.url})
    return found


def visited(
    browser: Browser, live_server: LiveServer, member: Member, language: str, screen: str
) -> Iterator[Page]:
    """Every page of the shop on such a screen: signed out, then signed in."""
    width, height = SCREENS[screen]
    for who, paths in ((None, PAGES + ONLY_OUT), (member, ONLY_IN)):
        context = browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies(cookies(live_server, language, who))  # type: ignore[arg-type]
        page = context.new_page()
        for path in paths:
            page.goto(live_server.url + path)
            yield page
        context.close()


@pytest.mark.parametrize(
    ("language", "screen"),
    [(language, screen) for language in ("zh-hans", "en") for screen in ("phone", "desktop")],
)
def test_axe_finds_nothing(
    browser: Browser, live_server: LiveServer, member: Member, language: str, screen: str
) -> None:
    for page in visited(browser, live_server, member, language, screen):
        assert faults(page) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_wider_than_the_screen(
    browser: Browser, live_server: LiveServer, member: Member, screen: str
) -> None:
    for page in visited(browser, live_server, member, "en", screen):
        assert overflow(page) == 0, page.url


def test_the_console_stays_empty(page: Page, live_server: LiveServer, member: Member) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PAGES + ONLY_OUT:
        page.goto(live_server.url + path)
    # The browser itself notes that a page is not there, as it should be.
    assert [line for line in complaints if "status of 404" not in line] == []


def test_no_page_loads_anything_from_another_host(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(live_server.url + path)
    assert any(address.endswith(".webp") for address in asked)
    assert all(address.startswith((live_server.url, "data:")) for address in asked)


def test_more_goods_come_while_scrolling(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(f"{live_server.url}/goods/")
    last = page.get_by_role("link", name=f"商品 {selectors.PAGE - 1}", exact=True)
    expect(last).to_have_count(0)
    page.get_by_role("link", name="更多商品").scroll_into_view_if_needed()
    expect(last).to_be_visible()
    expect(page.get_by_role("link", name="更多商品")).to_have_count(0)
    expect(page.locator(".product-card")).to_have_count(selectors.PAGE + 3)


def test_without_javascript_the_shop_works_by_plain_links_and_forms(
    browser: Browser, live_server: LiveServer, member: Member
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="更多商品").click()
    page.get_by_role("link", name="商品 11", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("商品 11")
    page.goto(f"{live_server.url}/sign-in/?next=/me/")
    expect(page.get_by_role("button", name="显示密码")).to_be_hidden()
    page.get_by_label("手机号", exact=True).fill(PHONE)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("安安")
    context.close()


def test_a_password_can_be_looked_at_while_typing(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    password = page.get_by_label("密码", exact=True)
    password.fill(PASSWORD)
    expect(password).to_have_attribute("type", "password")
    page.get_by_role("button", name="显示密码").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="显示密码").click()
    expect(password).to_have_attribute("type", "password")


def test_the_keyboard_reaches_the_content_first(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_homes_banners_are_stepped_through_and_lead_to_their_zone(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url)
    marks, last = page.locator(".slides-marks button"), len(selectors.zones())
    expect(marks).to_have_count(last + 1)
    page.get_by_role("button", name="上一张").click()
    expect(marks.nth(last)).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="下一张").click()
    expect(marks.nth(0)).to_have_attribute("aria-current", "true")
    marks.nth(1).click()
    expect(marks.nth(1)).to_have_attribute("aria-current", "true")
    zone = selectors.zones()[0]
    page.locator(".slides").get_by_role("link", name=zone.name_zh, exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/zones/{zone.key}/")


def test_without_javascript_homes_banners_are_there_and_their_buttons_are_not(
    browser: Browser, live_server: LiveServer, member: Member
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)
    expect(page.locator(".slides .zone-banner")).to_have_count(len(selectors.zones()))
    expect(page.locator(".slides button:visible")).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
def test_the_words_of_a_banner_lie_beside_its_goods(
    page: Page, live_server: LiveServer, member: Member, screen: str
) -> None:
    """The picture begins where the words end, or so little before that it is not yet seen."""
    Zone.objects.update(picture="zones/a-1200x480.webp", tagline_zh="一句不短的话" * 4)
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live_server.url}/zones/wine/")
    words = page.locator(".zone-banner-text p").bounding_box()
    picture = page.locator(".zone-banner img").bounding_box()
    assert words is not None
    assert picture is not None
    assert words["x"] + words["width"] <= picture["x"] + picture["width"] * 0.15


def test_the_language_is_switched_on_the_page_one_is_on(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(f"{live_server.url}/zones/")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zones")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("专区")


def test_one_click_signs_in_and_the_clock_goes_to_midnight(
    page: Page, live_server: LiveServer, member: Member
) -> None:
    page.goto(f"{live_server.url}/demo/")
    page.get_by_role("button", name="拨到零点，结算当日").click()
    expect(page.get_by_text("当日已结算", exact=False)).to_be_visible()
    page.get_by_role("button", name="安安").click()
    page.goto(f"{live_server.url}/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("安安")
