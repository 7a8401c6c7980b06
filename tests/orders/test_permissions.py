"""Whose orders they are: nobody sees or touches another's, at any address of buying."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.members import addresses
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.payments.sandbox import sign
from sharemall.storefront import urls_orders
from tests.orders import shop

pytestmark = pytest.mark.django_db

OF_PAYMENT = ["pay", "pay-start", "pay-done", "sandbox"]
OF_ORDER = ["order", "order-receive", "order-cancel", "order-again", "review-write"]
OF_ADDRESS = ["address", "address-remove", "address-default"]
OWN = [*OF_PAYMENT, *OF_ORDER, *OF_ADDRESS]
SIGNED_IN = [*OWN, "checkout", "orders", "addresses", "address-new", "regions"]
SIGNED_IN += ["my-reviews", "reviews-to-write"]
OPEN = ["cart", "cart-add", "cart-change", "notify"]
ONLY_POST = ["cart-add", "cart-change", "notify", "order-receive", "order-cancel", "order-again"]
ONLY_POST += ["address-remove", "address-default"]


@pytest.fixture
def order() -> Order:
    """Ann's unpaid order, the way chosen."""
    shop.open_mall()
    order = shop.place(shop.a_member("ann"), shop.a_product(), now=clock.now())
    order.payment.attempt, order.payment.provider = 1, "sandbox"
    order.payment.save()
    return order


def url_of(name: str, order: Order) -> str:
    where: dict[str, Any] = {}
    if name in OF_PAYMENT:
        where = {"no": order.payment.no}
    if name == "sandbox":
        where = {"asked": f"{order.payment.no}_1"}
    if name in OF_ORDER:
        where = {"no": order.no}
    if name == "review-write":
        where["position"] = 1
    if name in OF_ADDRESS:
        where = {"address_id": addresses.addresses(order.member)[0].pk}
    if name == "notify":
        where = {"provider": "sandbox"}
    return reverse(name, kwargs=where)


def send(client: Client, method: str, url: str) -> HttpResponse:
    """Every field that any of these forms has."""
    form = {"key": uuid4(), "outcome": "succeed", "do": "pay", "way": "sandbox:page", "stars": 5}
    response: HttpResponse = getattr(client, method)(url, form)
    return response


def untouched(order: Order) -> bool:
    before = (order.status, order.payment.status, order.payment.attempt)
    order.refresh_from_db()
    order.payment.refresh_from_db()
    now = (order.status, order.payment.status, order.payment.attempt)
    return now == before and len(addresses.addresses(order.member)) == 1


def test_every_address_of_this_room_is_checked_here() -> None:
    assert {pattern.name for pattern in urls_orders.urlpatterns} == {*SIGNED_IN, *OPEN}


@pytest.mark.parametrize("name", SIGNED_IN)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in(name: str, method: str, order: Order) -> None:
    url = url_of(name, order)
    response = getattr(Client(), method)(url)
    if response.status_code != 405:
        assert response.status_code == 302
        assert response.headers["Location"] == f"{reverse('sign-in')}?next={url}"
    assert untouched(order)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("method", ["get", "post"])
def test_anothers_is_as_good_as_none(name: str, method: str, order: Order) -> None:
    client = Client()
    client.force_login(shop.a_member("ben"))
    assert send(client, method, url_of(name, order)).status_code in (404, 405)
    assert order.no not in client.get(reverse("orders")).content.decode()
    assert untouched(order)


@pytest.mark.parametrize("name", [*OF_PAYMENT, *OF_ORDER])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_number_that_does_not_exist_is_no_page(name: str, method: str, order: Order) -> None:
    client = Client()
    client.force_login(order.member)
    for no in ("1" * 60, "x", "1_1", "_", "--"):
        where: dict[str, Any] = {"asked" if name == "sandbox" else "no": no}
        if name == "review-write":
            where["position"] = 10**20
        assert send(client, method, reverse(name, kwargs=where)).status_code in (404, 405)


@pytest.mark.parametrize("name", ONLY_POST)
def test_nothing_moves_by_following_a_link(name: str, order: Order) -> None:
    client = Client()
    client.force_login(order.member)
    assert client.get(url_of(name, order)).status_code == 405
    assert untouched(order)


@pytest.mark.parametrize("name", [*OWN, "cart-add", "cart-change", "checkout", "address-new"])
def test_a_form_from_another_site_is_refused(name: str, order: Order) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(order.member)
    assert send(client, "post", url_of(name, order)).status_code in (403, 405)
    assert untouched(order)


@pytest.mark.parametrize("name", [*SIGNED_IN, "cart"])
def test_pages_of_buying_are_never_kept(name: str, order: Order) -> None:
    client = Client()
    client.force_login(order.member)
    response = client.get(url_of(name, order))
    if response.status_code == 200:
        assert "no-store" in response.headers["Cache-Control"]


def test_a_review_waits_for_completion(order: Order) -> None:
    client = Client()
    client.force_login(order.member)
    assert send(client, "get", url_of("review-write", order)).status_code == 404
    life.cancel(member=order.member, no=order.no, now=clock.now())
    assert send(client, "post", url_of("review-write", order)).status_code == 404


def notify(order: Order, body: bytes, headers: dict[str, str], provider: str = "sandbox") -> int:
    """Deliver a notification over the public address, without any session."""
    response = Client(enforce_csrf_checks=True).post(
        reverse("notify", kwargs={"provider": provider}),
        body,
        content_type="application/json",
        headers=headers,
    )
    return response.status_code


def test_a_signed_notification_pays_over_the_public_address(order: Order) -> None:
    sent = shop.signed(order, now=clock.now())
    assert notify(order, sent.body, sent.headers) == 200
    assert notify(order, sent.body, sent.headers) == 200
    order.refresh_from_db()
    assert (order.status, order.payment.notices.count()) == ("paid", 1)


def test_a_notification_without_the_right_signature_moves_nothing(order: Order) -> None:
    sent = shop.signed(order, now=clock.now())
    fewer = sent.body.replace(b"10000", b"10001")
    wrong = [
        (sent.body, {}),
        (sent.body, sent.headers | {"Sandbox-Signature": ""}),
        (sent.body, sent.headers | {"Sandbox-Signature": "0" * 64}),
        (sent.body, sent.headers | {"Sandbox-Nonce": "another"}),
        (sent.body, sent.headers | {"Sandbox-Timestamp": "2026-01-01T00:00:00+00:00"}),
        (fewer, sent.headers),
        (b"", sent.headers),
        (b"\xff\x00", {"Sandbox-Signature": "x"}),
    ]
    for body, headers in wrong:
        assert notify(order, body, headers) == 400
    assert untouched(order)


def test_a_signed_notification_that_makes_no_sense_moves_nothing(order: Order) -> None:
    for body in (b"", b"[]", b"{}", b'{"payment_no": 1}', b"null", b"\xff", b"1"):
        sent = sign(body, now=clock.now())
        assert notify(order, sent.body, sent.headers) == 400
    assert untouched(order)


def test_a_notification_that_is_too_long_is_not_read(order: Order) -> None:
    assert notify(order, b"x" * 70_000, {}) == 413
    assert untouched(order)


def test_no_other_provider_is_open(order: Order) -> None:
    sent = shop.signed(order, now=clock.now())
    for provider in ("wechat", "alipay", "Sandbox"):
        assert notify(order, sent.body, sent.headers, provider) == 404
    assert untouched(order)
