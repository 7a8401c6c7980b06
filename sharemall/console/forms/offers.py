"""Flash prices and coupons."""

from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue.models import FlashPrice, Variant, Zone
from sharemall.console.fields import CountField, PercentField, YuanField, moment, text
from sharemall.coupons.models import Coupon
from sharemall.merchants.models import Merchant

AMOUNT, PERCENT = "amount", "percent"


class WindowForm(forms.Form):
    """Something that begins and ends."""

    starts_at = moment(_("Begins"))
    ends_at = moment(_("Ends"))

    def clean(self) -> dict[str, Any]:
        """In this order."""
        data = super().clean() or {}
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", say("It must end after it begins."))
        return data


class FlashForm(WindowForm):
    """A lower price for a time; the variant is named by its SKU."""

    sku = text(_("SKU"), 40)
    price_fen = YuanField(pgettext_lazy("staff", "Flash price"))
    quantity = CountField(_("Pieces"), least=1, help_text=_("They are part of the stock."))
    field_order = ["sku", "price_fen", "quantity", "starts_at", "ends_at"]

    def clean_sku(self) -> str:
        """One that there is."""
        sku: str = self.cleaned_data["sku"]
        self.variant = Variant.objects.filter(sku=sku).first()
        if self.variant is None:
            raise forms.ValidationError(say("No variant has this SKU."))
        return sku

    def clean_price_fen(self) -> int:
        """Nothing is sold for nothing."""
        price_fen: int = self.cleaned_data["price_fen"]
        if price_fen == 0:
            raise forms.ValidationError(say("The price must be above 0."))
        return price_fen

    @property
    def fields_of_flash(self) -> dict[str, Any]:
        """What the catalogue's service takes."""
        assert self.variant is not None
        names = ("price_fen", "quantity", "starts_at", "ends_at")
        return {"variant_id": self.variant.pk} | {name: self.cleaned_data[name] for name in names}


def initial_of(flash: FlashPrice) -> dict[str, Any]:
    """What stands in the form at first."""
    names = ("price_fen", "quantity", "starts_at", "ends_at")
    return {"sku": flash.variant.sku} | {name: getattr(flash, name) for name in names}


class CouponForm(WindowForm):
    """A coupon of the platform or of a merchant; who funds it is said."""

    name_zh = text(_("Name (Chinese)"), 40)
    name_en = text(_("Name (English)"), 80)
    merchant = forms.ModelChoiceField(
        Merchant.objects.all(),
        label=_("Good for"),
        required=False,
        empty_label=_("Every merchant: the platform's coupon"),
    )
    funder = forms.ChoiceField(
        label=_("Paid for by"),
        choices=[
            (Coupon.Funder.PLATFORM.value, _("The platform")),
            (Coupon.Funder.MERCHANT.value, _("The merchant")),
        ],
    )
    zone = forms.ModelChoiceField(
        Zone.objects.all(),
        label=pgettext_lazy("staff", "Goods"),
        required=False,
        empty_label=_("Of all zones"),
    )
    threshold_fen = YuanField(_("From goods worth"))
    kind = forms.ChoiceField(
        label=_("It takes off"),
        choices=[(AMOUNT, _("An amount")), (PERCENT, _("A percentage"))],
    )
    off_fen = YuanField(pgettext_lazy("staff", "Amount"), required=False)
    off_nano = PercentField(_("Percentage taken off"), required=False)
    most_off_fen = YuanField(_("At most this amount"), required=False)
    quantity = CountField(_("How many"), least=1)
    per_member = CountField(_("Per member"), least=1, most=1000)
    field_order = [
        *("name_zh", "name_en", "merchant", "funder", "zone", "threshold_fen", "kind"),
        *("off_fen", "off_nano", "most_off_fen", "quantity", "per_member"),
        *("starts_at", "ends_at"),
    ]

    def clean(self) -> dict[str, Any]:
        """What belongs to the chosen kind is filled in."""
        data = super().clean()
        needed = ["off_fen"] if data.get("kind") == AMOUNT else ["off_nano", "most_off_fen"]
        for name in needed:
            if name in data and not data[name]:
                self.add_error(name, say("Enter something above 0."))
        return data

    @property
    def fields_of_coupon(self) -> dict[str, Any]:
        """What the catalogue's service takes."""
        data = self.cleaned_data
        copied = (
            *("name_zh", "name_en", "merchant", "funder", "threshold_fen"),
            *("quantity", "per_member", "starts_at", "ends_at"),
        )
        by_amount = data["kind"] == AMOUNT
        return {name: data[name] for name in copied} | {
            "zone_key": data["zone"].pk if data["zone"] else "",
            "off_fen": data["off_fen"] if by_amount else None,
            "off_nano": None if by_amount else data["off_nano"],
            "most_off_fen": None if by_amount else data["most_off_fen"],
        }
