"""The staff's day in a browser: a product made and mended, an order sent, another cancelled."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.console.models import Import
from sharemall.members.models import Member
from sharemall.orders.models import Order
from sharemall.payments.models import Payment
from tests.aftersale import given as aftersale
from tests.browser import assert_sound, complaints_of, faults, overflow, sign_in
from tests.catalogue import goods
from tests.console import given
from tests.console.addresses import MOVES, NAMES, SENT_ON, today_closed
from tests.office import given as staff
from tests.till import desk as desk_of_till

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {"phone": (390, 844), "small": (360, 640), "desktop": (1440, 900)}


@pytest.fixture
def desk(page: Page, live_server: LiveServer, boss: Member) -> Page:
    """The staff's browser on a desktop, signed in."""
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, live_server, boss)
    page.goto(f"{live_server.url}/console/")
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()


def test_a_product_is_made_mended_and_put_on_sale(desk: Page, tmp_path: Path) -> None:
    complaints = complaints_of(desk)
    desk.get_by_role("link", name="商品", exact=True).click()
    desk.get_by_role("link", name="新建商品").click()
    desk.get_by_label("网址标识").fill("white")
    desk.get_by_label("专区").select_option("wine")
    desk.get_by_label("名称（中文）", exact=True).fill("霞多丽干白")
    desk.get_by_label("名称（英文）", exact=True).fill("Chardonnay")
    option = desk.get_by_role("group", name="规格项 1")
    option.get_by_label("规格（中文）").fill("容量")
    option.get_by_label("规格值").fill("375 毫升 | 375 ml\n750 毫升 | 750 ml")
    first = desk.get_by_role("group", name="规格 1", exact=True)
    first.get_by_label("SKU").fill("white-375")
    first.get_by_label("价格").fill("100")
    first.get_by_label("成本").fill("41")
    first.get_by_label("库存").fill("20")
    desk.get_by_role("button", name="生成全部组合").click()
    expect(desk.get_by_role("group", name=re.compile("^规格 [0-9]"))).to_have_count(3)
    first.get_by_label("容量").select_option(label="375 毫升")
    second = desk.get_by_role("group", name="规格 3", exact=True)
    second.get_by_label("SKU").fill("white-750")
    second.get_by_label("价格").fill("180")
    desk.get_by_role("group", name="规格 2", exact=True).get_by_label("SKU").fill("")
    for name in ("价格", "成本"):
        desk.get_by_role("group", name="规格 2", exact=True).get_by_label(name).fill("")
    desk.get_by_label("在售").first.check()
    save(desk)
    expect(first).to_contain_text("超出 ¥1.00：最低可能以 ¥100.00 成交")
    assert_sound(desk)
    assert not Product.objects.exists()

    first.get_by_label("成本").fill("40")
    save(desk)
    expect(desk.get_by_role("heading", name="霞多丽干白")).to_be_visible()
    expect(desk.get_by_text("已保存，请在下方添加图片。")).to_be_visible()
    file = tmp_path / "bottle.jpg"
    file.write_bytes(goods.an_upload().read())
    desk.get_by_label("添加图片").set_input_files(file)
    desk.get_by_role("button", name="保存图片").click()
    picture = desk.get_by_role("img", name="图片 1")
    picture.scroll_into_view_if_needed()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert_sound(desk)
    product = Product.objects.get(slug="white")
    assert (product.on_sale, product.variants.count(), bool(product.picture)) == (True, 2, True)

    desk.get_by_role("button", name="下架").click()
    desk.get_by_role("button", name="上架").click()
    expect(desk.get_by_role("link", name="查看商品页")).to_be_visible()
    assert complaints == []


