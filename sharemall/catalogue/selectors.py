"""Reads of the catalogue: what is on sale, a page at a time, with its running flash prices.

On sale is what its zone, its category with all above it, and its merchant let be seen.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import (
    BooleanField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from sharemall.catalogue import search, written
from sharemall.catalogue.flash import add_flash
from sharemall.catalogue.models import (
    Category,
    Favourite,
    FlashPrice,
    Product,
    Variant,
    Visit,
    Zone,
)
from sharemall.catalogue.shelves import Sorting
from sharemall.catalogue.trees import FEW, Standing, hidden, tree_and_matches, with_all_below
from sharemall.clock import services as clock
from sharemall.merchants.models import Merchant

PAGE = 12
SORTINGS = {
    "": Sorting("s", "position"),
    "price": Sorting("p", "price_fen"),
    "-price": Sorting("q", "price_fen", downwards=True),
    "sold": Sorting("b", "sold", downwards=True),
    "new": Sorting("n", "created_at", downwards=True, of_time=True),
}
FAVOURITES = Sorting("f", "added_at", downwards=True, of_time=True)
VISITS = Sorting("v", "seen_at", downwards=True, of_time=True)
# What a card of a shelf shows, and what shelves are sorted by.
CARD = (
    *("slug", "name_zh", "name_en", "subtitle_zh", "subtitle_en", "picture", "on_sale"),
    *("price_fen", "market_price_fen", "sold", "rating_sum", "rating_count"),
    *("position", "created_at", "zone__name_zh", "zone__name_en", "zone__icon"),
)
# The same of a flash price, beside its product's card.
SALE = ("price_fen", "quantity", "left", "starts_at", "ends_at", "variant__price_fen")
# What staff need not see in a list.
LONG = ("description_zh", "description_en", "specs", "options", "terms")
MOST_FEN = 10**15


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the catalogue is asked for; `sort` one of SORTINGS (another is as good as "")."""

    zone: Zone | None = None
    category: Category | None = None
    merchant: Merchant | None = None
    query: str = ""
    least_fen: int | None = None
    most_fen: int | None = None
    in_stock: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of products; `after` is the mark to ask for the next with, empty at the end.

    Each product has `flash` (its cheapest running FlashPrice or None), `in_stock` and `for_sale`.
    """

    products: list[Product]
    after: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a variant costs now, and the flash price that makes it so, if one does."""

    price_fen: int
    flash: FlashPrice | None = None


@dataclass(frozen=True, slots=True)
class FlashSales:
    """Flash prices with their variants and products: those that run, and those that come next."""

    running: list[FlashPrice] = field(default_factory=list)
    coming: list[FlashPrice] = field(default_factory=list)


def zones() -> list[Zone]:
    """The zones on sale, in the operator's order."""
    return list(Zone.objects.filter(on_sale=True))


def all_zones() -> list[Zone]:
    """Every zone, those not on sale too, in the operator's order."""
    return list(Zone.objects.all())


def zone(key: str) -> Zone | None:
    """The zone of this key, if it is on sale."""
    return Zone.objects.filter(key=key, on_sale=True).first()


def categories() -> list[Category]:
    """The highest categories on sale, in order, each with those under it in `below`."""
    return _tree(Category.objects.all())


def all_categories() -> list[Category]:
    """Every category, those not on sale too, in the operator's order."""
    return list(Category.objects.select_related("parent__parent"))


def categories_of(tree: Sequence[Category], zone: Zone) -> list[Category]:
    """The categories that goods on sale of a zone stand in, in order, of `tree`: every one."""
    goods = Product.objects.filter(on_sale=True, category=OuterRef("pk"), zone=zone)
    found = set(Category.objects.filter(Exists(goods)).order_by().values_list("pk", flat=True))
    found -= hidden(tree)
    return [row for row in tree if row.pk in found]


def category(slug: str) -> Category | None:
    """The category of this slug, if it is on sale, with those above it loaded."""
    found = Category.objects.select_related("parent__parent").filter(slug=slug).first()
    return found if _is_open(found) else None


def path(category: Category | None) -> list[Category]:
    """The categories from the top down to this one."""
    return [] if category is None else [*path(category.parent), category]


def product(slug: str, now: datetime | None = None) -> Product | None:
    """The product of this slug, if it is on sale.

    With merchant, zone, category, further pictures, its variants on sale, and `flash`,
    `in_stock` and `for_sale` as on a shelf.
    """
    rows = _loaded(open_products().filter(slug=slug))
    found = rows.annotate(in_stock=Exists(_in_stock())).first()
    if found is None or (found.category is not None and not _is_open(found.category)):
        return None
    add_flash([found], now or clock.now())
    found.for_sale = True
    return found


