"""Sending a parcel, changing a stock."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from sharemall.console.amounts import narrow
from sharemall.console.fields import CountField, text
from sharemall.console.models import StockChange

# Who carries parcels in China, by the name that shoppers know.
CARRIERS = (
    *("顺丰速运", "京东物流", "中通快递", "圆通速递", "韵达速递", "申通快递", "极兔速递"),
    *("邮政EMS", "德邦快递"),
)
OTHER = "other"
MOST_PIECES = 1_000_000


class ShipForm(forms.Form):
    """Who carries it, and under which number."""

    carrier = forms.ChoiceField(
        label=_("Carrier"),
        choices=[("", "…"), *((name, name) for name in CARRIERS), (OTHER, _("Another carrier"))],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    other = text(_("Name of the other carrier"), 40, required=False)
    tracking_no = text(_("Tracking number"), 40)

    def clean_tracking_no(self) -> str:
        """Letters, digits and hyphens: what can be typed into a carrier's page."""
        number = narrow(self.cleaned_data["tracking_no"])
        if not number.isascii() or not number.replace("-", "").isalnum():
            raise forms.ValidationError(say("Only letters, digits and hyphens."))
        return number

    def clean(self) -> dict[str, Any]:
        """A carrier that is not in the list is named."""
        data = super().clean() or {}
        if data.get("carrier") == OTHER and "other" in data and not data["other"]:
            self.add_error("other", say("Name the carrier."))
        return data

    @property
    def carrier_name(self) -> str:
        """The carrier, from the list or as it was typed."""
        data = self.cleaned_data
        return str(data["other"] if data["carrier"] == OTHER else data["carrier"])


class StockForm(forms.Form):
    """So many more, or fewer, and why; `key` makes sending it twice harmless."""

    REASONS: ClassVar[dict[str, Any]] = {
        "delivery": _("Goods came in"),
        "count": _("Counted anew"),
        "damage": _("Damaged or lost"),
        "return": _("Goods came back"),
        "other": _("Another reason"),
    }

    by = CountField(
        _("Change by"),
        least=-MOST_PIECES,
        most=MOST_PIECES,
        help_text=_("20 puts twenty in, -3 takes three out."),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "…"), *REASONS.items()],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    note = text(_("Note"), 100, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_by(self) -> int:
        """No change is none."""
        by: int = self.cleaned_data["by"]
        if by == 0:
            raise forms.ValidationError(say("Enter a number other than 0."))
        return by


assert set(StockForm.REASONS) == set(StockChange.Reason.values)