def test_an_order_is_sent_and_another_cancelled(desk: Page) -> None:
    complaints = complaints_of(desk)
    first, second = given.an_order(), given.an_order()
    desk.reload()
    desk.get_by_role("link", name="2 待发货订单").click()
    desk.get_by_role("link", name=first.no).click()
    assert_sound(desk)
    desk.get_by_role("button", name="确认发货").click()
    expect(desk.get_by_text("请选择。")).to_be_visible()
    desk.get_by_label("物流公司", exact=True).select_option("顺丰速运")
    desk.get_by_label("运单号").fill("SF1234567890")
    desk.get_by_role("button", name="确认发货").click()
    expect(desk.get_by_text("订单已标记为发货。")).to_be_visible()
    expect(desk.get_by_text("顺丰速运 SF1234567890")).to_be_visible()

    desk.get_by_role("link", name="订单", exact=True).click()
    desk.get_by_label("订单号或手机号").fill(second.no)
    desk.get_by_role("button", name="搜索").last.click()
    desk.get_by_role("link", name=second.no).click()
    desk.get_by_role("link", name="取消订单").click()
    expect(desk.get_by_text("款项，经沙箱支付原路退回")).to_be_visible()
    assert_sound(desk)
    desk.get_by_role("button", name="取消订单").click()
    expect(desk.get_by_text("订单已取消，款项、库存和优惠券均已退回。")).to_be_visible()
    assert [one.status for one in Order.objects.order_by("id")] == ["shipped", "cancelled"]
    assert complaints == []


def test_a_product_is_saved_without_scripts(
    browser: Browser, live_server: LiveServer, boss: Member
) -> None:
    goods.a_product("red")
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    sign_in(context, live_server, boss)
    page = context.new_page()
    page.goto(f"{live_server.url}/console/products/of/red/")
    page.get_by_label("名称（英文）", exact=True).fill("Merlot")
    page.get_by_label("名称（英文）", exact=True).press("Enter")
    expect(page.get_by_text("已保存。")).to_be_visible()
    page.get_by_role("button", name="添加一行").click()
    expect(page.get_by_role("group", name="规格 2", exact=True)).to_be_visible()
    context.close()
    assert Product.objects.get().name_en == "Merlot"


KINDS = ("products", "stock", "parcels")
FILES = ("-template", "-left", "-csv", "-xlsx")
# Pages that have a walk of their own.
ELSEWHERE = (
    *("console-scheme", "console-simulation", "console-banner", "console-section"),
    *("console-notice", "console-polic", "console-brand", "console-claims"),
)


def import_pages() -> dict[str, str]:
    """Handing tables in, and what comes of one."""
    return {
        **{f"import-{kind}": f"/console/import/{kind}/" for kind in KINDS},
        **{f"import-{kind}-one": an_import(kind) for kind in KINDS},
    }


def an_import(kind: str) -> str:
    """A table that was handed in, with a good row and a bad one."""
    row = {"name": "red · red-1", "state": "new", "faults": []}
    made = Import.objects.create(
        kind=kind,
        name="table.csv",
        text="sku\nnone",
        report=[
            {"number": 2, **row},
            {"number": 3, **row, "state": "fault", "faults": ["缺少 SKU。"]},
        ],
        member=Member.objects.all()[0],
        at=clock.now(),
    )
    return f"/console/import/{kind}/{made.pk}/"


OFFICE = {
    "members": "/console/members/",
    "payments": "/console/payments/",
    "differences": "/console/bills/differences/",
    "audit": "/console/audit/",
    "factor": "/console/factor/own/",
    "staff": "/console/staff/",
    "matrix": "/console/matrix/",
}


