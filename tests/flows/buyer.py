"""What a buyer does in a browser, and what is looked at on every page."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue.models import Product, Variant
from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.orders import cart, life
from sharemall.orders.cart import Owner
from sharemall.orders.models import Order
from tests.orders import shop

SCREENS = {"phone": (390, 844), "small": (360, 640), "desktop": (1440, 900)}
PASSWORD = "long enough 82"


def open_mall() -> Member:
    """A mall with two merchants' goods, and Ann with an address and a password."""
    shop.open_mall()
    shop.a_merchant("winery", name_zh="酒庄", name_en="Winery")
    shop.a_product("red", stock=9)
    shop.a_product("white", merchant_id="winery", name_zh="干白葡萄酒", name_en="Dry white wine")
    ann = shop.a_member("ann")
    ann.set_password(PASSWORD)
    ann.save()
    return ann


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
