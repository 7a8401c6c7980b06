"""The pages of buying, paying and receiving, through the real addresses."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from sharemall.catalogue import estimates
from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.compliance.models import NoteConfirmation
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from sharemall.orders import services
from sharemall.orders.models import Order
from sharemall.payments.models import Payment
from sharemall.storefront.templatetags.money import exact, points, yuan
from tests.orders import shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


@pytest.fixture
def ann() -> Member:
    return shop.a_member("ann")


@pytest.fixture
def wine() -> Product:
    return shop.a_product()


@pytest.fixture
def client(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(ann)
    return client


def an_order(member: Member, product: Product, *, paid: bool = False) -> Order:
    order = shop.place(member, product, now=clock.now())
    if paid:
        shop.pay(order, now=clock.now())
    return order


def a_form(product: Product, **fields: object) -> dict[str, object]:
    given: dict[str, object] = {
        "key": uuid4(),
        "quantity": 2,
        "seen_price_fen": product.price_fen,
        "note_version": 1,
    }
    return given | fields


def buy_url(product: Product) -> str:
    return reverse("buy", kwargs={"slug": product.slug})


def test_the_order_form_shows_estimate_risk_note_and_a_key(client: Client, wine: Product) -> None:
    text = client.get(buy_url(wine), {"quantity": 3}).content.decode()
    estimate = estimates.of_product(wine, 3)
    assert estimate is not None
    assert points(estimate.shares_micro) in text
    assert yuan(estimate.quota_micro) in text
    assert "¥300.00" in text
    assert "Estimate" in text
    assert "Quota is an upper limit, not a debt." in text
    assert re.search(r'name="key" value="[0-9a-f-]{36}"', text)
    assert not Order.objects.exists()


def test_a_changed_quantity_brings_only_the_new_sums(client: Client, wine: Product) -> None:
    response = client.get(buy_url(wine), {"quantity": 5}, headers={"hx-request": "true"})
    text = response.content.decode()
    assert "¥500.00" in text
    assert "<html" not in text
    assert "hx-request" in response.headers["Vary"].lower()


@pytest.mark.parametrize("quantity", ["0", "-3", "abc", "", "9" * 40, "1.5", "²"])
def test_a_senseless_quantity_in_the_address_shows_the_form_all_the_same(
    client: Client, wine: Product, quantity: str
) -> None:
    assert client.get(buy_url(wine), {"quantity": quantity}).status_code == 200


def test_placing_goes_on_to_paying_and_keeps_the_confirmed_note(
    client: Client, ann: Member, wine: Product
) -> None:
    response = client.post(buy_url(wine), a_form(wine))
    order = Order.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("pay", kwargs={"no": order.payment.no})
    assert (order.member, order.total_fen, order.status) == (ann, 20_000, "unpaid")
    confirmation = NoteConfirmation.objects.get()
    assert (confirmation.member, confirmation.version, confirmation.language) == (ann, 1, "en")
    assert "risk-title" not in client.get(buy_url(wine)).content.decode()


def test_a_form_sent_twice_leads_to_the_same_order(client: Client, wine: Product) -> None:
    form = a_form(wine)
    first, second = client.post(buy_url(wine), form), client.post(buy_url(wine), form)
    assert first.headers["Location"] == second.headers["Location"]
    wine.refresh_from_db()
    assert (Order.objects.count(), wine.stock) == (1, 8)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quantity": "0"}, "Order at least one."),
        ({"quantity": "-1"}, "Order at least one."),
        ({"quantity": "1000"}, "An order can hold at most 999 of one thing."),
        ({"quantity": "9" * 400}, "An order can hold at most 999 of one thing."),
        ({"quantity": "two"}, "Enter a whole number."),
        ({"quantity": "1.5"}, "Enter a whole number."),
        ({"quantity": ""}, "Say how many you would like."),
        ({"quantity": "11"}, "Only 10 are left."),
        ({"seen_price_fen": "9900"}, "The price has changed to ¥100.00. Nothing was ordered."),
        ({"note_version": ""}, "Please confirm that you have read the note on risk."),
        ({"note_version": "7"}, "Please confirm that you have read the note on risk."),
        ({"key": "no-key"}, "The form was not complete."),
        ({"key": ""}, "The form was not complete."),
        ({"seen_price_fen": "x"}, "The form was not complete."),
        ({"note_version": "-1"}, "The form was not complete."),
    ],
)
def test_a_form_that_cannot_be_served_comes_back_with_a_sentence(
    client: Client, wine: Product, fields: dict[str, object], sentence: str
) -> None:
    response = client.post(buy_url(wine), a_form(wine, **fields))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    wine.refresh_from_db()
    assert (Order.objects.count(), Payment.objects.count(), wine.stock) == (0, 0, 10)
    assert not NoteConfirmation.objects.exists()


def test_a_refused_form_can_be_sent_again_as_it_came_back(client: Client, wine: Product) -> None:
    response = client.post(buy_url(wine), a_form(wine, seen_price_fen=9_900))
    text = response.content.decode()
    hidden = dict(re.findall(r'name="(key|seen_price_fen)" value="([^"]+)"', text))
    assert client.post(buy_url(wine), a_form(wine, **hidden)).status_code == 302


def test_a_used_form_with_another_content_comes_back_with_a_new_key(
    client: Client, wine: Product
) -> None:
    form = a_form(wine)
    client.post(buy_url(wine), form)
    response = client.post(buy_url(wine), form | {"quantity": 5})
    text = response.content.decode()
    assert response.status_code == 422
    assert Order.objects.get().no in text
    assert str(form["key"]) not in text


def test_sold_out_goods_are_shown_as_such_without_a_button(client: Client, wine: Product) -> None:
    Product.objects.update(stock=0)
    text = client.get(buy_url(wine)).content.decode()
    assert "Sold out" in text
    assert "Place the order" not in text
    response = client.post(buy_url(wine), a_form(wine))
    assert response.status_code == 422
    assert "Someone was faster" in response.content.decode()


def test_the_pay_page_lets_a_payment_fail_and_then_succeed(
    client: Client, ann: Member, wine: Product
) -> None:
    order = an_order(ann, wine)
    url = reverse("pay", kwargs={"no": order.payment.no})
    response = client.post(url, {"key": uuid4(), "outcome": "fail"}, follow=True)
    assert "The payment failed. Nothing was charged" in response.content.decode()
    response = client.post(url, {"key": uuid4(), "outcome": "succeed"}, follow=True)
    assert response.redirect_chain == [(reverse("order", kwargs={"no": order.no}), 302)]
    order.refresh_from_db()
    assert order.status == "paid"


def test_paying_twice_is_one_trade(client: Client, ann: Member, wine: Product) -> None:
    order = an_order(ann, wine)
    url = reverse("pay", kwargs={"no": order.payment.no})
    form = {"key": uuid4(), "outcome": "succeed"}
    for _ in range(2):
        assert client.post(url, form).status_code == 302
    assert order.payment.notices.count() == 1


@pytest.mark.parametrize("fields", [{"outcome": "maybe"}, {"outcome": ""}, {"key": "x"}])
def test_a_broken_pay_form_pays_nothing(
    client: Client, ann: Member, wine: Product, fields: dict[str, str]
) -> None:
    order = an_order(ann, wine)
    form = {"key": uuid4(), "outcome": "succeed"} | fields
    response = client.post(reverse("pay", kwargs={"no": order.payment.no}), form)
    assert response.status_code == 422
    assert "Nothing was paid" in response.content.decode()
    order.refresh_from_db()
    assert order.status == "unpaid"


def test_an_expired_order_cannot_be_paid_any_more(
    client: Client, ann: Member, wine: Product
) -> None:
    order = shop.place(ann, wine, now=clock.now() - timedelta(minutes=31))
    form = {"key": uuid4(), "outcome": "succeed"}
    response = client.post(reverse("pay", kwargs={"no": order.payment.no}), form, follow=True)
    text = response.content.decode()
    assert "The time for paying is over" in text
    assert "Cancel the order" not in text
    order.refresh_from_db()
    assert order.status == "unpaid"


def test_the_sandbox_page_is_not_there_in_a_live_mall(
    client: Client, ann: Member, wine: Product, settings: Settings
) -> None:
    order = an_order(ann, wine)
    settings.MODE = "live"
    url = reverse("pay", kwargs={"no": order.payment.no})
    assert client.get(url).status_code == 404
    assert client.post(url, {"key": uuid4(), "outcome": "succeed"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_receiving_shows_exactly_what_the_ledger_booked(
    client: Client, ann: Member, wine: Product
) -> None:
    order = an_order(ann, wine, paid=True)
    assert "Not yours yet" in client.get(reverse("order", kwargs={"no": order.no})).content.decode()
    url = reverse("order-receive", kwargs={"no": order.no})
    for _ in range(2):
        text = client.post(url, follow=True).content.decode()
    balance = ledger.balance("ann")
    assert (balance.shares_micro, balance.quota_micro) == (21_000_000, 200_000_000)
    assert f"+{exact(21_000_000)}" in text
    assert f"+¥{exact(200_000_000)}" in text
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_until_the_ledger_has_booked_the_page_says_so(
    client: Client, ann: Member, wine: Product
) -> None:
    order = an_order(ann, wine, paid=True)
    services.receive(member=ann, no=order.no, now=clock.now())
    url = reverse("order", kwargs={"no": order.no})
    text = client.get(url).content.decode()
    assert "Being booked" in text
    assert "data-earned" not in text
    writer.drain()
    assert "+21.000000" in client.get(url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_a_referrer_got_is_not_shown_as_the_buyers(wine: Product) -> None:
    first = shop.a_member("first")
    second = shop.a_member("second", referrer=first)
    client = Client()
    client.force_login(second)
    order = an_order(second, wine, paid=True)
    text = client.post(
        reverse("order-receive", kwargs={"no": order.no}), follow=True
    ).content.decode()
    assert ledger.balance("first").shares_micro == 3_000_000
    assert "+21.000000" in text


def test_cancelling_shows_why_the_order_ended(client: Client, ann: Member, wine: Product) -> None:
    order = an_order(ann, wine)
    for _ in range(2):
        response = client.post(reverse("order-cancel", kwargs={"no": order.no}), follow=True)
    assert "You cancelled the order." in response.content.decode()
    wine.refresh_from_db()
    assert wine.stock == 10


def test_a_button_of_an_outdated_page_gets_a_sentence(
    client: Client, ann: Member, wine: Product
) -> None:
    unpaid, paid = an_order(ann, wine), an_order(ann, wine, paid=True)
    for name, order in (("order-receive", unpaid), ("order-cancel", paid)):
        response = client.post(reverse(name, kwargs={"no": order.no}))
        assert response.status_code == 422
        assert "The order has moved on meanwhile" in response.content.decode()


def test_an_order_stays_readable_when_its_product_is_gone_from_sale(
    client: Client, ann: Member, wine: Product
) -> None:
    order = an_order(ann, wine)
    Product.objects.update(on_sale=False, name_en="Something else")
    text = client.get(reverse("order", kwargs={"no": order.no})).content.decode()
    assert "Dry red wine" in text
    assert "Something else" not in text


def test_orders_are_listed_newest_first_a_page_at_a_time(client: Client, ann: Member) -> None:
    wine = shop.a_product("much", stock=100)
    numbers = [an_order(ann, wine).no for _ in range(12)][::-1]
    an_order(shop.a_member("ben"), wine)
    first = client.get(reverse("orders")).content.decode()
    assert re.findall(r'id="order-(\d+)"', first) == numbers[:10]
    following = re.search(r'href="(\?before=\d+)"', first)
    assert following
    second = client.get(reverse("orders") + following[1]).content.decode()
    assert re.findall(r'id="order-(\d+)"', second) == numbers[10:]
    assert 'href="?before=' not in second


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1.5", "٣"])
def test_a_senseless_page_mark_is_no_page(client: Client, before: str) -> None:
    assert client.get(reverse("orders"), {"before": before}).status_code == 404


def test_who_has_bought_nothing_is_shown_where_to_begin(client: Client) -> None:
    text = client.get(reverse("orders")).content.decode()
    assert "No orders yet" in text
    assert reverse("zones") in text


def test_pages_speak_chinese_by_default(ann: Member, wine: Product) -> None:
    client = Client()
    client.force_login(ann)
    text = client.get(buy_url(wine)).content.decode()
    for words in ("确认订单", "提交订单", "估算", "分红额度是上限，不是欠款"):
        assert words in text
    order = an_order(ann, wine)
    assert "待付款" in client.get(reverse("order", kwargs={"no": order.no})).content.decode()


def test_pages_need_few_queries_however_many_orders_there_are(
    client: Client, ann: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    wine = shop.a_product("much", stock=100)
    order = [an_order(ann, wine) for _ in range(10)].pop()
    pages = {
        buy_url(wine): 12,
        reverse("orders"): 6,
        reverse("order", kwargs={"no": order.no}): 10,
        reverse("pay", kwargs={"no": order.payment.no}): 8,
    }
    for url, most in pages.items():
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200
