"""No order ever pays less for a piece than the lowest price that was worked out for it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import assume, example, given
from hypothesis import strategies as st

from sharemall.catalogue.lowest import Price, highest_rate_nano, lowest_fen, most_off_fen
from sharemall.coupons.discounts import in_scope, off_fen
from sharemall.coupons.models import Coupon
from sharemall.merchants.models import NANO
from sharemall.splitting import split

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Line(NamedTuple):
    zone: str
    price_fen: int
    quantity: int


def a_coupon(
    threshold: int, off: int = 0, nano: int = 0, most: int = 0, shop: str | None = None
) -> Coupon:
    amount = {"off_fen": off} if off else {"off_nano": nano, "most_off_fen": most}
    return Coupon(
        merchant_id=shop,
        threshold_fen=threshold,
        starts_at=NOW - DAY,
        ends_at=NOW + DAY,
        **amount,  # type: ignore[misc]
    )


@st.composite
def coupons(draw: st.DrawFn, shop: str | None = None) -> Coupon:
    """Amounts and percentages, small ones often: that is where rounding shows."""
    size = draw(st.sampled_from([20, 1_000, 10**9]))
    threshold = draw(st.integers(2, size))
    if draw(st.booleans()):
        coupon = a_coupon(threshold, off=draw(st.integers(1, threshold - 1)), shop=shop)
    else:
        nano, most = draw(st.integers(1, NANO - 1)), draw(st.integers(1, size))
        coupon = a_coupon(threshold, nano=nano, most=most, shop=shop)
    coupon.zone_key = draw(st.sampled_from(["", "", "wine"]))
    return coupon


@st.composite
def orders(draw: st.DrawFn) -> list[Line]:
    size = draw(st.sampled_from([20, 1_000, 10**9]))
    line = st.builds(
        Line, st.sampled_from(["wine", "home"]), st.integers(1, size), st.integers(1, 9)
    )
    return draw(st.lists(line, min_size=1, max_size=6))


def pay(lines: list[Line], *stack: Coupon) -> list[int]:
    """What each line pays after the coupons, one after the other, as an order takes them."""
    left = [line.price_fen * line.quantity for line in lines]
    for coupon in stack:
        counts = [in_scope(coupon, merchant_key="tea", zone_key=line.zone) for line in lines]
        weights = [worth if counted else 0 for worth, counted in zip(left, counts, strict=True)]
        parts = split(off_fen(coupon, sum(weights)), weights)
        left = [worth - part for worth, part in zip(left, parts, strict=True)]
    return left


def lowest_of(line: Line, *stack: Coupon) -> int:
    own = [one for one in stack if in_scope(one, merchant_key="tea", zone_key=line.zone)]
    return lowest_fen([Price(line.price_fen, NOW, None)], own)


@given(orders(), coupons("tea"), coupons())
def test_no_line_of_any_order_pays_less_than_its_pieces_lowest_price(
    lines: list[Line], first: Coupon, second: Coupon
) -> None:
    for stack in ([], [first], [second], [first, second]):
        for line, paid in zip(lines, pay(lines, *stack), strict=True):
            assert paid >= line.quantity * lowest_of(line, first, second)


@given(st.integers(2, 3_000), st.integers(1, 3_000), st.data())
def test_the_worst_case_of_an_amount_is_reached_at_its_threshold(
    threshold: int, price: int, data: st.DataObject
) -> None:
    coupon = a_coupon(threshold, off=data.draw(st.integers(1, threshold - 1)))
    line = Line("wine", price, 1)
    others = [Line("wine", threshold - price, 1)] if price < threshold else []
    assert pay([*others, line], coupon)[-1] == lowest_of(line, coupon)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 99), st.integers(1, 400))
@example(101, 101, 50, 400)
def test_the_worst_case_of_a_percentage_is_within_a_fen_of_what_happens(
    price: int, threshold: int, percent: int, most: int
) -> None:
    coupon = a_coupon(threshold, nano=percent * NANO // 100, most=most)
    line = Line("wine", price, 1)
    others = [[]] + [[Line("wine", worth, 1)] for worth in range(max(threshold - price, 1), 500)]
    seen = min(pay([*other, line], coupon)[-1] for other in others)
    assert 0 <= seen - lowest_of(line, coupon) <= 1


@given(coupons("tea"), coupons(), st.integers(1, 10**9), st.integers(1, 9))
def test_what_is_left_grows_with_the_price_and_a_rate_bounds_it(
    first: Coupon, second: Coupon, price: int, more: int
) -> None:
    assume(first.zone_key == second.zone_key == "")
    line, dearer = Line("wine", price, 1), Line("wine", price + more, 1)
    lowest = lowest_of(line, first, second)
    assert 0 <= lowest <= lowest_of(dearer, first, second)
    left = (NANO - highest_rate_nano([first])) * (NANO - highest_rate_nano([second])) // NANO
    assert lowest >= price * left // NANO - 2


def test_an_order_at_its_threshold_spreads_the_discount_by_value() -> None:
    # ¥20 off ¥100: of a piece for ¥30 at most ¥6, of one for ¥100 or more the whole ¥20.
    coupon = a_coupon(10_000, off=2_000)
    assert [most_off_fen(coupon, fen) for fen in (3_000, 10_000, 25_000)] == [600, 2_000, 2_000]
    # A tenth, at most ¥5, from ¥20 on.
    tenth = a_coupon(2_000, nano=NANO // 10, most=500)
    assert [most_off_fen(tenth, fen) for fen in (1, 1_001, 9_000)] == [1, 101, 500]


def test_the_platforms_coupon_counts_after_the_merchants() -> None:
    half = a_coupon(2, nano=NANO // 2, most=10**6, shop="tea")
    tenth = a_coupon(2, nano=NANO // 10, most=10**6)
    assert lowest_of(Line("wine", 1_000, 1), half, tenth) == 450


def test_two_coupons_of_one_funder_do_not_add_up() -> None:
    quarter, half = (a_coupon(2, nano=NANO // n, most=10**6, shop="tea") for n in (4, 2))
    assert lowest_of(Line("wine", 1_000, 1), quarter, half) == 500


def test_prices_and_coupons_count_together_only_where_their_times_overlap() -> None:
    def lowest(flash: tuple[int, int], first: tuple[int, int], second: tuple[int, int]) -> int:
        half = a_coupon(2, nano=NANO // 2, most=10**6, shop="tea")
        tenth = a_coupon(2, nano=NANO // 10, most=10**6)
        for coupon, (start, end) in ((half, first), (tenth, second)):
            coupon.starts_at, coupon.ends_at = NOW + start * DAY, NOW + end * DAY
        sale = Price(800, NOW + flash[0] * DAY, NOW + flash[1] * DAY)
        return lowest_fen([Price(1_000, NOW, None), sale], [half, tenth])

    assert lowest(flash=(0, 9), first=(1, 5), second=(2, 3)) == 360
    assert lowest(flash=(0, 9), first=(1, 2), second=(2, 3)) == 400
    assert lowest(flash=(0, 2), first=(1, 5), second=(2, 3)) == 400
    assert lowest(flash=(0, 1), first=(1, 5), second=(2, 3)) == 450
    assert lowest(flash=(5, 6), first=(1, 5), second=(2, 3)) == 450
