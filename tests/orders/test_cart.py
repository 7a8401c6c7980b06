"""The cart: of a visitor, of a member, and from one to the other."""

from datetime import timedelta

import pytest

from sharemall.catalogue.models import Product, Variant
from sharemall.members.models import Member
from sharemall.orders import cart
from sharemall.orders.cart import Owner
from sharemall.orders.models import CartLine
from sharemall.orders.refusals import Refusal, Refused
from tests.orders import shop
from tests.orders.shop import NOW

pytestmark = pytest.mark.django_db

VISITOR = Owner(visitor="v1")


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


@pytest.fixture
def ann() -> Member:
    return shop.a_member("ann")


def put(owner: Owner, product: Product, quantity: int = 1) -> CartLine:
    return cart.add(owner=owner, variant_id=product.variants.get().pk, quantity=quantity, now=NOW)


def contents(owner: Owner) -> dict[str, int]:
    return {line.variant.sku: line.quantity for line in owner.lines.select_related("variant")}


def test_what_is_put_in_twice_is_one_line_of_both() -> None:
    red = shop.a_product()
    put(VISITOR, red, 2)
    put(VISITOR, red, 3)
    assert contents(VISITOR) == {"red": 5}
    assert cart.count(VISITOR) == 1


def test_a_visitor_without_an_id_has_an_empty_cart() -> None:
    put(VISITOR, shop.a_product())
    assert cart.view(Owner(), NOW).groups == ()
    assert cart.count(Owner()) == 0


def test_carts_do_not_see_each_other(ann: Member) -> None:
    put(VISITOR, shop.a_product())
    owner = Owner(member_id=ann.pk)
    assert contents(owner) == {}
    variant_id = Variant.objects.get().pk
    cart.set_quantity(owner=owner, variant_id=variant_id, quantity=0)
    cart.remove(owner=owner, variant_ids=[variant_id])
    cart.select(owner=owner, variant_ids=None, on=False)
    line = VISITOR.lines.get()
    assert (line.quantity, line.is_selected) == (1, True)


@pytest.mark.parametrize(
    ("fields", "quantity", "refusal"),
    [
        ({}, 0, Refusal.BAD_QUANTITY),
        ({}, -3, Refusal.BAD_QUANTITY),
        ({}, 10**12, Refusal.BAD_QUANTITY),
        ({"stock": 0}, 1, Refusal.OUT_OF_STOCK),
        ({"on_sale": False}, 1, Refusal.NOT_ON_SALE),
    ],
)
def test_what_cannot_be_bought_does_not_go_in(
    fields: dict[str, object], quantity: int, refusal: Refusal
) -> None:
    red = shop.a_product(**fields)
    with pytest.raises(Refused) as refused:
        put(VISITOR, red, quantity)
    assert refused.value.refusal == refusal
    assert contents(VISITOR) == {}


def test_a_variant_that_does_not_exist_is_not_on_sale() -> None:
    with pytest.raises(Refused) as refused:
        cart.add(owner=VISITOR, variant_id=10**15, quantity=1, now=NOW)
    assert refused.value.refusal == Refusal.NOT_ON_SALE


def test_a_cart_holds_a_hundred_different_things() -> None:
    goods = [shop.a_product(f"p{number}") for number in range(101)]
    for product in goods[:100]:
        put(VISITOR, product)
    with pytest.raises(Refused) as refused:
        put(VISITOR, goods[100])
    assert refused.value.refusal == Refusal.TOO_MANY
    put(VISITOR, goods[0])
    assert cart.count(VISITOR) == 100


def test_a_quantity_stays_within_what_an_order_can_hold() -> None:
    red = shop.a_product(stock=5000)
    put(VISITOR, red, 999)
    put(VISITOR, red, 999)
    assert contents(VISITOR) == {"red": 999}
    variant_id = Variant.objects.get().pk
    cart.set_quantity(owner=VISITOR, variant_id=variant_id, quantity=7)
    assert contents(VISITOR) == {"red": 7}
    for wrong in (-1, 1000):
        with pytest.raises(Refused):
            cart.set_quantity(owner=VISITOR, variant_id=variant_id, quantity=wrong)
    cart.set_quantity(owner=VISITOR, variant_id=variant_id, quantity=0)
    assert contents(VISITOR) == {}


