"""Words and icons of the equity pages."""

from datetime import datetime
from fractions import Fraction

from django import template
from django.utils.translation import gettext_lazy as _

from sharemall.figures import decimals

register = template.Library()

# What moved a member's balance, as the member would say it, and the icon beside it.
REASONS = {
    "sale": (_("Purchase"), "shopping-bag"),
    "referral": (_("A friend's purchase"), "user-plus"),
    "sell": (_("Sold"), "banknote"),
    "to_coins": (_("Exchanged"), "coins"),
    "pay_coins": (_("Paid for goods"), "ticket"),
    "return_coins": (_("Returned after a cancelled order"), "rotate-ccw"),
    "pass_coins": (_("Passed on"), "arrow-right"),
    "to_shares": (_("Exchanged back"), "refresh-cw"),
    "cash_in": (_("Money received"), "wallet"),
    "cash_out": (_("Money paid out"), "arrow-up-right"),
    "dividend": (_("Dividend"), "hand-coins"),
    "honour": (_("Honour pool"), "award"),
    "forced_exit": (_("Sold at the close of the day"), "hourglass"),
    "wind_up": (_("Everything paid out"), "layers"),
}

# Why the ledger refused a sale of shares; what is not listed cannot happen to one.
REFUSALS = {
    "insufficient_shares": _("You no longer hold as many as you wanted to sell."),
    "overflow": _("The amount is larger than the books can hold."),
}


@register.filter
def reason_name(reason: str) -> str:
    """A movement's reason in words."""
    return str(REASONS[reason][0]) if reason in REASONS else reason


@register.filter
def reason_icon(reason: str) -> str:
    """The icon of a movement's reason."""
    return REASONS[reason][1] if reason in REASONS else "layers"


@register.filter
def refusal(code: str) -> str:
    """Why a sale was refused, in a sentence."""
    return str(REFUSALS.get(code, _("The books did not accept the sale.")))


@register.filter
def hexed(value: bytes) -> str:
    """A hash as people compare it: hexadecimal, in groups of eight."""
    text = bytes(value).hex()
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))


@register.filter
def short(amount_micro: int) -> str:
    """An amount without idle zeros: 1.8, 100."""
    return decimals(amount_micro, 1_000_000, 6).rstrip("0").rstrip(".")


@register.filter
def moment(text: str) -> datetime:
    """An event's `at` as a moment."""
    return datetime.fromisoformat(text)


@register.filter
def price_exact(ratio: Fraction) -> str:
    """A price floored to nine places: small sales move it far behind the point."""
    places = 10**9
    return "¥" + decimals(ratio.numerator * places // ratio.denominator, places, 9)
