"""What coupons take off: plain arithmetic in fen. Source: rules.md, "Numbers" (rounding)."""

from collections.abc import Sequence
from itertools import accumulate

from sharemall.coupons.models import Coupon
from sharemall.merchants.models import NANO


def off_fen(coupon: Coupon, goods_fen: int) -> int:
    """What the coupon takes off goods in its scope; 0 below its threshold.

    A percentage is rounded down (the member receives it) and ends at `most_off_fen`. Always less
    than the goods: what is left to pay is above 0.
    """
    if goods_fen < coupon.threshold_fen:
        return 0
    if coupon.off_fen is not None:
        return coupon.off_fen
    assert coupon.off_nano is not None
    assert coupon.most_off_fen is not None
    return min(goods_fen * coupon.off_nano // NANO, coupon.most_off_fen)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in parts by weight that sum to it exactly.

    Each part is the step of the cumulative share rounded down: with W the weights' sum and C the
    sum up to and with this one, ⌊amount·C/W⌋ less the same of the one before. So a part is at least
    ⌊amount·w/W⌋ and at most ⌈amount·w/W⌉, and one of weight 0 is 0. Where `amount` ≤ W no part
    exceeds its weight. Raises ValueError for negative numbers, or an amount and nobody to take it.
    """
    total = sum(weights)
    if amount < 0 or min(weights, default=0) < 0 or (amount and not total):
        raise ValueError(f"cannot split {amount} by {list(weights)}")
    if not total:
        return [0] * len(weights)
    ends = [amount * cumulated // total for cumulated in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def in_scope(coupon: Coupon, *, merchant_key: str, zone_key: str) -> bool:
    """Whether goods of this merchant and zone count for the coupon."""
    return coupon.merchant_id in (None, merchant_key) and coupon.zone_key in ("", zone_key)