def card(slug: str) -> Product | None:
    """The product of this slug, if it is on sale, with what a card shows of it. One query."""
    rows = Product.objects.select_related("zone", "category__parent__parent")
    found = rows.filter(pk__in=open_products().filter(slug=slug)).only(*CARD, "category").first()
    return found if found is not None and is_open_or_none(found.category) else None


def any_product(slug: str) -> Product | None:
    """The product of this slug, on sale or not, with all its variants: for staff."""
    rows = Product.objects.select_related("merchant", "zone", "category", "freight_rule")
    return rows.prefetch_related("variants", "pictures").filter(slug=slug).first()


def listing(
    asked: Filter,
    *,
    after: str = "",
    limit: int = PAGE,
    now: datetime | None = None,
    tree: Sequence[Standing] | None = None,
) -> Shelf:
    """The page of products on sale that `asked` wants, behind the mark `after`.

    Each has its zone, not its merchant. With a broken mark, or one of another order, the first
    page comes. Three queries; two where there are no words and `tree` is given, every category.
    """
    words, matches = search.asked(asked.query), 0
    if tree is None or words:
        tree, matches = tree_and_matches(words)
    sorting = SORTINGS.get(asked.sort, SORTINGS[""])
    found, mark = sorting.page(
        _wanted(asked, tree),
        after,
        limit,
        shown=cards(Product.objects.all()),
        gathered=bool(words) and matches <= FEW,
    )
    add_flash(found, now or clock.now())
    for row in found:
        row.for_sale = True
    return Shelf(found, mark)


def _wanted(asked: Filter, tree: Sequence[Standing]) -> QuerySet[Product]:
    rows = _narrowed(open_in(tree), asked.zone, asked.merchant)
    if asked.category is not None:
        rows = rows.filter(category__in=with_all_below(asked.category.pk, tree))
    return _asked(rows, asked)


def all_products(
    *, query: str = "", merchant: Merchant | None = None, after: str = "", limit: int = PAGE
) -> Shelf:
    """Products on sale or not, the newest first: for staff."""
    rows = _asked(_narrowed(Product.objects.all(), None, merchant), Filter(query=query))
    shown = Product.objects.select_related("zone", "merchant").defer(*LONG)
    found, mark = SORTINGS["new"].page(rows, after, limit, shown=with_stock(shown))
    for row in found:
        row.flash, row.for_sale = None, row.on_sale
    return Shelf(found, mark)


def offers(variants: Iterable[Variant], now: datetime) -> dict[int, Offer]:
    """What each variant costs now, by its id. One query."""
    known = {variant.pk: variant for variant in variants}
    found = {pk: Offer(variant.price_fen) for pk, variant in known.items()}
    for flash in _running(now).filter(variant__in=list(known)):
        if flash.price_fen < found[flash.variant_id].price_fen:
            found[flash.variant_id] = Offer(flash.price_fen, flash)
    return found


def flash_sales(now: datetime, limit: int = PAGE) -> FlashSales:
    """The flash prices that run, those that end first at the front, and those that start next."""
    tree, _matches = tree_and_matches([])
    shown = (f"variant__product__{name}" for name in CARD)
    rows = _open_sales(hidden(tree)).select_related("variant__product__zone").only(*SALE, *shown)
    coming = rows.filter(starts_at__gt=now).order_by("starts_at", "id")
    return FlashSales(running_sales(now, limit, tree), list(coming[:limit]))


def running_sales(now: datetime, limit: int, tree: Sequence[Standing]) -> list[FlashPrice]:
    """The flash prices that run, those that end first at the front. One query.

    `tree` is every category.
    """
    found = _running_sales(limit, frozenset(hidden(tree))).rows(now)
    return [written.sale_of(values) for values in found]


@lru_cache(maxsize=64)
def _running_sales(limit: int, gone: frozenset[int]) -> written.Written:
    moment = written.MOMENT
    running = _open_sales(gone).filter(starts_at__lte=moment, ends_at__gt=moment)
    first = running.order_by("ends_at", "id").values_list(*written.SALE_CARD)[:limit]
    return written.written(first)


def _open_sales(gone: Collection[int]) -> QuerySet[FlashPrice]:
    rows = FlashPrice.objects.all()
    if gone:
        inside = Q(variant__product__category__in=gone)
        rows = rows.filter(Q(variant__product__category=None) | ~inside)
    return rows.filter(
        variant__on_sale=True,
        variant__product__on_sale=True,
        variant__product__zone__on_sale=True,
        variant__product__merchant__is_open=True,
        price_fen__lt=F("variant__price_fen"),
        left__gt=0,
    )


