"""The words of after-sale that shoppers' and staff's pages share."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sharemall.aftersale.refusals import Refusal, Refused

KINDS: dict[str, Any] = {
    "refund": pgettext_lazy("after-sale", "Refund only"),
    "return": pgettext_lazy("after-sale", "Return and refund"),
    "exchange": pgettext_lazy("after-sale", "Exchange"),
}
REASONS: dict[str, Any] = {
    "unwanted": _("I do not want it any more"),
    "faulty": _("It is faulty"),
    "damaged": _("Damaged on the way"),
    "wrong": _("Not what was ordered or described"),
    "missing": _("Something is missing"),
    "not_arrived": _("It has not arrived"),
    "other": pgettext_lazy("after-sale", "Another reason"),
}
# In words, the chip's class.
STATES: dict[str, tuple[Any, str]] = {
    "asked": (pgettext_lazy("after-sale", "Waiting for the shop"), "chip-gold"),
    "offered": (pgettext_lazy("after-sale", "The shop offers less"), "chip-gold"),
    "declined": (pgettext_lazy("after-sale", "Declined"), "chip-sale"),
    "arbitration": (pgettext_lazy("after-sale", "With the platform"), "chip-gold"),
    "to_send": (pgettext_lazy("after-sale", "To be sent back"), "chip-gold"),
    "sent_back": (pgettext_lazy("after-sale", "On the way back"), "chip-primary"),
    "resent": (pgettext_lazy("after-sale", "Replacement on the way"), "chip-primary"),
    "paying": (pgettext_lazy("after-sale", "Being refunded"), "chip-primary"),
    "refunded": (pgettext_lazy("after-sale", "Refunded"), "chip-primary"),
    "exchanged": (pgettext_lazy("after-sale", "Exchanged"), "chip-primary"),
    "closed": (pgettext_lazy("after-sale", "Closed"), ""),
}
CLOSED: dict[str, Any] = {
    "withdrawn": _("It was withdrawn."),
    "not_answered": _(
        "The shop did not agree in time. After completion a refund is up to the shop."
    ),
    "not_given": _("The shop did not agree. After completion a refund is up to the shop."),
    "not_appealed": _("The shop declined, and the platform was not asked."),
    "not_sent": _("The goods were not sent back in time."),
    "rejected": _("The platform decided against it."),
}
ACTIONS: dict[str, Any] = {
    "asked": pgettext_lazy("after-sale step", "Asked for"),
    "accepted": pgettext_lazy("after-sale step", "Accepted"),
    "offered": pgettext_lazy("after-sale step", "Less was offered"),
    "took": pgettext_lazy("after-sale step", "Offer taken"),
    "declined": pgettext_lazy("after-sale step", "Declined"),
    "appealed": pgettext_lazy("after-sale step", "The platform was asked to decide"),
    "granted": pgettext_lazy("after-sale step", "Decided for the member"),
    "sent_back": pgettext_lazy("after-sale step", "Goods sent back"),
    "resent": pgettext_lazy("after-sale step", "Replacement sent"),
    "confirmed": pgettext_lazy("after-sale step", "Goods are back at the shop"),
    "not_paid": pgettext_lazy("after-sale step", "The shop's balance was too low"),
    "refunded": pgettext_lazy("after-sale step", "Refunded"),
    "exchanged": pgettext_lazy("after-sale step", "Exchanged"),
    "closed": pgettext_lazy("after-sale step", "Closed"),
}
ACTORS: dict[str, Any] = {
    "member": pgettext_lazy("after-sale", "Member"),
    "merchant": pgettext_lazy("after-sale", "Shop"),
    "platform": pgettext_lazy("after-sale", "Platform"),
    "time": pgettext_lazy("after-sale", "By itself"),
}


def sentence(refused: Refused, money: Callable[[int], str]) -> str:
    """Why nothing was done, in the language of the page; `money` writes an amount of fen."""
    facts = refused.facts
    match refused.refusal:
        case Refusal.BAD_AMOUNT:
            most = money(int(facts["most_fen"]))
            return gettext("Enter an amount up to %(most)s.") % {"most": most}
        case Refusal.BAD_QUANTITY:
            return gettext("Choose between 1 and %(left)s pieces.") % facts
        case Refusal.OPEN_ALREADY:
            text = gettext("There is an open case for these goods already: %(no)s.")
            return text % facts
        case Refusal.TOO_LONG:
            return gettext("At most %(most)s characters.") % facts
        case Refusal.TOO_MANY_PICTURES:
            return gettext("At most %(most)s pictures.") % facts
    return str(SENTENCES[refused.refusal])


SENTENCES: dict[Refusal, Any] = {
    Refusal.WRONG_STATE: _("It has moved on meanwhile; that is no longer possible."),
    Refusal.LATE: _("The time for this is over."),
    Refusal.PERIOD_OVER: _("The time for returning these goods is over."),
    Refusal.BAD_KIND: _("This is not possible for these goods now. Choose another way."),
    Refusal.BAD_REASON: _("Choose a reason."),
    Refusal.NOTHING_LEFT: _("All of it was refunded already."),
    Refusal.NOT_LESS: _("That is all that was asked for. Accept it instead."),
    Refusal.AGREED: _("An amount is agreed already. It stands."),
    Refusal.UP_TO_SHOP: _(
        "After completion a refund is up to the shop. Take the offer, or withdraw."
    ),
    Refusal.NO_TEXT: _("Say why, in a few words."),
    Refusal.NO_ADDRESS: _("Enter where the goods are to be sent, in one line."),
    Refusal.BAD_PARCEL: _("Enter carrier and tracking number, each at most 40 characters."),
}
