"""Placing: what becomes an order, what it takes, and what it refuses."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharemall.catalogue.models import FlashPrice, Product, Variant, Zone
from sharemall.compliance.models import NoteConfirmation
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.members import addresses
from sharemall.members.models import Member
from sharemall.merchants.models import FreightRule, Merchant
from sharemall.orders import cart, checkout
from sharemall.orders.cart import Owner
from sharemall.orders.checkout import Basket
from sharemall.orders.models import Bought, Order
from sharemall.orders.pricing import Choice
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments.models import Payment
from tests.orders import shop
from tests.orders.shop import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


@pytest.fixture
def ann() -> Member:
    return shop.a_member("ann")


@pytest.fixture
def red() -> Product:
    return shop.a_product()


def refusal_of(job: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        job()
    return refused.value


def test_placing_takes_stock_and_asks_for_the_money(ann: Member, red: Product) -> None:
    order = shop.place(ann, red, 3)
    assert shop.stock_of(red) == 7
    assert (order.status, order.total_fen, order.scheme_version) == ("unpaid", 30_000, 1)
    assert order.expires_at == NOW + timedelta(minutes=30)
    assert (order.payment.status, order.payment.amount_fen) == ("pending", 30_000)
    assert (order.ship_name, order.ship_district) == ("安", "110105")
    line = order.lines.get()
    assert (line.zone_key, line.price_fen, line.cost_fen, line.quantity) == ("wine", 10000, 4000, 3)


def test_a_basket_of_several_merchants_is_one_payment_and_an_order_each(
    ann: Member, red: Product
) -> None:
    shop.a_merchant()
    white = shop.a_product("white", merchant_id="winery", price_fen=5_000, cost_fen=2_000)
    payment = shop.place_all(ann, shop.basket((red, 1), (white, 2)))
    orders = payment.orders.order_by("id")
    assert [(one.merchant_id, one.total_fen) for one in orders] == [
        ("platform", 10_000),
        ("winery", 10_000),
    ]
    assert payment.amount_fen == 20_000
    assert len({one.no for one in orders}) == 2


def test_what_is_ordered_from_the_cart_leaves_it(ann: Member, red: Product) -> None:
    white = shop.a_product("white")
    owner = Owner(member_id=ann.pk)
    for product in (red, white):
        cart.add(owner=owner, variant_id=product.variants.get().pk, quantity=1, now=NOW)
    cart.select(owner=owner, variant_ids=[white.variants.get().pk], on=False)
    shop.place_all(ann, checkout.basket_of_cart(ann, NOW))
    assert [line.variant.sku for line in owner.lines] == ["white"]


def test_what_is_bought_at_once_leaves_the_cart_alone(ann: Member, red: Product) -> None:
    owner = Owner(member_id=ann.pk)
    variant_id = red.variants.get().pk
    cart.add(owner=owner, variant_id=variant_id, quantity=2, now=NOW)
    shop.place_all(ann, checkout.basket_of(variant_id, 1, NOW))
    assert owner.lines.get().quantity == 2


def test_coupons_are_used_and_split_over_the_lines(ann: Member, red: Product) -> None:
    white = shop.a_product("white", price_fen=5_000, cost_fen=2_000)
    mine = shop.a_claim(ann, shop.a_coupon())
    payment = shop.place_all(ann, shop.basket((red, 1), (white, 1)))
    order = payment.orders.get()
    assert (order.goods_fen, order.discount_fen, order.subsidy_fen) == (15_000, 1_000, 1_000)
    assert (order.platform_claim, order.merchant_claim) == (mine, None)
    assert [line.discount_fen for line in order.lines.all()] == [666, 334]
    mine.refresh_from_db()
    assert (mine.order_no, mine.used_at) == (order.no, NOW)


def test_a_flash_price_takes_of_its_own_stock_and_of_the_variants(
    ann: Member, red: Product
) -> None:
    flash = shop.a_flash_price(red)
    order = shop.place(ann, red, 2)
    flash.refresh_from_db()
    assert (order.total_fen, flash.left, shop.stock_of(red)) == (16_000, 1, 8)
    assert order.lines.get().flash == flash


def test_freight_is_paid_with_the_order(ann: Member) -> None:
    rule = FreightRule.objects.create(
        merchant_id="platform",
        name="标准",
        bands=[
            {"provinces": [], "first_grams": 1000, "first_fen": 800, "step_grams": 1000,
             "step_fen": 200}
        ],
        unserved=["54"],
    )  # fmt: skip
    red = shop.a_product(freight_rule=rule)
    order = shop.place(ann, red, 3)
    assert (order.freight_fen, order.total_fen) == (1_200, 31_200)
    far = shop.an_address(ann, "540102")
    refused = refusal_of(lambda: shop.place(ann, red, address_id=far.pk))
    assert refused.refusal == Refusal.NOT_SENT_THERE


def test_a_limit_a_member_counts_over_orders(ann: Member) -> None:
    red = shop.a_product(limit_per_member=3)
    shop.place(ann, red, 2)
    refused = refusal_of(lambda: shop.place(ann, red, 2))
    assert (refused.refusal, refused.facts["most"], refused.facts["bought"]) == ("limit", 3, 2)
    shop.place(ann, red, 1)
    assert Bought.objects.get().quantity == 3
    shop.place(shop.a_member("bob"), red, 3)
    assert shop.stock_of(red) == 4


def test_the_same_form_sent_twice_is_one_payment(ann: Member, red: Product) -> None:
    key, given = uuid4(), shop.basket((red, 2))
    first = shop.place_all(ann, given, key=key)
    assert shop.place_all(ann, given, key=key) == first
    assert (Order.objects.count(), Payment.objects.count(), shop.stock_of(red)) == (1, 1, 8)


def test_a_form_from_the_cart_sent_twice_finds_what_it_placed(ann: Member, red: Product) -> None:
    key, owner = uuid4(), Owner(member_id=ann.pk)
    cart.add(owner=owner, variant_id=red.variants.get().pk, quantity=2, now=NOW)
    first = shop.place_all(ann, checkout.basket_of_cart(ann, NOW), key=key)
    again = checkout.basket_of_cart(ann, NOW)
    assert again.items == ()
    assert shop.place_all(ann, again, key=key) == first


def test_a_form_sent_again_with_another_content_is_refused(ann: Member, red: Product) -> None:
    key = uuid4()
    order = shop.place(ann, red, 2, key=key)
    refused = refusal_of(lambda: shop.place(ann, red, 3, key=key))
    assert (refused.refusal, refused.facts) == (Refusal.KEY_USED, {"order": order.no})
    assert shop.stock_of(red) == 8


def test_one_members_form_key_says_nothing_about_anothers(ann: Member, red: Product) -> None:
    key = uuid4()
    first = shop.place(ann, red, key=key)
    second = shop.place(shop.a_member("bob"), red, key=key)
    assert first.payment_id != second.payment_id


def change(model: type, **fields: object) -> Callable[[], object]:
    return lambda: model.objects.update(**fields)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("between", "refusal"),
    [
        (change(FlashPrice, price_fen=7_999), Refusal.QUOTE_CHANGED),
        (change(Variant, on_sale=False), Refusal.NOT_ON_SALE),
        (change(Product, on_sale=False), Refusal.NOT_ON_SALE),
        (change(Zone, on_sale=False), Refusal.NOT_ON_SALE),
        (change(Merchant, is_open=False), Refusal.NOT_ON_SALE),
        (change(Variant, stock=1), Refusal.OUT_OF_STOCK),
        (change(FlashPrice, left=0), Refusal.QUOTE_CHANGED),
        (change(FlashPrice, ends_at=NOW), Refusal.QUOTE_CHANGED),
        (change(Coupon, off_fen=500), Refusal.QUOTE_CHANGED),
        (change(Coupon, ends_at=NOW), Refusal.COUPON_GONE),
        (change(CouponClaim, used_at=NOW, order_no="1"), Refusal.COUPON_GONE),
    ],
)
def test_what_changed_since_it_was_shown_is_asked_again(
    ann: Member, red: Product, between: Callable[[], object], refusal: Refusal
) -> None:
    shop.a_flash_price(red)
    shop.a_claim(ann, shop.a_coupon())
    shown = shop.quote(ann, shop.basket((red, 2)))
    between()
    refused = refusal_of(
        lambda: shop.place_all(
            ann,
            shop.basket((red, 2)),
            seen=shown.fingerprint,
            claims=shop.choices(shown),
        )
    )
    assert refused.refusal == refusal
    assert Order.objects.count() == Payment.objects.count() == 0
    assert Bought.objects.count() == 0


@pytest.mark.parametrize(
    ("between", "refusal"),
    [
        (change(Variant, price_fen=9_999), Refusal.PRICE_CHANGED),
        (change(Variant, cost_fen=1), Refusal.PRICE_CHANGED),
        (change(Variant, stock=1), Refusal.OUT_OF_STOCK),
        (change(Product, on_sale=False), Refusal.NOT_ON_SALE),
        (change(Variant, on_sale=False), Refusal.NOT_ON_SALE),
    ],
)
def test_what_changes_between_reading_and_taking_is_found_out(
    ann: Member, red: Product, between: Callable[[], object], refusal: Refusal
) -> None:
    given = shop.basket((red, 2))
    between()
    assert refusal_of(lambda: shop.place_all(ann, given)).refusal == refusal
    assert Order.objects.count() == 0


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**9])
def test_a_quantity_out_of_bounds_is_refused(ann: Member, quantity: int) -> None:
    red = shop.a_product(stock=10**9)
    refused = refusal_of(lambda: shop.place(ann, red, quantity))
    assert (refused.refusal, refused.facts) == (Refusal.BAD_QUANTITY, {"most": 999})


def test_an_empty_basket_and_a_missing_address_are_refused(ann: Member, red: Product) -> None:
    assert refusal_of(lambda: shop.place_all(ann, Basket(()))).refusal == Refusal.EMPTY
    assert refusal_of(lambda: shop.place(ann, red, address_id=None)).refusal == Refusal.NO_ADDRESS


def test_anothers_address_and_anothers_coupon_are_refused(ann: Member, red: Product) -> None:
    bob = shop.a_member("bob")
    foreign = addresses.addresses(bob)[0].pk
    refused = refusal_of(lambda: shop.place(ann, red, address_id=foreign))
    assert refused.refusal == Refusal.NO_ADDRESS
    claim = shop.a_claim(bob, shop.a_coupon())
    refused = refusal_of(lambda: shop.place(ann, red, claims={"platform": Choice(None, claim.pk)}))
    assert refused.refusal == Refusal.COUPON_GONE
    claim.refresh_from_db()
    assert claim.used_at is None


def test_the_risk_note_is_confirmed_once_before_the_first_order(ann: Member, red: Product) -> None:
    for version in (None, 2, 99):
        refused = refusal_of(lambda version=version: shop.place(ann, red, note_version=version))
        assert refused.refusal == Refusal.NOTE_NEEDED
    assert NoteConfirmation.objects.count() == 0
    shop.place(ann, red, note_version=1)
    shop.place(ann, red, note_version=None)
    assert NoteConfirmation.objects.get().member == ann


def test_a_zone_that_the_scheme_does_not_have_sells_nothing(ann: Member) -> None:
    Zone.objects.create(key="gold", name_zh="金", name_en="Gold")
    gold = shop.a_product("gold", zone_id="gold")
    assert refusal_of(lambda: shop.place(ann, gold)).refusal == Refusal.NOT_ON_SALE


def test_placing_takes_eleven_statements_whatever_the_basket(ann: Member) -> None:
    shop.place(ann, shop.a_product("first"))  # the risk note and the referrer are settled
    shop.a_claim(ann, shop.a_coupon())
    owner = Owner(member_id=ann.pk)
    for number in range(5):
        product = shop.a_product(f"p{number}")
        cart.add(owner=owner, variant_id=product.variants.get().pk, quantity=1, now=NOW)
    shown = shop.quote(ann, checkout.basket_of_cart(ann, NOW))
    address_id = addresses.addresses(ann)[0].pk
    with CaptureQueriesContext(
        connection,
    ) as captured:
        checkout.place(
            member=ann,
            basket=checkout.basket_of_cart(ann, NOW),
            address_id=address_id,
            claims=shop.choices(shown),
            remarks={},
            seen=shown.fingerprint,
            key=uuid4(),
            note_version=None,
            language="zh-hans",
            now=NOW,
        )
    statements = [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 11
