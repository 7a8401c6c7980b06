"""The wallet in a browser: movements, coins for shares, the payment password, paying in person."""

import os
import re
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.clock import services as clock
from sharemall.equity import services
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from tests.browser import assert_sound, complaints_of, sign_in
from tests.flows.buyer import SCREENS, an_order, open_mall, to_cashier, type_amount
from tests.ledger.helpers import assert_equal_to_replay
from tests.office import given as staff
from tests.orders import books, ready, shop
from tests.till import desk

pytestmark = pytest.mark.django_db(transaction=True)

FEN = 10_000
SHOTS = os.environ.get("SHAREMALL_SHOTS", "")


@pytest.fixture
def ann() -> Member:
    """Ann with ¥150 of balance, coins and shares, a sign-in password, no payment password."""
    ann = open_mall()
    ready.give("ann", cash_fen=15_000, coins="2000")
    ready.give("ann", shares="2000")
    ann.set_password(desk.SIGN_IN)
    ann.save()
    return ann


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody wants to look at it."""
    if SHOTS:
        width = (page.viewport_size or {}).get("width")
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


def set_password(page: Page) -> None:
    page.get_by_label("登录密码").fill(desk.SIGN_IN)
    page.get_by_label("新的支付密码").fill(desk.PAYS)
    page.get_by_label("再输入一次").fill(desk.PAYS)
    page.get_by_role("button", name="设置", exact=True).click()


def at_desk(browser: Browser, live_server: LiveServer) -> Page:
    """The staff's browser at the till."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce"
    )
    sign_in(context, live_server, staff.employ(shop.a_member("till")))
    page = context.new_page()
    page.goto(live_server.url + reverse("console-till"))
    return page


