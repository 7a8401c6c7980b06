"""One day in the mall, all in the browser: buy, receive, sell, and the day's close."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.orders import life
from sharemall.orders.models import Order
from tests.browser import sign_in
from tests.flows.buyer import place_order
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_buying_selling_and_the_days_close_leave_the_state_that_replay_gives(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    shop.open_mall()
    wine = shop.a_product("red", stock=9, returnable_days=0)
    sign_in(page.context, live_server, shop.a_member("ann"))

    page.goto(f"{live_server.url}/checkout/?variant={wine.variants.get().pk}")
    page.get_by_role("checkbox").check()
    place_order(page)
    page.get_by_role("button", name="支付 ¥100.00").click()
    page.get_by_role("button", name="支付 ¥100.00").click()
    expect(page.get_by_role("heading", name="支付成功").first).to_be_visible()
    order = life.ship(no=Order.objects.get().no, carrier="SF", tracking_no="1", now=clock.now())
    page.goto(f"{live_server.url}/orders/{order.no}/")
    page.locator("#receive summary").click()
    page.get_by_role("button", name="确认，已收到商品").click()
    expect(page.get_by_role("heading", name="已完成")).to_be_visible()

    page.goto(f"{live_server.url}/equity/sell/quote/?shares=1")
    page.get_by_role("button", name="确认卖出").click()
    expect(page.get_by_role("heading", name="卖出结果")).to_be_visible()

    page.goto(f"{live_server.url}/demo/")
    page.get_by_role("button", name="拨到零点，结算当日").click()
    expect(page.get_by_text("当日已结算", exact=False)).to_be_visible()

    state = assert_equal_to_replay(tmp_path)
    (day,) = state["days"]
    paid = ledger.balance("ann").dividends_micro
    assert f"{paid // 10**6}.{paid % 10**6:06d}" == day["dividend_paid"] != "0.000000"
    page.goto(f"{live_server.url}/equity/")
    expect(page.locator("main")).to_contain_text(f"{paid // 10**6}.{paid % 10**6 // 10**4:02d}")
