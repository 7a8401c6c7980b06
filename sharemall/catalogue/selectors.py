"""Reads of the catalogue: what is on sale, in shelf order, a page at a time."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from sharemall.catalogue.models import Product, Zone

PAGE = 12


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of products; `after` is the mark to ask for the next with, empty at the end."""

    products: list[Product]
    after: str


def zones() -> list[Zone]:
    """The zones on sale, in the operator's order."""
    return list(Zone.objects.filter(on_sale=True))


def all_zones() -> list[Zone]:
    """Every zone, those not on sale too, in the operator's order."""
    return list(Zone.objects.all())


def zone(key: str) -> Zone | None:
    """The zone of this key, if it is on sale."""
    return Zone.objects.filter(key=key, on_sale=True).first()


def product(slug: str) -> Product | None:
    """The product of this slug with its zone, if it is on sale."""
    return _on_sale().filter(slug=slug).first()


def products(*, zone: Zone | None = None, after: str = "", limit: int = PAGE) -> Shelf:
    """The page of products behind the mark `after` (the first without, or with a broken mark).

    Seeks by (position, id): a page deep in the shelf costs what the first costs.
    """
    shelf = _on_sale()
    if zone is not None:
        shelf = shelf.filter(zone=zone)
    mark = _mark(after)
    if mark is not None:
        position, last_id = mark
        shelf = shelf.filter(position__gte=position).exclude(Q(position=position, id__lte=last_id))
    found = list(shelf[: limit + 1])
    page = found[:limit]
    return Shelf(page, f"{page[-1].position}-{page[-1].id}" if len(found) > limit else "")


def _on_sale() -> QuerySet[Product]:
    return Product.objects.filter(on_sale=True, zone__on_sale=True).select_related("zone")


def _mark(after: str) -> tuple[int, int] | None:
    position, _, last_id = after.partition("-")
    if position.isdecimal() and last_id.isdecimal() and len(after) < 30:
        return int(position), int(last_id)
    return None
