"""The lowest price that one piece can be paid at: plain arithmetic over prices and coupons, in fen.

An order takes at most one coupon of its merchant and then one of the platform; each is spread over
the lines in its scope by value (`coupons.discounts.split`), the platform's by what the first left.

**What a coupon can take off a part of its goods.** Let a line be worth v, all goods in the coupon's
scope G ≥ max(threshold, v), and off(G) the discount. A line's part of the split is at most
⌈off(G)·v/G⌉. An amount's off(G)/G is the largest where G is the smallest; a percentage's is at most
min(rate, most/G). So the part is at most D(v) = ⌈d(v)⌉ with d(v) = off·v/max(threshold, v), or
d(v) = min(rate·v, most·v/max(threshold, v)): the order is exactly at the threshold, or the line is
all of it. For an amount this is reached by a line of v behind others that fill up the threshold.

**Two coupons.** d is 0 at 0, concave, and no steeper than 1: below the threshold its slope is
off/threshold < 1 or at most the rate < 1, above it at most the rate. Hence v − D(v) never falls as
v grows, and the least that can be left after both is after the most that the first can take.

**Many pieces.** d concave gives d(q·v) ≤ q·d(v), so D(q·v) ≤ q·D(v): a line of q pieces never pays
less than q times what one piece can be paid at. By the same step for the second coupon this holds
for both.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sharemall.coupons.models import Coupon
from sharemall.merchants.models import NANO


class Price(NamedTuple):
    """A price of one piece, in fen, and when it can be paid; `ends_at` None: for good."""

    fen: int
    starts_at: datetime
    ends_at: datetime | None


def most_off_fen(coupon: Coupon, part_fen: int) -> int:
    """The most that a coupon can take off a part of its goods, whatever else is ordered."""
    goods_fen = max(coupon.threshold_fen, part_fen)
    if coupon.off_fen is not None:
        return _up(coupon.off_fen * part_fen, goods_fen)
    assert coupon.off_nano is not None
    assert coupon.most_off_fen is not None
    by_rate = _up(coupon.off_nano * part_fen, NANO)
    return min(by_rate, _up(coupon.most_off_fen * part_fen, goods_fen))


def highest_rate_nano(coupons: Iterable[Coupon]) -> int:
    """The largest part of the goods that one of the coupons can take off, rounded up."""
    return max(map(_rate_nano, coupons), default=0)


def _rate_nano(coupon: Coupon) -> int:
    if coupon.off_fen is not None:
        return _up(coupon.off_fen * NANO, coupon.threshold_fen)
    assert coupon.off_nano is not None
    assert coupon.most_off_fen is not None
    return min(coupon.off_nano, _up(coupon.most_off_fen * NANO, coupon.threshold_fen))


def lowest_fen(prices: Iterable[Price], coupons: Sequence[Coupon]) -> int:
    """The lowest that one piece can be paid at, at any of its prices and with the best coupons.

    `coupons` are those that its merchant and zone are in the scope of. A price and its coupons
    count together only where their times overlap.
    """
    of_merchant = [coupon for coupon in coupons if coupon.merchant_id is not None]
    of_platform = [coupon for coupon in coupons if coupon.merchant_id is None]
    return min(
        after
        for price in prices
        for first in _left(price, of_merchant)
        for after, _starts_at, _ends_at in _left(first, of_platform)
    )


def _left(price: Price, coupons: Sequence[Coupon]) -> list[Price]:
    """What a price comes to without a coupon and with each that can be used while it lasts."""
    found = [price]
    for coupon in coupons:
        starts_at = max(price.starts_at, coupon.starts_at)
        ends_at = min(price.ends_at, coupon.ends_at) if price.ends_at else coupon.ends_at
        if starts_at < ends_at:
            found.append(Price(price.fen - most_off_fen(coupon, price.fen), starts_at, ends_at))
    return found


def _up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
