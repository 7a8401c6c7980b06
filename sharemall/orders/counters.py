"""How often a product was sold: counted when an order completes, when nothing can take it back."""

from collections.abc import Iterable

from django.db import connection

from sharemall.orders.models import OrderLine

# Several orders with the same goods complete at once: all lock the lower id first.
COUNT = """
WITH sold AS (
    SELECT id, sum(quantity) AS quantity
    FROM unnest(%s::bigint[], %s::int[]) AS s(id, quantity) GROUP BY id
), locked AS MATERIALIZED (
    SELECT p.id FROM catalogue_product p JOIN sold USING (id) ORDER BY p.id FOR NO KEY UPDATE OF p
)
UPDATE catalogue_product p SET sold = p.sold + s.quantity
FROM sold s JOIN locked USING (id) WHERE p.id = s.id
"""


def count_sold(lines: Iterable[OrderLine]) -> None:
    """Add what was not given back of the lines to what their products have sold. One statement."""
    pairs = [(line.product_id, line.sold_quantity) for line in lines]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [[pair[0] for pair in pairs], [pair[1] for pair in pairs]])
