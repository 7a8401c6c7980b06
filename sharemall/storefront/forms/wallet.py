"""The wallet's forms: the period of a statement."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST = timedelta(days=366)
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


def _day(label: Any) -> forms.DateField:
    wrong = _("Enter a day, such as 2026-11-01.")
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(EARLIEST, wrong), MaxValueValidator(LATEST, wrong)],
        error_messages={"required": wrong, "invalid": wrong},
    )


class PeriodForm(forms.Form):
    """The days of a statement, both included: a year at most."""

    first = _day(pgettext_lazy("days", "From"))
    last = _day(pgettext_lazy("days", "To"))

    def clean(self) -> dict[str, Any]:
        """The first is not after the last, and not long before."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date):
            if first > last:
                self.add_error("last", _("The last day is before the first."))
            elif last - first > LONGEST:
                self.add_error("last", _("A statement holds a year at most."))
        return cleaned
