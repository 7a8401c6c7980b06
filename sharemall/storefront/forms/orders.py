"""The forms of buying, and the sentences for what the services refuse."""

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sharemall.orders.refusals import Refusal, Refused
from sharemall.orders.services import MOST_OF_ONE
from sharemall.storefront.templatetags.money import fen


class BuyForm(forms.Form):
    """How many, and what the page showed: the price, the note, the key of this one form."""

    key = forms.UUIDField()
    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MOST_OF_ONE,
        error_messages={
            "required": _("Say how many you would like."),
            "invalid": _("Enter a whole number."),
            "min_value": _("Order at least one."),
            "max_value": _("An order can hold at most %(limit_value)s of one thing."),
        },
    )
    seen_price_fen = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    note_version = forms.IntegerField(required=False, min_value=1, max_value=32767)


class PayForm(forms.Form):
    """How an attempt to pay in the sandbox shall end."""

    key = forms.UUIDField()
    outcome = forms.ChoiceField(choices=[("succeed", "succeed"), ("fail", "fail")])


def sentence(refused: Refused) -> str:
    """Why nothing was done, in the language of the page."""
    facts = refused.facts
    match refused.refusal:
        case Refusal.KEY_USED:
            return gettext(
                "This form was sent before, and order %(order)s was placed. "
                "Send it again to place another order."
            ) % {"order": facts["order"]}
        case Refusal.NOT_ON_SALE:
            return gettext("This is not on sale any more.")
        case Refusal.BAD_QUANTITY:
            most = gettext("An order can hold between 1 and %(most)s of this.")
            return most % {"most": facts["most"]}
        case Refusal.OUT_OF_STOCK:
            left = int(facts["left"])
            if not left:
                return gettext("Someone was faster: this is sold out now.")
            only = ngettext("Only %(left)s is left.", "Only %(left)s are left.", left)
            return only % {"left": left}
        case Refusal.PRICE_CHANGED:
            changed = gettext("The price has changed to %(price)s. Nothing was ordered.")
            return changed % {"price": fen(int(facts["price_fen"]))}
        case Refusal.NOTE_NEEDED:
            return gettext("Please confirm that you have read the note on risk.")
        case Refusal.WRONG_STATE:
            return gettext("The order has moved on meanwhile; that is no longer possible.")
