"""What coupons take off, and how it is spread."""

from hypothesis import given
from hypothesis import strategies as st

from sharemall.coupons.discounts import in_scope, off_fen
from sharemall.coupons.models import Coupon
from sharemall.merchants.models import NANO


def amount(off: int, threshold: int) -> Coupon:
    return Coupon(off_fen=off, threshold_fen=threshold)


def percent(nano: int, most: int, threshold: int = 1) -> Coupon:
    return Coupon(off_nano=nano, most_off_fen=most, threshold_fen=threshold)


def test_an_amount_comes_off_from_its_threshold_on() -> None:
    assert [off_fen(amount(20, 100), goods) for goods in (0, 99, 100, 5000)] == [0, 0, 20, 20]


def test_a_percentage_is_rounded_down_and_ends_at_its_most() -> None:
    tenth = percent(NANO // 10, 50, threshold=15)
    assert [off_fen(tenth, goods) for goods in (14, 15, 99, 500, 9999)] == [0, 1, 9, 50, 50]


@given(
    st.integers(0, 10**14),
    st.one_of(
        st.tuples(st.integers(1, 10**12), st.integers(1, 10**12)).map(
            lambda pair: amount(pair[0], pair[0] + pair[1])
        ),
        st.builds(
            percent, st.integers(1, NANO - 1), st.integers(1, 10**12), st.integers(1, 10**12)
        ),
    ),
)
def test_what_is_left_to_pay_is_above_nothing(goods: int, coupon: Coupon) -> None:
    off = off_fen(coupon, goods)
    assert off >= 0
    assert off < goods or off == goods == 0


def test_a_coupon_counts_for_its_merchant_and_zone() -> None:
    everywhere = Coupon()
    teas = Coupon(merchant_id="tea")
    drinks = Coupon(zone_key="wine")
    goods = [("tea", "wine"), ("tea", "home"), ("hut", "wine")]

    def of(coupon: Coupon) -> list[bool]:
        return [in_scope(coupon, merchant_key=shop, zone_key=zone) for shop, zone in goods]

    assert of(everywhere) == [True, True, True]
    assert of(teas) == [True, True, False]
    assert of(drinks) == [True, False, True]
