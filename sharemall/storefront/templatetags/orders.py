"""Words and icons of the order pages."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from sharemall.orders.models import Order

register = template.Library()

STATUSES = {
    "unpaid": (pgettext_lazy("order", "To be paid"), "wallet", "chip-gold"),
    "paid": (pgettext_lazy("order", "To be received"), "truck", "chip-primary"),
    "received": (pgettext_lazy("order", "Received"), "package", "chip-primary"),
    "completed": (pgettext_lazy("order", "Completed"), "badge-check", "chip-primary"),
    "cancelled": (pgettext_lazy("order", "Cancelled"), "x", ""),
}

CANCELLED = {
    "member": _("You cancelled the order."),
    "expired": _("It was not paid within 30 minutes."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an order's timeline; `at` is None while it lies ahead."""

    name: str
    at: datetime | None
    hint: str = ""


@register.filter
def status_name(order: Order) -> str:
    """The order's status in words."""
    return str(STATUSES[order.status][0])


@register.filter
def status_icon(order: Order) -> str:
    """The icon of the order's status."""
    return STATUSES[order.status][1]


@register.filter
def status_chip(order: Order) -> str:
    """The chip's class for the order's status."""
    return STATUSES[order.status][2]


@register.filter
def timeline(order: Order) -> list[Step]:
    """What has happened to the order and what still will, in order of time."""
    placed = Step(pgettext("order", "Order placed"), order.placed_at)
    paid = Step(pgettext("order", "Payment received"), order.paid_at)
    if order.status == Order.Status.CANCELLED:
        why = str(CANCELLED[order.cancel_reason])
        ended = Step(pgettext("order", "Order cancelled"), order.cancelled_at, why)
        return [placed, paid, ended] if order.paid_at else [placed, ended]
    return [
        placed,
        paid,
        Step(pgettext("order", "Goods received"), order.received_at),
        Step(pgettext("order", "Order completed"), order.completed_at),
    ]
