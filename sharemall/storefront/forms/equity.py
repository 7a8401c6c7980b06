"""The forms of selling shares."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sharemall.engine.amounts import MICRO, UNACCEPTABLE, amount, decimal_string

PARTS = ("25", "50", "100")


class SellForm(forms.Form):
    """How many shares to sell: an amount, or a part of all in percent (the button pressed)."""

    shares = forms.CharField(
        label=_("How many to sell"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    part = forms.ChoiceField(choices=[(part, part) for part in PARTS], required=False)
    none_given = _("Say how many you want to sell.")
    more_than_held = _("You hold %(held)s; you cannot sell more than that.")

    def __init__(self, *args: Any, held_micro: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held_micro = held_micro

    def clean_shares(self) -> int | None:
        """The amount in micro-shares; None if none was typed."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["shares"])
        typed = typed.replace(",", "").replace(" ", "").rstrip("。")
        if not typed:
            return None
        shares = amount(typed)
        if shares is None:
            raise forms.ValidationError(_("Enter a number, such as 12.5."))
        if shares == UNACCEPTABLE:
            raise forms.ValidationError(_("Enter a positive number with at most six decimals."))
        if shares == 0:
            raise forms.ValidationError(_("Enter a number above zero."))
        if shares > self.held_micro:
            raise forms.ValidationError(
                self.more_than_held,
                params={"held": decimal_string(self.held_micro)},
            )
        return shares

    def clean(self) -> dict[str, Any]:
        """Adds `shares_micro`, whichever way it was given."""
        cleaned: dict[str, Any] = super().clean() or {}
        part, shares = cleaned.get("part"), cleaned.get("shares")
        if part:
            self.errors.pop("shares", None)
            shares = self.held_micro * int(part) // 100
        if not self.errors:
            if not shares:
                self.add_error("shares", self.none_given)
            cleaned["shares_micro"] = shares
        return cleaned


class ExchangeForm(SellForm):
    """How many shares to turn into coins."""

    none_given = _("Say how many you want to exchange.")
    more_than_held = _("You hold %(held)s; you cannot exchange more than that.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shares"].label = _("How many to exchange")


class ConfirmForm(forms.Form):
    """What the quote page showed: the confirmation sells exactly that."""

    key = forms.UUIDField()
    shares_micro = forms.IntegerField(min_value=1, max_value=10**12 * MICRO)
    least_micro = forms.IntegerField(min_value=0, max_value=2**63 - 1)
