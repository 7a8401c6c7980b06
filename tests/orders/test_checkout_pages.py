"""The checkout's page: sums, coupons, addresses, what changed meanwhile, what it refuses."""

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import Product, Variant
from sharemall.clock import services as clock
from sharemall.compliance.models import NoteConfirmation
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.members import addresses
from sharemall.members.models import Address, Member
from sharemall.merchants.models import FreightRule
from sharemall.orders import cart, checkout
from sharemall.orders.cart import Owner
from sharemall.orders.models import CartLine, Order
from sharemall.payments.models import Payment
from tests.orders import shop
from tests.orders.forms import Fields, fields_of, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


@pytest.fixture
def wine() -> Product:
    return shop.a_product()


@pytest.fixture
def ann(wine: Product) -> Member:
    """Ann with two bottles in her cart."""
    ann = shop.a_member("ann")
    put_in(ann, wine, 2)
    return ann


@pytest.fixture
def client(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(ann)
    return client


def put_in(member: Member, product: Product, quantity: int = 1) -> None:
    owner = Owner(member_id=member.pk)
    variant = product.variants.get()
    cart.add(owner=owner, variant_id=variant.pk, quantity=quantity, now=clock.now())


def shown(client: Client, page: str = "/checkout/", **changes: object) -> Fields:
    """The form as the page shows it, the note ticked."""
    ticked = {"do": "place", "note_version": 1, **changes}
    return fields_of(client.get(page), "checkout", **ticked)


def place(client: Client, form: Fields) -> HttpResponse:
    return client.post("/checkout/", form)


def test_it_shows_lines_sums_estimate_note_and_when_it_all_comes(client: Client) -> None:
    text = text_of(client.get("/checkout/"))
    for words in (
        "Dry red wine",
        "¥200.00",
        "Estimate",
        "Quota is an upper limit",
        "7 days after you have received the goods",
        "risk-title",
        "安",
    ):
        assert words in text
    assert not Order.objects.exists()


def test_placing_goes_on_to_the_cashier_and_empties_the_cart(client: Client, ann: Member) -> None:
    answer = place(client, shown(client, **{"remark-platform": "Ring twice"}))
    payment, order = Payment.objects.get(), Order.objects.get()
    assert answer.headers["Location"] == f"/pay/{payment.no}/"
    assert (order.member, order.total_fen, order.status) == (ann, 20_000, "unpaid")
    assert (order.remark, order.ship_district) == ("Ring twice", "110105")
    assert not CartLine.objects.exists()
    confirmed = NoteConfirmation.objects.get()
    assert (confirmed.version, confirmed.language) == (1, "en")
    put_in(ann, Product.objects.get())
    assert "risk-title" not in text_of(client.get("/checkout/"))


def test_a_form_sent_twice_leads_to_the_same_payment(client: Client) -> None:
    form = shown(client)
    first, second = place(client, form), place(client, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == 1


def test_each_merchant_gets_an_order_under_one_payment(client: Client, ann: Member) -> None:
    shop.a_merchant("winery")
    put_in(ann, shop.a_product("white", merchant_id="winery"))
    form = shown(client, **{"remark-platform": "a", "remark-winery": "b"})
    place(client, form)
    orders = Order.objects.order_by("merchant_id").values_list("merchant_id", "remark")
    assert list(orders) == [("platform", "a"), ("winery", "b")]
    assert Payment.objects.get().amount_fen == 30_000


def test_buying_now_leaves_the_cart_alone(client: Client, wine: Product) -> None:
    variant = wine.variants.get()
    form = shown(client, f"/checkout/?variant={variant.pk}&quantity=3")
    place(client, form)
    assert Order.objects.get().total_fen == 30_000
    assert CartLine.objects.get().quantity == 2


def test_signing_in_comes_back_to_this_checkout(wine: Product) -> None:
    page = f"/checkout/?variant={wine.variants.get().pk}&quantity=3"
    answer = Client().get(page)
    assert answer.status_code == 302
    assert "next=/checkout/%3Fvariant%3D" in answer.headers["Location"]


def test_an_empty_cart_leads_back_to_it(client: Client) -> None:
    CartLine.objects.all().delete()
    assert client.get("/checkout/").headers["Location"] == "/cart/"


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "1.5", "x", "9" * 40])
def test_a_number_of_pieces_that_cannot_be_bought_is_said_and_orders_nothing(
    client: Client, wine: Product, quantity: str
) -> None:
    asked = {"variant": wine.variants.get().pk, "quantity": quantity}
    page = text_of(client.get("/checkout/", asked))
    assert "An order can hold between 1 and 999 of this." in page
    assert 'value="place"' not in page
    answer = client.post("/checkout/", asked | {"do": "place"})
    assert answer.status_code == 422
    assert "between 1 and 999" in text_of(answer)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("text", ["0", "-1", "abc", "9" * 30, "\0", "", "1.5"])