def favourites(
    member_id: int, after: str = "", limit: int = PAGE, now: datetime | None = None
) -> Shelf:
    """What a member keeps, the newest first, also what is no longer `for_sale`. Two queries."""
    rows = Favourite.objects.filter(member_id=member_id)
    kept, mark = FAVOURITES.page(rows.prefetch_related(_kept_products()), after, limit)
    return _kept_shelf([row.product for row in kept], mark, now)


def visits(
    member_id: int, after: str = "", limit: int = PAGE, now: datetime | None = None
) -> Shelf:
    """What a member looked at, the newest first, also what is no longer `for_sale`."""
    rows = Visit.objects.filter(member_id=member_id)
    seen, mark = VISITS.page(rows.prefetch_related(_kept_products()), after, limit)
    return _kept_shelf([row.product for row in seen], mark, now)


def is_favourite(member_id: int, product_id: int) -> bool:
    """Whether a member keeps this product."""
    return Favourite.objects.filter(member_id=member_id, product_id=product_id).exists()


def open_products() -> QuerySet[Product]:
    """What is on sale itself, in an open zone and shop; the category is the caller's to look at."""
    return Product.objects.filter(on_sale=True, zone__on_sale=True, merchant__is_open=True)


def open_in(tree: Sequence[Standing]) -> QuerySet[Product]:
    """What is on sale with all that it stands in. `tree` is every category."""
    return open_but(hidden(tree))


def open_but(gone: Collection[int]) -> QuerySet[Product]:
    """What is on sale and stands in none of these categories, which are hidden."""
    rows = open_products()
    if gone:
        rows = rows.filter(Q(category=None) | ~Q(category__in=gone))
    return rows


def _loaded(rows: QuerySet[Product]) -> QuerySet[Product]:
    variants = Variant.objects.filter(on_sale=True)
    return rows.select_related(
        "zone", "merchant", "freight_rule", "category__parent__parent"
    ).prefetch_related(Prefetch("variants", variants), "pictures")


def _narrowed(
    rows: QuerySet[Product], zone: Zone | None, merchant: Merchant | None
) -> QuerySet[Product]:
    if zone is not None:
        rows = rows.filter(zone=zone)
    if merchant is not None:
        rows = rows.filter(merchant=merchant)
    return rows


def _asked(rows: QuerySet[Product], asked: Filter) -> QuerySet[Product]:
    if words := search.asked(asked.query):
        rows = rows.filter(terms__contains=words)
    elif asked.query.strip():
        return rows.none()  # only signs: nothing is found by them
    if asked.least_fen is not None:
        rows = rows.filter(price_fen__gte=min(asked.least_fen, MOST_FEN))
    if asked.most_fen is not None:
        rows = rows.filter(price_fen__lte=min(asked.most_fen, MOST_FEN))
    return rows.filter(Exists(_in_stock())) if asked.in_stock else rows


def _in_stock() -> QuerySet[Variant]:
    return Variant.objects.filter(product=OuterRef("pk"), on_sale=True, stock__gt=0)


def cards(rows: QuerySet[Product]) -> QuerySet[Product]:
    """The same products with what cards show of them: not all columns, but `in_stock`."""
    return with_stock(rows.select_related("zone").only(*CARD))


def with_stock(rows: QuerySet[Product]) -> QuerySet[Product]:
    """The same products with `in_stock`."""
    # Not Exists: PostgreSQL would look up the stock of all products to show it of twelve.
    one = Subquery(_in_stock().values_list(Value(True))[:1], output_field=BooleanField())
    return rows.annotate(in_stock=Coalesce(one, False))


def _kept_products() -> "Prefetch[str, QuerySet[Product], str]":
    standing = ("zone__on_sale", "merchant__is_open", "category")
    rows = Product.objects.select_related("zone", "merchant", "category__parent__parent")
    return Prefetch("product", with_stock(rows.only(*CARD, *standing)))


def _kept_shelf(products: list[Product], mark: str, now: datetime | None) -> Shelf:
    add_flash(products, now or clock.now())
    for row in products:
        row.for_sale = (
            row.on_sale
            and row.zone.on_sale
            and row.merchant.is_open
            and (row.category is None or _is_open(row.category))
        )
    return Shelf(products, mark)


def _running(now: datetime) -> QuerySet[FlashPrice]:
    return FlashPrice.objects.filter(starts_at__lte=now, ends_at__gt=now, left__gt=0)


def is_open_or_none(category: Category | None) -> bool:
    """Whether a product that stands in this category (or in none) may be seen."""
    return category is None or _is_open(category)


def _is_open(category: Category | None) -> bool:
    return category is not None and all(row.on_sale for row in path(category))


def _tree(rows: Iterable[Category]) -> list[Category]:
    tree = [row for row in rows if row.on_sale]
    for row in tree:
        row.below = [below for below in tree if below.parent_id == row.pk]
    return [row for row in tree if row.parent_id is None]
