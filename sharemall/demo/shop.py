"""The demo's shop, through the catalogue's services: `catalogue/*.toml` with `pictures/`.

Each part is skipped where it is there already: merchants and goods by key, coupons by name, flash
prices by variant and start.
"""

import tomllib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sharemall.catalogue.models import Category, FlashPrice, Product, Variant, Zone
from sharemall.catalogue.services import (
    VariantDraft,
    issue_coupon,
    save_category,
    save_flash_price,
    save_merchant,
    save_product,
    save_zone,
)
from sharemall.coupons.models import Coupon
from sharemall.demo import media
from sharemall.merchants.models import NANO, FreightRule, Merchant
from sharemall.merchants.services import save_freight_rule

FOLDER = Path(__file__).parent / "catalogue"
MALL = "mall.toml"
OPENED = timedelta(days=400)  # how long before the demo's day the merchants joined
LISTED = timedelta(days=40)  # and the goods were put on sale
FLASH_DAYS = 31
FLASH_STARTS = time(10)
FLASH_PIECES = 60
PARTS = 10_000

Fields = dict[str, Any]


def add_catalogue(end: datetime) -> None:
    """Merchants, zones, categories and goods as they were a while before `end`."""
    mall = _read(MALL)
    _add_merchants(mall, end - OPENED)
    zones = {zone.key: zone for zone in Zone.objects.all()}
    for position, fields in enumerate(mall["zones"]):
        if fields["key"] not in zones:
            picture = fields.pop("picture", "")
            stored = media.stored(picture, "zones") if picture else ""
            zones[fields["key"]] = save_zone(**fields, position=position, picture=stored)
    categories = _add_categories(mall["categories"])
    _add_products(zones, categories, end - LISTED)


def _read(name: str) -> Fields:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def products() -> list[Fields]:
    """Every product's fields as the files have them, those of different shelves mixed."""
    files = [_read(path.name) for path in sorted(FOLDER.glob("*.toml")) if path.name != MALL]
    shelves = [file["products"] for file in files]
    longest = max(map(len, shelves))
    return [shelf[row] for row in range(longest) for shelf in shelves if row < len(shelf)]


def _add_merchants(mall: Fields, joined: datetime) -> None:
    there = set(Merchant.objects.values_list("key", flat=True))
    for place, fields in enumerate(mall["merchants"]):
        if fields["key"] in there:
            continue
        whole, _, part = fields.pop("commission").partition(".")
        nano = int(whole) * NANO + int(part.ljust(9, "0") or 0)
        logo = media.stored(fields.pop("logo"), "merchants")
        moment = joined + timedelta(hours=place)
        save_merchant(**fields, commission_nano=nano, logo=logo, now=moment)
    rules = set(FreightRule.objects.values_list("merchant_id", "name"))
    for fields in mall["freight_rules"]:
        key = fields.pop("merchant")
        if (key, fields["name"]) not in rules:
            save_freight_rule(merchant_key=key, **fields)


def _add_categories(rows: list[Fields]) -> dict[str, Category]:
    found = {category.slug: category for category in Category.objects.all()}
    for position, fields in enumerate(rows):
        children = fields.pop("children")
        parent = _category(found, fields, position, None)
        for place, child in enumerate(children):
            _category(found, child, place, parent)
    return found


def _category(
    found: dict[str, Category], fields: Fields, position: int, parent: Category | None
) -> Category:
    slug = fields["slug"]
    if slug not in found:
        picture = media.stored(fields.pop("picture"), "products")
        found[slug] = save_category(**fields, parent=parent, position=position, picture=picture)
    return found[slug]


def _add_products(
    zones: dict[str, Zone], categories: dict[str, Category], listed: datetime
) -> None:
    there = set(Product.objects.values_list("slug", flat=True))
    rules = {(rule.merchant_id, rule.name): rule for rule in FreightRule.objects.all()}
    merchants = Merchant.objects.in_bulk()
    for position, fields in enumerate(products()):
        if fields["slug"] in there:
            continue
        fields["merchant"] = merchants[fields["merchant"]]
        fields["zone"] = zones[fields["zone"]]
        fields["category"] = categories[fields["category"]]
        fields["freight_rule"] = rules[fields["merchant"].key, fields["freight_rule"]]
        further = [media.stored(name, "products") for name in fields.pop("pictures", [])]
        save_product(
            slug=fields.pop("slug"),
            variants=drafts_of(fields),
            pictures=further,
            picture=media.stored(fields.pop("picture"), "products"),
            position=position,
            now=listed + timedelta(hours=5 * position),
            **fields,
        )


def drafts_of(fields: Fields) -> list[VariantDraft]:
    """The variants of a product's fields, which lose what belongs to them."""
    one = {
        name: fields.pop(name)
        for name in ("price_fen", "market_price_fen", "cost_fen", "stock", "weight_grams")
        if name in fields
    }
    rows = fields.pop("variants", None) or [one | {"sku": fields["picture"].upper()[:-5]}]
    for row in rows:
        if "picture" in row:
            row["picture"] = media.stored(row["picture"], "products")
    return [VariantDraft(**row) for row in rows]


def add_offers(end: datetime) -> None:
    """Coupons around the demo's day, and a flash sale for each of the next thirty days."""
    mall = _read(MALL)
    there = set(Coupon.objects.values_list("name_zh", flat=True))
    for fields in mall["coupons"]:
        del fields["key"]
        starts_at = end + timedelta(days=fields.pop("from_day"))
        ends_at = end + timedelta(days=fields.pop("to_day"))
        merchant = fields.pop("merchant", None)
        if fields["name_zh"] not in there:
            issue_coupon(
                now=starts_at, merchant_id=merchant, starts_at=starts_at, ends_at=ends_at, **fields
            )
    _add_flash_sales(mall["flash"], end)


def _add_flash_sales(flash: Fields, end: datetime) -> None:
    skus = {sku for goods in flash["rounds"] for sku in goods}
    variants = {row.sku: row for row in Variant.objects.filter(sku__in=skus)}
    there = set(FlashPrice.objects.values_list("variant_id", "starts_at"))
    for number, starts_at in enumerate(flash_starts(end)):
        for sku in flash["rounds"][number % len(flash["rounds"])]:
            variant = variants[sku]
            if (variant.pk, starts_at) not in there:
                save_flash_price(
                    variant_id=variant.pk,
                    price_fen=variant.price_fen * flash["parts"] // PARTS // 10 * 10,
                    quantity=FLASH_PIECES,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(days=1),
                    now=end,
                )


def flash_starts(end: datetime) -> Iterator[datetime]:
    """When each day's sale begins: the first is running at `end`."""
    zone = ZoneInfo("Asia/Shanghai")
    local = end.astimezone(zone)
    first = datetime.combine(local.date(), FLASH_STARTS, zone)
    if first > local:
        first -= timedelta(days=1)
    for number in range(FLASH_DAYS):
        yield first + timedelta(days=number)
