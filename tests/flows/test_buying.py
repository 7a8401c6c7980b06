"""Buying in a browser: from the cart of a visitor to the points of a completed order."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue.models import Product, Variant
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import cart, life, paying
from sharemall.orders.cart import Owner
from sharemall.orders.models import CartLine, Order
from sharemall.orders.paying import Plan
from sharemall.payments import refunds, sandbox
from sharemall.payments.models import Payment, Refund
from sharemall.storefront.forms.paying import fen_of
from sharemall.storefront.templatetags.money import exact
from tests.flows import accessibility
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import ready, shop

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {"phone": (390, 844), "small": (360, 640), "desktop": (1440, 900)}
PASSWORD = "long enough 82"  # noqa: S105 - of a member who lives as long as a test


@pytest.fixture
def ann() -> Member:
    """A mall with two merchants' goods, and Ann with an address and a password."""
    shop.open_mall()
    shop.a_merchant("winery", name_zh="酒庄", name_en="Winery")
    shop.a_product("red", stock=9)
    shop.a_product("white", merchant_id="winery", name_zh="干白葡萄酒", name_en="Dry white wine")
    ann = shop.a_member("ann")
    ann.set_password(PASSWORD)
    ann.save()
    return ann


def sign_in(context: BrowserContext, live_server: LiveServer, member: Member) -> None:
    client = Client()
    client.force_login(member)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of, filled while the page is used."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        # The browser itself notes that an answer was 422: the form came back, as it should.
        lambda message: "status of 422" in message.text or found.append(message.text),
    )
    return found


def assert_sound(page: Page) -> None:
    assert accessibility.faults(page) == []
    assert accessibility.overflow(page) == 0


def put_in(member: Member, slug: str, quantity: int = 1) -> None:
    variant = Variant.objects.get(sku=slug)
    owner = Owner(member_id=member.pk)
    cart.add(owner=owner, variant_id=variant.pk, quantity=quantity, now=clock.now())


def an_order(member: Member, slug: str = "red", quantity: int = 1) -> Order:
    return shop.place(member, Product.objects.get(slug=slug), quantity, now=clock.now())


def place_order(page: Page) -> None:
    page.locator("button[value=place]:visible", has_text="提交订单").click()


def to_cashier(page: Page, live_server: LiveServer, order: Order) -> None:
    page.goto(f"{live_server.url}/pay/{order.payment.no}/")


