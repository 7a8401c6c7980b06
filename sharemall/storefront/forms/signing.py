"""Forms of signing in by code and of the settings."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sharemall.accounts.refusals import Refusal
from sharemall.messages import codes
from sharemall.storefront.forms.members import PhoneField, password_field

REASONS: dict[Refusal, str | Promise] = {
    Refusal.CLOSED: gettext_lazy("This account is closed."),
    Refusal.PHONE_TAKEN: gettext_lazy("Another member signs in with this number."),
    Refusal.WECHAT_TAKEN: gettext_lazy("This WeChat account is connected with another member."),
    Refusal.HAS_WECHAT: gettext_lazy(
        "The member of this phone has another WeChat account. Disconnect it in the settings first."
    ),
    Refusal.SAME_PHONE: gettext_lazy("You sign in with this number already."),
}


def code_field() -> forms.CharField:
    """Six digits; whether they are needed depends on the button."""
    attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9]*"}
    return forms.CharField(
        label=gettext_lazy("Code of six digits"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs),
    )


class CodeForm(forms.Form):
    """Only a code: for a phone that is known."""

    digits = code_field()

    def clean_digits(self) -> str:
        """Without the blanks that an SMS may have put in."""
        return "".join(str(self.cleaned_data["digits"]).split())


class PhoneCodeForm(CodeForm):
    """A phone and the code that was sent to it."""

    phone = PhoneField()
    field_order = ("phone", "digits")


class NewPasswordForm(forms.Form):
    """Another password; the service weighs it."""

    password = password_field("new-password")


class WishesForm(forms.Form):
    """What a member wants to be told."""

    dividends = forms.BooleanField(
        label=gettext_lazy("The dividend of the day, in the mall"), required=False
    )
    wechat_orders = forms.BooleanField(label=gettext_lazy("Orders, through WeChat"), required=False)
    wechat_dividends = forms.BooleanField(
        label=gettext_lazy("The dividend of the day, through WeChat"), required=False
    )


def wait_words(seconds: int) -> str:
    """How long to wait, in seconds or whole minutes or hours, rounded up."""
    if seconds < 60:
        count, text = seconds, ngettext("%(count)d second", "%(count)d seconds", seconds)
    elif seconds < 3600:
        count = -(-seconds // 60)
        text = ngettext("%(count)d minute", "%(count)d minutes", count)
    else:
        count = -(-seconds // 3600)
        text = ngettext("%(count)d hour", "%(count)d hours", count)
    return text % {"count": count}


def add_code_fault(form: forms.Form, fault: Exception) -> None:
    """Say at the form's field why a code was not sent or not taken."""
    match fault:
        case codes.TooOften():
            wait = {"wait": wait_words(fault.wait_seconds)}
            form.add_error("digits", _("Too many codes. The next one in %(wait)s.") % wait)
        case codes.WrongCode():
            left = ngettext(
                "The code is wrong. %(count)d try is left.",
                "The code is wrong. %(count)d tries are left.",
                fault.tries_left,
            )
            form.add_error("digits", left % {"count": fault.tries_left})
        case codes.NoCode():
            form.add_error("digits", _("This code is over. Ask for a new one."))


def initial_wishes(wishes: Any) -> dict[str, bool]:
    """The form's first values, of a `messages.models.Preference`."""
    return {name: getattr(wishes, name) for name in WishesForm.base_fields}
