"""The ledger's words as those who run the mall need them."""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall import figures
from sharemall.figures import decimals
from sharemall.ledger.searching import Found, Posting
from sharemall.ledger.stories import Held
from sharemall.ledger.values import Movement

register = template.Library()

Words = str | Promise

ACCOUNTS: dict[str, Words] = {
    ".outside": _("Outside"),
    ".reserve": pgettext_lazy("books", "Reserve"),
    ".dividend_fund": _("Dividend fund of the open day"),
    ".dividend_carry": _("Dividend remainder"),
    ".honor_fund": _("Honour fund of the open day"),
    ".honor_carry": _("Remainders of the honour pools"),
    ".unassigned": pgettext_lazy("books", "Unassigned"),
    ".treasury": pgettext_lazy("books", "Treasury"),
    ".dividends": _("Dividends paid to members"),
    "members": _("All members"),
    "merchants": _("All merchants"),
}
REASONS: dict[str, Words] = {
    "sale": pgettext_lazy("books", "Sale"),
    "referral": pgettext_lazy("books", "Referral"),
    "sell": pgettext_lazy("books", "Shares sold"),
    "to_coins": pgettext_lazy("books", "Shares to coins"),
    "pay_coins": pgettext_lazy("books", "Paid in coins"),
    "return_coins": pgettext_lazy("books", "Coins returned"),
    "pass_coins": pgettext_lazy("books", "Coins passed on"),
    "to_shares": pgettext_lazy("books", "Coins to shares"),
    "cash_in": pgettext_lazy("books", "Cash in"),
    "cash_out": pgettext_lazy("books", "Cash out"),
    "dividend": pgettext_lazy("books", "Dividend"),
    "honour": pgettext_lazy("books", "Honour pools"),
    "forced_exit": pgettext_lazy("books", "Forced exit"),
    "wind_up": pgettext_lazy("books", "Wind-up"),
    "close": pgettext_lazy("books", "Day close"),
}
TYPES: dict[str, Words] = {
    name: REASONS[name]
    for name in (
        "sale",
        "sell",
        "to_coins",
        "pay_coins",
        "return_coins",
        "pass_coins",
        "to_shares",
        "cash_in",
        "cash_out",
    )
} | {
    "close_day": pgettext_lazy("books", "Day close"),
    "set_scheme": pgettext_lazy("books", "New scheme"),
}
UNITS: dict[str, Words] = {
    "cash": pgettext_lazy("books", "Cash"),
    "share": pgettext_lazy("books", "Shares"),
    "coin": pgettext_lazy("books", "Coins"),
    "quota": pgettext_lazy("books", "Quota"),
}
CODES: dict[str, Words] = {
    "id_conflict": _("The id was used before with another content."),
    "bad_event": _("It is no event of the rules."),
    "unknown_scheme": _("It names a version of the scheme that does not exist."),
    "unknown_zone": _("It names a zone that the scheme does not have."),
    "bad_amount": _("An amount is not allowed."),
    "self_referral": _("The buyer names itself as its referrer."),
    "insufficient_shares": _("There were not enough shares."),
    "insufficient_coins": _("There were not enough coins."),
    "insufficient_cash": _("There was not enough cash."),
    "day_in_future": _("The day lies ahead."),
    "day_already_closed": _("The day was closed already."),
    "bad_scheme": _("The scheme has faults, or changes what it must keep."),
    "not_allowed": _("The scheme does not allow it."),
    "overflow": _("The amount is larger than the books can hold."),
}
FIELDS: dict[str, Words] = {
    "dividend_fund": _("Dividend fund"),
    "dividend_paid": _("Dividends paid"),
    "honor_fund": _("Honour fund"),
    "honor_paid": _("Honours paid"),
    "to_reserve": _("To the reserve"),
    "forced_exits": _("Forced exits"),
    "rate": pgettext_lazy("books", "Rate"),
    "honor_amounts": _("What each pool gave a head"),
    "honor_heads": _("Heads of each pool"),
    "honor_carries": _("Remainders of the honour pools"),
    "reserve": _("Reserve after the close"),
    "outstanding": _("Shares outstanding after the close"),
    "chain": _("Reserve and shares in the chain"),
    "entries": _("Entries of the pool's accounts"),
}


