"""Queries of goods whose SQL is made once of models and kept by the process.

Making SQL of a queryset costs the process several times what running it does, and home's two are
the same on every request but for the time. `MOMENT` stands for that time while the SQL is made.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, QuerySet

from sharemall.catalogue.models import FlashPrice, Product, Variant, Zone

MOMENT = datetime(1, 1, 1, tzinfo=UTC)


class Part(NamedTuple):
    """Columns of one model in a row of a query; `path` leads there from the query's own model."""

    model: type[Model]
    names: tuple[str, ...]
    path: str = ""

    def columns(self, before: str = "") -> list[str]:
        """How a queryset calls them; `before` leads to what `path` begins at."""
        return [f"{before}{self.path}{name}" for name in self.names]

    def read(self, values: Collection[Any]) -> Any:
        """The row that these columns of it make."""
        return self.model.from_db(None, self.names, values)


class Written(NamedTuple):
    """A statement with its parameters, MOMENT among them where it asks for the time."""

    sql: str
    params: tuple[Any, ...]

    def rows(self, now: datetime) -> list[tuple[Any, ...]]:
        """What it finds at `now`. One query."""
        given = [now if value == MOMENT else value for value in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, given)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def written(rows: "QuerySet[Any, tuple[Any, ...]]") -> Written:
    """The SQL of a queryset that gives tuples."""
    sql, params = rows.query.sql_with_params()
    return Written(sql, tuple(params))


def part(model: type[Model], names: Iterable[str], path: str = "") -> Part:
    """These columns of a model, in its own order."""
    wanted = set(names)
    in_order = (field.attname for field in model._meta.concrete_fields)
    return Part(model, tuple(name for name in in_order if name in wanted), path)


SHOWN = (
    *("id", "slug", "zone_id", "name_zh", "name_en", "subtitle_zh", "subtitle_en", "picture"),
    *("on_sale", "price_fen", "market_price_fen", "sold", "rating_sum", "rating_count"),
    *("position", "created_at"),
)
PRODUCT = part(Product, SHOWN)
ZONE = part(Zone, ["key", "name_zh", "name_en", "icon"], "zone__")
CARD = [*PRODUCT.columns(), *ZONE.columns()]
SALE = part(
    FlashPrice, ["id", "variant_id", "price_fen", "quantity", "left", "starts_at", "ends_at"]
)
VARIANT = part(Variant, ["id", "product_id", "price_fen"], "variant__")
SALE_CARD = [
    *SALE.columns(),
    *VARIANT.columns(),
    *PRODUCT.columns("variant__product__"),
    *ZONE.columns("variant__product__"),
]


def product_of(values: tuple[Any, ...]) -> Product:
    """The product of the columns CARD, with its zone."""
    many = len(PRODUCT.names)
    found: Product = PRODUCT.read(values[:many])
    found.zone = ZONE.read(values[many:])
    return found


def sale_of(values: tuple[Any, ...]) -> FlashPrice:
    """The flash price of the columns SALE_CARD, with variant, product and zone."""
    first = len(SALE.names)
    second = first + len(VARIANT.names)
    found: FlashPrice = SALE.read(values[:first])
    found.variant = VARIANT.read(values[first:second])
    found.variant.product = product_of(values[second:])
    return found
