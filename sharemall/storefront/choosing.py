"""Which variant of a product is looked at, and what it costs now."""

from dataclasses import dataclass

from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.catalogue.pages import Show
from sharemall.language import in_language
from sharemall.orders.items import MOST_OF_ONE


@dataclass(frozen=True, slots=True)
class Row:
    """Variants that share the value of the first option, each with what else tells it apart.

    `label` names that value; it is empty where there is only one option.
    """

    label: str
    variants: list[tuple[Variant, str]]


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


def chosen_of(show: Show, variant_id: int | None) -> Chosen:
    """The variant of this id if it is on sale, else the cheapest in stock, else the cheapest.

    So the page opens with the price that the product's card shows.
    """
    product, variants = show.product, show.variants
    by_id = {variant.pk: variant for variant in variants}
    in_stock = [variant for variant in variants if variant.stock > 0]
    cheapest = min(
        in_stock or variants, key=lambda row: show.offers[row.pk].price_fen, default=None
    )
    variant = by_id.get(variant_id or 0) or cheapest
    if variant is None:
        return Chosen(None, product.price_fen, None, 0, [], "", False)
    offer = show.offers[variant.pk]
    return Chosen(
        variant=variant,
        price_fen=offer.price_fen,
        flash=offer.flash,
        most=min(variant.stock, product.limit_per_member or variant.stock, MOST_OF_ONE),
        rows=_rows(product, variants),
        legend=" / ".join(in_language(row["zh"], row["en"]) for row in product.options),
        several=len(variants) > 1,
    )


def _rows(product: Product, variants: list[Variant]) -> list[Row]:
    """One row; with two options or more, one for each value of the first."""
    if len(product.options) < 2:
        return [Row("", [(variant, variant.name) for variant in variants])]
    found: dict[int, list[tuple[Variant, str]]] = {}
    for variant in variants:
        rest = " / ".join(_value(product, at, variant) for at in range(1, len(product.options)))
        found.setdefault(variant.choice[0], []).append((variant, rest))
    return [Row(_value(product, 0, rows[0][0]), rows) for _number, rows in sorted(found.items())]


def _value(product: Product, at: int, variant: Variant) -> str:
    """The variant's value of the option at this place, in the language of the page."""
    value = product.options[at]["values"][variant.choice[at]]
    return in_language(value["zh"], value["en"])
