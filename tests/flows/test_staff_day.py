"""A day of the staff, in their browsers: a parcel, a refund, new rates by two people, and then."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.cli import working
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.office.models import Role
from sharemall.orders.models import Order
from sharemall.schemes.models import Change
from tests.aftersale import given
from tests.browser import assert_sound, sign_in
from tests.ledger.helpers import assert_equal_to_replay
from tests.office import given as office
from tests.orders import ready
from tests.orders.ready import Line

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = Line(returnable_days=0)  # completes when it is received


def desk(browser: Browser, live_server: LiveServer, name: str, role: Role) -> Page:
    """The browser of a colleague in this role, at the console."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    sign_in(context, live_server, office.employ(ready.a_member(name), role))
    page = context.new_page()
    page.goto(f"{live_server.url}/console/")
    return page


def send(page: Page) -> None:
    page.get_by_role("link", name="1 待发货订单").click()
    page.get_by_role("link", name=Order.objects.get(status="paid").no).click()
    page.get_by_label("物流公司", exact=True).select_option("顺丰速运")
    page.get_by_label("运单号").fill("SF1234567890")
    page.get_by_role("button", name="确认发货").click()
    expect(page.get_by_text("订单已标记为发货。")).to_be_visible()


def refund(page: Page, no: str) -> None:
    page.get_by_role("link", name="概览").click()
    page.get_by_role("link", name="1 待处理售后").click()
    page.get_by_role("link", name=no).click()
    page.get_by_text("同意", exact=True).click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已退款").first).to_be_visible()


def draft(page: Page) -> None:
    page.get_by_role("link", name="规则方案").click()
    page.get_by_role("link", name="新建草稿").click()
    page.get_by_label("标题").fill("多分红")
    page.get_by_label("公告（中文）").fill("酒水专区的分红比例调整。")
    page.get_by_role("button", name="开始起草").click()
    page.get_by_role("group", name="wine").get_by_label("进入当天分红").fill("0.2")
    page.get_by_role("button", name="保存并重算 90 天").click()
    expect(page.get_by_text("已重算最近 90 天")).to_be_visible()
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("须由其他人审批")).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("link", name="规则方案").click()
    page.get_by_role("link", name="多分红").click()
    page.get_by_role("button", name="审批并公布").click()
    expect(page.get_by_text("已公布，会员现在就能看到")).to_be_visible()


def pass_ten_days(page: Page, url: str) -> None:
    page.goto(f"{url}/demo/")
    page.locator("button[name=days][value='10']").click()
    working.do_round(clock.now())
    working.ask_providers(clock.now())
    writer.drain()


def test_a_parcel_a_refund_and_new_rates_by_two_people(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    given.open_mall()
    zoe, now = ready.a_member("zoe"), clock.now()
    old = given.a_completed_order(zoe, AT_ONCE, merchant="platform", now=now)
    case = given.ask(given.a_sent_order(zoe, now=now), now=now)
    given.a_paid_order(zoe, merchant="platform", now=now)
    writer.drain()

    service = desk(browser, live_server, "sue", Role.SERVICE)
    send(service)
    refund(service, case.no)
    draft(desk(browser, live_server, "oli", Role.OPERATIONS))
    finance = desk(browser, live_server, "fin", Role.FINANCE)
    approve(finance)

    pass_ten_days(service, live_server.url)
    change = Change.objects.get()
    assert (change.state, change.version) == ("in_force", 2)
    finance.goto(f"{live_server.url}/console/ledger/?type=set_scheme")
    expect(finance.get_by_text(str(change.event_id))).to_be_visible()
    assert_sound(finance)

    fund = ledger.pool().dividend_fund_micro
    new = given.a_completed_order(zoe, AT_ONCE, merchant="platform", now=clock.now())
    writer.drain()
    assert (old.contributions_fen, new.contributions_fen) == (4_000, 5_000)
    assert ledger.pool().dividend_fund_micro - fund == 20_000_000
    assert_equal_to_replay(tmp_path)
