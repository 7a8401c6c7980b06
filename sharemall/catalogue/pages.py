"""What whole pages show of the catalogue, in as few queries as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Value

from sharemall.catalogue import selectors
from sharemall.catalogue.models import (
    Category,
    Favourite,
    Product,
    ProductPicture,
    Variant,
)
from sharemall.catalogue.selectors import SORTINGS, Filter, Offer, Shelf


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


def show(slug: str, now: datetime, member_id: int | None = None) -> Show | None:
    """The product of this slug if it is on sale, with all that its page shows. Three queries."""
    pictures = ProductPicture.objects.filter(product=OuterRef("pk")).values("picture")
    kept = Favourite.objects.filter(member_id=member_id or 0, product=OuterRef("pk"))
    rows = selectors.open_products().filter(slug=slug)
    found = (
        rows.select_related("zone", "merchant", "freight_rule", "category__parent__parent")
        .annotate(
            more_pictures=ArraySubquery(pictures),
            kept=Exists(kept) if member_id is not None else Value(False),
        )
        .first()
    )
    if found is None or not selectors.is_open_or_none(found.category):
        return None
    variants = list(Variant.objects.filter(product=found, on_sale=True))
    return Show(
        product=found,
        pictures=found.more_pictures,
        variants=variants,
        offers=selectors.offers(variants, now),
        is_favourite=found.kept,
    )


def shelves(
    asked: Sequence[Filter], *, limits: Sequence[int], now: datetime, tree: Sequence[Category]
) -> list[Shelf]:
    """The first page of each list that is asked for. Two queries for all of them together.

    `tree` is every category, as `selectors.all_categories` reads them.
    """
    parts = [
        _part(number, one, limit, tree)
        for number, (one, limit) in enumerate(zip(asked, limits, strict=True))
    ]
    rows = list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])
    selectors.add_flash(rows, now)
    found = []
    for number, (one, limit) in enumerate(zip(asked, limits, strict=True)):
        sorting = SORTINGS.get(one.sort, SORTINGS[""])
        # The parts of a union come in no promised order.
        mine = sorting.sorted([row for row in rows if row.shelf == number])
        for row in mine:
            row.for_sale = True
        found.append(Shelf(mine[:limit], sorting.mark(mine[limit - 1]) if mine[limit:] else ""))
    return found


def _part(number: int, asked: Filter, limit: int, tree: Sequence[Category]) -> QuerySet[Product]:
    sorting = SORTINGS.get(asked.sort, SORTINGS[""])
    rows = selectors.cards_of(asked, tree).annotate(**{"shelf": Value(number)})  # noqa: PIE804 (the type checker knows the field)
    column = F(sorting.column)
    if sorting.downwards:
        return rows.order_by(column.desc(), F("id").desc())[: limit + 1]
    return rows.order_by(column, "id")[: limit + 1]
