"""Ringing up a payment in person."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.console.amounts import narrow
from sharemall.console.fields import YuanField, text
from sharemall.merchants import selectors as merchants
from sharemall.till.models import MOST_CHARACTERS


class TillForm(forms.Form):
    """For which merchant, the member's code, and how much."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    merchant = forms.ChoiceField(
        label=_("Merchant"),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    code = forms.CharField(
        label=_("The member's code"),
        max_length=60,
        help_text=_("Scan it, or type its eighteen digits."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Scan or type the code.")},
    )
    amount = YuanField(_("Amount in yuan"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shops = [(shop.key, shop.name) for shop in merchants.merchants()]
        self.fields["merchant"].choices = shops  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """The digits, however they are grouped."""
        return re.sub(r"[\s-]", "", narrow(self.cleaned_data["code"]))


class TillRefundForm(forms.Form):
    """How much of a payment in person is given back, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount = YuanField(
        _("Amount in yuan"), required=False, help_text=_("Empty: all that is left of it.")
    )
    text = text(pgettext_lazy("staff", "Why"), MOST_CHARACTERS, required=False)
