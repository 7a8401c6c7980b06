"""A small mall for the tests: zones by value, by amount and on profit, and goods for them."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from PIL import Image

from sharemall.catalogue import services
from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.catalogue.services import VariantDraft
from sharemall.ledger import journal, writer
from sharemall.ledger.opening import open_ledger
from sharemall.merchants.models import PLATFORM, Merchant

NOW = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)

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

RED: dict[str, Any] = {
    "merchant_id": PLATFORM,
    "zone_id": "wine",
    "name_zh": "赤霞珠干红葡萄酒",
    "name_en": "Cabernet Sauvignon",
    "subtitle_zh": "橡木桶陈酿",
    "subtitle_en": "Aged in oak",
    "description_zh": "<p>第一段。</p><p>第二段。</p>",
    "description_en": "<p>First paragraph.</p><p>Second paragraph.</p>",
    "specs": [{"label_zh": "净含量", "label_en": "Volume", "zh": "750 毫升", "en": "750 ml"}],
}
BOTTLE: dict[str, Any] = {
    "price_fen": 10_000,
    "market_price_fen": 12_000,
    "cost_fen": 4_000,
    "stock": 10,
    "weight_grams": 1_300,
}
COLOURS = {
    "zh": "颜色",
    "en": "Colour",
    "values": [{"zh": "红", "en": "Red"}, {"zh": "白", "en": "White"}],
}
SIZES = {
    "zh": "容量",
    "en": "Size",
    "values": [{"zh": "375 毫升", "en": "375 ml"}, {"zh": "750 毫升", "en": "750 ml"}],
}


def open_mall() -> None:
    """An open ledger, the platform's shop, and the zones of the scheme on sale."""
    open_ledger(SCHEME)
    a_merchant(PLATFORM)
    services.save_zone(key="wine", name_zh="酒水", name_en="Drinks", icon="wine", position=0)
    services.save_zone(key="home", name_zh="家电", name_en="Appliances", position=1)


def a_merchant(key: str, **fields: Any) -> Merchant:
    """A shop that pays no commission, or as `fields` say."""
    names = {"name_zh": f"店铺{key}", "name_en": f"Shop {key}", "joined_at": NOW}
    return Merchant.objects.update_or_create(key=key, defaults=names | fields)[0]


def a_product(
    slug: str = "red", *, variants: list[VariantDraft] | None = None, **fields: Any
) -> Product:
    """A bottle for ¥100 that costs ¥40, ten of them; or the given variants.

    Fields of a variant go to the only one. Loaded as a page would have it.
    """
    of_variant = {name: fields.pop(name) for name in list(fields) if name in BOTTLE}
    drafts = variants or [VariantDraft(sku=slug, **(BOTTLE | of_variant))]
    fields = RED | fields
    now = fields.pop("now", NOW)
    pictures = fields.pop("pictures", None)
    services.save_product(slug=slug, variants=drafts, pictures=pictures, now=now, **fields)
    return Product.objects.get(slug=slug)


def a_draft(sku: str, *choice: int, **fields: Any) -> VariantDraft:
    """A variant like the bottle, of this choice."""
    return VariantDraft(sku=sku, choice=choice, **(BOTTLE | fields))


def the_variant(product: Product) -> Variant:
    """The first variant of a product."""
    variant = product.variants.first()
    assert variant is not None
    return variant


def a_flash_price(variant: Variant, price_fen: int, **fields: Any) -> FlashPrice:
    """A flash price that runs at NOW and for an hour more, five pieces."""
    window = {
        "starts_at": NOW.replace(hour=1),
        "ends_at": NOW.replace(hour=3),
        "quantity": 5,
        "now": NOW,
    }
    return services.save_flash_price(
        variant_id=variant.pk, price_fen=price_fen, **(window | fields)
    )


def an_upload(
    width: int = 900, height: int = 600, *, form: str = "JPEG", **options: Any
) -> "ContentFile[bytes]":
    """A picture as a browser sends it, red on the left and blue on the right."""
    picture = Image.new("RGB", (width, height), (200, 0, 0))
    picture.paste((0, 0, 200), (width // 2, 0, width, height))
    drawn = BytesIO()
    picture.save(drawn, form, **options)
    return ContentFile(drawn.getvalue(), name=f"picture.{form.lower()}")


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
