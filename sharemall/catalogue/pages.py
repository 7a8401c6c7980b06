"""What whole pages show of the catalogue, in as few queries as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, JSONField, OuterRef, QuerySet, Value
from django.db.models.expressions import RawSQL

from sharemall.catalogue import selectors
from sharemall.catalogue.flash import add_flash
from sharemall.catalogue.models import Favourite, FlashPrice, Product, ProductPicture, Variant
from sharemall.catalogue.rows import row
from sharemall.catalogue.selectors import SORTINGS, Offer, Shelf
from sharemall.catalogue.trees import Standing, hidden
from sharemall.catalogue.written import CARD, Written, product_of, written

# The variants on sale of a product, each with the flash price that it costs now (or null).
# Written out: making it of models costs as much as the rest of the page.
CHOICES = """
ARRAY(
    SELECT jsonb_build_array(to_jsonb(v), (
        SELECT to_jsonb(f) FROM catalogue_flashprice f
        WHERE f.variant_id = v.id AND f.price_fen < v.price_fen
            AND f.starts_at <= %s AND f.ends_at > %s AND f."left" > 0
        ORDER BY f.price_fen, f.id LIMIT 1
    ))
    FROM catalogue_variant v
    WHERE v.product_id = catalogue_product.id AND v.on_sale
    ORDER BY v.position, v.id
)
"""


@dataclass(frozen=True, slots=True)
class Show:
    """A product as its own page shows it.

    `pictures` are the names of those behind the first, `variants` those on sale with their
    `offers`. `is_favourite` is False where nobody is signed in.
    """

    product: Product
    pictures: list[str]
    variants: list[Variant]
    offers: dict[int, Offer]
    is_favourite: bool


def show(
    slug: str, now: datetime, tree: Sequence[Standing], member_id: int | None = None
) -> Show | None:
    """The product of this slug if it is on sale, with all that its page shows. One query.

    `tree` is every category.
    """
    pictures = ProductPicture.objects.filter(product=OuterRef("pk")).values("picture")
    kept = Favourite.objects.filter(member_id=member_id or 0, product=OuterRef("pk"))
    rows = selectors.open_in(tree).filter(slug=slug)
    found = (
        rows.select_related("zone", "merchant", "freight_rule", "category")
        .defer("terms")
        .annotate(
            more_pictures=ArraySubquery(pictures),
            choices=RawSQL(CHOICES, [now, now], ArrayField(JSONField())),  # noqa: S611 (a constant)
            kept=Exists(kept) if member_id is not None else Value(False),
        )
        .first()
    )
    if found is None:
        return None
    choices = [_choice(*choice) for choice in found.choices]
    return Show(
        product=found,
        pictures=found.more_pictures,
        variants=[variant for variant, _offer in choices],
        offers={variant.pk: offer for variant, offer in choices},
        is_favourite=found.kept,
    )


def _choice(variant: dict[str, Any], flash: dict[str, Any] | None) -> tuple[Variant, Offer]:
    found = row(Variant, variant)
    if flash is None:
        return found, Offer(found.price_fen)
    running = row(FlashPrice, flash)
    return found, Offer(running.price_fen, running)


class Wanted(NamedTuple):
    """A row of goods: the first `limit` in an order, of the whole mall or of one zone.

    With `slugs` these goods instead, in this order.
    """

    limit: int
    sort: str = ""
    zone: str = ""
    slugs: tuple[str, ...] = ()


def in_orders(
    sorts: Sequence[str], limits: Sequence[int], now: datetime, tree: Sequence[Standing]
) -> list[Shelf]:
    """What is on sale, in each of these orders the first page. Two queries for all together.

    `tree` is every category.
    """
    wanted = [Wanted(limit, sort) for sort, limit in zip(sorts, limits, strict=True)]
    return shelves(wanted, now, tree)


def shelves(wanted: Sequence[Wanted], now: datetime, tree: Sequence[Standing]) -> list[Shelf]:
    """What is on sale, for each of these rows the first page. Two queries for all together.

    `tree` is every category.
    """
    gone = frozenset(hidden(tree))
    found = []
    for *values, in_stock in _firsts(tuple(wanted), gone).rows(now):
        product = product_of(tuple(values))
        vars(product)["in_stock"], product.for_sale = in_stock, True
        found.append(product)
    add_flash(found, now)
    return [_shelf(one, found) for one in wanted]


def _shelf(wanted: Wanted, found: list[Product]) -> Shelf:
    """The row of these goods: its first are among those found, and the first among them too."""
    if wanted.slugs:
        by_slug = {product.slug: product for product in found}
        chosen = [by_slug[slug] for slug in wanted.slugs if slug in by_slug]
        return Shelf(chosen[: wanted.limit], "")
    sorting = SORTINGS[wanted.sort]
    mine = [row for row in found if wanted.zone in ("", row.zone_id)]
    return Shelf(*sorting.cut(sorting.sorted(mine), wanted.limit))


@lru_cache(maxsize=64)
def _firsts(wanted: tuple[Wanted, ...], gone: frozenset[int]) -> Written:
    """What of the catalogue comes first in these rows, and one more of each."""
    rows = selectors.open_but(gone)
    firsts = [_first(one, rows).values("pk") for one in wanted]
    chosen = Product.objects.filter(pk__in=firsts[0].union(*firsts[1:]))
    return written(selectors.with_stock(chosen).values_list(*CARD, "in_stock"))


def _first(wanted: Wanted, rows: QuerySet[Product]) -> QuerySet[Product]:
    if wanted.slugs:
        return rows.filter(slug__in=wanted.slugs).order_by()
    if wanted.zone:
        rows = rows.filter(zone=wanted.zone)
    return SORTINGS[wanted.sort].first(rows, wanted.limit + 1)
