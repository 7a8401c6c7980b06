"""What whole pages show of the catalogue, in as few queries as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONArray

from sharemall.catalogue import selectors
from sharemall.catalogue.models import Favourite, FlashPrice, Product, ProductPicture, Variant
from sharemall.catalogue.rows import columns, row
from sharemall.catalogue.selectors import SORTINGS, Offer, Shelf
from sharemall.catalogue.trees import Standing


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
            choices=ArraySubquery(_variants(now)),
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


def _variants(now: datetime) -> QuerySet[Variant, Any]:
    """The variants on sale of a product in the query around this one, as JSON with their offers."""
    flash = (
        selectors.running(now)
        .filter(variant=OuterRef("pk"), price_fen__lt=OuterRef("price_fen"))
        .order_by("price_fen", "id")
    )
    offered = Subquery(flash.values(all=columns(FlashPrice))[:1])
    rows = Variant.objects.filter(product=OuterRef("pk"), on_sale=True)
    return rows.values(all=JSONArray(columns(Variant), offered))


def _choice(variant: list[Any], flash: list[Any] | None) -> tuple[Variant, Offer]:
    found = row(Variant, variant)
    if flash is None:
        return found, Offer(found.price_fen)
    running = row(FlashPrice, flash)
    return found, Offer(running.price_fen, running)


def in_orders(
    sorts: Sequence[str], limits: Sequence[int], now: datetime, tree: Sequence[Standing]
) -> list[Shelf]:
    """What is on sale, in each of these orders the first page. Two queries for all together.

    `tree` is every category.
    """
    sortings = [SORTINGS[sort] for sort in sorts]
    rows = selectors.open_in(tree)
    firsts = [
        sorting.first(rows, limit + 1).values("pk")
        for sorting, limit in zip(sortings, limits, strict=True)
    ]
    found = list(selectors.cards(Product.objects.filter(pk__in=firsts[0].union(*firsts[1:]))))
    selectors.add_flash(found, now)
    for product in found:
        product.for_sale = True
    # The first of all goods in an order are among those found, and the first among them too.
    return [
        Shelf(*sorting.cut(sorting.sorted(found), limit))
        for sorting, limit in zip(sortings, limits, strict=True)
    ]