def test_the_view_groups_by_merchant_and_sums_what_is_selected() -> None:
    winery = shop.a_merchant()
    red, home = shop.a_product("red", merchant_id=winery.key), shop.a_product("lamp")
    put(VISITOR, red, 2)
    put(VISITOR, home)
    seen = cart.view(VISITOR, NOW)
    assert {group.merchant.key for group in seen.groups} == {"winery", "platform"}
    assert (seen.total_fen, seen.pieces) == (30_000, 3)
    cart.select(owner=VISITOR, variant_ids=[red.variants.get().pk], on=False)
    seen = cart.view(VISITOR, NOW)
    assert (seen.total_fen, seen.all_selected) == (10_000, False)


def test_a_flash_price_counts_in_the_cart_while_it_runs() -> None:
    red = shop.a_product()
    shop.a_flash_price(red)
    put(VISITOR, red)
    assert cart.view(VISITOR, NOW).total_fen == 8_000
    assert cart.view(VISITOR, NOW + timedelta(hours=2)).total_fen == 10_000


def test_looking_tells_a_changed_price_once_and_lets_go_of_what_is_sold_out() -> None:
    red, white = shop.a_product("red"), shop.a_product("white")
    put(VISITOR, red)
    put(VISITOR, white)
    Variant.objects.filter(sku="red").update(price_fen=9_000)
    Variant.objects.filter(sku="white").update(stock=0)
    first = {item.variant.sku: (item, fault) for item, fault in cart.look(VISITOR, NOW).items}
    assert (first["red"][0].seen_price_fen, first["red"][0].price_fen) == (10_000, 9_000)
    assert first["white"][1] is not None
    assert first["white"][1].refusal == Refusal.OUT_OF_STOCK
    again = {item.variant.sku: item for item, _ in cart.look(VISITOR, NOW).items}
    assert again["red"].seen_price_fen == 9_000
    assert not again["white"].is_selected


def test_the_view_is_one_query_however_long_the_cart(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    for number in range(6):
        put(VISITOR, shop.a_product(f"p{number}"))
    with django_assert_num_queries(1):
        assert len(cart.view(VISITOR, NOW).items) == 6


def test_signing_in_keeps_the_cart_and_of_both_the_larger_number(ann: Member) -> None:
    red, white, rose = (shop.a_product(slug) for slug in ("red", "white", "rose"))
    mine = Owner(member_id=ann.pk)
    put(mine, red, 5)
    put(mine, white, 1)
    put(VISITOR, red, 2)
    put(VISITOR, white, 4)
    put(VISITOR, rose, 3)
    cart.merge(visitor="v1", member_id=ann.pk)
    assert contents(mine) == {"red": 5, "white": 4, "rose": 3}
    assert contents(VISITOR) == {}
    cart.merge(visitor="v1", member_id=ann.pk)
    assert contents(mine) == {"red": 5, "white": 4, "rose": 3}


def test_a_full_cart_leaves_out_what_does_not_fit(ann: Member) -> None:
    mine = Owner(member_id=ann.pk)
    for number in range(99):
        put(mine, shop.a_product(f"p{number}"))
    for slug in ("old", "new"):
        put(VISITOR, shop.a_product(slug))
    cart.merge(visitor="v1", member_id=ann.pk)
    assert cart.count(mine) == 100
    assert "new" in contents(mine)


def test_what_visitors_left_a_month_ago_is_forgotten(ann: Member) -> None:
    red = shop.a_product()
    put(VISITOR, red)
    put(Owner(member_id=ann.pk), red)
    assert cart.forget_visitors(NOW + timedelta(days=29)) == 0
    assert cart.forget_visitors(NOW + timedelta(days=30)) == 1
    assert cart.count(Owner(member_id=ann.pk)) == 1
