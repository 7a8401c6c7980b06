"""What an order takes: pieces of variants, of flash prices, of what one member may have.

Every function is one statement in its caller's transaction. Rows are locked in the order of their
ids: flash prices, then variants, then the counts of limits (docs/locking.md). Whoever comes second
waits for the row and then counts what is really left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sharemall.orders.models import Bought, OrderLine

TAKE_STOCK = """
WITH wanted AS (
    SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[])
           AS w(id, quantity, price_fen, cost_fen)
), locked AS MATERIALIZED (
    SELECT v.id FROM catalogue_variant v JOIN wanted USING (id) ORDER BY v.id FOR UPDATE OF v
)
UPDATE catalogue_variant v SET stock = v.stock - w.quantity
FROM wanted w JOIN locked USING (id), catalogue_product p
WHERE v.id = w.id AND p.id = v.product_id AND p.on_sale AND v.on_sale
  AND v.stock >= w.quantity AND v.price_fen = w.price_fen AND v.cost_fen = w.cost_fen
RETURNING v.id
"""

TAKE_FLASH = """
WITH wanted AS (
    SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) AS w(id, quantity, price_fen)
), locked AS MATERIALIZED (
    SELECT f.id FROM catalogue_flashprice f JOIN wanted USING (id) ORDER BY f.id FOR UPDATE OF f
)
UPDATE catalogue_flashprice f SET "left" = f."left" - w.quantity
FROM wanted w JOIN locked USING (id)
WHERE f.id = w.id AND f."left" >= w.quantity AND f.price_fen = w.price_fen
  AND f.starts_at <= %s AND f.ends_at > %s
RETURNING f.id
"""

TAKE_LIMITS = """
INSERT INTO orders_bought AS b (member_id, product_id, quantity)
SELECT %s, p.id, w.quantity
FROM unnest(%s::bigint[], %s::int[]) AS w(id, quantity) JOIN catalogue_product p USING (id)
WHERE w.quantity <= p.limit_per_member
ORDER BY p.id
ON CONFLICT (member_id, product_id) DO UPDATE SET quantity = b.quantity + EXCLUDED.quantity
WHERE b.quantity + EXCLUDED.quantity
      <= (SELECT limit_per_member FROM catalogue_product WHERE id = EXCLUDED.product_id)
RETURNING product_id
"""

GIVE_STOCK = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS g(id, quantity)
), locked AS MATERIALIZED (
    SELECT v.id FROM catalogue_variant v JOIN given USING (id) ORDER BY v.id FOR UPDATE OF v
)
UPDATE catalogue_variant v SET stock = v.stock + g.quantity
FROM given g JOIN locked USING (id) WHERE v.id = g.id
"""

GIVE_FLASH = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS g(id, quantity)
), locked AS MATERIALIZED (
    SELECT f.id FROM catalogue_flashprice f JOIN given USING (id) ORDER BY f.id FOR UPDATE OF f
)
UPDATE catalogue_flashprice f SET "left" = least(f."left" + g.quantity, f.quantity)
FROM given g JOIN locked USING (id) WHERE f.id = g.id
"""

GIVE_LIMITS = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS g(product_id, quantity)
), locked AS MATERIALIZED (
    SELECT b.id FROM orders_bought b JOIN given USING (product_id)
    WHERE b.member_id = %s ORDER BY b.product_id FOR UPDATE OF b
)
UPDATE orders_bought b SET quantity = greatest(b.quantity - g.quantity, 0)
FROM given g, locked WHERE b.id = locked.id AND b.product_id = g.product_id
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line asks of the stock: prices are those that the shopper agreed to, in fen."""

    variant_id: int
    product_id: int
    quantity: int
    price_fen: int  # the variant's own, whatever is paid
    cost_fen: int
    flash_id: int | None
    flash_price_fen: int
    limited: bool


def take(wanted: Sequence[Wanted], *, member_id: int, now: datetime) -> int | None:
    """Take all that is wanted (one line a variant); the variant that cannot be served, or None.

    What was agreed to (on sale, price, cost, the running flash price, the member's limit) must
    still be so. The caller rolls back if a variant is returned.
    """
    flash = [one for one in wanted if one.flash_id is not None]
    if flash:
        prices = [one.flash_price_fen for one in flash]
        ids = [one.flash_id for one in flash]
        taken = _run(TAKE_FLASH, ids, _quantities(flash), prices, now, now)
        for one in flash:
            if one.flash_id not in taken:
                return one.variant_id
    ids = [one.variant_id for one in wanted]
    taken = _run(
        TAKE_STOCK,
        ids,
        _quantities(wanted),
        [one.price_fen for one in wanted],
        [one.cost_fen for one in wanted],
    )
    for one in wanted:
        if one.variant_id not in taken:
            return one.variant_id
    return _take_limits(wanted, member_id)


def _take_limits(wanted: Sequence[Wanted], member_id: int) -> int | None:
    sums: dict[int, int] = {}
    for one in wanted:
        if one.limited:
            sums[one.product_id] = sums.get(one.product_id, 0) + one.quantity
    if not sums:
        return None
    taken = _run(TAKE_LIMITS, member_id, list(sums), list(sums.values()))
    refused = sums.keys() - taken
    return next((one.variant_id for one in wanted if one.product_id in refused), None)


def give_back(pieces: Iterable[tuple[OrderLine, int]], *, member_id: int) -> None:
    """Put back so many pieces of what each of the lines of one member's orders took."""
    given = [(line, quantity) for line, quantity in pieces if quantity]
    variants = _sums((line.variant_id, quantity) for line, quantity in given)
    flash = _sums(
        (line.flash_id, quantity) for line, quantity in given if line.flash_id is not None
    )
    limits = _sums((line.product_id, quantity) for line, quantity in given if line.limited)
    if flash:
        _do(GIVE_FLASH, list(flash), list(flash.values()))
    if variants:
        _do(GIVE_STOCK, list(variants), list(variants.values()))
    if limits:
        _do(GIVE_LIMITS, list(limits), list(limits.values()), member_id)


def _sums(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for key, quantity in pairs:
        sums[key] = sums.get(key, 0) + quantity
    return sums


def _quantities(wanted: Sequence[Wanted]) -> list[int]:
    return [one.quantity for one in wanted]


def _run(statement: str, *values: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}


def _do(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def bought(member_id: int, product_id: int) -> int:
    """How many of a product with a limit the member has ordered and not cancelled."""
    found = Bought.objects.filter(member_id=member_id, product_id=product_id)
    return found.values_list("quantity", flat=True).first() or 0
