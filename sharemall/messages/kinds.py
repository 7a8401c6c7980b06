"""The kinds of messages and their words, made in the language of whoever reads.

Rooms above add kinds of their own with `add`, in their app's `ready`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sharemall.brand import selectors as brands
from sharemall.brand.selectors import BrandView
from sharemall.figures import decimals, fen, points, yuan, yuan_sign
from sharemall.language import in_language

Facts = Mapping[str, Any]


class Group(StrEnum):
    """What messages are listed by."""

    ORDERS = "orders"
    AFTERSALE = "aftersale"
    EQUITY = "equity"
    ACCOUNT = "account"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: `title` is lazy, `text` makes the sentence.

    `wechat` is where a follower of the mall's WeChat account is told too: the name of the
    preference, "" for nowhere.
    """

    key: str
    group: Group
    glyph: str
    title: str | Promise
    text: Callable[[Facts, BrandView], str]
    wechat: str = ""


_kinds: dict[str, Kind] = {}


def add(*kinds: Kind) -> None:
    """Make kinds known. Raises ValueError for another one of a known name."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) is not kind:
            raise ValueError(f"there is another kind of message called {kind.key}")


def kind_of(key: str) -> Kind:
    """The kind of this name; a plain one for a name that is no more."""
    return _kinds.get(key, _UNKNOWN)


def keys_of(group: str) -> list[str]:
    """The names of the kinds of a group."""
    return [kind.key for kind in _kinds.values() if kind.group == group]


def title_of(key: str) -> str:
    """What a message of this kind is headed with."""
    return str(kind_of(key).title)


def text_of(key: str, facts: Facts, brand: BrandView | None = None) -> str:
    """What a message says, in the active language; "" where its facts are not what it needs.

    Without `brand` it is read, with one query.
    """
    try:
        return kind_of(key).text(facts, brand or brands.brand())
    except (KeyError, TypeError, ValueError):
        return ""


def _goods(facts: Facts) -> str:
    """The first thing of an order by name, and how many there are."""
    name = in_language(facts["name_zh"], facts["name_en"])
    if facts["lines"] == 1:
        return name
    return _("%(name)s and more") % {"name": name}


def _paid(facts: Facts, brand: BrandView) -> str:
    return _("%(goods)s: %(amount)s arrived. The shop is packing.") % {
        "goods": _goods(facts),
        "amount": fen(facts["total_fen"]),
    }


def _shipped(facts: Facts, brand: BrandView) -> str:
    return _("%(goods)s: sent with %(carrier)s, parcel %(tracking_no)s.") % {
        "goods": _goods(facts),
        "carrier": facts["carrier"],
        "tracking_no": facts["tracking_no"],
    }


def _received(facts: Facts, brand: BrandView) -> str:
    text = _("%(goods)s: nobody confirmed the receipt, so the parcel counts as received.")
    return text % {"goods": _goods(facts)}


def _completed(facts: Facts, brand: BrandView) -> str:
    if not facts["shares_micro"] and not facts["quota_micro"]:
        return _("%(goods)s: the order is complete.") % {"goods": _goods(facts)}
    text = _("%(goods)s: the order is complete. It brought %(shares)s %(name)s and %(quota)s.")
    quota = in_language(brand.quota_zh, brand.quota_en)
    return text % {
        "goods": _goods(facts),
        "shares": points(facts["shares_micro"]),
        "name": in_language(brand.shares_zh, brand.shares_en),
        "quota": f"{yuan(facts['quota_micro'])} {quota}",
    }


def _cancelled(facts: Facts, brand: BrandView) -> str:
    reasons = {
        "member": _("%(goods)s: you cancelled the order."),
        "expired": _("%(goods)s: it was not paid in time."),
        "merchant": _("%(goods)s: the shop cannot deliver it."),
        "returned": _("%(goods)s: all of it was returned."),
    }
    known = reasons.get(facts["reason"], _("%(goods)s: the order is cancelled."))
    text = known % {"goods": _goods(facts)}
    if not facts["refunded_fen"]:
        return text
    back = _("%(amount)s goes back the way it came.") % {"amount": fen(facts["refunded_fen"])}
    return in_language(f"{text}{back}", f"{text} {back}")


def _exactly(amount_micro: int) -> str:
    """An amount in fen; what is less than one, with all its places."""
    if amount_micro >= 10_000:
        return yuan(amount_micro)
    return yuan_sign(decimals(amount_micro, 1_000_000, 6))


def _dividend(facts: Facts, brand: BrandView) -> str:
    day = date_format(date.fromisoformat(facts["day"]), "DATE_FORMAT")
    amounts = {"day": day, "amount": _exactly(facts["fund_micro"] + facts["honour_micro"])}
    if not facts["honour_micro"]:
        text = _("%(amount)s for %(day)s is in your cash balance.") % amounts
    else:
        amounts["honour"] = _exactly(facts["honour_micro"])
        text = (
            _("%(amount)s for %(day)s is in your cash balance, %(honour)s of it by honour.")
            % amounts
        )
    return text


def _level(facts: Facts, brand: BrandView) -> str:
    text = _("You reached V%(level)d. A level once reached stays.")
    return text % {"level": facts["level"]}


def _exit_near(facts: Facts, brand: BrandView) -> str:
    text = _(
        "Your %(shares)s are worth %(value)s, and %(left)s of your %(quota)s is left. When the "
        "value reaches what is left, they are sold at the next close of a day, less the fee."
    )
    return text % {
        "shares": in_language(brand.shares_zh, brand.shares_en),
        "quota": in_language(brand.quota_zh, brand.quota_en),
        "value": yuan(facts["value_micro"]),
        "left": yuan(facts["quota_micro"]),
    }


def _signed_in(facts: Facts, brand: BrandView) -> str:
    text = _("A new device signed in: %(device)s. If it was not you, sign it out in the settings.")
    return text % {"device": facts["device"]}


def _phone_changed(facts: Facts, brand: BrandView) -> str:
    return _("You now sign in with %(phone)s.") % {"phone": facts["phone"]}


def _password_changed(facts: Facts, brand: BrandView) -> str:
    return _("If it was not you, sign in with a code and set another one.")


def _wechat_bound(facts: Facts, brand: BrandView) -> str:
    return _("Your WeChat account signs you in now.")


def _code(facts: Facts, brand: BrandView) -> str:
    text = ngettext(
        "Your code is %(code)s, good for %(minutes)d minute. Tell it to nobody.",
        "Your code is %(code)s, good for %(minutes)d minutes. Tell it to nobody.",
        facts["minutes"],
    )
    return text % {"code": facts["code"], "minutes": facts["minutes"]}


def _ticket_answered(facts: Facts, brand: BrandView) -> str:
    return _("Ticket %(no)s has an answer.") % {"no": facts["no"]}


def _ticket_closed(facts: Facts, brand: BrandView) -> str:
    return _("Ticket %(no)s is closed.") % {"no": facts["no"]}


def _nothing(facts: Facts, brand: BrandView) -> str:
    return ""


_UNKNOWN = Kind("", Group.ACCOUNT, "info", gettext_lazy("News"), _nothing)

_ORDERS = "wechat_orders"
add(
    Kind("order_paid", Group.ORDERS, "wallet", gettext_lazy("Payment received"), _paid, _ORDERS),
    Kind("order_shipped", Group.ORDERS, "truck", gettext_lazy("On its way"), _shipped, _ORDERS),
    Kind("order_received", Group.ORDERS, "package", gettext_lazy("Taken as received"), _received),
    Kind(
        "order_completed",
        Group.ORDERS,
        "circle-check",
        gettext_lazy("Order complete"),
        _completed,
        _ORDERS,
    ),
    Kind(
        "order_cancelled",
        Group.ORDERS,
        "x",
        gettext_lazy("Order cancelled"),
        _cancelled,
        _ORDERS,
    ),
    Kind(
        "dividend",
        Group.EQUITY,
        "hand-coins",
        gettext_lazy("Dividend of the day"),
        _dividend,
        "wechat_dividends",
    ),
    Kind("level", Group.EQUITY, "medal", gettext_lazy("Honour level reached"), _level),
    Kind("exit_near", Group.EQUITY, "bell", gettext_lazy("Forced exit is near"), _exit_near),
    Kind("signed_in", Group.ACCOUNT, "shield-check", gettext_lazy("New sign-in"), _signed_in),
    Kind("phone_changed", Group.ACCOUNT, "phone", gettext_lazy("Phone changed"), _phone_changed),
    Kind(
        "password_changed",
        Group.ACCOUNT,
        "lock",
        gettext_lazy("Password changed"),
        _password_changed,
    ),
    Kind("wechat_bound", Group.ACCOUNT, "user", gettext_lazy("WeChat connected"), _wechat_bound),
    Kind("code", Group.ACCOUNT, "lock", gettext_lazy("Code"), _code),
    Kind(
        "ticket_answered",
        Group.TICKETS,
        "message-square-text",
        gettext_lazy("Your question was answered"),
        _ticket_answered,
    ),
    Kind(
        "ticket_closed",
        Group.TICKETS,
        "circle-check",
        gettext_lazy("Ticket closed"),
        _ticket_closed,
    ),
)
