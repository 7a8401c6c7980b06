"""The demo's files agree with each other: texts in both languages, SKUs, pictures, prices."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sharemall.demo import media, shop, story

MALL = shop._read(shop.MALL)
MOST_BYTES = 4_000_000
TEXTS = ("name", "subtitle", "description", "unit")


def skus(product: dict[str, Any]) -> list[str]:
    """The SKUs of a product's fields: that of its picture where it has no variants."""
    rows = product.get("variants")
    return [row["sku"] for row in rows] if rows else [product["picture"].upper()[:-5]]


def pictures() -> Iterator[str]:
    """Every picture that the files name."""
    yield from (zone["picture"] for zone in MALL["zones"] if "picture" in zone)
    yield from (merchant["logo"] for merchant in MALL["merchants"])
    for category in MALL["categories"]:
        yield from (row["picture"] for row in (category, *category["children"]))
    for product in shop.products():
        yield from (product["picture"], *product.get("pictures", []))
        yield from (row["picture"] for row in product.get("variants", []) if "picture" in row)
    for order in story.Story(None).content["orders"]:  # type: ignore[arg-type] # no time is asked
        for review in order.get("reviews", []):
            yield from review.get("pictures", [])


@pytest.mark.parametrize("product", shop.products(), ids=lambda product: product["slug"])
def test_a_product_is_told_in_both_languages_with_a_choice_for_each_variant(
    product: dict[str, Any],
) -> None:
    assert all(product[f"{name}_{part}"].strip() for name in TEXTS for part in ("zh", "en"))
    assert all(row[part] for row in product["specs"] for part in ("zh", "en", "label_zh"))
    sizes = [len(option["values"]) for option in product.get("options", [])]
    for variant in product.get("variants", []):
        assert len(variant["choice"]) == len(sizes)
        assert all(number < size for number, size in zip(variant["choice"], sizes, strict=True))


def test_every_sku_is_there_once_and_the_story_and_the_flash_sales_know_them() -> None:
    found = [sku for product in shop.products() for sku in skus(product)]
    assert len(found) == len(set(found))
    asked = {sku for goods in MALL["flash"]["rounds"] for sku in goods}
    for order in story.Story(None).content["orders"]:  # type: ignore[arg-type] # no time is asked
        asked |= {sku for sku, _ in order["lines"]}
        assert len(order.get("reviews", [])) in (0, len(order["lines"]))
    assert asked <= set(found)


def test_every_picture_that_is_named_is_there_in_its_widths_and_no_other() -> None:
    named = set(pictures())
    there = {path.name for path in media.FOLDER.iterdir()}
    assert named <= there
    narrow = set()
    for name in named:
        path = Path(media.FOLDER / name)
        if path.suffix == ".webp" and not name.startswith("review-"):
            with Image.open(path) as picture:
                wider = [width for width in (400, 800) if width < picture.width]
            narrow |= {f"{path.stem}-{width}.webp" for width in wider}
    assert narrow <= there
    assert there - named - narrow == set()
    assert sum(path.stat().st_size for path in media.FOLDER.iterdir()) < MOST_BYTES
