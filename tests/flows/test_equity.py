"""Selling shares in a browser, and every equity page as its reader meets it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.equity import selectors
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from tests.browser import faults, overflow, sign_in
from tests.equity import mall
from tests.ledger.helpers import assert_equal_to_replay

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    "/equity/",
    "/equity/dividends/",
    "/equity/movements/",
    "/equity/sell/",
    "/equity/sell/quote/?part=50",
    "/equity/sell/quote/?shares=abc",
    "/honour/",
    "/transparency/",
    "/transparency/days/",
    "/how-it-works/",
)


@pytest.fixture
def ann() -> Member:
    mall.open_mall()
    mall.days_of_trade(4, "ann", "bob", "cid")
    return mall.a_member("ann")


def test_a_member_sells_and_sees_exactly_what_arrived(
    page: Page, live_server: LiveServer, ann: Member, tmp_path: Path
) -> None:
    before = ledger.balance("ann")
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/equity/")
    page.get_by_role("link", name="卖出", exact=True).click()
    page.get_by_label("卖出数量").fill("3.25")
    page.keyboard.press("Enter")
    quoted = selectors.quote(selectors.holding("ann"), 3_250_000)
    shown = f"¥{quoted.received_micro // 1_000_000}.{quoted.received_micro % 1_000_000:06d}"
    expect(page.locator(".big-number")).to_have_text(shown)
    page.get_by_role("button", name="确认卖出").click()
    expect(page.get_by_role("heading", name="卖出结果")).to_be_visible()
    expect(page.locator(".big-number")).to_have_text(shown)
    after = ledger.balance("ann")
    assert after.shares_micro == before.shares_micro - 3_250_000
    assert after.cash_micro == before.cash_micro + quoted.received_micro
    assert_equal_to_replay(tmp_path)


def test_going_back_and_confirming_again_sells_nothing_more(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    sign_in(page.context, live_server, ann)
    page.goto(f"{live_server.url}/equity/sell/quote/?part=25")
    form = page.locator("form[method=post]").last
    fields = form.locator("input").evaluate_all("found => found.map(x => [x.name, x.value])")
    page.get_by_role("button", name="确认卖出").click()
    page.wait_for_url(re.compile("/equity/sell/[0-9a-f-]{36}/"))
    result, after, events = page.url, ledger.balance("ann"), Event.objects.count()
    again = page.request.post(
        f"{live_server.url}/equity/sell/",
        form=dict(fields),
        headers={"Referer": live_server.url},
    )
    assert again.url == result
    assert (ledger.balance("ann"), Event.objects.count()) == (after, events)


def test_the_pointer_reads_the_price_of_a_day(
    page: Page, live_server: LiveServer, ann: Member
) -> None:
    page.goto(f"{live_server.url}/transparency/")
    day = page.locator("[data-chart-day]")
    last = day.inner_text()
    box = page.locator(".chart-picture").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 50)
    expect(day).to_have_text("2026-11-01")
    page.mouse.move(0, 0)
    expect(day).to_have_text(last)


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_every_page_fits_its_screen_and_axe_finds_nothing(
    browser: Browser, live_server: LiveServer, ann: Member, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", locale="zh-CN"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Policy" in line.text else None)
    sign_in(page.context, live_server, ann)
    for address in PAGES:
        page.goto(live_server.url + address)
        page.locator("summary").evaluate_all("all => all.forEach(x => x.parentElement.open = true)")
        assert overflow(page) <= 0, address
        if width > 320:  # the narrowest screen differs from the phone by its width alone
            errors += faults(page)
    context.close()
    assert errors == []
