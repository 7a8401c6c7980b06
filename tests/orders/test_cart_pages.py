"""The cart's page: for visitors and members, with and without htmx, and what it refuses."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import Product, Variant
from sharemall.members.models import Member
from sharemall.orders import cart
from sharemall.orders.cart import Owner
from sharemall.orders.models import CartLine
from sharemall.storefront import visitor
from tests.orders import shop
from tests.orders.forms import text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
HOSTILE = ["", "0", "-1", "1.5", "abc", "\0", "9" * 30, "²", "1; drop", "<b>"]


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


@pytest.fixture
def wine() -> Product:
    return shop.a_product()


@pytest.fixture
def client() -> Client:
    """A visitor's browser, in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def sku(product: Product) -> int:
    return product.variants.get().pk


def put_in(client: Client, product: Product, quantity: int = 1) -> None:
    client.post("/cart/add/", {"variant": sku(product), "quantity": quantity})


def test_looking_around_makes_no_cookie(client: Client) -> None:
    client.get("/cart/")
    client.post("/cart/change/", {"do": "on-all"})
    assert visitor.COOKIE not in client.cookies


def test_the_first_thing_put_in_makes_a_signed_cookie_that_scripts_cannot_read(
    client: Client, wine: Product
) -> None:
    put_in(client, wine, 2)
    cookie = client.cookies[visitor.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    line = CartLine.objects.get()
    assert (line.member, line.quantity) == (None, 2)
    assert cookie.value.startswith(f"{line.visitor}:")


def test_a_cookie_that_is_not_ours_opens_no_cart(client: Client, wine: Product) -> None:
    put_in(client, wine)
    stranger = Client()
    for forged in (
        CartLine.objects.get().visitor or "",
        client.cookies[visitor.COOKIE].value + "x",
        "a:b:c",
        "",
    ):
        stranger.cookies[visitor.COOKIE] = forged
        assert "干红" not in text_of(stranger.get("/cart/"))


def test_without_javascript_the_way_leads_back_with_a_sentence(
    client: Client, wine: Product
) -> None:
    form = {"variant": sku(wine), "next": "/zones/"}
    assert client.post("/cart/add/", form).headers["Location"] == "/zones/"
    assert "It is in the cart." in text_of(client.get("/cart/"))
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        answer = client.post("/cart/add/", form | {"next": elsewhere})
        assert answer.headers["Location"] == "/cart/"


def test_htmx_gets_a_toast_and_the_new_number(client: Client, wine: Product) -> None:
    answer = client.post("/cart/add/", {"variant": sku(wine)}, headers=HTMX)
    assert answer.status_code == 204
    assert '"cart": {"count": 1}' in answer.headers["HX-Trigger"]
    assert "It is in the cart." in answer.headers["HX-Trigger"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_variant_or_no_quantity_is_refused_in_a_sentence(
    client: Client, wine: Product, text: str
) -> None:
    for form in ({"variant": text}, {"variant": sku(wine), "quantity": text}):
        answer = client.post("/cart/add/", form, follow=True)
        assert answer.status_code == 200
    assert not CartLine.objects.exists()
    assert visitor.COOKIE not in client.cookies


def test_what_is_sold_out_or_off_sale_is_not_put_in(client: Client, wine: Product) -> None:
    Variant.objects.update(stock=0)
    answer = client.post("/cart/add/", {"variant": sku(wine)}, follow=True)
    assert "Sold out." in text_of(answer)
    Variant.objects.update(stock=5, on_sale=False)
    answer = client.post("/cart/add/", {"variant": sku(wine)}, follow=True)
    assert "This is not on sale any more." in text_of(answer)
    assert not CartLine.objects.exists()


def test_lines_are_changed_selected_and_taken_out(client: Client, wine: Product) -> None:
    beer = shop.a_product("beer")
    for one in (wine, beer):
        put_in(client, one)
    first, second = sku(wine), sku(beer)
    steps = [
        (f"set-{first}-4", {(first, 4, True), (second, 1, True)}),
        (f"off-{second}", {(first, 4, True), (second, 1, False)}),
        ("off-all", {(first, 4, False), (second, 1, False)}),
        (f"on-{first}-{second}", {(first, 4, True), (second, 1, True)}),
        (f"set-{first}-0", {(second, 1, True)}),
        (f"remove-{second}", set()),
    ]
    for do, wanted in steps:
        answer = client.post("/cart/change/", {"do": do}, headers=HTMX)
        assert answer.status_code == 200
        assert "<html" not in text_of(answer)
        lines = CartLine.objects.values_list("variant_id", "quantity", "is_selected")
        assert set(lines) == wanted


def test_typed_numbers_count_with_and_without_javascript(client: Client, wine: Product) -> None:
    put_in(client, wine)
    form = {"do": "numbers", f"quantity-{sku(wine)}": "7"}
    assert client.post("/cart/change/", form).headers["Location"] == "/cart/"
    assert CartLine.objects.get().quantity == 7


@pytest.mark.parametrize("text", ["-1", "1.5", "abc", "\0", "9" * 30, "1000", ""])
def test_a_senseless_number_is_refused_and_nothing_changes(
    client: Client, wine: Product, text: str
) -> None:
    put_in(client, wine, 3)
    form = {"do": "numbers", f"quantity-{sku(wine)}": text}
    answer = client.post("/cart/change/", form, headers=HTMX)
    assert "An order can hold between 1 and 999 of this." in text_of(answer)
    assert CartLine.objects.get().quantity == 3


@pytest.mark.parametrize("do", ["", "set", "set-1", "set-x-y", "remove-", "remove-999999999999"])
def test_what_is_no_change_changes_nothing(client: Client, wine: Product, do: str) -> None:
    put_in(client, wine, 3)
    assert client.post("/cart/change/", {"do": do}, headers=HTMX).status_code == 200
    assert CartLine.objects.get().quantity == 3


def test_a_changed_price_is_told_once_and_what_is_sold_out_says_so(
    client: Client, wine: Product
) -> None:
    put_in(client, wine, 2)
    Variant.objects.update(price_fen=12_000)
    text = text_of(client.get("/cart/"))
    assert "The price changed from ¥100.00 to ¥120.00." in text
    assert "The price changed" not in text_of(client.get("/cart/"))
    Variant.objects.update(stock=1)
    assert "Dry red wine: only 1 is left." in text_of(client.get("/cart/"))
    Variant.objects.update(stock=0)
    text = text_of(client.get("/cart/"))
    assert "Dry red wine is sold out." in text
    assert "/checkout/" not in text


def test_the_limit_for_each_member_is_said_at_the_line(client: Client, wine: Product) -> None:
    put_in(client, wine, 3)
    Product.objects.update(limit_per_member=2)
    assert "at most 2 for each member" in text_of(client.get("/cart/"))


def test_signing_in_keeps_what_was_put_together(client: Client, wine: Product) -> None:
    ann = shop.a_member("ann")
    ann.set_password("long enough 82")
    ann.save()
    put_in(client, wine, 2)
    form = {"phone": ann.phone, "password": "long enough 82", "next": "/checkout/"}
    answer = client.post("/sign-in/", form)
    assert answer.headers["Location"] == "/checkout/"
    assert client.cookies[visitor.COOKIE].value == ""
    line = CartLine.objects.get()
    assert (line.member, line.visitor, line.quantity) == (ann, None, 2)


def test_registering_keeps_it_too(client: Client, wine: Product) -> None:
    put_in(client, wine, 2)
    form = {"name": "Neu", "phone": "13912345678", "password": "long enough 82"}
    assert client.post("/register/", form).status_code == 302
    assert CartLine.objects.get().member == Member.objects.get(phone="13912345678")


def test_of_what_both_have_the_larger_number_stays(client: Client, wine: Product) -> None:
    ann = shop.a_member("ann")
    ann.set_password("long enough 82")
    ann.save()
    owner = Owner(member_id=ann.pk)
    cart.add(owner=owner, variant_id=sku(wine), quantity=5, now=shop.NOW)
    put_in(client, wine, 2)
    client.post("/sign-in/", {"phone": ann.phone, "password": "long enough 82"})
    assert CartLine.objects.get().quantity == 5


def test_a_page_of_a_cart_asks_the_same_however_much_is_in_it(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(shop.a_member("ann"))
    for number in range(8):
        shop.a_merchant(f"shop{number}")
        put_in(client, shop.a_product(f"p{number}", merchant_id=f"shop{number}"))
    client.get("/cart/")
    with django_assert_max_num_queries(8):
        client.get("/cart/")
