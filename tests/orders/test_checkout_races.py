"""Many checkouts at once: nothing is sold twice, no coupon, no flash price, no limit is passed."""

from collections import Counter
from uuid import uuid4

import pytest

from sharemall.catalogue.models import FlashPrice, Product
from sharemall.compliance.models import NoteConfirmation
from sharemall.coupons.models import CouponClaim
from sharemall.orders import cart
from sharemall.orders.cart import Owner
from sharemall.orders.models import Bought, CartLine, Order
from sharemall.orders.refusals import Refusal
from sharemall.payments.models import Payment
from tests.orders import shop
from tests.orders.shop import NOW
from tests.orders.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


def outcomes(results: list[object]) -> Counter[str]:
    return Counter(str(one) if isinstance(one, Refusal) else "placed" for one in results)


def test_fifty_buyers_of_the_last_bottle_sell_it_once() -> None:
    wine = shop.a_product(stock=1)
    buyers = [shop.a_member(f"buyer{number}") for number in range(50)]
    results = at_once([lambda buyer=buyer: shop.place(buyer, wine) for buyer in buyers])
    assert outcomes(results) == {"placed": 1, "out_of_stock": 49}
    assert shop.stock_of(wine) == 0
    assert Order.objects.count() == Payment.objects.count() == 1
    assert NoteConfirmation.objects.count() == 1


def test_buyers_of_different_quantities_never_take_more_than_there_is() -> None:
    wine = shop.a_product(stock=17)
    buyers = [shop.a_member(f"buyer{number}") for number in range(20)]
    jobs = [
        lambda buyer=buyer, quantity=number % 4 + 1: shop.place(buyer, wine, quantity)
        for number, buyer in enumerate(buyers)
    ]
    results = at_once(jobs)
    taken = sum(one.lines.get().quantity for one in results if isinstance(one, Order))
    assert taken + shop.stock_of(wine) == 17
    assert shop.stock_of(wine) < 4


def test_baskets_of_the_same_goods_in_any_order_do_not_lock_each_other_out() -> None:
    goods = [shop.a_product(f"p{number}", stock=40) for number in range(4)]
    buyers = [shop.a_member(f"buyer{number}") for number in range(24)]

    def buy(number: int) -> Payment:
        wanted = goods if number % 2 else goods[::-1]
        return shop.place_all(buyers[number], shop.basket(*((one, 2) for one in wanted)))

    results = at_once([lambda number=number: buy(number) for number in range(24)])
    assert outcomes(results) == {"placed": 20, "out_of_stock": 4}
    assert [shop.stock_of(one) for one in goods] == [0, 0, 0, 0]


def test_a_flash_price_is_given_as_often_as_it_was_offered() -> None:
    wine = shop.a_product(stock=50)
    shop.a_flash_price(wine)
    buyers = [shop.a_member(f"buyer{number}") for number in range(30)]
    results = at_once([lambda buyer=buyer: shop.place(buyer, wine) for buyer in buyers])
    paid = Counter(one.total_fen for one in results if isinstance(one, Order))
    assert paid[8_000] == 3
    assert FlashPrice.objects.get().left == 0
    assert shop.stock_of(wine) == 50 - paid.total()


def test_one_coupon_is_used_on_one_of_fifty_orders() -> None:
    wine, ann = shop.a_product(stock=100), shop.a_member()
    shop.place(ann, wine)  # the risk note is out of the way
    claim = shop.a_claim(ann, shop.a_coupon())
    shown = shop.quote(ann, shop.basket((wine, 1)))
    chosen = shop.choices(shown)
    results = at_once(
        [lambda: shop.place(ann, wine, claims=chosen, seen=shown.fingerprint) for _ in range(50)]
    )
    assert outcomes(results) == {"placed": 1, "coupon_gone": 49}
    claim.refresh_from_db()
    assert claim.order_no == next(one.no for one in results if isinstance(one, Order))
    assert shop.stock_of(wine) == 98


def test_a_limit_a_member_holds_against_fifty_orders_at_once() -> None:
    wine, ann = shop.a_product(stock=100, limit_per_member=3), shop.a_member()
    results = at_once([lambda: shop.place(ann, wine) for _ in range(50)])
    assert outcomes(results) == {"placed": 3, "limit": 47}
    assert Bought.objects.get().quantity == 3
    assert shop.stock_of(wine) == 97


def test_one_form_sent_fifty_times_at_once_is_one_order() -> None:
    wine, ann, key = shop.a_product(), shop.a_member(), uuid4()
    results = at_once([lambda: shop.place(ann, wine, 2, key=key)] * 50)
    assert len({one.pk for one in results if isinstance(one, Order)}) == 1
    assert (Order.objects.count(), Payment.objects.count(), shop.stock_of(wine)) == (1, 1, 8)


def test_one_form_with_the_last_coupon_and_the_last_bottle_is_one_order() -> None:
    wine, ann, key = shop.a_product(stock=1), shop.a_member(), uuid4()
    shop.a_claim(ann, shop.a_coupon())
    shown = shop.quote(ann, shop.basket((wine, 1)))
    agreed = {"key": key, "claims": shop.choices(shown), "seen": shown.fingerprint}
    results = at_once([lambda: shop.place(ann, wine, **agreed)] * 20)
    assert len({one.pk for one in results if isinstance(one, Order)}) == 1
    assert CouponClaim.objects.get().order_no == Order.objects.get().no


def put(owner: Owner, product: Product) -> CartLine:
    return cart.add(owner=owner, variant_id=product.variants.get().pk, quantity=1, now=NOW)


def test_a_product_put_in_fifty_times_at_once_is_one_line_of_fifty() -> None:
    wine, owner = shop.a_product(), Owner(visitor="v")
    at_once([lambda: put(owner, wine)] * 50)
    assert owner.lines.get().quantity == 50


def test_a_cart_is_merged_once_while_it_is_filled() -> None:
    goods, ann = [shop.a_product(f"p{number}") for number in range(8)], shop.a_member()
    visitor, mine = Owner(visitor="v"), Owner(member_id=ann.pk)
    for product in goods:
        put(visitor, product)
    jobs: list[object] = [lambda: cart.merge(visitor="v", member_id=ann.pk)] * 8
    jobs += [lambda product=product: put(mine, product) for product in goods]
    at_once(jobs)  # type: ignore[arg-type]
    assert cart.count(visitor) == 0
    assert {line.variant.sku for line in mine.lines} == {one.slug for one in goods}
