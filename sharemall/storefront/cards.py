"""Cards of goods: what they show, apart from the rows that it comes from, and how they are drawn.

A card is drawn of plain values alone, so the same values always give the same text, and what was
drawn is kept by them: a new price, another flash price, one more sale is another card.
"""

from functools import lru_cache
from typing import NamedTuple

from django.db.models.fields.files import FieldFile
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sharemall.catalogue.models import FlashPrice, Product

KEPT = 2048  # texts of about a kilobyte


class Card(NamedTuple):
    """A product in a grid. `flash_fen` is the running flash price, None without one."""

    slug: str
    name: str
    subtitle: str
    picture: str
    zone_key: str
    zone_name: str
    zone_icon: str
    in_stock: bool
    price_fen: int
    flash_fen: int | None
    market_price_fen: int | None
    sold: int
    rating_sum: int
    rating_count: int
    is_eager: bool


class MiniCard(NamedTuple):
    """A product in a row to swipe through.

    Of a flash sale: `variant_id` it is for, `before_fen` without it, and what is `left` of
    `quantity`. `rank` is its place among those bought most, 0 without one.
    """

    slug: str
    name: str
    picture: str
    zone_key: str
    zone_icon: str
    price_fen: int
    before_fen: int | None = None
    variant_id: int | None = None
    left: int = 0
    quantity: int = 0
    rank: int = 0


def card_of(product: Product, *, is_eager: bool = False) -> Card:
    """The card of a product as shelves give it: with `flash` and `in_stock`."""
    zone = product.zone
    return Card(
        slug=product.slug,
        name=product.name,
        subtitle=product.subtitle,
        picture=_name(product.picture),
        zone_key=zone.key,
        zone_name=zone.name,
        zone_icon=zone.icon,
        in_stock=vars(product)["in_stock"],
        price_fen=product.price_fen,
        flash_fen=_flash_fen(product),
        market_price_fen=product.market_price_fen,
        sold=product.sold,
        rating_sum=product.rating_sum,
        rating_count=product.rating_count,
        is_eager=is_eager,
    )


def mini_card_of(product: Product, rank: int = 0) -> MiniCard:
    """The small card of a product as shelves give it, at the price that it costs now."""
    return _mini(product, price_fen=_flash_fen(product) or product.price_fen, rank=rank)


def sale_card_of(sale: FlashPrice) -> MiniCard:
    """The small card of a running flash price."""
    return _mini(
        sale.variant.product,
        price_fen=sale.price_fen,
        before_fen=sale.variant.price_fen,
        variant_id=sale.variant_id,
        left=sale.left,
        quantity=sale.quantity,
    )


def drawn(card: Card | MiniCard) -> SafeString:
    """A card in the language of the page."""
    return _drawn(card, get_language(), get_script_prefix())


@lru_cache(maxsize=KEPT)
def _drawn(card: Card | MiniCard, _language: str | None, _prefix: str) -> SafeString:
    kind = "product_card" if isinstance(card, Card) else "mini_card"
    return SafeString(get_template(f"components/{kind}.html").render({"card": card}))


def _mini(product: Product, **fields: int | None) -> MiniCard:
    return MiniCard(
        slug=product.slug,
        name=product.name,
        picture=_name(product.picture),
        zone_key=product.zone.key,
        zone_icon=product.zone.icon,
        **fields,  # type: ignore[arg-type]
    )


def _flash_fen(product: Product) -> int | None:
    """The running flash price where it is the lowest: that of a dearer variant is not."""
    flash = product.flash
    return flash.price_fen if flash and flash.price_fen < product.price_fen else None


def _name(picture: FieldFile) -> str:
    return picture.name or ""
