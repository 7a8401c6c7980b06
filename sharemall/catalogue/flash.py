"""The flash prices that run on goods which are shown together."""

from collections.abc import Sequence
from datetime import datetime

from sharemall.catalogue.models import FlashPrice, Product

# Written out: every list of goods asks it, and making it of models costs more than the rest.
CHEAPEST = """
SELECT DISTINCT ON (v.product_id) f.*, v.product_id
FROM catalogue_flashprice f JOIN catalogue_variant v ON v.id = f.variant_id
WHERE v.product_id = ANY(%(products)s) AND v.on_sale AND f.price_fen < v.price_fen
    AND f.starts_at <= %(now)s AND f.ends_at > %(now)s AND f."left" > 0
ORDER BY v.product_id, f.price_fen, f.id
"""


def add_flash(products: Sequence[Product], now: datetime) -> None:
    """Give each product the cheapest flash price that runs on a variant of it. One query."""
    cheapest: dict[int, FlashPrice] = {}
    if products:
        given = {"products": [row.pk for row in products], "now": now}
        for flash in FlashPrice.objects.raw(CHEAPEST, given):
            cheapest[vars(flash)["product_id"]] = flash
    for row in products:
        row.flash = cheapest.get(row.pk)
