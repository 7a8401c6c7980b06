"""Answering, confirming, replacing, deciding: a case as staff act on it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.aftersale import words
from sharemall.aftersale.models import MOST_CHARACTERS
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.console.amounts import yuan
from sharemall.console.fields import CountField, YuanField, text
from sharemall.console.forms.orders import ShipForm

CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one.")}
NEEDED = _("Needed for a decline and for an offer.")


class CaseForm(forms.Form):
    """What every step on a case shares: a refusal of the service is said at its field."""

    FIELDS: dict[Refusal, str] = {
        Refusal.BAD_AMOUNT: "freight_fen",
        Refusal.NO_ADDRESS: "return_to",
        Refusal.NO_TEXT: "text",
        Refusal.TOO_LONG: "text",
        Refusal.BAD_PARCEL: "tracking_no",
        Refusal.BAD_QUANTITY: "quantity",
        Refusal.NOT_LESS: "fen",
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


class OfferingForm(CaseForm):
    """A yes, a no, or less than was asked for: then how much of it, or how many pieces."""

    ANSWERS: Sequence[tuple[str, Any]] = ()

    fen = YuanField(
        _("Amount offered"), required=False, help_text=_("Empty: what those pieces cost.")
    )
    quantity = CountField(
        _("Pieces offered"), required=False, least=1, help_text=_("Empty: all of them.")
    )

    def without(self, *names: str) -> None:
        """Drop the fields that this case has no use for."""
        for name in names:
            del self.fields[name]

    def without_offer(self, *others: str) -> None:
        """Leave a yes and a no; `others` are answers that cannot be given either."""
        self.without("fen", "quantity")
        answer = self.fields["answer"]
        assert isinstance(answer, forms.ChoiceField)
        left = [choice for choice in self.ANSWERS if choice[0] not in ("offer", *others)]
        answer.choices = left

    def tell(self, refused: Refused) -> None:
        """An amount that is too large is the offer's, if one was made."""
        if refused.refusal == Refusal.BAD_AMOUNT and self.cleaned_data.get("fen") is not None:
            self.add_error("fen", sentence(refused))
            return
        super().tell(refused)


class AnswerForm(OfferingForm):
    """The merchant's answer; where goods come back, where to; perhaps freight with it."""

    ANSWERS = (("accept", _("Accept")), ("offer", _("Offer less")), ("decline", _("Decline")))

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    return_to = text(_("Where the goods are to be sent"), 200, required=False)
    freight_fen = YuanField(
        _("Freight to give back"), required=False, help_text=_("Empty: none of it.")
    )
    text = _words(pgettext_lazy("staff", "Words to the member"), NEEDED)
    field_order = ("answer", "fen", "quantity")


class ReceiptForm(OfferingForm):
    """What came back is as it should be, or not. In an exchange a yes is another parcel."""

    ANSWERS = (
        ("accept", _("They are as they should be")),
        ("offer", _("Not quite: offer less")),
        ("decline", _("They are not")),
    )

    answer = forms.ChoiceField(
        label=_("The goods"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    text = _words(pgettext_lazy("staff", "Words to the member"), NEEDED)
    field_order = ("answer", "fen", "quantity")


class RejectForm(ReceiptForm):
    """What came back for an exchange is not as it should be: a no is all that can be said here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.without("answer", "fen", "quantity")
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
