"""Stock, as orders take it and give it back."""

from collections.abc import Iterable

from django.db.models import F

from sharemall.catalogue.models import Product
from sharemall.orders.models import OrderLine


def take(lines: Iterable[OrderLine]) -> OrderLine | None:
    """Take the stock of every line; the first line that cannot be served, or None.

    One conditional UPDATE a product, in the order of their ids: whoever comes second waits for
    the row and then counts what is really left. What the line agreed to (on sale, price, cost)
    must still be so. The caller rolls back if a line is returned.
    """
    for line in _in_lock_order(lines):
        taken = Product.objects.filter(
            id=line.product_id,
            on_sale=True,
            price_fen=line.price_fen,
            cost_fen=line.cost_fen,
            stock__gte=line.quantity,
        ).update(stock=F("stock") - line.quantity)
        if not taken:
            return line
    return None


def give_back(lines: Iterable[OrderLine]) -> None:
    """Put the stock of every line back, in the order of the products' ids."""
    for line in _in_lock_order(lines):
        Product.objects.filter(id=line.product_id).update(stock=F("stock") + line.quantity)


def _in_lock_order(lines: Iterable[OrderLine]) -> list[OrderLine]:
    return sorted(lines, key=lambda line: line.product_id)
