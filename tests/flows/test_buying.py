"""Buying in a browser: from the cart of a visitor to the points of a completed order."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue.models import Variant
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.orders.models import CartLine, Order
from sharemall.orders.paying import Plan
from sharemall.storefront.templatetags.money import exact
from tests.browser import assert_sound, complaints_of, sign_in
from tests.flows.buyer import PASSWORD, SCREENS, an_order, later, open_mall, place_order, put_in
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import ready, shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ann() -> Member:
    return open_mall()


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


def test_a_review_shows_its_pictures_before_and_after_it_is_sent(
    page: Page, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    order = an_order(ann)
    _bring_on({"completed": order})
    pictures = [tmp_path / f"{name}.png" for name in ("one", "two")]
    for picture in pictures:
        Image.new("RGB", (60, 40), "#7d1f33").save(picture)
    complaints = complaints_of(page)
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/me/")
    page.get_by_role("link", name="待评价").click()
    page.get_by_role("link", name=re.compile("评价.*干红葡萄酒")).click()
    page.locator("label[for=star-4]").click()
    page.get_by_label("说说使用感受").fill("好喝")
    page.get_by_label("图片", exact=True).set_input_files(pictures)
    expect(page.locator(".picture-previews img")).to_have_count(2)
    seen = page.locator(".picture-previews img").first
    assert seen.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    assert_sound(page)
    page.get_by_role("button", name="发布评价").click()
    page.get_by_role("link", name="我的评价").click()
    expect(page.locator(".review-pictures img")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("好喝")
    assert_sound(page)
    assert complaints == []


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
    for status in orders.keys() & {"paid", "shipped", "completed"}:
        shop.pay(orders[status], now)
    for status in orders.keys() & {"shipped", "completed"}:
        ready.ship(orders[status], now)
    done = orders["completed"]
    life.receive(member=done.member, no=done.no, now=now)
    life.complete_due(now + timedelta(days=8))
    done.refresh_from_db()
    life.book(done)
