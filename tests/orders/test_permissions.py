"""Whose orders they are: nobody sees or touches another's, at any address."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.orders.models import Order
from sharemall.payments.sandbox import sign
from sharemall.storefront import urls_orders
from tests.orders import shop

pytestmark = pytest.mark.django_db

OWN = ["pay", "order", "order-receive", "order-cancel"]
SIGNED_IN = [*OWN, "buy", "orders"]
OPEN = ["notify"]


@pytest.fixture
def wine() -> Product:
    shop.open_mall()
    return shop.a_product()


@pytest.fixture
def order(wine: Product) -> Order:
    return shop.place(shop.a_member("ann"), wine, now=clock.now())


def url_of(name: str, order: Order) -> str:
    if name == "orders":
        return reverse(name)
    if name == "buy":
        return reverse(name, kwargs={"slug": "red"})
    return reverse(name, kwargs={"no": order.no})


def untouched(order: Order) -> bool:
    before = (order.status, order.payment.status)
    order.refresh_from_db()
    order.payment.refresh_from_db()
    return (order.status, order.payment.status, Order.objects.count()) == (*before, 1)


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
def test_anothers_order_is_as_good_as_none(name: str, method: str, order: Order) -> None:
    ben: Member = shop.a_member("ben")
    client = Client()
    client.force_login(ben)
    form = {"key": uuid4(), "outcome": "succeed"}
    response = getattr(client, method)(url_of(name, order), form)
    assert response.status_code in (404, 405)
    assert order.no not in client.get(reverse("orders")).content.decode()
    assert untouched(order)


@pytest.mark.parametrize("name", OWN)
def test_a_number_that_does_not_exist_is_no_page(name: str, order: Order) -> None:
    client = Client()
    client.force_login(order.member)
    for method in (client.get, client.post):
        response = method(reverse(name, kwargs={"no": "1" * 60}), {"key": uuid4()})
        assert response.status_code in (404, 405)


def test_a_product_that_does_not_exist_cannot_be_bought(order: Order) -> None:
    client = Client()
    client.force_login(order.member)
    for slug in ("nothing", "x" * 500):
        assert client.get(reverse("buy", kwargs={"slug": slug})).status_code == 404


@pytest.mark.parametrize("name", ["order-receive", "order-cancel"])
def test_nothing_moves_by_following_a_link(name: str, order: Order) -> None:
    client = Client()
    client.force_login(order.member)
    assert client.get(url_of(name, order)).status_code == 405
    assert untouched(order)


@pytest.mark.parametrize("name", [*OWN[:1], *OWN[2:], "buy"])
def test_a_form_from_another_site_is_refused(name: str, order: Order) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(order.member)
    form = {"key": uuid4(), "outcome": "succeed", "quantity": 1, "seen_price_fen": 10_000}
    assert client.post(url_of(name, order), form).status_code == 403
    assert untouched(order)


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


def test_no_other_provider_is_open(order: Order) -> None:
    sent = shop.signed(order, now=clock.now())
    for provider in ("wechat", "alipay", "Sandbox"):
        assert notify(order, sent.body, sent.headers, provider) == 404
    assert Client().get(reverse("notify", kwargs={"provider": "sandbox"})).status_code == 405
    assert untouched(order)
