"""Form fields that read amounts, rates, counts and moments exactly, and refuse clearly."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sharemall.console import amounts

# A text, or one that is translated when it is shown; Django's stubs keep the type to themselves.
Words = Any
MOST_FEN = 10**11 - 1  # just under a billion yuan: more than anything here costs
MOST_COUNT = 2_000_000_000
MOST_NANO = 1_000_000_000
MINUTE = "%Y-%m-%dT%H:%M"


class DecimalField(forms.Field):
    """A decimal as a whole number of its smallest units; None where nothing was typed."""

    places = 2
    most = MOST_FEN
    too_many = _("At most two digits behind the point.")
    no_number = _("Enter an amount in yuan as a plain number, for example 12.50.")
    too_large = _("That is more than can be entered here.")

    def __init__(self, label: Words, *, required: bool = True, help_text: Words = "") -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            widget=widget,
            error_messages={"required": self.no_number},
        )

    def to_python(self, value: Any) -> int | None:
        """The number of smallest units."""
        text = amounts.narrow(str(value if value is not None else ""))
        if not text:
            return None
        try:
            units = amounts.read(text, self.places)
        except amounts.TooManyPlaces:
            raise ValidationError(self.too_many) from None
        except amounts.NotAmount:
            raise ValidationError(self.no_number) from None
        if units > self.most:
            raise ValidationError(self.too_large)
        return units

    def prepare_value(self, value: Any) -> Any:
        """What stands in the field: what was typed, or the stored number as a decimal."""
        return amounts.write(value, self.places) if isinstance(value, int) else value


class YuanField(DecimalField):
    """Yuan, read as fen."""


class PercentField(DecimalField):
    """A percentage, read as billionths of the whole."""

    places = 7
    most = MOST_NANO
    too_many = _("At most seven digits behind the point.")
    no_number = _("Enter a percentage as a plain number, for example 5.5.")
    too_large = _("A part cannot be more than 100 percent.")

    def prepare_value(self, value: Any) -> Any:
        """Without idle zeros."""
        return amounts.percent(value) if isinstance(value, int) else value


class CountField(forms.Field):
    """A whole number from `least` to `most`; None where nothing was typed."""

    def __init__(
        self,
        label: Words,
        *,
        least: int = 0,
        most: int = MOST_COUNT,
        required: bool = True,
        help_text: Words = "",
    ) -> None:
        self.least, self.most = least, most
        mode = "text" if least < 0 else "numeric"  # number pads of phones have no minus
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            widget=forms.TextInput({"inputmode": mode, "autocomplete": "off"}),
            error_messages={"required": _("Enter a whole number.")},
        )

    def to_python(self, value: Any) -> int | None:
        """The number."""
        text = amounts.narrow(str(value if value is not None else ""))
        if not text:
            return None
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            raise ValidationError(_("Enter a whole number."))
        number = int(text[:20])
        if not self.least <= number <= self.most:
            raise ValidationError(
                _("Enter a number from %(least)s to %(most)s."),
                params={"least": f"{self.least:,}", "most": f"{self.most:,}"},
            )
        return number


def text(
    label: Words, most: int, *, required: bool = True, rows: int = 0, help_text: Words = ""
) -> forms.CharField:
    """A text of at most so many characters; with `rows` one of several lines."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}) if rows else forms.TextInput(),
        error_messages={"required": _("Fill this in.")},
    )


def moment(label: Words) -> forms.DateTimeField:
    """A minute in the mall's time zone."""
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MINUTE),
        error_messages={
            "required": _("Enter a day and a time."),
            "invalid": _("Enter a day and a time."),
        },
    )


def name_of(key: Words, most: int = 40) -> forms.SlugField:
    """A name for addresses: small letters, digits and hyphens."""
    return forms.SlugField(
        label=key,
        max_length=most,
        help_text=_("Letters, digits and hyphens. It cannot be changed later."),
        error_messages={
            "required": _("Fill this in."),
            "invalid": _("Only letters, digits, hyphens and underscores."),
        },
    )
