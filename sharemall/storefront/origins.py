"""What a movement of the wallet was for: words, and the page where more of it stands.

The journal's ids are made from what an event belongs to (an order's payment, a refund, a sale of
shares, an in-person payment, a day's close); here they are read back.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from sharemall.ledger.values import Movement
from sharemall.orders.models import Order
from sharemall.payments.models import Refund
from sharemall.storefront.templatetags.equity import REASONS
from sharemall.till import selectors as till
from sharemall.till.models import TillPayment

PAID = re.compile(r"pay-(.+)-[0-9]+-(?:coins|balance|sell|shares)(-back)?")
SOLD = re.compile(r"(sell|coins)-.+-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
AT_TILL = re.compile(r"till-(.+)-[0-9]+-(?:coins|balance)(-back)?")
TILL_BACK = re.compile(r"till-(.+)-r[0-9]+-(?:coins|in)")
GOODWILL = re.compile(r"case-(.+)-[0-9]+\.in")  # a refund after completion: the merchant's money
TO_SHOW = {"sell": "equity-sold", "coins": "wallet-exchanged"}
AS_CASH = (".cash", ".cash-out")  # what a wind-up paid out instead of coins

Orders = dict[str, list[str]]  # the orders' numbers by the payment's


@dataclass(frozen=True, slots=True)
class Row:
    """A movement with its reason in words; `what` says of what, `href` leads there."""

    move: Movement
    reason: str
    what: str
    href: str
    glyph: str


def rows(moves: Iterable[Movement]) -> list[Row]:
    """The movements as the wallet shows them. At most three queries."""
    moves = list(moves)
    ids = {_plain(move.event_id) for move in moves}
    orders = _orders_of_payments({found[1] for one in ids if (found := PAID.fullmatch(one))})
    refunds = _orders_of_refunds({one[7:] for one in ids if one.startswith("refund-")})
    tills = till.merchants_of({found[1] for one in ids if (found := _till_of(one))})
    return [_at_till(move, tills) or _row(move, orders, refunds) for move in moves]


def _at_till(move: Movement, tills: dict[str, TillPayment]) -> Row | None:
    event_id = _plain(move.event_id)
    found = _till_of(event_id)
    payment = tills.get(found[1]) if found else None
    if payment is None:
        return None
    is_back = event_id.endswith("-back") or bool(TILL_BACK.fullmatch(event_id))
    reason, glyph = (_("Given back"), "rotate-ccw") if is_back else (_("Paid in person"), "store")
    address = reverse("till-payment", kwargs={"no": payment.no})
    return Row(move, reason, payment.merchant.name, address, glyph)


def _till_of(event_id: str) -> re.Match[str] | None:
    return AT_TILL.fullmatch(event_id) or TILL_BACK.fullmatch(event_id)


def _row(move: Movement, orders: Orders, refunds: dict[str, str]) -> Row:
    event_id = _plain(move.event_id)
    glyph = REASONS[move.reason][1] if move.reason in REASONS else "layers"
    reason = str(REASONS[move.reason][0]) if move.reason in REASONS else move.reason
    if paid := PAID.fullmatch(event_id):
        reason, glyph = _of_payment(move, bool(paid[2]), reason, glyph)
        return Row(move, reason, *_orders_page(orders.get(paid[1], []), paid[1]), glyph)
    if event_id.startswith("refund-"):
        order_no = refunds.get(event_id[7:], "")
        return Row(move, _("Refund"), *_order_page(order_no), "rotate-ccw")
    if found := GOODWILL.fullmatch(event_id):
        address = reverse("case", kwargs={"no": found[1]})
        return Row(move, _("Refund"), _("After-sale"), address, "rotate-ccw")
    if move.reason in ("dividend", "honour"):
        day = date.fromisoformat(event_id.removeprefix("close-"))
        address = f"{reverse('equity-dividends')}?before={day + timedelta(days=1)}"
        return Row(move, reason, _("Of %(day)s") % {"day": day}, address, glyph)
    if found := SOLD.fullmatch(event_id):
        address = reverse(TO_SHOW[found[1]], kwargs={"key": UUID(found[2])})
        return Row(move, reason, _("See the figures"), address, glyph)
    return Row(move, reason, "", "", glyph)


def _of_payment(move: Movement, is_back: bool, reason: str, glyph: str) -> tuple[str, str]:
    if is_back:
        return _("Given back"), "rotate-ccw"
    if move.reason == "sell":
        return _("Sold to pay"), "banknote"
    return (_("Paid for an order"), "shopping-bag") if move.reason != "wind_up" else (reason, glyph)


def _orders_page(numbers: list[str], payment_no: str) -> tuple[str, str]:
    if len(numbers) == 1:
        return _order_page(numbers[0])
    if not numbers:
        return "", ""
    several = _("%(count)s orders") % {"count": len(numbers)}
    return several, reverse("pay-done", kwargs={"no": payment_no})


def _order_page(no: str) -> tuple[str, str]:
    if not no:
        return "", ""
    return _("Order %(no)s") % {"no": no}, reverse("order", kwargs={"no": no})


def _orders_of_payments(numbers: set[str]) -> Orders:
    found: Orders = {}
    if numbers:
        pairs = Order.objects.filter(payment__no__in=numbers).order_by("id")
        for payment_no, no in pairs.values_list("payment__no", "no"):
            found.setdefault(payment_no, []).append(no)
    return found


def _orders_of_refunds(numbers: set[str]) -> dict[str, str]:
    found = Refund.objects.filter(no__in=numbers) if numbers else Refund.objects.none()
    return dict(found.values_list("no", "order_no"))


def _plain(event_id: str) -> str:
    for ending in AS_CASH:
        event_id = event_id.removesuffix(ending)
    return event_id
