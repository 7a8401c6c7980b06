"""Paying in a browser: by every means, refused, delayed, told twice, given back."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import paying
from sharemall.orders.paying import Plan
from sharemall.payments import refunds, sandbox
from sharemall.payments.models import Payment, Refund
from sharemall.storefront.forms.paying import fen_of
from tests.browser import assert_sound, complaints_of, sign_in
from tests.flows.buyer import an_order, open_mall, to_cashier, type_amount
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import ready, shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ann() -> Member:
    return open_mall()


MEANS = {
    "coins": {"coins": "100"},
    "balance": {"balance": "100"},
    "shares": {"shares": "100"},
    "mixed": {"coins": "20", "balance": "30.50", "shares": "40"},
}


@pytest.mark.parametrize("means", MEANS)
def test_the_wallet_pays_all_or_a_part(
    page: Page, live_server: LiveServer, ann: Member, means: str
) -> None:
    ready.give("ann", cash_fen=15_000, coins="2000")
    ready.give("ann", shares="2000")
    order = an_order(ann)
    complaints = complaints_of(page)
    sign_in(page.context, live_server, ann)
    to_cashier(page, live_server, order)
    for name, amount in MEANS[means].items():
        type_amount(page, name, amount)
    assert_sound(page)
    before = ledger.balance("ann").shares_micro
    if "shares" in MEANS[means]:
        expect(page.locator("#shares-quote")).to_be_visible()
        page.locator("button[value=pay]").click()
        expect(page.locator("#shares-quote")).to_contain_text("请先勾选同意卖出")
        page.locator("[name=agreed]").check()
    page.locator("button[value=pay]").click()
    if means == "mixed":
        page.get_by_role("button", name="支付 ¥9.50").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()
    assert_sound(page)
    order.refresh_from_db()
    assert order.status == "paid"
    paid = {"coins": order.coins_fen, "balance": order.balance_fen, "shares": order.shares_fen}
    wanted = {name: fen_of(amount) for name, amount in MEANS[means].items()}
    assert {name: fen for name, fen in paid.items() if fen} == wanted
    sold = before - ledger.balance("ann").shares_micro
    assert sold == Payment.objects.get(pk=order.payment_id).shares_micro
    assert complaints == []


def test_as_much_as_possible_fills_in_what_is_left(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    ready.give("ann", cash_fen=3_000, coins="100")
    order = an_order(ann)
    sign_in(page.context, live_server, ann)
    to_cashier(page, live_server, order)
    page.locator("#most-balance").click()
    expect(page.locator("#id_balance")).to_have_value("30.00")
    page.locator("#most-coins").click()
    expect(page.locator("#id_coins")).to_have_value(re.compile(r"^\d+\.\d\d$"))
    expect(page.locator("#id_balance")).to_have_value("30.00")


def test_a_wallet_that_the_books_refuse_says_why_and_can_be_tried_again(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    ready.give("ann", cash_fen=15_000)
    other, order = an_order(ann), an_order(ann)
    plan = Plan(balance_fen=10_000, provider="sandbox", way="page")
    for each in (other, order):
        no, key = each.payment.no, each.key
        paying.begin(member=ann, no=no, plan=plan, key=key, now=clock.now())
    sign_in(page.context, live_server, ann)
    to_cashier(page, live_server, order)
    expect(page.get_by_role("heading", name="钱包支付中").first).to_be_visible()
    assert_sound(page)
    paying.settle_moving(clock.now())
    expect(page.get_by_role("alert")).to_contain_text("您的现金余额不够了")
    assert_sound(page)
    page.get_by_role("button", name="支付 ¥100.00").click()
    page.get_by_role("button", name="支付 ¥100.00").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()


def test_a_delayed_notification_ends_the_waiting_and_a_double_one_changes_nothing(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    late, twice = an_order(ann), an_order(ann)
    sign_in(page.context, live_server, ann)
    to_cashier(page, live_server, late)
    page.get_by_role("button", name="支付 ¥100.00").click()
    page.get_by_role("button", name="20 秒后才通知商城").click()
    expect(page.get_by_role("heading", name="等待支付结果").first).to_be_visible()
    assert_sound(page)
    for sent in sandbox.deliver_due(clock.now() + timedelta(seconds=30)):
        paying.take_notification(
            provider_key="sandbox",
            headers=sent.headers,
            body=sent.body,
            now=clock.now() + timedelta(seconds=30),
        )
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()
    to_cashier(page, live_server, twice)
    page.get_by_role("button", name="支付 ¥100.00").click()
    page.get_by_role("button", name="并通知商城两次").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()
    assert not Refund.objects.exists()


def test_a_payment_that_fails_can_be_tried_again(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    order = an_order(ann)
    sign_in(page.context, live_server, ann)
    to_cashier(page, live_server, order)
    page.get_by_role("button", name="支付 ¥100.00").click()
    page.get_by_role("button", name="模拟支付失败").click()
    expect(page.get_by_role("status").filter(has_text="上次支付失败")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="支付 ¥100.00").click()
    page.get_by_role("button", name="支付 ¥100.00").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()


def test_cancelling_brings_everything_back(
    page: Page, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    ready.give("ann", cash_fen=15_000, coins="2000")
    claim = shop.a_claim(ann, shop.a_coupon())
    before = ledger.balance("ann")
    order = an_order(ann)
    plan = Plan(coins_fen=2_000, balance_fen=3_000, provider="sandbox", way="page")
    ready.choose(order.payment, plan, now=clock.now())
    ready.pay(order.payment, clock.now())
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/orders/{order.no}/")
    page.locator("summary", has_text="取消订单").click()
    expect(page.locator(".ask")).to_contain_text("¥40.00 经沙箱支付原路退回")
    assert_sound(page)
    page.get_by_role("button", name="确认取消").click()
    expect(page.get_by_role("heading", name="已取消")).to_be_visible()
    refunds.send_due(clock.now())
    ready.writer.drain()
    page.reload()
    expect(page.locator("#refunds-title + dl div")).to_have_count(3)
    expect(page.locator("#refunds-title + dl")).not_to_contain_text("准备中")
    assert_sound(page)
    claim.refresh_from_db()
    assert claim.order_no == ""
    assert shop.stock_of(Product.objects.get(slug="red")) == 9
    assert ledger.balance("ann") == before
    assert_equal_to_replay(tmp_path)