def test_a_member_pays_with_a_code_and_both_sides_get_a_receipt(
    page: Page, browser: Browser, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    complaints = complaints_of(page)
    sign_in(page.context, live_server, ann)
    page.goto(live_server.url + reverse("wallet"))
    page.get_by_role("link", name="到店付款").click()
    page.get_by_role("link", name="现在设置").click()
    assert_sound(page)
    set_password(page)
    expect(page.get_by_role("img", name="付款码")).to_be_visible()
    assert_sound(page)
    shot(page, "code")
    code = page.locator(".till-digits").get_attribute("data-digits") or ""
    till = at_desk(browser, live_server)
    assert_sound(till)
    till.get_by_label("金额（元）").fill("50")
    till.get_by_label("会员的付款码").fill(code)
    shot(till, "till")
    till.get_by_role("button", name="请会员确认").click()
    expect(till.get_by_role("status").filter(has_text="待确认")).to_be_visible()
    assert_sound(till)
    # The phone goes on by itself.
    expect(page.get_by_role("heading", name="确认付款")).to_be_visible()
    assert_sound(page)
    page.locator("[name=coins]").fill("20")
    page.get_by_label("支付密码").fill("111112")
    page.get_by_role("button", name="支付 ¥50.00").click()
    expect(page.get_by_text("还可以再试 4 次")).to_be_visible()
    assert_sound(page)
    shot(page, "confirm")
    page.get_by_label("支付密码").fill(desk.PAYS)
    page.get_by_role("button", name="支付 ¥50.00").click()
    expect(page.get_by_role("heading", name="付款凭证")).to_be_visible()
    assert_sound(page)
    shot(page, "receipt")
    # So does the till.
    expect(till.get_by_role("status").filter(has_text="已付款")).to_be_visible()
    expect(till.get_by_role("heading", name="付款凭证")).to_be_visible()
    shot(till, "till-receipt")
    assert books.merchant("platform") == (2_000 * FEN, 3_000 * FEN)
    assert complaints == []
    till.context.close()
    assert_equal_to_replay(tmp_path)


def test_a_member_scans_the_merchants_code(
    page: Page, browser: Browser, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    desk.set_password(ann, desk.PAYS)
    till = at_desk(browser, live_server)
    till.get_by_role("link", name="酒庄").click()
    assert_sound(till)
    shot(till, "merchant-code")
    address = till.locator(".pay-code").inner_text()
    till.context.close()
    sign_in(page.context, live_server, ann)
    page.goto(address)
    assert_sound(page)
    page.get_by_label("金额（元）").fill("12.34")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("需要许可")).to_be_visible()
    assert_sound(page)
    page.get_by_label("支付密码").fill(desk.PAYS)
    page.get_by_role("button", name="支付 ¥12.34").click()
    expect(page.get_by_role("heading", name="付款凭证")).to_be_visible()
    assert books.merchant("winery") == (0, 1_234 * FEN)
    assert_equal_to_replay(tmp_path)


def test_a_member_declines_what_it_did_not_ask_for(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    desk.set_password(ann, desk.PAYS)
    payment = desk.rung_up(ann, shop.a_member("till"), 5_000, now=clock.now())
    sign_in(page.context, live_server, ann)
    page.goto(live_server.url + reverse("till"))
    page.get_by_role("button", name="不付这笔").click()
    expect(page.get_by_role("heading", name="没有付款")).to_be_visible()
    payment.refresh_from_db()
    assert payment.status == "declined"


def test_the_malls_cashier_asks_for_the_payment_password(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    desk.set_password(ann, desk.PAYS)
    order = an_order(ann)
    complaints = complaints_of(page)
    sign_in(page.context, live_server, ann)
    to_cashier(page, live_server, order)
    expect(page.get_by_label("支付密码")).to_have_count(0)
    type_amount(page, "balance", "60")
    page.get_by_label("支付密码").fill(desk.PAYS)
    # What was typed stays while the amounts are worked out anew.
    type_amount(page, "coins", "40")
    expect(page.get_by_label("支付密码")).to_have_value(desk.PAYS)
    assert_sound(page)
    shot(page, "cashier")
    page.locator("button[value=pay]").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()
    assert complaints == []


def test_a_wrong_payment_password_is_told_at_its_field(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    desk.set_password(ann, desk.PAYS)
    order = an_order(ann)
    sign_in(page.context, live_server, ann)
    to_cashier(page, live_server, order)
    type_amount(page, "balance", "100")
    page.get_by_label("支付密码").fill("111112")
    page.locator("button[value=pay]").click()
    expect(page.locator("#id_payment_password_error")).to_contain_text("还可以再试 4 次")
    assert_sound(page)
    page.get_by_label("支付密码").fill(desk.PAYS)
    page.locator("button[value=pay]").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()


def test_a_member_turns_shares_into_coins_and_reads_it_in_the_wallet(
    page: Page, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    before = ledger.balance("ann")
    sign_in(page.context, live_server, ann)
    page.goto(live_server.url + reverse("wallet"))
    page.get_by_role("link", name="换恒定积分").click()
    page.get_by_label("兑换数量").fill("3.25")
    page.keyboard.press("Enter")
    shot(page, "coins-quote")
    page.get_by_role("button", name="确认兑换").click()
    expect(page.get_by_role("heading", name="兑换结果")).to_be_visible()
    after = ledger.balance("ann")
    assert after.shares_micro == before.shares_micro - 3_250_000
    got = after.coins_micro - before.coins_micro
    expect(page.locator(".big-number")).to_contain_text(f"{got // 10**6}.{got % 10**6:06d}")
    page.get_by_role("link", name="返回我的钱包").click()
    expect(page.locator(".movement").first).to_contain_text(f"{got % 10**6:06d}")
    assert_equal_to_replay(tmp_path)


def test_the_statement_is_downloaded(page: Page, live_server: LiveServer, ann: Member) -> None:
    sign_in(page.context, live_server, ann)
    page.goto(live_server.url + reverse("wallet-statement"))
    page.locator("#id_first").fill("2026-11-01")
    page.locator("#id_last").fill("2026-11-30")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载表格").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.startswith("时间,原因,")
    assert "期末" in text


def contexts(browser: Browser) -> list[BrowserContext]:
    return [
        browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
        )
        for width, height in SCREENS.values()
    ]


def test_every_page_fits_every_screen_in_both_languages(
    browser: Browser, live_server: LiveServer, ann: Member
) -> None:
    desk.set_password(ann, desk.PAYS)
    ready.choose(ready.place(ann), ready.Plan(coins_fen=4_000, balance_fen=6_000))
    key = "216c5497-0f31-4027-9874-f92bef3168e5"
    services.exchange(
        account="ann", shares_micro=1_000_000, least_micro=0, key=UUID(key), now=ready.NOW
    )
    pages = [
        *(
            "/wallet/",
            "/wallet/?of=coin",
            "/wallet/statement/",
            "/wallet/statement/?first=1990-01-01",
        ),
        *("/wallet/coins/", "/wallet/coins/quote/?part=50", "/wallet/coins/quote/?shares=abc"),
        *(f"/wallet/coins/{key}/", "/wallet/password/", "/till/", "/till/pay/winery/", "/me/"),
    ]
    for context in contexts(browser):
        sign_in(context, live_server, ann)
        page = context.new_page()
        complaints = complaints_of(page)
        for language in ("zh-hans", "en"):
            context.add_cookies(
                [{"name": "django_language", "value": language, "url": live_server.url}]
            )
            for address in pages:
                page.goto(live_server.url + address)
                assert_sound(page)
                name = re.sub(r"\W+", "-", address).strip("-")
                shot(page, f"page-{name}-{language}")
        assert complaints == []
        context.close()