def test_a_senseless_variant_or_quantity_is_a_page_with_a_sentence(
    client: Client, wine: Product, text: str
) -> None:
    variant = wine.variants.get().pk
    assert client.get("/checkout/", {"variant": text or "0"}).status_code in (200, 302)
    answer = client.get("/checkout/", {"variant": variant, "quantity": text})
    assert answer.status_code == 200
    answer = place(client, {"do": "place", "variant": variant, "quantity": text})
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_too_many_is_said_at_the_line(client: Client, wine: Product) -> None:
    answer = client.get("/checkout/", {"variant": wine.variants.get().pk, "quantity": 11})
    assert "Dry red wine: only 10 are left." in text_of(answer)


def test_without_the_tick_nothing_is_ordered(client: Client) -> None:
    form = shown(client)
    form.pop("note_version")
    answer = place(client, form)
    assert answer.status_code == 422
    assert "Please confirm that you have read the note on risk." in text_of(answer)
    for version in ("0", "2", "abc", "9" * 40):
        assert place(client, form | {"note_version": version}).status_code == 422
    assert not Order.objects.exists()


class TestAddresses:
    def test_without_one_the_page_asks_for_it(self, client: Client) -> None:
        Address.objects.all().delete()
        text = text_of(client.get("/checkout/"))
        assert "/me/addresses/new/?next=%2Fcheckout%2F" in text
        answer = place(client, shown(client))
        assert answer.status_code == 422
        assert "Choose an address first." in text_of(answer)

    def test_another_can_be_chosen(self, client: Client, ann: Member) -> None:
        far = shop.an_address(ann, "650102")
        place(client, shown(client, address=far.pk))
        assert Order.objects.get().ship_district == "650102"

    def test_anothers_address_is_none(self, client: Client) -> None:
        bens = addresses.addresses(shop.a_member("ben"))[0]
        place(client, shown(client, address=bens.pk))
        assert Order.objects.get().ship_phone == "13800001111"
        assert Order.objects.get().member.account == "ann"

    def test_freight_depends_on_it(self, client: Client, ann: Member, wine: Product) -> None:
        wine.freight_rule = _far_is_dear()
        wine.save()
        far = shop.an_address(ann, "650102")
        assert "¥8.00" in text_of(client.get("/checkout/"))
        form = shown(client, address=far.pk, do="look")
        text = text_of(client.post("/checkout/", form, headers=HTMX))
        assert "¥20.00" in text
        assert "<html" not in text

    def test_where_nothing_is_sent_to_is_said(
        self, client: Client, ann: Member, wine: Product
    ) -> None:
        wine.freight_rule = _far_is_dear(unserved=["11"])
        wine.save()
        text = text_of(client.get("/checkout/"))
        assert "Dry red wine is not sent to this address." in text
        assert place(client, shown(client)).status_code == 422


def _far_is_dear(**fields: object) -> FreightRule:
    near = {"first_grams": 2_000, "first_fen": 800, "step_grams": 1_000, "step_fen": 100}
    bands = [{**near, "provinces": ["65"], "first_fen": 2_000}, {**near, "provinces": []}]
    return FreightRule.objects.create(
        merchant_id="platform", name="by weight", bands=bands, **fields
    )


class TestCoupons:
    def test_the_best_ones_are_chosen_and_can_be_given_up(
        self, client: Client, ann: Member
    ) -> None:
        shop.a_claim(ann, shop.a_coupon(off_fen=1_000))
        best = shop.a_claim(ann, shop.a_coupon(off_fen=3_000))
        form = shown(client)
        assert form["platform-claim-platform"] == [str(best.pk)]
        assert "¥170.00" in text_of(client.get("/checkout/"))
        place(client, form | {"platform-claim-platform": ""})
        # The sums that were shown had the coupon in them: the page asks again.
        assert not Order.objects.exists()
        without = client.post(
            "/checkout/", form | {"platform-claim-platform": "", "do": "look"}, headers=HTMX
        )
        place(client, fields_of(without, "checkout", do="place", note_version=1))
        assert Order.objects.get().total_fen == 20_000

    def test_one_of_the_merchant_and_one_of_the_platform_go_together(
        self, client: Client, ann: Member
    ) -> None:
        own = {"merchant_id": "platform", "funder": Coupon.Funder.MERCHANT}
        shop.a_claim(ann, shop.a_coupon(off_fen=2_000, **own))
        shop.a_claim(ann, shop.a_coupon(off_fen=1_000))
        place(client, shown(client))
        order = Order.objects.get()
        assert (order.discount_fen, order.subsidy_fen) == (3_000, 1_000)
        assert CouponClaim.objects.filter(order_no=order.no).count() == 2

    def test_one_that_does_not_fit_says_why(self, client: Client, ann: Member) -> None:
        shop.a_claim(ann, shop.a_coupon(threshold_fen=99_900, off_fen=1_000))
        assert "From ¥999.00 of goods on." in text_of(client.get("/checkout/"))

    def test_one_that_is_gone_meanwhile_is_said_and_asked_for_again(
        self, client: Client, ann: Member
    ) -> None:
        claim = shop.a_claim(ann, shop.a_coupon(off_fen=3_000))
        form = shown(client)
        claim.order_no, claim.used_at = "1", shop.NOW
        claim.save()
        answer = place(client, form)
        assert answer.status_code == 422
        assert "A coupon can no longer be used." in text_of(answer)
        assert "coupons take off ¥0.00 instead of ¥30.00" in text_of(answer)
        place(client, fields_of(answer, "checkout", do="place"))
        assert Order.objects.get().total_fen == 20_000

    @pytest.mark.parametrize("claim", ["0", "-1", "abc", "9" * 30, "\0"])
    def test_what_is_no_claim_takes_nothing_off(
        self, client: Client, ann: Member, claim: str
    ) -> None:
        form = shown(client, **{"platform-claim-platform": claim})
        assert place(client, form).status_code in (302, 422)
        assert all(order.discount_fen == 0 for order in Order.objects.all())

    def test_anothers_coupon_takes_nothing_off(self, client: Client, ann: Member) -> None:
        bens = shop.a_claim(shop.a_member("ben"), shop.a_coupon())
        form = shown(client, **{"platform-claim-platform": bens.pk})
        assert place(client, form).status_code == 422
        assert not Order.objects.exists()


