"""The staff's menu, and the words of states as staff need them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sharemall.members import regions
from sharemall.orders.models import Order
from sharemall.orders.selectors import Step, timeline
from sharemall.staff import amounts

register = template.Library()

Words = str | Promise

MENU = (
    ("staff", _("Overview"), "gauge"),
    ("staff-orders", _("Orders"), "receipt-text"),
    ("staff-cases", pgettext_lazy("staff", "After-sale"), "rotate-ccw"),
    ("staff-products", _("Products"), "package"),
    ("staff-stock", _("Stock"), "layers"),
    ("staff-flash", _("Flash prices"), "hourglass"),
    ("staff-coupons", pgettext_lazy("staff", "Coupons"), "ticket"),
    ("staff-categories", pgettext_lazy("staff", "Categories"), "layout-grid"),
    ("staff-merchants", _("Merchants"), "store"),
    ("staff-freight", _("Freight rules"), "truck"),
    ("staff-tickets", pgettext_lazy("staff", "Tickets"), "headset"),
    ("staff-reviews", pgettext_lazy("staff", "Reviews"), "award"),
    ("staff-till", pgettext_lazy("staff", "Till"), "qr-code"),
    ("staff-referrals", _("Referrals"), "users"),
    ("staff-refunds", _("Refunds"), "arrow-left"),
    ("staff-unexpected", _("Unexpected money"), "banknote"),
    ("staff-bills", _("Bill checks"), "scale"),
)

STATUSES: dict[str, tuple[Words, str]] = {
    "unpaid": (pgettext_lazy("staff", "Unpaid"), "chip-gold"),
    "paying": (pgettext_lazy("staff", "Being paid"), "chip-gold"),
    "paid": (pgettext_lazy("staff", "To ship"), "chip-sale"),
    "shipped": (pgettext_lazy("staff", "Shipped"), "chip-primary"),
    "received": (pgettext_lazy("staff", "Received"), "chip-primary"),
    "completed": (pgettext_lazy("staff", "Completed"), "chip-primary"),
    "cancelled": (pgettext_lazy("staff", "Cancelled"), ""),
}
REFUND_STATUSES: dict[str, tuple[Words, str]] = {
    "failed": (pgettext_lazy("refund", "Failed"), "chip-sale"),
    "waiting": (pgettext_lazy("refund", "To be sent"), "chip-gold"),
    "sent": (pgettext_lazy("refund", "Sent"), "chip-primary"),
    "done": (pgettext_lazy("refund", "Done"), "chip-primary"),
}
STEPS: dict[Step, Words] = {
    Step.PLACED: pgettext_lazy("staff", "Placed"),
    Step.PAID: pgettext_lazy("staff", "Paid"),
    Step.SHIPPED: STATUSES["shipped"][0],
    Step.RECEIVED: STATUSES["received"][0],
    Step.COMPLETED: STATUSES["completed"][0],
    Step.CANCELLED: STATUSES["cancelled"][0],
    Step.REFUNDED: pgettext_lazy("staff", "Refunded"),
}
WORDS: dict[str, dict[str, Words]] = {
    "means": {
        "provider": _("Payment provider"),
        "balance": _("Cash balance"),
    },
    "verdict": {
        "paid": pgettext_lazy("staff", "Paid"),
        "failed": _("Payment failed"),
        "late": _("Came after the payment was closed"),
        "double": _("Paid a second time"),
        "mismatch": _("Not the amount that was asked for"),
    },
    "difference": {
        "missing_here": _("In the bill, not on record"),
        "missing_there": _("On record, not in the bill"),
        "amount": pgettext_lazy("staff", "Another amount"),
    },
    "cause": {
        "cancel": _("Order cancelled"),
        "after_sale": pgettext_lazy("staff", "After-sale"),
        "late": _("Came after the payment was closed"),
        "double": _("Paid a second time"),
        "mismatch": _("Not the amount that was asked for"),
    },
    "cancel": {
        "member": _("The member cancelled it."),
        "expired": _("It was not paid in time."),
        "merchant": _("Cancelled by staff."),
    },
    "stock": {
        "delivery": _("Goods came in"),
        "count": _("Counted anew"),
        "damage": _("Damaged or lost"),
        "return": _("Goods came back"),
        "other": _("Another reason"),
    },
    "provider": {
        "sandbox": _("Sandbox"),
        "wechat": _("WeChat Pay"),
        "alipay": _("Alipay"),
    },
    "funder": {"platform": _("The platform"), "merchant": _("The merchant")},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    url: str
    text: Words
    glyph: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order's timeline; `is_due`: it lies ahead. `hint` says more."""

    name: Words
    at: datetime
    is_due: bool
    hint: str = ""


@register.inclusion_tag("staff/_menu.html", takes_context=True)
def staff_menu(context: dict[str, Any]) -> dict[str, Any]:
    """The menu, the entry of this page marked."""
    path = context["request"].path
    home = reverse("staff")
    entries = []
    for name, text, glyph in MENU:
        url = reverse(name)
        current = path == home if url == home else path.startswith(url)
        entries.append(Entry(url, text, glyph, current))
    shop = Entry(reverse("home"), _("To the mall"), "house", is_current=False)
    return {"entries": [*entries, shop]}


@register.filter
def order_words(order: Order) -> str:
    """An order's state in words."""
    return str(STATUSES[order.status][0])


@register.filter
def order_chip(order: Order) -> str:
    """The chip's class for an order's state."""
    return STATUSES[order.status][1]


@register.filter
def refund_words(status: str) -> str:
    """A refund's state in words."""
    return str(REFUND_STATUSES[status][0])


@register.filter
def refund_chip(status: str) -> str:
    """The chip's class for a refund's state."""
    return REFUND_STATUSES[status][1]


@register.filter
def words(code: str, subject: str) -> str:
    """A code of a subject (means, verdict, …) in words; as it is where there are none."""
    return str(WORDS[subject].get(code, code))


@register.filter
def region_of(order: Order) -> str:
    """Where an order goes, in the language of the page."""
    try:
        return regions.full_name(order.ship_district, get_language() or "")
    except regions.UnknownRegion:
        return ""


@register.filter
def steps(order: Order) -> list[Line]:
    """What has happened to an order, in order of time, and what comes next by itself."""
    parcel = f"{order.carrier} {order.tracking_no}".strip()
    why = words(order.cancel_reason, "cancel") if order.cancel_reason else ""
    hints = {Step.SHIPPED: parcel, Step.CANCELLED: why}
    return [
        Line(STEPS[moment.step], moment.at, moment.is_due, hints.get(moment.step, ""))
        for moment in timeline(order)
    ]


@register.filter
def delta(number: int) -> str:
    """A change with its sign: 20 → +20."""
    return f"{number:+,}"


@register.filter
def percentage(rate_nano: int) -> str:
    """Billionths as a percentage: 55000000 → 5.5%."""
    return amounts.percent(rate_nano) + "%"