@register.filter
def account_name(key: str) -> str:
    """An account by its key, in words."""
    if key in ACCOUNTS:
        return str(ACCOUNTS[key])
    kind, _colon, name = key.partition(":")
    word = _("Member %(name)s") if kind == "m" else _("Merchant %(name)s")
    return str(word) % {"name": name}


@register.filter
def member_of(key: str) -> str:
    """The member of an account's key; empty where it is no member's."""
    return key[2:] if key.startswith("m:") else ""


@register.filter
def booked_for(reason: str) -> str:
    """The reason of an entry, in words."""
    return str(REASONS.get(reason, reason))


@register.filter
def type_name(kind: str) -> str:
    """The type of an event, in words."""
    return str(TYPES.get(kind, kind))


@register.filter
def code_words(code: str) -> str:
    """Why an event was refused, in a sentence."""
    return str(CODES.get(code, code))


@register.filter
def field_words(name: str) -> str:
    """A number of a day, in words."""
    return str(FIELDS.get(name, name))


@register.simple_tag
def entries_list(rows: Iterable[Posting]) -> SafeString:
    """Entries as a list. In Python: a page of the journal has hundreds of them."""
    return format_html(
        '<ul class="books-entries">{}</ul>',
        format_html_join(
            "",
            '<li><span>{}<small>{}</small></span><span class="books-moved">{}</span></li>',
            (
                (
                    account_name(row.account),
                    booked_for(row.reason),
                    format_html_join("", "<span>{} <b>{}</b></span>", moved_words(row)),
                )
                for row in rows
            ),
        ),
    )


@register.filter
def moved_words(row: Posting | Movement) -> list[tuple[str, str]]:
    """What a row moved: each unit that it moved, with the amount and its sign."""
    amounts = {
        "cash": row.cash_micro,
        "share": row.share_micro,
        "coin": row.coin_micro,
        "quota": row.quota_micro,
    }
    return [(str(UNITS[unit]), signed(amount)) for unit, amount in amounts.items() if amount]


@register.filter
def held_words(held: Held) -> list[tuple[str, str]]:
    """What an account holds, each unit."""
    amounts = {
        "cash": held.cash_micro,
        "share": held.shares_micro,
        "coin": held.coins_micro,
        "quota": held.quota_micro,
    }
    return [(str(UNITS[unit]), exact(amount)) for unit, amount in amounts.items()]


@register.filter
def exact(amount_micro: int) -> str:
    """Micro-units with all six places."""
    return decimals(amount_micro, 1_000_000, 6)


@register.filter
def signed(amount_micro: int) -> str:
    """A movement with its sign and all six places."""
    return ("+" if amount_micro > 0 else "") + exact(amount_micro)


@register.filter
def ratio(value: Fraction | None) -> str:
    """A rate or a product, floored to twelve places."""
    if value is None:
        return ""
    places = 10**12
    return decimals(value.numerator * places // value.denominator, places, 12)


@register.filter
def per_thousand(permille: int) -> str:
    """Thousandths as a percentage: 125 → 12.5%."""
    return decimals(permille, 10, 1) + "%"


@register.filter
def took(milliseconds: int | None) -> str:
    """How long something took: 340 ms, 2.4 s."""
    if milliseconds is None:
        return ""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    return f"{decimals(milliseconds, 1000, 1)} s"


@register.filter
def iso(day: date) -> str:
    """A day as addresses have it."""
    return day.isoformat()


@register.filter
def when(text: str) -> datetime | None:
    """An event's `at` as a moment; None where it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


@register.filter
def happened(found: Found) -> str:
    """When an event happened, as the mall's clock says it; as it is written if that is no time."""
    written = str(found.event.get("at", ""))
    moment = when(written)
    if moment is None or moment.tzinfo is None:
        return written
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


@register.filter
def yuan(amount_micro: int) -> str:
    """Micro-yuan floored to fen."""
    return figures.yuan(amount_micro)