def type_amount(page: Page, means: str, amount: str) -> None:
    """Type an amount and wait until the page has worked it out."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator(f"#id_{means}").fill(amount)
        page.locator(f"#id_{means}").press("Tab")
    expect(page.locator(f"#id_{means}")).to_have_value(re.compile(r"^\d+\.\d\d$"))


def later(moment: Callable[[Order], object], order: Order) -> None:
    """Let the time pass until what an order waits for, and let the worker do what is due."""
    order.refresh_from_db()
    until = moment(order)
    assert hasattr(until, "year")
    clock.move_to(until + timedelta(minutes=1))
    life.complete_due(clock.now())
    order.refresh_from_db()
    life.book(order)


def test_a_visitor_fills_a_cart_signs_in_pays_receives_and_earns(
    page: Page, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    shop.a_claim(ann, shop.a_coupon())
    complaints = complaints_of(page)
    for slug in ("white", "red"):
        page.goto(f"{live_server.url}/products/{slug}/")
        page.get_by_role("button", name="加入购物车").locator("visible=true").first.click()
        expect(page.locator("#toasts")).to_contain_text("已加入购物车")
    page.goto(f"{live_server.url}/cart/")
    assert_sound(page)
    page.get_by_role("button", name="增加一件: 干红葡萄酒").click()
    expect(page.get_by_label("数量: 干红葡萄酒")).to_have_value("2")
    expect(page.get_by_role("status").filter(has_text="合计")).to_contain_text("300")
    page.get_by_role("checkbox", name="干白葡萄酒").click()
    expect(page.get_by_role("status").filter(has_text="合计")).to_contain_text("200")
    page.get_by_role("checkbox", name="全部", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="合计")).to_contain_text("300")
    assert_sound(page)

    page.get_by_role("link", name="去结算").click()
    page.get_by_label("手机号").fill(ann.phone)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="确认订单")).to_be_visible()
    expect(page.locator("#sum-total")).to_have_text("¥290.00")
    assert_sound(page)
    place_order(page)
    expect(page.get_by_role("alert")).to_contain_text("请先勾选，确认您已阅读风险提示。")
    assert_sound(page)
    page.locator("[name=note_version]").check()
    place_order(page)
    expect(page.get_by_role("heading", name="收银台")).to_be_visible()
    assert not CartLine.objects.exists()
    assert_sound(page)
    page.get_by_role("button", name="支付 ¥290.00").click()
    expect(page.get_by_role("heading", name="沙箱收银台")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="支付 ¥290.00").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()
    assert_sound(page)

    order = Order.objects.get(merchant="platform")
    life.ship(no=order.no, carrier="顺丰速运", tracking_no="SF138900", now=clock.now())
    page.goto(f"{live_server.url}/orders/{order.no}/")
    expect(page.locator("#tracking-no")).to_have_text("SF138900")
    assert_sound(page)
    page.locator("#receive summary").click()
    expect(page.locator("#receive")).to_contain_text("7 天退货期")
    assert_sound(page)
    page.get_by_role("button", name="确认，已收到商品").click()
    expect(page.locator(".due-day")).to_contain_text("退货期结束")
    later(lambda order: order.returnable_until, order)
    page.reload()
    expect(page.get_by_role("heading", name="已完成")).to_be_visible()
    balance = ledger.balance("ann")
    expect(page.locator("[data-earned=shares]")).to_have_text(f"+{exact(balance.shares_micro)}")
    expect(page.locator("[data-earned=quota]")).to_have_text(f"+¥{exact(balance.quota_micro)}")
    expect(page.locator(".timeline .done")).to_have_count(5)
    assert_sound(page)
    assert complaints == []
    assert_equal_to_replay(tmp_path)


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


def test_an_address_is_added_on_the_way_and_chosen(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    complaints = complaints_of(page)
    put_in(ann, "red")
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/checkout/")
    page.locator("#address-choice summary").click()
    page.get_by_role("link", name="新增收货地址").click()
    page.get_by_label("收货人").fill("王五")
    page.get_by_label("手机号").fill("13800002222")
    page.get_by_label("省份").select_option("440000")
    page.get_by_label("城市").select_option("440300")
    page.get_by_label("区县").select_option("440305")
    page.get_by_label("详细地址").fill("科技园 1 号")
    assert_sound(page)
    page.get_by_role("button", name="保存并使用").click()
    expect(page.locator("#address-choice summary")).to_contain_text("广东省 深圳市 南山区")
    page.locator("#address-choice summary").click()
    page.get_by_label("建国路 1 号").check()
    expect(page.locator("#address-choice summary")).to_contain_text("北京市")
    assert_sound(page)
    page.get_by_label("科技园 1 号").check()
    expect(page.locator("#address-choice summary")).to_contain_text("广东省")
    page.locator("[name=note_version]").check()
    place_order(page)
    page.wait_for_url("**/pay/**")
    assert Order.objects.get().ship_district == "440305"
    assert complaints == []


def test_coupons_can_be_given_up_and_chosen_again(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    shop.a_claim(ann, shop.a_coupon())
    shop.a_claim(ann, shop.a_coupon(name_zh="满 999 减 50", threshold_fen=99_900, off_fen=5_000))
    put_in(ann, "red")
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/checkout/")
    expect(page.locator("#sum-total")).to_have_text("¥90.00")
    page.locator("#coupons-platform summary").click()
    expect(page.locator("#coupons-platform")).to_contain_text("商品满 ¥999.00 可用")
    assert_sound(page)
    page.get_by_label("不使用").check()
    expect(page.locator("#sum-total")).to_have_text("¥100.00")
    page.get_by_label("满减券").check()
    expect(page.locator("#sum-total")).to_have_text("¥90.00")


def test_what_changed_meanwhile_is_said_and_asked_for_again(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    put_in(ann, "red")
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/checkout/")
    page.locator("[name=note_version]").check()
    Variant.objects.filter(sku="red").update(price_fen=12_000)
    place_order(page)
    expect(page.get_by_role("alert")).to_contain_text("价格从 ¥100.00 变为 ¥120.00")
    assert_sound(page)
    place_order(page)
    page.wait_for_url("**/pay/**")
    assert Order.objects.get().total_fen == 12_000


def test_an_impatient_double_click_is_one_order_and_one_payment(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    put_in(ann, "red")
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/checkout/")
    page.locator("[name=note_version]").check()
    page.locator("button[value=place]:visible").dblclick()
    page.wait_for_url("**/pay/**")
    page.locator("button[value=pay]").dblclick()
    page.wait_for_url("**/sandbox/**")
    page.get_by_role("button", name="支付 ¥100.00").dblclick()
    page.wait_for_url("**/done/")
    order = Order.objects.get()
    assert (order.status, order.payment.notices.count()) == ("paid", 1)


def test_without_javascript_everything_can_be_bought(
    browser: Browser, live_server: LiveServer, ann: Member
) -> None:
    ready.give("ann", cash_fen=3_000)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/products/red/")
    page.get_by_role("button", name="加入购物车").locator("visible=true").first.click()
    page.goto(f"{live_server.url}/cart/")
    page.get_by_role("button", name="增加一件: 干红葡萄酒").click()
    page.get_by_label("数量: 干红葡萄酒").fill("3")
    page.get_by_role("button", name="更新数量").last.click()
    expect(page.get_by_label("数量: 干红葡萄酒")).to_have_value("3")
    page.get_by_role("link", name="去结算").click()
    page.get_by_label("手机号").fill(ann.phone)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator("#address-choice summary").click()
    page.get_by_role("link", name="新增收货地址").click()
    page.get_by_label("收货人").fill("王五")
    page.get_by_label("手机号").fill("13800002222")
    page.get_by_label("省份").select_option("440000")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("城市").select_option("440300")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("区县").select_option("440305")
    page.get_by_label("详细地址").fill("科技园 1 号")
    page.get_by_role("button", name="保存并使用").click()
    page.locator("[name=note_version]").check()
    place_order(page)
    page.get_by_label("现金余额").fill("30")
    page.locator("button[value=pay]").click()
    page.get_by_role("button", name="支付 ¥270.00").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()
    order = Order.objects.get()
    assert (order.balance_fen, order.ship_district) == (3_000, "440305")
    life.ship(no=order.no, carrier="SF", tracking_no="1", now=clock.now())
    page.goto(f"{live_server.url}/orders/{order.no}/")
    page.locator("#receive summary").click()
    page.get_by_role("button", name="确认，已收到商品").click()
    later(lambda order: order.returnable_until, order)
    page.goto(f"{live_server.url}/orders/{order.no}/review/1/")
    page.locator("label[for=star-5]").click()
    page.get_by_label("说说使用感受").fill("好喝")
    page.get_by_role("button", name="发布评价").click()
    expect(page.get_by_role("status").filter(has_text="感谢您的评价")).to_be_visible()
    context.close()


def test_what_is_not_booked_yet_appears_by_itself(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    order = an_order(ann)
    shop.pay(order, clock.now())
    life.ship(no=order.no, carrier="SF", tracking_no="1", now=clock.now())
    life.receive(member=ann, no=order.no, now=clock.now())
    life.complete_due(clock.now() + timedelta(days=8))
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/orders/{order.no}/")
    expect(page.get_by_role("heading", name="正在入账")).to_be_visible()
    assert_sound(page)
    order.refresh_from_db()
    life.book(order)
    expect(page.locator("[data-earned=shares]")).to_have_text("+21.000000")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_sound_on_every_screen(
    browser: Browser, live_server: LiveServer, ann: Member, screen: str, language: str
) -> None:
    ready.give("ann", cash_fen=3_000, coins="500")
    ready.give("ann", shares="500")
    shop.an_address(ann)
    orders = {status: an_order(ann) for status in ("unpaid", "paid", "shipped", "completed")}
    held = an_order(ann, "white")
    _bring_on(orders)
    plan = Plan(balance_fen=1_000, shares_fen=500, provider="sandbox", way="page")
    ready.choose(held.payment, plan, now=clock.now())
    gone = an_order(ann)
    life.cancel(member=ann, no=gone.no, now=clock.now())
    for slug in ("red", "white"):
        put_in(ann, slug, 2)
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    sign_in(context, live_server, ann)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page = context.new_page()
    complaints = complaints_of(page)
    done = orders["completed"]
    address = ann.addresses.first()
    assert address is not None
    paths = [
        *("/cart/", "/checkout/", "/orders/", "/orders/?state=paid", "/me/", "/me/addresses/"),
        *("/me/addresses/?next=/checkout/", "/me/addresses/new/", f"/me/addresses/{address.pk}/"),
        *("/me/reviews/", "/me/reviews/to-write/", f"/orders/{done.no}/review/1/"),
        *(f"/orders/{order.no}/" for order in (*orders.values(), held, gone)),
        *(f"/pay/{order.payment.no}/" for order in (orders["unpaid"], held)),
        *(f"/pay/{order.payment.no}/done/" for order in (orders["paid"], gone, held)),
        f"/sandbox/{held.payment.no}_1/",
    ]
    for path in paths:
        page.goto(live_server.url + path)
        assert_sound(page)
        if language == "en":
            found = re.findall("[\u4e00-\u9fff]+", page.locator("main").inner_text())
            assert set(found) <= {"安", "建国路", "号", "顺丰"}, path
    assert complaints == []
    context.close()


def _bring_on(orders: dict[str, Order]) -> None:
    """Each order to its status."""
    now = clock.now()
    for status in ("paid", "shipped", "completed"):
        shop.pay(orders[status], now)
    for status in ("shipped", "completed"):
        ready.ship(orders[status], now)
    done = orders["completed"]
    life.receive(member=done.member, no=done.no, now=now)
    life.complete_due(now + timedelta(days=8))
    done.refresh_from_db()
    life.book(done)
