"""What waits, refunds that failed, unexpected money and bills."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sharemall.clock import services as clock
from sharemall.payments.models import Payment, Refund
from tests.catalogue import goods
from tests.console import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall(office: Client) -> None:
    """Orders need the mall."""


def tiles(office: Client) -> dict[str, int]:
    """What the overview counts."""
    text = given.words(office.get("/console/"))
    names = [
        *("Orders to ship", "Unpaid orders", "Received, not completed", "Refunds that failed"),
        *("Payments that failed", "Bill differences of 30 days", "Stocks below 10"),
        "Products off sale",
    ]
    return {name: int(text.split(f" {name}")[0].rsplit(" ", 1)[1]) for name in names}


def test_what_waits_is_counted(office: Client) -> None:
    assert set(tiles(office).values()) == {0}
    given.an_order()
    given.an_order(status="shipped")
    unpaid = given.an_order(status="unpaid")
    Payment.objects.filter(pk=unpaid.payment_id).update(failed_at=clock.now())
    given.a_refund(unpaid)
    given.a_difference()
    goods.a_product("red", stock=3)
    goods.a_product("white", on_sale=False)
    assert list(tiles(office).values()) == [1, 1, 0, 1, 1, 1, 1, 1]
    for link in ("orders/?state=paid", "refunds/", "payments/?state=failed", "bills/", "stock/"):
        assert office.get(f"/console/{link}").status_code == 200


def test_the_overview_costs_few_queries(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # A fixed number, however large the mall is: one a count, a figure, an alert; and the frame.
    with django_assert_max_num_queries(50):
        office.get("/console/")


def test_a_failed_refund_is_sent_once_more(office: Client) -> None:
    refund = given.a_refund(given.an_order())
    assert refund.no in given.words(office.get("/console/refunds/"))
    url = reverse("console-refund-retry", kwargs={"no": refund.no})
    assert "sent again" in given.words(office.post(url, follow=True))
    refund.refresh_from_db()
    assert (refund.status, refund.tries, refund.fault) == ("waiting", 0, "")
    assert refund.next_try_at is not None
    assert "on its way already" in given.words(office.post(url, follow=True))


@pytest.mark.parametrize("status", ["sent", "waiting"])
def test_a_refund_that_did_not_fail_is_left_alone(status: str, office: Client) -> None:
    refund = given.a_refund(given.an_order(), status)
    office.post(reverse("console-refund-retry", kwargs={"no": refund.no}))
    assert Refund.objects.get() == refund
    assert Refund.objects.get().tries == 5


def test_refunds_are_listed_by_state(office: Client) -> None:
    order = given.an_order()
    failed, waiting = given.a_refund(order), given.a_refund(order, "waiting")
    for query, found in [
        ("", [failed]),
        ("?state=waiting", [waiting]),
        ("?state=", [failed, waiting]),
        ("?state=nothing", [failed, waiting]),
    ]:
        text = given.words(office.get(f"/console/refunds/{query}"))
        assert [one for one in (failed, waiting) if f" {one.no} " in text] == found, query


def test_unexpected_money_and_bills_are_listed(office: Client) -> None:
    order = given.an_order()
    for verdict in ("late", "double", "mismatch"):
        given.a_notice(order.payment, verdict)
    text = given.words(office.get("/console/payments/unexpected/"))
    for said in ("Came after the payment was closed", "Paid a second time", "Not the amount"):
        assert said in text
    given.a_difference()
    bills = given.words(office.get("/console/bills/"))
    assert "1 difference" in bills
    assert "In the bill, not on record" in bills


@pytest.mark.parametrize(
    "address", ["refunds/?state=", "payments/unexpected/", "bills/", "payments/?state=failed"]
)
def test_long_lists_cost_no_more_queries(
    address: str, office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        order = given.an_order(given.a_member(f"m{number}"), status="unpaid")
        Payment.objects.filter(pk=order.payment_id).update(failed_at=clock.now())
        given.a_refund(order)
        given.a_notice(order.payment)
        given.a_difference()
    office.get("/console/factor/own/")  # what is kept for all pages
    with django_assert_max_num_queries(11):
        assert office.get(f"/console/{address}").status_code == 200
