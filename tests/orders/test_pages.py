"""The pages of a member's orders: states, what can be done in each, what goes back."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import Product, Variant
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import life, paying
from sharemall.orders.models import CartLine, Order
from sharemall.orders.paying import Plan
from sharemall.orders.selectors import STATES
from sharemall.storefront.templatetags.money import exact
from tests.orders import ready, shop
from tests.orders.forms import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return shop.a_member("ann")


@pytest.fixture
def wine(ann: Member) -> Product:
    return shop.a_product(stock=100)


@pytest.fixture
def client(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(ann)
    return client


def an_order(member: Member, product: Product, status: str = "unpaid") -> Order:
    """An order in this status."""
    now = clock.now()
    order = shop.place(member, product, now=now)
    if status in ("paid", "shipped", "received", "completed"):
        shop.pay(order, now)
    if status in ("shipped", "received", "completed"):
        life.ship(no=order.no, carrier="SF Express", tracking_no="SF138900", now=now)
    if status in ("received", "completed"):
        life.receive(member=member, no=order.no, now=now)
    if status == "completed":
        life.complete_due(now + timedelta(days=8))
        life.book(Order.objects.get(pk=order.pk))
    if status == "cancelled":
        life.cancel(member=member, no=order.no, now=now)
    order.refresh_from_db()
    assert order.status == status
    return order


def page(client: Client, order: Order) -> str:
    return text_of(client.get(f"/orders/{order.no}/"))


SAYS = {
    "unpaid": ["Please pay before", "Cancel the order", "/pay/"],
    "paid": ["getting it ready", "Cancel the order", "as it came"],
    "shipped": ["SF Express", "SF138900", "Yes, I have the goods", "return period of 7 days"],
    "received": ["It is completed when the return period ends", "Buy it again"],
    "completed": ["Earned with this order", "Write a review", "Buy it again"],
    "cancelled": ["You cancelled the order.", "Buy it again"],
}


@pytest.mark.parametrize("status", SAYS)
def test_each_state_is_explained_and_offers_what_can_be_done(
    client: Client, ann: Member, wine: Product, status: str
) -> None:
    text = page(client, an_order(ann, wine, status))
    for words in SAYS[status]:
        assert words in text
    for words in ("Chaoyang District, Beijing", "Dry red wine", "¥100.00", "Platform"):
        assert words in text


@pytest.mark.parametrize("status", [*SAYS, ""])
def test_the_list_shows_one_state_and_counts_them_all(
    client: Client, ann: Member, wine: Product, status: str
) -> None:
    orders = {state: an_order(ann, wine, state) for state in reversed(SAYS)}
    text = text_of(client.get("/orders/", {"state": status} if status else {}))
    for state, order in orders.items():
        assert (order.no in text) == (status in ("", state))
    assert text.count("tab-count") == 4


@pytest.mark.parametrize(
    "query", ["state=x", "state=%00", "before=x", "before=-1", "before=" + "9" * 30, "before=1.5"]
)
def test_what_is_no_list_is_no_page(client: Client, query: str) -> None:
    assert client.get(f"/orders/?{query}").status_code == 404


def test_every_state_of_orders_has_a_tab(client: Client) -> None:
    text = text_of(client.get("/orders/"))
    assert all(f"?state={state}" in text for state in STATES)
    assert "No orders yet" in text


def test_the_list_goes_on_within_its_state(client: Client, ann: Member, wine: Product) -> None:
    for _ in range(11):
        an_order(ann, wine, "paid")
    first = text_of(client.get("/orders/?state=paid"))
    more = first[first.index("?state=paid&amp;before=") :].split('"')[0].replace("&amp;", "&")
    assert text_of(client.get(f"/orders/{more}")).count("order-card-total") == 1


def test_a_list_asks_the_same_however_many_orders_there_are(
    client: Client,
    ann: Member,
    wine: Product,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(8):
        an_order(ann, wine, "paid")
    client.get("/orders/")
    with django_assert_max_num_queries(10):
        client.get("/orders/")


class TestReceiving:
    def test_the_return_period_begins_and_what_comes_is_dated(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        order = an_order(ann, wine, "shipped")
        assert client.post(f"/orders/{order.no}/receive/").status_code == 302
        order.refresh_from_db()
        assert order.status == "received"
        assert order.returnable_until is not None
        text = page(client, order)
        assert "Due on" in text
        assert "Not yours yet" in text

    def test_goods_that_cannot_be_returned_earn_at_once(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        wine.returnable_days = 0
        wine.save()
        order = an_order(ann, wine, "shipped")
        assert "These goods cannot be returned" in page(client, order)
        client.post(f"/orders/{order.no}/receive/")
        order.refresh_from_db()
        assert order.status == "completed"
        balance = ledger.balance("ann")
        assert f"+{exact(balance.shares_micro)}" in page(client, order)

    def test_twice_is_once_and_too_early_is_refused_in_a_sentence(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        order = an_order(ann, wine, "shipped")
        for _ in range(2):
            assert client.post(f"/orders/{order.no}/receive/").status_code == 302
        early = an_order(ann, wine, "paid")
        answer = client.post(f"/orders/{early.no}/receive/")
        assert answer.status_code == 422
        assert "The order has moved on meanwhile" in text_of(answer)


class TestCancelling:
    def test_an_unpaid_order_gives_its_stock_back(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        order = an_order(ann, wine)
        client.post(f"/orders/{order.no}/cancel/")
        order.refresh_from_db()
        assert (order.status, shop.stock_of(wine)) == ("cancelled", 100)
        assert "Nothing is owed any more" in page(client, order)

    def test_a_paid_one_says_before_how_everything_goes_back_and_then_shows_it(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        ready.give("ann", cash_fen=2_000, coins="500")
        ready.give("ann", shares="500")
        order = shop.place(ann, wine, now=clock.now())
        plan = Plan(1_000, 1_500, 500, provider="sandbox", way="page")
        _begin(order, plan)
        ready.pay(order.payment, clock.now())
        text = page(client, order)
        for words in (
            "¥70.00 through Sandbox, as it came",
            "¥10.00 in constant points",
            "¥15.00 to your cash balance",
            "¥5.00 to your cash balance; the value points that were sold for it stay sold",
        ):
            assert words in text
        client.post(f"/orders/{order.no}/cancel/")
        writer.drain()
        text = page(client, order)
        for words in ("On the way back", "Through Sandbox", "To the coins", "being prepared"):
            assert words in text
        assert ledger.balance("ann").cash_micro >= 25_000_000

    @pytest.mark.parametrize("status", ["shipped", "received", "completed"])
    def test_what_is_sent_cannot_be_cancelled_any_more(
        self, client: Client, ann: Member, wine: Product, status: str
    ) -> None:
        order = an_order(ann, wine, status)
        answer = client.post(f"/orders/{order.no}/cancel/")
        assert answer.status_code == 422
        assert "The order has moved on meanwhile" in text_of(answer)
        order.refresh_from_db()
        assert order.status == status

    def test_orders_of_one_payment_are_told_to_go_together(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        shop.a_merchant("winery")
        white = shop.a_product("white", merchant_id="winery")
        now = clock.now()
        shop.place_all(ann, shop.basket((wine, 1), (white, 1), now=now), now=now)
        order = Order.objects.order_by("id")[0]
        assert "All orders of this payment are cancelled together." in page(client, order)


def _begin(order: Order, plan: Plan) -> None:
    now: datetime = clock.now()
    payment = order.payment
    paying.begin(member=order.member, no=payment.no, plan=plan, key=uuid4(), now=now)
    paying.settle(no=payment.no, now=now)


class TestBuyingAgain:
    def test_the_lines_are_put_into_the_cart(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        order = an_order(ann, wine, "completed")
        answer = client.post(f"/orders/{order.no}/again/")
        assert answer.headers["Location"] == "/cart/"
        assert CartLine.objects.get().quantity == 1
        assert "1 line is in the cart." in text_of(client.get("/cart/"))

    def test_what_cannot_be_bought_any_more_is_named(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        order = an_order(ann, wine, "completed")
        Variant.objects.update(stock=0)
        answer = client.post(f"/orders/{order.no}/again/", follow=True)
        assert "Sold out." in text_of(answer)
        assert not CartLine.objects.exists()


def test_what_is_not_booked_yet_says_so(client: Client, ann: Member, wine: Product) -> None:
    order = an_order(ann, wine, "received")
    life.complete_due(clock.now() + timedelta(days=8))
    text = page(client, order)
    assert "Being booked" in text
    assert 'hx-trigger="every 2s"' in text


def test_the_members_page_counts_what_waits(client: Client, ann: Member, wine: Product) -> None:
    for status in ("unpaid", "paid", "shipped", "completed"):
        an_order(ann, wine, status)
    text = text_of(client.get("/me/"))
    assert text.count("state-count") == 4
    for path in ("/orders/?state=unpaid", "/me/addresses/", "/favourites/", "/me/reviews/"):
        assert f'href="{path}"' in text
