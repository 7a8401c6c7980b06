"""What the books are asked for: events, a moment, a period."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.console.amounts import narrow
from sharemall.console.templatetags.books import CODES, TYPES
from sharemall.insight.accounts import account_key
from sharemall.ledger.searching import APPLIED, PENDING, REJECTED, Wanted

LONGEST = timedelta(days=3660)
DATE = {"type": "date"}


class JournalForm(forms.Form):
    """What the journal is narrowed to. What makes no sense narrows nothing, and says so."""

    id = forms.CharField(label=_("Event, or how its id begins"), required=False, max_length=200)
    account = forms.CharField(
        label=_("Member, phone, merchant or pool account"), required=False, max_length=202
    )
    type = forms.ChoiceField(
        label=pgettext_lazy("books", "Type"),
        required=False,
        choices=[("", _("All types")), *TYPES.items()],
    )
    outcome = forms.ChoiceField(
        label=pgettext_lazy("books", "Outcome"),
        required=False,
        choices=[
            ("", pgettext_lazy("books", "All")),
            (APPLIED, pgettext_lazy("books", "Applied")),
            (REJECTED, pgettext_lazy("books", "Refused")),
            (PENDING, pgettext_lazy("books", "Waiting")),
            *CODES.items(),
        ],
    )
    day = forms.DateField(
        label=_("Business day"), required=False, widget=forms.DateInput(DATE, format="%Y-%m-%d")
    )

    def clean_account(self) -> str:
        """The account's key. Nobody is an error: the list would show everybody's."""
        text = narrow(self.cleaned_data["account"])
        if not text:
            return ""
        key = account_key(text)
        if key is None:
            raise forms.ValidationError(_("The books know no such account."))
        return key

    @property
    def wanted(self) -> Wanted | None:
        """What is looked for; None where a field has a fault."""
        if not self.is_valid():
            return None
        data = self.cleaned_data
        return Wanted(
            event_id=data["id"].strip(),
            type=data["type"],
            account=data["account"],
            day=data["day"],
            outcome=data["outcome"],
        )


class MomentForm(forms.Form):
    """A moment of the books: the end of a business day, or behind an event's position."""

    day = forms.DateField(
        label=_("At the end of the business day"),
        required=False,
        widget=forms.DateInput(DATE, format="%Y-%m-%d"),
    )
    position = forms.IntegerField(
        label=_("Or behind the position"), required=False, min_value=0, max_value=2**62
    )

    def clean(self) -> dict[str, Any]:
        """One of the two at the most."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("day") is not None and data.get("position") is not None:
            raise forms.ValidationError(_("Give a day or a position, not both."))
        return data


class PeriodForm(forms.Form):
    """Business days, the first and the last included."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(DATE, format="%Y-%m-%d"))
    last = forms.DateField(
        label=pgettext_lazy("period", "To"), widget=forms.DateInput(DATE, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, date]:
        """In order, and no longer than ten years."""
        data: dict[str, date] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            raise forms.ValidationError(_("The first day comes after the last one."))
        if first and last and last - first > LONGEST:
            raise forms.ValidationError(_("A period has at most ten years."))
        return data
