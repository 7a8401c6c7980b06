"""Putting zones and products into the catalogue: honest texts, rates that fit the goods."""

from typing import Any

from django.db import transaction

from sharemall.catalogue import estimates
from sharemall.catalogue.models import Product, Zone
from sharemall.clock.services import now
from sharemall.compliance import claims
from sharemall.ledger import selectors as ledger

PRODUCT_TEXTS = ("name", "subtitle", "description", "unit")
ZONE_TEXTS = ("name", "tagline")


class CatalogueError(Exception):
    """What was to be saved cannot be offered."""


class BlockedClaims(CatalogueError):
    """A text makes claims that no shop may make; `words` names them."""

    def __init__(self, words: list[str]) -> None:
        super().__init__("blocked claims: " + ", ".join(words))
        self.words = words


class UnknownZone(CatalogueError):
    """The scheme in force has no zone of this key, so nothing can be sold in it."""


class DoesNotFit(CatalogueError):
    """Cost and contributions exceed the price, by `short_micro`."""

    def __init__(self, short_micro: int) -> None:
        super().__init__(f"cost and contributions exceed the price by {short_micro} micro-yuan")
        self.short_micro = short_micro


@transaction.atomic
def save_zone(*, key: str, **fields: Any) -> Zone:
    """Make or change a zone. Raises BlockedClaims; ValidationError for ill-formed fields."""
    zone = Zone.objects.select_for_update().filter(key=key).first() or Zone(key=key)
    _take_over(zone, fields)
    _refuse_claims(_texts(zone, ZONE_TEXTS))
    zone.full_clean(validate_unique=False)
    zone.save()
    return zone


@transaction.atomic
def save_product(*, slug: str, **fields: Any) -> Product:
    """Make or change a product.

    Raises BlockedClaims for its texts, ValidationError for ill-formed fields and, for one on sale,
    UnknownZone or DoesNotFit. Source: rules.md, "Rates must fit the goods"; compliance.md.
    """
    product = Product.objects.select_for_update().filter(slug=slug).first()
    if product is None:
        product = Product(slug=slug, created_at=now())
    _take_over(product, fields)
    specs = [row[part] for row in product.specs for part in ("label_zh", "label_en", "zh", "en")]
    _refuse_claims([*_texts(product, PRODUCT_TEXTS), *specs])
    product.full_clean(validate_unique=False)
    if product.on_sale:
        _refuse_misfit(product)
    product.save()
    return product


def _take_over(row: Zone | Product, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        row._meta.get_field(name)  # a misspelt field is refused, not kept beside the others
        setattr(row, name, value)


def _texts(row: Zone | Product, names: tuple[str, ...]) -> list[str]:
    return [getattr(row, f"{name}_{language}") for name in names for language in ("zh", "en")]


def _refuse_claims(texts: list[str]) -> None:
    # Text by text: the end of one and the start of the next make no claim together.
    words = list(dict.fromkeys(word for text in texts if text for word in claims.check(text)))
    if words:
        raise BlockedClaims(words)


def _refuse_misfit(product: Product) -> None:
    scheme = ledger.scheme()
    rates = scheme.zones.get(product.zone_id)
    if rates is None:
        raise UnknownZone(product.zone_id)
    handed_over = estimates.contributions_micro(scheme, rates, product.price_fen, product.cost_fen)
    cost_micro = product.cost_fen * estimates.MICRO_PER_FEN
    short = cost_micro + handed_over - product.price_fen * estimates.MICRO_PER_FEN
    if short > 0:
        raise DoesNotFit(short)
