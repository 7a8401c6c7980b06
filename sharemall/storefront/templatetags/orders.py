"""Words and icons of the order pages."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.core.files.storage import default_storage
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sharemall.members import regions
from sharemall.orders.models import Order, OrderLine

register = template.Library()

# In words, the icon, the chip's class.
STATUSES = {
    "unpaid": (pgettext_lazy("order", "To be paid"), "wallet", "chip-gold"),
    "paying": (pgettext_lazy("order", "Being paid"), "hourglass", "chip-gold"),
    "paid": (pgettext_lazy("order", "To be sent"), "package", "chip-primary"),
    "shipped": (pgettext_lazy("order", "On the way"), "truck", "chip-primary"),
    "received": (pgettext_lazy("order", "Received"), "circle-check", "chip-primary"),
    "completed": (pgettext_lazy("order", "Completed"), "badge-check", "chip-primary"),
    "cancelled": (pgettext_lazy("order", "Cancelled"), "x", ""),
}

CANCELLED = {
    "member": _("You cancelled the order."),
    "expired": _("It was not paid within 30 minutes."),
    "merchant": _("The shop cannot deliver it."),
    "returned": _("All of it was refunded before it was sent."),
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
def cancel_reason(order: Order) -> str:
    """Why the order was cancelled, in a sentence; "" if it was not."""
    return str(CANCELLED.get(order.cancel_reason, ""))


@register.filter
def timeline(order: Order) -> list[Step]:
    """What has happened to the order and what still will, in order of time."""
    steps = [
        Step(pgettext("order", "Order placed"), order.placed_at),
        Step(pgettext("order", "Payment received"), order.paid_at),
        Step(pgettext("order", "Sent"), order.shipped_at, order.carrier),
        Step(pgettext("order", "Goods received"), order.received_at),
        Step(pgettext("order", "Order completed"), order.completed_at),
    ]
    if order.status != Order.Status.CANCELLED:
        return steps
    ended = Step(pgettext("order", "Order cancelled"), order.cancelled_at, cancel_reason(order))
    return [*(step for step in steps if step.at), ended]


@register.filter
def line_picture(line: OrderLine) -> str:
    """The address of the picture that the goods had when they were ordered; "" without one."""
    return default_storage.url(line.picture) if line.picture else ""


@register.filter
def ship_region(order: Order) -> str:
    """Province, city and district in the language of the page; "" if they are no more."""
    try:
        return regions.full_name(order.ship_district, get_language() or "")
    except regions.UnknownRegion:
        return ""


@register.filter
def pieces(order: Order) -> int:
    """How many pieces the order holds."""
    return sum(line.quantity for line in order.lines.all())
