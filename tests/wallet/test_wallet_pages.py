"""The wallet's page and the statement: reasons, links, pages, the file."""

import csv
import io
from datetime import date
from html import unescape
from itertools import pairwise

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.storefront.statements import safe
from tests.equity import mall
from tests.orders import ready

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ann() -> Member:
    ready.open_mall()
    ready.give("ann", coins="3000", cash_fen=20_000)
    return ready.a_member("ann")


@pytest.fixture
def browser(client: Client, ann: Member) -> Client:
    client.force_login(ann)
    client.cookies["django_language"] = "en"
    return client


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def test_a_payment_its_refund_and_the_way_to_the_order_are_told(
    browser: Client, ann: Member
) -> None:
    payment = ready.choose(ready.place(ann), ready.Plan(coins_fen=4_000, balance_fen=6_000))
    order = ready.only(payment)
    life.cancel(member=ann, no=order.no, now=ready.NOW)
    writer.drain()
    page = text(browser.get(reverse("wallet")))
    assert page.count("Paid for an order") == 2
    assert page.count("Refund<") == 2
    assert page.count(f'href="{reverse("order", kwargs={"no": order.no})}"') == 4
    assert "+60.000000" in page
    assert "−40.000000" in page


def test_a_plan_of_several_orders_that_is_given_back_leads_to_its_payment(
    browser: Client, ann: Member
) -> None:
    payment = ready.place(ann, ("platform", [ready.Line()], 0), ("farm", [ready.Line()], 0))
    ready.choose(payment, ready.by_sandbox(balance_fen=500))
    ready.choose(payment, ready.by_sandbox())
    writer.drain()
    page = text(browser.get(reverse("wallet")))
    assert "Given back" in page
    assert f'href="{reverse("pay-done", kwargs={"no": payment.no})}"' in page
    assert "2 orders" in page


def test_shares_sold_to_pay_are_told_as_that(browser: Client, ann: Member) -> None:
    ready.give("ann", shares="3000")
    ready.choose(ready.place(ann), ready.Plan(shares_fen=10_000))
    assert "Sold to pay" in text(browser.get(reverse("wallet")))


def test_a_dividend_leads_to_its_day(client: Client) -> None:
    mall.open_mall()
    mall.days_of_trade(2, "ann")
    client.force_login(mall.a_member("ann"))
    page = text(client.get(reverse("wallet")))
    assert "2026-11-02 当日" in page
    assert f"{reverse('equity-dividends')}?before=2026-11-03" in page


def test_one_unit_alone_is_shown_when_asked_for(browser: Client) -> None:
    assert "Money received" not in text(browser.get(reverse("wallet") + "?of=coin"))
    assert "Exchanged" not in text(browser.get(reverse("wallet") + "?of=cash"))
    assert "Exchanged" in text(browser.get(reverse("wallet") + "?of=nonsense"))


def test_every_movement_is_on_one_of_the_pages(browser: Client) -> None:
    for _ in range(70):
        ready.give("ann", cash_fen=100)
    seen, url = 0, reverse("wallet") + "?of=cash"
    while url:
        response = browser.get(url)
        seen += len(response.context["rows"])
        following = response.context["next_url"]
        url = following and reverse("wallet") + following
    assert seen == 71
    assert browser.get(reverse("wallet") + "?before=x").status_code == 404


def test_a_page_takes_few_queries_however_much_there_is(
    browser: Client, ann: Member, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        ready.choose(ready.place(ann), ready.by_sandbox(balance_fen=100))
    browser.get("/zones/")  # the process has read the frame
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        browser.get(reverse("wallet"))


def statement(browser: Client, first: str, last: str) -> list[list[str]]:
    """The file's cells."""
    response = browser.get(reverse("wallet-statement"), {"first": first, "last": last})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="statement-{first}-{last}.csv"' in response["Content-Disposition"]
    assert response.streaming
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_statement_adds_up_line_by_line(browser: Client, ann: Member) -> None:
    ready.choose(ready.place(ann), ready.Plan(coins_fen=4_000, balance_fen=6_000))
    head, before, *rows, after = statement(browser, "2026-11-01", "2026-11-30")
    assert head[:4] == ["Time", "Reason", "Of what", "Cash"]
    assert (before[1], after[1]) == ("Before", "After")
    assert (before[4], before[6]) == ("0.000000", "0.000000")
    micro = [[int(cell.replace(".", "")) for cell in row[3:7]] for row in rows]
    for earlier, later in pairwise(micro):
        assert later[1] == earlier[1] + later[0]
        assert later[3] == earlier[3] + later[2]
    balance = ledger.balance("ann")
    assert (micro[-1][1], micro[-1][3]) == (balance.cash_micro, balance.coins_micro)
    assert (after[4], after[6]) == (rows[-1][4], rows[-1][6])
    assert "-60.000000" in [row[3] for row in rows]


def test_the_statement_of_other_days_holds_none_of_it(browser: Client) -> None:
    assert len(statement(browser, "2026-10-01", "2026-10-31")) == 3
    [_, before, after] = statement(browser, "2026-12-01", "2026-12-31")
    assert before[4] == after[4] == "200.000000"


def test_the_statement_speaks_the_language_of_the_page(browser: Client) -> None:
    browser.cookies["django_language"] = "zh-hans"
    assert statement(browser, "2026-11-01", "2026-11-30")[1][1] == "期初"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe(f"x{text}") == f"x{text}"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-02", "2026-11-01"),
        ("2024-01-01", "2026-11-01"),
        ("yesterday", "2026-11-01"),
        ("", ""),
        ("2026-11-01", ""),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-30", "9999-12-31"),
    ],
)
def test_days_that_are_no_period_are_asked_for_again(
    browser: Client, first: str, last: str
) -> None:
    response = browser.get(reverse("wallet-statement"), {"first": first, "last": last})
    assert response.status_code == 422
    assert "field-error" in text(response)


def test_the_form_proposes_the_last_ninety_days(browser: Client) -> None:
    page = browser.get(reverse("wallet-statement"))
    today = ledger.business_day(clock.now())
    assert page.context["form"].initial["last"] == today
    assert (today - page.context["form"].initial["first"]).days == 89
    assert isinstance(today, date)
