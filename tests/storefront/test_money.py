"""Amounts on pages: floored, never rounded up, exact to the last digit shown."""

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.storefront.templatetags import money

MICRO = st.integers(-(2**63), 2**63)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (money.fen(123_450), "¥1,234.50"),
        (money.fen(5), "¥0.05"),
        (money.fen(-5), "−¥0.05"),
        (money.yuan(1_234_509_999), "¥1,234.50"),
        (money.yuan(9_999), "¥0.00"),
        (money.yuan(-1), "−¥0.01"),
        (money.exact(56_195_012), "56.195012"),
        (money.points(56_195_099), "56.1950"),
        (money.signed(12_500_000), "+12.500000"),
        (money.signed(-12_500_000), "−12.500000"),
        (money.signed(0), "0.000000"),
        (money.price(Fraction(51731999, 10_000_000)), "¥5.1731"),
        (money.price(Fraction(2, 3)), "¥0.6666"),
        (money.percent(300_000_000), "30%"),
        (money.percent(125_000_000), "12.5%"),
        (money.percent(1), "0.0000001%"),
        (money.percent(0), "0%"),
        (money.percent(1_000_000_000), "100%"),
        (money.ratio_percent(1, 3), "33.33%"),
        (money.ratio_percent(0, 0), "0.00%"),
        (money.times(2_000_000_000), "2"),
        (money.times(1_500_000_000), "1.5"),
        (money.times(10_000_000_000), "10"),
        (money.times(0), "0"),
        (money.count(6_911), "6,911"),
    ],
)
def test_amounts_read_as_people_write_them(shown: str, expected: str) -> None:
    assert shown == expected


@given(MICRO)
def test_yuan_is_the_exact_amount_floored_to_fen(amount_micro: int) -> None:
    exact = Decimal(amount_micro) / 1_000_000
    shown = Decimal(money.yuan(amount_micro).replace("¥", "").replace(",", "").replace("−", "-"))
    assert shown == exact.quantize(Decimal("0.01"), rounding=ROUND_FLOOR)


@given(MICRO)
def test_exact_shows_every_micro_unit(amount_micro: int) -> None:
    shown = Decimal(money.exact(amount_micro).replace(",", "").replace("−", "-"))
    assert shown * 1_000_000 == amount_micro


@given(st.fractions(min_value=0, max_value=10**9))
def test_a_price_is_never_shown_higher_than_it_is(ratio: Fraction) -> None:
    shown = Fraction(money.price(ratio).replace("¥", "").replace(",", ""))
    assert shown <= ratio < shown + Fraction(1, 10_000)


def test_a_price_tag_keeps_the_amount_in_one_piece_for_screen_readers() -> None:
    assert money.price_tag(229_900) == (
        '<span class="price-tag"><span class="price-sign">¥</span>2,299'
        '<span class="price-cents">.00</span></span>'
    )
