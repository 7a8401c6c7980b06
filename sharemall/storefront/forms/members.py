"""Signing in and registering."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from sharemall.members.models import PHONE, Member

PHONE_FIELD = {
    "label": _("Phone number"),
    "max_length": 11,
    "validators": [PHONE],
    "error_messages": {"invalid": _("Enter a mobile number of 11 digits.")},
}


def _phone(autocomplete: str) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": autocomplete, "maxlength": "11"}
    return forms.CharField(**PHONE_FIELD, widget=forms.TextInput(attrs))


def _password(autocomplete: str) -> forms.CharField:
    attrs = {"autocomplete": autocomplete, "x-ref": "input"}
    widget = forms.PasswordInput(attrs)
    return forms.CharField(label=_("Password"), strip=False, max_length=128, widget=widget)


class SignInForm(forms.Form):
    """Phone and password."""

    phone = _phone("username")
    password = _password("current-password")


class RegisterForm(forms.Form):
    """A name, a phone and a password that is not easily guessed."""

    name = forms.CharField(
        label=_("Name"), max_length=40, widget=forms.TextInput({"autocomplete": "nickname"})
    )
    phone = _phone("username")
    password = _password("new-password")

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
