"""What is to be bought: variants with their price of the moment, read in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from sharemall.catalogue.models import Variant
from sharemall.orders.models import CartLine

MOST_OF_ONE = 999
LOADED = ("product__merchant", "product__zone", "product__freight_rule", "product__category")


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a variant (its product loaded), at the price that holds now.

    `flash_id` is the running flash price that `price_fen` is, with `flash_left` pieces.
    """

    variant: Variant
    quantity: int
    price_fen: int
    flash_id: int | None = None
    flash_left: int = 0
    seen_price_fen: int | None = None
    is_selected: bool = True

    @property
    def goods_fen(self) -> int:
        """What it costs before coupons."""
        return self.quantity * self.price_fen

    @property
    def on_sale(self) -> bool:
        """Whether variant, product, zone, category and merchant are all open."""
        product = self.variant.product
        return (
            self.variant.on_sale
            and product.on_sale
            and product.zone.on_sale
            and product.merchant.is_open
            and (product.category is None or product.category.on_sale)
        )

    @property
    def left(self) -> int:
        """How many can be bought at this price."""
        return (
            self.variant.stock
            if self.flash_id is None
            else min(self.variant.stock, self.flash_left)
        )

    @property
    def most(self) -> int:
        """How many one order can hold of it."""
        return max(
            0, min(self.left, MOST_OF_ONE, self.variant.product.limit_per_member or MOST_OF_ONE)
        )


def of_cart(lines: QuerySet[CartLine], now: datetime) -> list[Item]:
    """The items of cart lines, in the lines' order. One query."""
    loaded = lines.select_related(*(f"variant__{path}" for path in LOADED))
    return [
        _item(line.variant, line, quantity=line.quantity, seen=line)
        for line in _with_flash(loaded, "variant__flash_prices", now)
    ]


def of_variant(variant_id: int, quantity: int, now: datetime) -> Item | None:
    """One variant as an item; None if there is none of this id. One query."""
    found = Variant.objects.filter(pk=variant_id).select_related(*LOADED)
    variant = _with_flash(found, "flash_prices", now).first()
    return None if variant is None else _item(variant, variant, quantity=quantity)


def _with_flash(found: QuerySet[Any], path: str, now: datetime) -> QuerySet[Any]:
    # The windows of a variant do not overlap: at most one row joins.
    running = Q(
        **{f"{path}__starts_at__lte": now, f"{path}__ends_at__gt": now, f"{path}__left__gt": 0}
    )
    joined: QuerySet[Any] = found.annotate(
        running=FilteredRelation(path, condition=running),
        flash_id=F("running__id"),
        flash_price_fen=F("running__price_fen"),
        flash_left=F("running__left"),
    )
    return joined


def _item(variant: Variant, row: Any, *, quantity: int, seen: CartLine | None = None) -> Item:
    flash = row.flash_id is not None
    return Item(
        variant=variant,
        quantity=quantity,
        price_fen=row.flash_price_fen if flash else variant.price_fen,
        flash_id=row.flash_id,
        flash_left=row.flash_left or 0,
        seen_price_fen=seen.seen_price_fen if seen else None,
        is_selected=seen.is_selected if seen else True,
    )


def merchants_of(items: Iterable[Item]) -> dict[str, list[Item]]:
    """The items by the key of their merchant, in the order in which merchants appear."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.variant.product.merchant_id, []).append(item)
    return groups
