"""Orders: found, sent once, cancelled with everything going back, and sentences for the rest."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import Variant
from sharemall.orders.models import Order
from sharemall.orders.paying import Plan
from sharemall.payments.models import Refund
from tests.console import given
from tests.orders import ready

pytestmark = pytest.mark.django_db

PARCEL = {"carrier": "顺丰速运", "other": "", "tracking_no": "SF1234567890"}


@pytest.fixture(autouse=True)
def _mall(office: Client) -> None:
    """Orders need the mall."""


def url(order: Order, part: str = "") -> str:
    return f"/console/orders/{order.no}/{part}"


def status_of(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def test_a_paid_order_is_sent(office: Client) -> None:
    order = given.an_order()
    response = office.post(url(order, "ship/"), PARCEL, follow=True)
    assert "marked as shipped" in given.words(response)
    assert "顺丰速运 SF1234567890" in given.words(response)
    assert status_of(order) == "shipped"


def test_another_carrier_is_named(office: Client) -> None:
    order = given.an_order()
    form = PARCEL | {"carrier": "other", "other": "同城快跑", "tracking_no": "ａ１-2"}
    form["tracking_no"] = "１２３-4"
    assert office.post(url(order, "ship/"), form).status_code == 302
    order.refresh_from_db()
    assert (order.carrier, order.tracking_no) == ("同城快跑", "123-4")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"carrier": ""}, "carrier"),
        ({"carrier": "nobody"}, "carrier"),
        ({"carrier": "other"}, "other"),
        ({"carrier": "other", "other": "x" * 41}, "other"),
        ({"tracking_no": ""}, "tracking_no"),
        ({"tracking_no": "1 2"}, "tracking_no"),
        ({"tracking_no": "<b>"}, "tracking_no"),
        ({"tracking_no": "1" * 41}, "tracking_no"),
        ({"tracking_no": "运单"}, "tracking_no"),
    ],
)
def test_a_fault_stands_at_its_field(changed: dict[str, str], field: str, office: Client) -> None:
    order = given.an_order()
    response = office.post(url(order, "ship/"), PARCEL | changed)
    assert response.status_code == 422
    assert given.errors_at(response, field).endswith(".")
    assert status_of(order) == "paid"


def test_sending_twice_changes_nothing(office: Client) -> None:
    order = given.an_order()
    for _ in range(2):
        response = office.post(url(order, "ship/"), PARCEL, follow=True)
        assert response.status_code == 200
    other = office.post(url(order, "ship/"), PARCEL | {"tracking_no": "9"}, follow=True)
    assert "not possible any more: the order is now “Shipped”" in given.words(other)
    order.refresh_from_db()
    assert order.tracking_no == "SF1234567890"


@pytest.mark.parametrize("status", ["unpaid", "cancelled"])
def test_what_is_not_paid_is_not_sent(status: str, office: Client) -> None:
    order = given.an_order(status="unpaid")
    if status == "cancelled":
        office.post(url(order, "cancel/"))
    response = office.post(url(order, "ship/"), PARCEL, follow=True)
    assert "not possible any more" in given.words(response)
    assert status_of(order) == status
    assert "Mark as shipped" not in given.words(office.get(url(order)))


def test_cancelling_a_paid_order_says_what_goes_back_and_gives_it(office: Client) -> None:
    member = given.a_member("ann")
    ready.give("ann", cash_fen=10_000)
    payment = ready.place(member, now=ready.NOW)
    payment = ready.choose(payment, Plan(balance_fen=3_000, provider="sandbox", way="page"))
    assert ready.pay(payment) == "paid"
    order = ready.only(payment)
    asked = given.words(office.get(url(order, "cancel/")))
    assert "Balance, to the member's balance ¥30.00" in asked
    assert "Money, through Sandbox ¥70.00" in asked
    assert status_of(order) == "paid"

    response = office.post(url(order, "cancel/"), follow=True)
    assert "The order is cancelled." in given.words(response)
    assert status_of(order) == "cancelled"
    assert order.refunded_fen == order.total_fen
    refunds = dict(Refund.objects.values_list("means", "amount_fen"))
    assert refunds == {"balance": 3_000, "provider": 7_000}
    again = office.post(url(order, "cancel/"), follow=True)
    assert "was cancelled already" in given.words(again)
    assert Refund.objects.count() == 2


def test_cancelling_an_unpaid_order_names_those_that_go_with_it(office: Client) -> None:
    lines = [ready.Line()]
    goods_of_farm = ("farm", lines, 0)
    ready.Merchant.objects.create(key="farm", name_zh="农场", name_en="Farm", joined_at=ready.NOW)
    payment = ready.place(given.a_member("ann"), ("platform", lines, 0), goods_of_farm)
    first, second = ready.orders_of(payment)
    asked = given.words(office.get(url(first, "cancel/")))
    assert f"cancelled too: {second.no}" in asked
    before = Variant.objects.get(pk=first.lines.get().variant_id).stock
    office.post(url(first, "cancel/"))
    assert (status_of(first), status_of(second)) == ("cancelled", "cancelled")
    assert Variant.objects.get(pk=first.lines.get().variant_id).stock == before + 1


def test_what_is_sent_is_not_cancelled(office: Client) -> None:
    order = given.an_order(status="shipped")
    for response in (
        office.get(url(order, "cancel/"), follow=True),
        office.post(url(order, "cancel/"), follow=True),
    ):
        assert "not possible any more: the order is now “Shipped”" in given.words(response)
    assert status_of(order) == "shipped"


def test_orders_are_found_by_state_number_and_phone(office: Client) -> None:
    ann, ben = given.a_member("ann"), given.a_member("ben")
    paid, unpaid = given.an_order(ann), given.an_order(ben, status="unpaid")
    for query, found in [
        ("", [paid, unpaid]),
        ("?state=paid", [paid]),
        ("?state=unpaid", [unpaid]),
        ("?state=shipped", []),
        (f"?q={paid.no}", [paid]),
        (f"?q={ben.phone}", [unpaid]),
        (f"?q={ben.phone}&state=paid", []),
        ("?q=%00&state=x&before=1e9", [paid, unpaid]),
        ("?q=%25", []),
    ]:
        response = office.get(f"/console/orders/{query}")
        text = response.content.decode()
        assert response.status_code == 200
        assert [order for order in (paid, unpaid) if url(order) in text] == found, query


def test_a_long_list_costs_no_more_queries_and_goes_on(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    member = given.a_member("ann")
    orders = [given.an_order(member, status="unpaid") for _ in range(51)]
    office.get("/console/factor/own/")  # what is kept for all pages
    with django_assert_max_num_queries(10):
        first = office.get("/console/orders/").content.decode()
    assert url(orders[-1]) in first
    assert url(orders[0]) not in first
    page = first.split('href="?before=')[1].split('"')[0]
    assert url(orders[0]) in office.get(f"/console/orders/?before={page}").content.decode()


def test_an_order_page_costs_few_queries_and_shows_everything(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    order = given.an_order()
    given.a_refund(order)
    given.a_notice(order.payment)
    office.get("/console/factor/own/")  # what is kept for all pages
    with django_assert_max_num_queries(14):
        text = given.words(office.get(url(order)))
    for said in ("Refunds", "Came after the payment was closed", "¥100.00", order.member.phone):
        assert said in text
