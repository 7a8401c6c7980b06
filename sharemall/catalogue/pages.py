"""What whole pages show of the catalogue, in as few queries as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONArray

from sharemall.catalogue import selectors
from sharemall.catalogue.models import Favourite, FlashPrice, Product, ProductPicture, Variant
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


def show(slug: str, now: datetime, member_id: int | None = None) -> Show | None:
    """The product of this slug if it is on sale, with all that its page shows. One query."""
    pictures = ProductPicture.objects.filter(product=OuterRef("pk")).values("picture")
    kept = Favourite.objects.filter(member_id=member_id or 0, product=OuterRef("pk"))
    rows = selectors.open_products().filter(slug=slug)
    found = (
        rows.select_related("zone", "merchant", "freight_rule", "category__parent__parent")
        .defer("terms")
        .annotate(
            more_pictures=ArraySubquery(pictures),
            choices=ArraySubquery(_variants(now)),
            kept=Exists(kept) if member_id is not None else Value(False),
        )
        .first()
    )
    if found is None or not selectors.is_open_or_none(found.category):
        return None
    choices = [_variant(*choice) for choice in found.choices]
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
    offered = Subquery(flash.values(all=_columns(FlashPrice))[:1])
    rows = Variant.objects.filter(product=OuterRef("pk"), on_sale=True)
    return rows.values(all=JSONArray(_columns(Variant), offered))


def _variant(columns: list[Any], flash: list[Any] | None) -> tuple[Variant, Offer]:
    variant = Variant.from_db(None, _names(Variant), columns)
    if flash is None:
        return variant, Offer(variant.price_fen)
    found = FlashPrice.from_db(None, _names(FlashPrice), flash)
    for name in ("starts_at", "ends_at"):
        setattr(found, name, datetime.fromisoformat(getattr(found, name)))
    return variant, Offer(found.price_fen, found)


def _columns(model: type[Model]) -> JSONArray:
    """A whole row."""
    return JSONArray(*_names(model))


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


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
    for row in found:
        row.for_sale = True
    # The first of all goods in an order are among those found, and the first among them too.
    return [
        Shelf(*sorting.cut(sorting.sorted(found), limit))
        for sorting, limit in zip(sortings, limits, strict=True)
    ]