def everything() -> dict[str, str]:
    """The address of each page that is looked at, with something on it."""
    bottle = goods.a_product(
        "red",
        options=[goods.COLOURS],
        variants=[goods.a_draft("r", 0), goods.a_draft("w", 1, stock=2)],
        pictures=[goods.an_upload(300, 300)],
        picture=goods.an_upload(300, 300),
    )
    cheap = goods.a_product("blue", cost_fen=100, on_sale=False)
    flash = goods.a_flash_price(goods.the_variant(cheap), 9_000)
    paid, unpaid = given.an_order(), given.an_order(status="unpaid")
    Payment.objects.filter(pk=unpaid.payment_id).update(failed_at=clock.now())
    given.a_refund(paid)
    given.a_notice(paid.payment)
    given.a_difference()
    given.a_review(paid)
    given.a_coupon()
    top = goods.services.save_category(slug="drinks", name_zh="饮品", name_en="Drinks")
    goods.services.save_category(slug="wines", name_zh="葡萄酒", name_en="Wines", parent=top)
    rule = goods.Merchant.objects.get(key="platform").freight_rules.create(
        name="标准",
        bands=[
            {"provinces": codes, "first_grams": 1000, "first_fen": 800}
            | {"step_grams": 1000, "step_fen": 200}
            for codes in (["44"], [])
        ],
    )
    case = aftersale.ask(given.an_order(status="shipped"), now=clock.now())
    rung_up = desk_of_till.rung_up(paid.member, given.a_member("till"), now=clock.now())
    base = "/console/"
    return {
        "overview": base,
        "orders": base + "orders/",
        "order": f"{base}orders/{paid.no}/",
        "cancel": f"{base}orders/{paid.no}/cancel/",
        "products": base + "products/",
        "product-new": base + "products/new/",
        "product": f"{base}products/of/{bottle.slug}/",
        "stock": base + "stock/",
        "variant-stock": f"{base}stock/{goods.the_variant(bottle).pk}/",
        "flash": base + "flash/",
        "flash-new": base + "flash/new/",
        "flash-price": f"{base}flash/{flash.pk}/",
        "coupons": base + "coupons/",
        "coupon-new": base + "coupons/new/",
        "categories": base + "categories/",
        "category-new": base + "categories/new/",
        "category": base + "categories/of/wines/",
        "merchants": base + "merchants/",
        "merchant-new": base + "merchants/new/",
        "merchant": base + "merchants/of/platform/",
        "freight": base + "freight/",
        "freight-new": base + "freight/new/",
        "freight-rule": f"{base}freight/{rule.pk}/",
        "reviews": base + "reviews/",
        "referrals": base + "referrals/",
        "refunds": base + "refunds/",
        "unexpected": base + "payments/unexpected/",
        "bills": base + "bills/",
        "cases": base + "after-sale/",
        "case": f"{base}after-sale/{case.no}/",
        "tickets": base + "tickets/",
        "ticket": f"{base}tickets/{given.a_ticket().no}/",
        "till": base + "till/",
        "till-qr": base + "till/qr/platform/",
        "till-payment": f"{base}till/of/{rung_up.no}/",
    } | OFFICE


def books_pages() -> dict[str, str]:
    """Day close, ledger and stories, of an order that is there."""
    order = Order.objects.select_related("member").latest("pk")
    base, day, account = "/console/", today_closed(), order.member.account
    return {
        "days": base + "days/",
        "day": f"{base}days/{day}/",
        "dry-run": base + "days/today/",
        "journal": base + "ledger/",
        "event": f"{base}ledger/event/?id=close-{day}",
        "books": base + "ledger/books/",
        "movements": base + "ledger/movements/",
        "export": base + "ledger/export/",
        "member": f"{base}members/of/{account}/",
        "dividend": f"{base}members/of/{account}/dividends/{day}/",
        "order-story": f"{base}orders/{order.no}/story/",
    }


def test_every_page_is_sound_at_every_size(
    page: Page, live_server: LiveServer, boss: Member, tmp_path: Path
) -> None:
    complaints = complaints_of(page)
    sign_in(page.context, live_server, boss)
    pages = everything() | books_pages() | import_pages()
    # What is only sent to has no page, and files are looked at by nobody here.
    sent_to = {*MOVES, *SENT_ON}
    shown = [name for name in NAMES if name not in sent_to and not name.endswith(FILES)]
    assert len(pages) == len([name for name in shown if not name.startswith(ELSEWHERE)])
    for size, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        for name, url in pages.items():
            page.goto(live_server.url + url)
            page.screenshot(path=tmp_path / f"{name}-{size}.png", full_page=True)
            assert overflow(page) == 0, (name, size)
            if size != "small":
                assert faults(page) == []
    assert complaints == []


def test_english_pages_are_sound(desk: Page, live_server: LiveServer) -> None:
    goods.a_product("red")
    desk.get_by_role("button", name="English").first.click()
    for url in ("", "products/of/red/", "coupons/new/", "freight/new/"):
        desk.goto(f"{live_server.url}/console/{url}")
        menu = desk.get_by_role("navigation", name="Staff menu").inner_text()
        assert not re.search("[一-龥]", menu)
        assert_sound(desk)


def test_a_page_asked_for_before_signing_in_comes_after_it(
    page: Page, live_server: LiveServer, boss: Member
) -> None:
    boss.set_password("a long word of mine")
    boss.save()
    page.goto(f"{live_server.url}/console/orders/")
    page.get_by_label("手机号").fill(boss.phone)
    page.get_by_label("密码", exact=True).fill("a long word of mine")
    page.locator("main button[type=submit]", has_text="登录").first.click()
    page.get_by_label("验证码").fill(staff.code_of(boss))
    assert_sound(page)
    page.get_by_label("验证码").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/console/orders/")
    assert Client().get("/console/orders/").status_code == 302
