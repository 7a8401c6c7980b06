"""Signing in and registering."""

import re
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from sharemall.members.models import PHONE, Member


class PhoneField(forms.CharField):
    """A mobile number of mainland China; spaces, dashes and the country's code are let go."""

    def __init__(self) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "username"}
        super().__init__(
            label=_("Phone number"),
            max_length=20,
            widget=forms.TextInput(attrs),
            error_messages={"required": _("Enter a mobile number of 11 digits.")},
        )

    def clean(self, value: object) -> str:
        """The eleven digits."""
        digits = re.sub(r"[\s-]", "", super().clean(value)).removeprefix("+86")
        if not re.fullmatch(PHONE.regex, digits):
            raise forms.ValidationError(_("Enter a mobile number of 11 digits."))
        return digits


def password_field(autocomplete: str) -> forms.CharField:
    """A password that may be anything a keyboard gives."""
    attrs = {"autocomplete": autocomplete, "x-ref": "input"}
    widget = forms.PasswordInput(attrs)
    return forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=widget,
        error_messages={"required": _("Enter a password.")},
    )


class SignInForm(forms.Form):
    """Phone and password."""

    phone = PhoneField()
    password = password_field("current-password")


class RegisterForm(forms.Form):
    """A name, a phone and a password that is not easily guessed."""

    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "nickname"}),
        error_messages={"required": _("Tell us what to call you.")},
    )
    phone = PhoneField()
    password = password_field("new-password")

    def clean(self) -> dict[str, Any]:
        """Weigh the password against what else the member told."""
        data = super().clean() or {}
        if data.get("password"):
            likeness = Member(phone=data.get("phone", ""), name=data.get("name", ""))
            try:
                password_validation.validate_password(data["password"], likeness)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data
