"""The mall's face in a browser: a banner from its picture to home, and every page at two sizes."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from sharemall.members.models import Member
from sharemall.pages import services
from sharemall.pages.models import Banner
from tests.browser import assert_sound, complaints_of, sign_in
from tests.catalogue import goods
from tests.pages import given

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {"phone": (390, 844), "desktop": (1440, 900)}


@pytest.fixture(autouse=True)
def own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_banner_is_made_looked_at_and_switched_on(
    page: Page, live_server: LiveServer, boss: Member, tmp_path: Path
) -> None:
    complaints = complaints_of(page)
    file = tmp_path / "wide.jpg"
    file.write_bytes(goods.an_upload(1200, 480).read())
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, live_server, boss)
    page.goto(f"{live_server.url}/console/banners/")
    page.get_by_role("link", name="新建横幅").click()
    page.get_by_label("电脑端图片").set_input_files(file)
    page.get_by_label("标题（中文）", exact=True).fill("稳赚好酒")
    page.get_by_label("标题（英文）", exact=True).fill("Good wines")
    # Only the field that belongs to the choice is there.
    expect(page.get_by_label("专区", exact=True)).to_be_hidden()
    page.get_by_label("跳转到").select_option("zone")
    page.get_by_label("专区", exact=True).select_option("wine")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("“稳赚”属于商家不得作出的承诺")).to_be_visible()
    assert_sound(page)
    assert not Banner.objects.exists()

    page.get_by_label("标题（中文）", exact=True).fill("秋日好酒")
    page.get_by_label("电脑端图片").set_input_files(file)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="预览").click()
    look = opened.value
    expect(look.get_by_role("link", name="秋日好酒")).to_be_visible()
    expect(look.get_by_text("尚未保存或发布")).to_be_visible()
    assert_sound(look)
    look.close()
    assert not Banner.objects.exists()

    # The form is as it was, its file with it.
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存，开启后消费者可见。")).to_be_visible()
    page.get_by_role("button", name="开启 秋日好酒").click()
    expect(page.get_by_text("已开启。")).to_be_visible()
    page.goto(live_server.url)
    page.get_by_role("link", name="秋日好酒").click()
    expect(page).to_have_url(f"{live_server.url}/zones/wine/")
    assert complaints == []


@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_of_the_face_are_sound(
    page: Page, live_server: LiveServer, boss: Member, screen: str
) -> None:
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    goods.a_product("red")
    banner = given.a_banner(picture_phone=goods.an_upload(), alt_zh="红酒", alt_en="Wine")
    services.adopt_usual_sections()
    section = given.a_section("products", products=["red"])
    notice = given.a_notice(where="all", level="important")
    given.a_policy(boss)
    given.a_draft(boss, revision=0, text_zh="新稿", text_en="New")
    services.switch(kind="sections", pk=section.pk, on=False)
    complaints = complaints_of(page)
    sign_in(page.context, live_server, boss)
    for path in (
        *("banners/", "banners/new/", f"banners/{banner.pk}/"),
        *("sections/", "sections/new/", f"sections/{section.pk}/"),
        *("notices/", f"notices/{notice.pk}/"),
        *("policies/", "policies/privacy/", "brand/", "claims/"),
    ):
        page.goto(f"{live_server.url}/console/{path}")
        assert_sound(page)
    for path in ("", "zones/", "policies/privacy/"):
        page.goto(f"{live_server.url}/{path}")
        assert_sound(page)
    assert complaints == []


@pytest.mark.parametrize("screen", SCREENS)
def test_banners_are_swiped_without_scripts_and_nothing_moves(
    browser: Browser, live_server: LiveServer, boss: Member, screen: str
) -> None:
    phone = goods.an_upload(600, 480)
    given.a_banner(picture_phone=phone, alt_zh="红酒", alt_en="Wine")
    given.a_banner(title_zh="", title_en="", alt_zh="果篮", alt_en="Fruit")
    given.a_banner(title_zh="领券", title_en="Coupons", picture=None)
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=False, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(live_server.url)
    strip = page.locator(".slides-strip")
    slides = strip.locator("> li")
    expect(slides).to_have_count(3)
    first = page.locator(".slides img").first
    expect(first).not_to_have_js_property("naturalWidth", 0)
    is_phone = "600x480" in str(first.evaluate("image => image.currentSrc"))
    assert is_phone == (screen == "phone")
    boxes = [slide.bounding_box() for slide in slides.all()]
    assert len({(round(box["width"]), round(box["height"])) for box in boxes if box}) == 1
    before = strip.bounding_box()
    strip.evaluate("strip => strip.scrollTo({left: strip.clientWidth, behavior: 'instant'})")
    expect(page.get_by_role("img", name="果篮")).to_be_in_viewport()
    assert strip.evaluate("strip => strip.scrollLeft === strip.clientWidth")
    assert strip.bounding_box() == before
    context.close()
