"""What coupons take off: plain arithmetic in fen. Source: rules.md, "Numbers" (rounding)."""

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


def in_scope(coupon: Coupon, *, merchant_key: str, zone_key: str) -> bool:
    """Whether goods of this merchant and zone count for the coupon."""
    return coupon.merchant_id in (None, merchant_key) and coupon.zone_key in ("", zone_key)