class TestChanges:
    def test_a_changed_price_is_said_and_asked_for_again(self, client: Client) -> None:
        form = shown(client)
        Variant.objects.update(price_fen=12_000)
        answer = place(client, form)
        assert answer.status_code == 422
        assert "Something has changed since you saw this page." in text_of(answer)
        assert "Dry red wine: the price changed from ¥100.00 to ¥120.00." in text_of(answer)
        place(client, fields_of(answer, "checkout", do="place"))
        assert Order.objects.get().total_fen == 24_000

    def test_goods_that_are_sold_out_meanwhile_are_named(self, client: Client) -> None:
        form = shown(client)
        Variant.objects.update(stock=0)
        answer = place(client, form)
        assert answer.status_code == 422
        assert "Dry red wine is sold out." in text_of(answer)

    def test_a_cart_changed_in_another_tab_is_asked_for_again(
        self, client: Client, ann: Member
    ) -> None:
        form = shown(client)
        put_in(ann, shop.a_product("beer"))
        answer = place(client, form)
        assert answer.status_code == 422
        assert "The goods are not the same as before." in text_of(answer)

    def test_a_changed_freight_is_said(self, client: Client, wine: Product) -> None:
        form = shown(client)
        wine.freight_rule = _far_is_dear()
        wine.save()
        text = text_of(place(client, form))
        assert "freight changed from ¥0.00 to ¥8.00." in text

    def test_the_key_of_another_checkout_is_refused(self, client: Client, ann: Member) -> None:
        form = shown(client)
        place(client, form)
        beer = shop.a_product("beer")
        put_in(ann, beer, 3)
        answer = place(client, shown(client, key=form["key"]))
        assert answer.status_code == 422
        assert "This form was sent before" in text_of(answer)
        place(client, fields_of(answer, "checkout", do="place"))
        assert Order.objects.count() == 2


@pytest.mark.parametrize("remark", ["x" * 201, "a\0b"])
def test_a_remark_that_cannot_be_kept_is_refused(client: Client, remark: str) -> None:
    answer = place(client, shown(client, **{"remark-platform": remark}))
    assert answer.status_code == 422
    assert "A remark can have at most 200 characters" in text_of(answer)
    assert not Order.objects.exists()


def test_a_form_without_anything_is_refused_in_a_sentence(client: Client) -> None:
    for form in ({"do": "place"}, {"do": "place", "key": "x", "seen": "\0", "claims": "\0"}):
        answer = place(client, form)
        assert answer.status_code == 422
        assert 'role="alert"' in text_of(answer)
    assert not Order.objects.exists()


def test_the_page_asks_the_same_however_many_merchants_there_are(
    client: Client, ann: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        shop.a_merchant(f"shop{number}")
        put_in(ann, shop.a_product(f"p{number}", merchant_id=f"shop{number}"))
        shop.a_claim(ann, shop.a_coupon())
    client.get("/checkout/")
    with django_assert_max_num_queries(13):
        client.get("/checkout/")


def test_the_same_key_after_the_cart_is_empty_still_finds_its_payment(
    client: Client, ann: Member
) -> None:
    form = shown(client)
    place(client, form)
    assert not checkout.basket_of_cart(ann, clock.now()).items
    assert place(client, form).headers["Location"] == f"/pay/{Payment.objects.get().no}/"
    assert place(client, form | {"key": uuid4()}).status_code == 422
