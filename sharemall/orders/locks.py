"""The locks of an order's life: the payment first, then its orders, the lower id first."""

from typing import Any

from django.db.models import F, QuerySet

from sharemall.orders import rates
from sharemall.orders.models import Order
from sharemall.payments.models import Payment


def payment(*, skip_locked: bool = False, **where: Any) -> Payment | None:
    """Lock a payment (its member comes along unlocked); None if there is none such."""
    locked = Payment.objects.select_for_update(of=("self",), skip_locked=skip_locked)
    return locked.select_related("member").filter(**where).first()


def orders_of(payment: Payment) -> list[Order]:
    """Lock the orders of a locked payment; `version_with` tells what came along."""
    locked = Order.objects.select_for_update().filter(payment=payment).order_by("id")
    return list(locked.annotate(version_now=rates.version_in_force()))


def version_with(order: Order) -> int:
    """The version of the scheme that was in force when the order was locked."""
    return int(vars(order)["version_now"])


def whole(*, skip_locked: bool = False) -> QuerySet[Order]:
    """Lock an order's own row; what its completion reads of others comes along unlocked."""
    locked = Order.objects.select_for_update(of=("self",), skip_locked=skip_locked)
    return locked.select_related("member__referrer", "merchant").prefetch_related("lines")


def write_paid(orders: list[Order], **fields: Any) -> None:
    """Write fields on orders of a locked payment in one statement; the provider pays the rest."""
    rest = F("total_fen") - F("coins_fen") - F("balance_fen") - F("shares_fen")
    ids = [order.pk for order in orders]
    Order.objects.filter(pk__in=ids).update(provider_fen=rest, **fields)
    for order in orders:
        for name, value in fields.items():
            setattr(order, name, value)
