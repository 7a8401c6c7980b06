"""A small mall for the tests: zones by value, by amount and on profit, and goods for them."""

from typing import Any
from uuid import uuid4

from sharemall.catalogue import services
from sharemall.catalogue.models import Product
from sharemall.ledger import journal, writer
from sharemall.ledger.opening import open_ledger

SCHEME = """
[scheme]
name = "test"
share_cap = "1000000"
honor_thresholds = ["1", "5", "10", "20", "40", "80", "160", "320", "640", "1280"]

[zones.wine]
reserve = "0.30"
dividend = "0.20"
honor = "0.10"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"

[zones.home]
base = "profit"
reserve = "0.40"
quota = "1.5"
[zones.home.issue]
by = "amount"
yuan_per_share = "200"
"""

RED = {
    "zone_id": "wine",
    "name_zh": "赤霞珠干红葡萄酒",
    "name_en": "Cabernet Sauvignon",
    "subtitle_zh": "橡木桶陈酿",
    "subtitle_en": "Aged in oak",
    "description_zh": "第一段。\n\n第二段。",
    "description_en": "First paragraph.\n\nSecond paragraph.",
    "specs": [{"label_zh": "净含量", "label_en": "Volume", "zh": "750 毫升", "en": "750 ml"}],
    "price_fen": 10_000,
    "market_price_fen": 12_000,
    "cost_fen": 4_000,
    "stock": 10,
}


def open_mall() -> None:
    """An open ledger with the zones of its scheme on sale."""
    open_ledger(SCHEME)
    services.save_zone(key="wine", name_zh="酒水", name_en="Drinks", icon="wine", position=0)
    services.save_zone(key="home", name_zh="家电", name_en="Appliances", position=1)


def a_product(slug: str = "red", **fields: Any) -> Product:
    """A bottle for ¥100 that costs ¥40, ten of them."""
    return services.save_product(slug=slug, **(RED | fields))


def buy(member: str, paid: str = "100", *, zone: str = "wine", cost: str = "40") -> None:
    """A completed purchase of a member, as the journal knows it, applied."""
    journal.append(
        {
            "id": f"buy-{uuid4()}",
            "type": "sale",
            "at": "2026-01-01T10:00:00+08:00",
            "member": member,
            "zone": zone,
            "paid": paid,
            "cost": cost,
        }
    )
    writer.drain()
