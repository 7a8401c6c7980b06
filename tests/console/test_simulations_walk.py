"""Simulations in a browser: a preset run, seen to finish, compared, taken away."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.cli import background
from sharemall.members.models import Member
from sharemall.office.models import Role
from sharemall.simulations import outlook
from tests.browser import assert_sound, complaints_of, sign_in
from tests.equity import mall
from tests.ledger.helpers import close
from tests.office import given as office
from tests.simulations import given

pytestmark = pytest.mark.django_db(transaction=True)

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def boss() -> Member:
    """A mall of a month, and somebody of its operations."""
    mall.open_mall()
    for number in range(30):
        day = mall.FIRST_DAY + timedelta(days=number)
        mall.feed(
            mall.sale("ann", 90 + 7 * number, day=day, number=number),
            mall.sale("bob", 60, day=day, number=100 + number),
            close(str(day)),
        )
    return office.employ(mall.a_member("boss"), Role.OPERATIONS)


def desk(browser: Browser, live_server: LiveServer, boss: Member, **more: object) -> Page:
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN", **more)  # type: ignore[arg-type]
    sign_in(context, live_server, boss)
    page = context.new_page()
    page.goto(f"{live_server.url}/console/simulations/")
    return page


def run_all() -> None:
    while background._take_one():
        pass


def test_a_preset_is_run_under_two_schemes_and_compared(
    browser: Browser, live_server: LiveServer, boss: Member, tmp_path: Path
) -> None:
    page = desk(browser, live_server, boss)
    complaints = complaints_of(page)
    assert_sound(page)
    page.get_by_role("link", name="新建模拟").first.click()
    assert_sound(page)
    page.get_by_label("场景", exact=True).select_option("steady-shop")
    page.get_by_label("方案", exact=True).select_option("today")
    page.get_by_role("button", name="开始模拟").click()
    expect(page.get_by_text("正在排队").first).to_be_visible()
    assert_sound(page)
    run_all()
    # It follows by itself: nobody reloads.
    expect(page.get_by_role("heading", name="文字结论")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="额度与分红")).to_be_visible()
    assert_sound(page)
    page.locator("figure.sim-chart .plot").first.hover()
    expect(page.locator("figure.sim-chart .tip").first).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="报告（中文）").click()
    report = tmp_path / "report.html"
    taken.value.save_as(report)
    assert "积分方案模拟报告" in report.read_text(encoding="utf-8")
    page.get_by_role("link", name="改一改再算").click()
    page.get_by_label("方案", exact=True).select_option("with-red-wine")
    page.get_by_label("自定义方案（TOML）").fill("")
    page.get_by_role("button", name="开始模拟").click()
    run_all()
    expect(page.get_by_role("heading", name="文字结论")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="对比").click()
    expect(page.get_by_role("heading", name="两个模拟对比")).to_be_visible()
    expect(page.get_by_text("个百分点").first).to_be_visible()
    expect(page.locator("figure.sim-chart")).to_have_count(6)
    assert_sound(page)
    page.set_viewport_size(PHONE)
    assert_sound(page)
    page.goto(f"{live_server.url}/console/simulations/")
    assert_sound(page)
    page.locator("th a").first.click()
    assert_sound(page)
    assert complaints == []


def test_faults_stand_at_their_fields(
    browser: Browser, live_server: LiveServer, boss: Member
) -> None:
    page = desk(browser, live_server, boss)
    page.goto(f"{live_server.url}/console/simulations/new/")
    page.get_by_label("场景", exact=True).select_option("own")
    page.get_by_label("自定义场景（TOML）").fill(given.scenario().replace("days = 40", "days = 0"))
    page.get_by_role("button", name="开始模拟").click()
    expect(page.get_by_text(re.compile("第 4 行：scenario.days: "))).to_be_visible()
    assert_sound(page)


def test_without_scripts_a_reload_shows_the_end(
    browser: Browser, live_server: LiveServer, boss: Member
) -> None:
    simulation = given.asked(boss)
    page = desk(browser, live_server, boss, java_script_enabled=False)
    page.goto(f"{live_server.url}/console/simulations/{simulation.pk}/")
    expect(page.get_by_text("排队中")).to_be_visible()
    run_all()
    page.reload()
    expect(page.get_by_text("文字结论")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_public_page_shows_what_comes_if_nobody_buys(
    browser: Browser, live_server: LiveServer, boss: Member, size: dict[str, int]
) -> None:
    assert outlook.compute_due()
    page = browser.new_context(viewport=size, locale="zh-CN").new_page()  # type: ignore[arg-type]
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/transparency/")
    part = page.locator("#nobody-buys")
    expect(part.get_by_role("heading", name="如果再也没有人购买")).to_be_visible()
    expect(part.get_by_text("估算，不是承诺")).to_be_visible()
    part.get_by_text("查看表格").or_(part.locator("summary")).first.click()
    expect(part.get_by_text("（估算）").first).to_be_visible()
    assert_sound(page)
    assert complaints == []
