"""Which products may not fit: one query over all of them, so that only these are worked out.

In PostgreSQL, with exact numerics and the largest rate of any coupon instead of the coupons
themselves. It never overlooks a misfit: each coupon takes at most ⌈price·rate⌉, so two leave at
least y = ⌊price·(1 − first rate)·(1 − second rate)⌋ − 2 fen; a misfit at x ≥ y means
cost + contributions + commission > x with both rounded up, that is keep(x) < cost + 2 where
keep(x) = x − contributions − commission unrounded; and keep never falls as x grows while the rates
and the commission together are at most 1. Where they are more, everything is suspect.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from sharemall.catalogue.lowest import highest_rate_nano
from sharemall.coupons.discounts import in_scope
from sharemall.coupons.models import Coupon
from sharemall.engine.scheme import Scheme
from sharemall.merchants.models import NANO, Merchant

FIND = """
SELECT DISTINCT product.id
FROM unnest(%(merchants)s::varchar[], %(zones)s::varchar[], %(left)s::numeric[],
            %(handed)s::numeric[], %(commission)s::numeric[], %(on_profit)s::boolean[])
     AS scope (merchant, zone, left_nano, handed_nano, commission_nano, on_profit)
JOIN catalogue_product product
  ON product.merchant_id = scope.merchant AND product.zone_id = scope.zone AND product.on_sale
JOIN catalogue_variant variant ON variant.product_id = product.id AND variant.on_sale
LEFT JOIN (SELECT variant_id, min(price_fen) AS price_fen FROM catalogue_flashprice
           WHERE ends_at > %(now)s GROUP BY variant_id) flash ON flash.variant_id = variant.id
CROSS JOIN LATERAL (
    SELECT floor(least(variant.price_fen, flash.price_fen) * left_nano / 1000000000) - 2
) AS lowest (fen)
WHERE handed_nano + commission_nano > 1000000000
   OR lowest.fen * (1000000000 - commission_nano)
      - greatest(lowest.fen - CASE WHEN on_profit THEN variant.cost_fen ELSE 0 END, 0) * handed_nano
      < (variant.cost_fen + 2) * 1000000000::numeric
ORDER BY product.id
"""


def suspects(
    scheme: Scheme,
    merchants: Sequence[Merchant],
    zones: Sequence[str],
    coupons: Sequence[Coupon],
    now: datetime,
) -> list[int]:
    """The ids of the products on sale, of these merchants in these zones, that may not fit."""
    scopes = [(merchant, zone) for merchant in merchants for zone in zones]
    rates = [scheme.zones[zone] for _, zone in scopes]
    facts: dict[str, Any] = {
        "merchants": [merchant.key for merchant, _ in scopes],
        "zones": [zone for _, zone in scopes],
        "left": [_left_nano(merchant.key, zone, coupons) for merchant, zone in scopes],
        "handed": [one.reserve_nano + one.dividend_nano + one.honor_nano for one in rates],
        "commission": [merchant.commission_nano for merchant, _ in scopes],
        "on_profit": [one.base == "profit" for one in rates],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, facts)
        return [product_id for (product_id,) in cursor.fetchall()]


def _left_nano(merchant_key: str, zone_key: str, coupons: Sequence[Coupon]) -> int:
    """The least part of a price that two coupons leave in this scope, rounded down."""
    own = [one for one in coupons if in_scope(one, merchant_key=merchant_key, zone_key=zone_key)]
    first = highest_rate_nano(one for one in own if one.merchant_id is not None)
    second = highest_rate_nano(one for one in own if one.merchant_id is None)
    return (NANO - first) * (NANO - second) // NANO
