"""Answering, confirming, replacing, deciding: a case as staff act on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.aftersale import words
from sharemall.aftersale.models import MOST_CHARACTERS
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.console.amounts import yuan
from sharemall.console.fields import YuanField, text
from sharemall.console.forms.orders import ShipForm

CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one.")}


class CaseForm(forms.Form):
    """What every step on a case shares: a refusal of the service is said at its field."""

    FIELDS: dict[Refusal, str] = {
        Refusal.BAD_AMOUNT: "freight_fen",
        Refusal.NO_ADDRESS: "return_to",
        Refusal.NO_TEXT: "text",
        Refusal.TOO_LONG: "text",
        Refusal.BAD_PARCEL: "tracking_no",
    }

    def tell(self, refused: Refused) -> None:
        """Say why nothing was done."""
        field = self.FIELDS.get(refused.refusal)
        self.add_error(field if field in self.fields else None, sentence(refused))


def sentence(refused: Refused) -> str:
    """Why nothing was done, in the language of the page."""
    return words.sentence(refused, yuan)


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return text(label, MOST_CHARACTERS, required=False, rows=3, help_text=help_text)


class AnswerForm(CaseForm):
    """The merchant's answer; where goods come back, where to; perhaps freight with it."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[("accept", _("Accept")), ("decline", _("Decline"))],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    return_to = text(_("Where the goods are to be sent"), 200, required=False)
    freight_fen = YuanField(
        _("Freight to give back"), required=False, help_text=_("Empty: none of it.")
    )
    text = _words(pgettext_lazy("staff", "Words to the member"), _("Needed for a decline."))

    def without(self, *names: str) -> None:
        """Drop the fields that this case has no use for."""
        for name in names:
            del self.fields[name]


class ReceiptForm(CaseForm):
    """What came back is as it should be, or not. In an exchange a yes is another parcel."""

    answer = forms.ChoiceField(
        label=_("The goods"),
        choices=[("accept", _("They are as they should be")), ("decline", _("They are not"))],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    text = _words(pgettext_lazy("staff", "Words to the member"), _("Needed for a decline."))


class RejectForm(ReceiptForm):
    """What came back for an exchange is not as it should be: a no is all that can be said here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["answer"]
        self.fields["text"].required = True


class ReplaceForm(CaseForm, ShipForm):
    """The parcel with the other piece."""


class DecideForm(CaseForm):
    """The platform's decision, for whom, how much, and why."""

    FIELDS = CaseForm.FIELDS | {Refusal.BAD_AMOUNT: "fen"}

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("member", _("For the member")), ("merchant", _("For the shop"))],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    fen = YuanField(_("Amount"), required=False, help_text=_("Empty: all that was asked for."))
    return_to = text(_("Where the goods are to be sent"), 200, required=False)
    text = _words(_("Reasons"))

    def clean_text(self) -> str:
        """A decision has reasons."""
        given: str = self.cleaned_data["text"]
        if not given:
            raise forms.ValidationError(say("Say why, in a few words."))
        return given
