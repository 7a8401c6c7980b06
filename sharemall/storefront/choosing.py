"""Which variant of a product is looked at, and what it costs now."""

from dataclasses import dataclass
from datetime import datetime

from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.language import in_language


@dataclass(frozen=True, slots=True)
class Row:
    """Variants that share the value of the first option; `label` is empty where there is one."""

    label: str
    variants: list[Variant]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The variant that is looked at. `most` is how many of it one member can buy (0: none)."""

    variant: Variant | None
    price_fen: int
    flash: FlashPrice | None
    most: int
    rows: list[Row]
    legend: str
    several: bool


def chosen_of(product: Product, variant_id: int | None, now: datetime) -> Chosen:
    """The variant of this id if it is on sale, else the first in stock, else the first."""
    variants = [variant for variant in product.variants.all() if variant.on_sale]
    offers = catalogue.offers(variants, now) if variants else {}
    by_id = {variant.pk: variant for variant in variants}
    in_stock = [variant for variant in variants if variant.stock > 0]
    variant = by_id.get(variant_id or 0) or next(iter(in_stock or variants), None)
    if variant is None:
        return Chosen(None, product.price_fen, None, 0, [], "", False)
    offer = offers[variant.pk]
    return Chosen(
        variant=variant,
        price_fen=offer.price_fen,
        flash=offer.flash,
        most=min(variant.stock, product.limit_per_member or variant.stock),
        rows=_rows(product, variants),
        legend=" / ".join(in_language(row["zh"], row["en"]) for row in product.options),
        several=len(variants) > 1,
    )


def _rows(product: Product, variants: list[Variant]) -> list[Row]:
    """One row; with two options or more, one for each value of the first."""
    if len(product.options) < 2:
        return [Row("", variants)]
    labels = [in_language(value["zh"], value["en"]) for value in product.options[0]["values"]]
    found: dict[int, list[Variant]] = {}
    for variant in variants:
        found.setdefault(variant.choice[0] if variant.choice else 0, []).append(variant)
    return [
        Row(labels[number] if number < len(labels) else "", rows)
        for number, rows in sorted(found.items())
    ]
