"""The pages of overview, day close, ledger and stories in a browser, on a desk and on a phone."""

from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from sharemall.ledger.verify import verify
from sharemall.office.models import Role
from sharemall.orders.models import Order
from tests.browser import assert_sound, complaints_of, sign_in
from tests.console.books_mall import AFTER, a_completed_order, addresses
from tests.office import given as staff
from tests.orders.ready import a_member

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [(1440, 900), (390, 844)]


@pytest.fixture(autouse=True)
def _the_day_after() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=True):
        yield


@pytest.fixture
def completed() -> Order:
    order = a_completed_order()
    assert verify() == []
    return order


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_sound(
    page: Page, live_server: LiveServer, completed: Order, screen: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    sign_in(page.context, live_server, staff.employ(a_member("boss")))
    complaints = complaints_of(page)
    for address in addresses(completed).values():
        page.goto(live_server.url + address)
        assert_sound(page)
    assert complaints == []


def test_an_auditor_follows_a_dividend_from_the_order_to_its_day_and_works_that_out_again(
    page: Page, live_server: LiveServer, completed: Order
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, live_server, staff.employ(a_member("eve"), Role.AUDITOR))
    complaints = complaints_of(page)
    page.goto(live_server.url + addresses(completed)["journal"])
    page.get_by_label("会员、手机号、商家或池账户").fill("ann")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name=f"订单 {completed.no}").first.click()
    page.get_by_role("link", name="Ann").click()
    page.get_by_role("link", name="解释这笔分红").first.click()
    assert page.locator('[data-result="agrees"]').count() == 1
    page.get_by_role("link", name="2026-11-30 日结").click()
    page.get_by_role("button", name="重算这一天").click()
    page.locator('[data-result="agrees"]').wait_for()
    assert_sound(page)
    assert complaints == []


def test_the_numbers_behind_a_chart_are_there_to_read(
    page: Page, live_server: LiveServer, completed: Order
) -> None:
    sign_in(page.context, live_server, staff.employ(a_member("fin"), Role.FINANCE))
    page.goto(live_server.url + addresses(completed)["overview"])
    chart = page.locator(".books-chart").first
    chart.get_by_text("查看表格").or_(chart.locator("summary")).first.click()
    assert chart.locator("tbody tr").count() == 30
    assert_sound(page)
