"""The words of states as staff need them."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sharemall.catalogue import pictures
from sharemall.console import access, amounts
from sharemall.console.files import KINDS
from sharemall.members import regions
from sharemall.orders.models import Order
from sharemall.orders.selectors import Step, timeline

register = template.Library()

Words = str | Promise

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
class Line:
    """A line of an order's timeline; `is_due`: it lies ahead. `hint` says more."""

    name: Words
    at: datetime
    is_due: bool
    hint: str = ""


@register.inclusion_tag("console/books/_files.html")
def table_files(name: str) -> dict[str, list[tuple[str, str]]]:
    """Where a list of tables.py is found as a file."""
    return {"files": [(kind.upper(), reverse(f"console-{name}-{kind}")) for kind in KINDS]}


@register.filter
def may(request: HttpRequest, word: str) -> bool:
    """Whether who asks may do this: a button that would be refused is not shown."""
    return access.may(request, word)


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


@register.simple_tag
def thumbnail(file: FieldFile, kind: str = "small") -> SafeString:
    """A wide picture in a list, its smallest form; "wide" for a form, where it is looked at."""
    name = file.name or ""
    shown = pictures.narrowest(name) if kind == "small" else name
    width, height = pictures.size(name) or (1200, 480)
    return format_html(
        '<img class="face-thumb" src="{}" alt="" width="{}" height="{}" loading="lazy">',
        *(default_storage.url(shown), width, height),
    )
