"""A scheme changes in a browser: drafted, re-run, approved by a second person, in force."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.office.models import Role
from sharemall.schemes import effect
from sharemall.schemes.models import Change
from tests.browser import assert_sound, complaints_of, sign_in
from tests.ledger.helpers import assert_equal_to_replay
from tests.office import given as office
from tests.orders import shop
from tests.schemes import given as mall

pytestmark = pytest.mark.django_db(transaction=True)

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def _mall() -> None:
    """A week of sales in both zones, and goods of which one will not fit."""
    mall.open_mall()
    shop.a_product("tight", cost_fen=5_000)
    now = clock.now()
    for number in range(7):
        at = now - timedelta(days=7 - number)
        mall.feed(
            mall.sale(f"a{number}", "zoe", 1_000 + 90 * number, at=at, merchant="platform"),
            mall.sale(f"b{number}", "yan", 350, at=at, referrer="zoe", merchant="farm"),
            mall.sale(f"c{number}", "xia", 777, at=at, zone="home", referrer="yan"),
            mall.close(at),
        )
    for name in ("zoe", "yan", "xia"):
        mall.a_member(name)


def desk(browser: Browser, live_server: LiveServer, member: Member) -> Page:
    """A browser of its own for somebody of the staff, at the scheme's page."""
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    sign_in(context, live_server, member)
    page = context.new_page()
    page.goto(f"{live_server.url}/console/scheme/")
    return page


def test_a_change_goes_from_a_draft_to_the_journal_by_two_people(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    ann = office.employ(mall.staff("ann"), Role.OPERATIONS)
    bob = office.employ(mall.staff("bob"), Role.FINANCE)
    page = desk(browser, live_server, ann)
    complaints = complaints_of(page)
    assert_sound(page)
    page.get_by_role("link", name="新建草稿").click()
    assert_sound(page)
    page.get_by_label("标题").fill("多分红")
    page.get_by_label("公告（中文）").fill("酒水专区的分红比例调整。")
    page.get_by_role("button", name="开始起草").click()
    wine = page.get_by_role("group", name="wine")
    wine.get_by_label("进入当天分红").fill("许多")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(wine.get_by_text("请填写 0 到 1 的数")).to_be_visible()
    assert_sound(page)
    wine.get_by_label("进入当天分红").fill("0.2")
    page.get_by_role("button", name="添加专区").click()
    expect(page.get_by_role("group", name="新增专区")).to_be_visible()
    page.get_by_role("button", name="保存并重算 90 天").click()
    expect(page.get_by_text("已重算最近 90 天")).to_be_visible()
    expect(page.get_by_text("毛利足够")).to_be_visible()
    expect(page.get_by_role("heading", name="无法承受新比例的商品")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("须由其他人审批")).to_be_visible()

    second = desk(browser, live_server, bob)
    second.get_by_role("link", name="多分红").click()
    assert_sound(second)
    second.get_by_role("button", name="审批并公布").click()
    expect(second.get_by_text("已公布，会员现在就能看到")).to_be_visible()

    change = Change.objects.get()
    assert change.effective_at is not None
    second.goto(live_server.url)
    expect(second.get_by_text("规则将于")).to_be_visible()
    second.get_by_role("link", name="查看变化").click()
    expect(second.get_by_text("酒水专区的分红比例调整。")).to_be_visible()
    assert_sound(second)

    clock.move_to(change.effective_at + timedelta(minutes=1))
    effect.take_effect_due(clock.now())
    page.goto(f"{live_server.url}/console/scheme/{change.pk}/")
    expect(page.get_by_text("生效时下架的商品")).to_be_visible()
    expect(page.get_by_text("作为第 2 版生效")).to_be_visible()
    assert_sound(page)
    assert ledger.scheme().zones["wine"].dividend_nano == 200_000_000
    assert complaints == []
    assert_equal_to_replay(tmp_path)


def test_without_a_script_a_zone_is_added_and_saved(
    browser: Browser, live_server: LiveServer
) -> None:
    ann = office.employ(mall.staff("ann"), Role.OPERATIONS)
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    sign_in(context, live_server, ann)
    page = context.new_page()
    change = mall.a_draft(now=clock.now())
    page.goto(f"{live_server.url}/console/scheme/{change.pk}/edit/")
    page.get_by_role("button", name="添加专区").click()
    row = page.get_by_role("group", name="新增专区")
    row.get_by_label("代号").fill("tea")
    row.get_by_label("进入托底资金池", exact=True).fill("0.2")
    row.get_by_label(re.compile("^按价值")).fill("0.5")
    page.get_by_role("button", name="保存", exact=True).click()
    assert "[zones.tea]" in mall.fresh(change).toml


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AUDITOR])
def test_who_only_reads_finds_no_button_that_changes_anything(
    browser: Browser, live_server: LiveServer, role: Role
) -> None:
    change = mall.a_draft(now=clock.now())
    page = desk(browser, live_server, office.employ(mall.staff("eve"), role))
    expect(page.get_by_role("link", name="新建草稿")).to_have_count(0)
    page.goto(f"{live_server.url}/console/scheme/{change.pk}/")
    assert_sound(page)
    for name in ("提交审批", "放弃草稿", "重算"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.goto(f"{live_server.url}/console/scheme/{change.pk}/edit/")
    expect(page.get_by_text("进入当天分红")).to_have_count(0)


def test_the_pages_stand_on_a_phone(browser: Browser, live_server: LiveServer) -> None:
    mall.in_force()
    change = mall.a_draft(now=clock.now())
    page = desk(browser, live_server, office.employ(mall.staff("ann"), Role.OPERATIONS))
    page.set_viewport_size(PHONE)
    pages = ("", "new/", "versions/", f"{change.pk}/", f"{change.pk}/edit/")
    for address in (*(f"console/scheme/{one}" for one in pages), "rule-changes/"):
        page.goto(f"{live_server.url}/{address}")
        assert_sound(page)
