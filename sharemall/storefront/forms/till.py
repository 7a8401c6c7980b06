"""Forms of the payment password and of paying in person."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sharemall.storefront.forms.paying import fen_of


class DigitsField(forms.CharField):
    """Six digits that nobody reads over a shoulder; full-width ones are meant alike."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6, "x-ref": "input"}
        super().__init__(
            label=label,
            max_length=20,
            widget=forms.PasswordInput(attrs),
            error_messages={"required": _("Enter the six digits.")},
            **kwargs,
        )

    def clean(self, value: object) -> str:
        """The digits as the service reads them."""
        return unicodedata.normalize("NFKC", super().clean(value))


class PasswordForm(forms.Form):
    """A new payment password, twice, after the one to sign in with."""

    sign_in = forms.CharField(
        label=_("Your sign-in password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "current-password", "x-ref": "input"}),
        error_messages={"required": _("Enter a password.")},
    )
    password = DigitsField(_("New payment password"), help_text=_("Six digits."))
    again = DigitsField(_("The same once more"))

    def clean(self) -> dict[str, Any]:
        """What was typed twice is the same."""
        data = super().clean() or {}
        if "again" in data and data["again"] != data.get("password"):
            self.add_error("again", _("The two are not the same."))
        return data


class YuanField(forms.CharField):
    """An amount in yuan, read as fen."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=label, max_length=20, widget=widget, **kwargs)

    def clean(self, value: object) -> Any:
        """The fen; nothing typed is 0."""
        found = fen_of(unicodedata.normalize("NFKC", super().clean(value)))
        if found is None:
            raise forms.ValidationError(_("Enter an amount in yuan, like 12.50."))
        return found


class AmountForm(forms.Form):
    """How much a member pays at the merchant whose code it scanned."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount = YuanField(
        _("Amount in yuan"), error_messages={"required": _("Enter an amount in yuan, like 12.50.")}
    )


class ConfirmForm(forms.Form):
    """By which means, and the payment password."""

    coins = YuanField("", required=False)
    password = DigitsField(_("Payment password"))

    def __init__(self, *args: Any, coins_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coins"].label = coins_name[:1].upper() + coins_name[1:]
