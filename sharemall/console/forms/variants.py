"""The variants of a product, a row each."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue.drafts import VariantDraft
from sharemall.catalogue.models import Variant
from sharemall.console import amounts
from sharemall.console.fields import CountField, YuanField, text
from sharemall.console.rows import RowForm

Options = Sequence[dict[str, Any]]


class VariantForm(RowForm):
    """One variant. `stock` is what a new one begins with; later it is changed on its own page."""

    NEEDED: ClassVar[tuple[str, ...]] = ("sku", "price_fen", "cost_fen")

    sku = text(_("SKU"), 40)
    price_fen = YuanField(pgettext_lazy("staff", "Price"))
    market_price_fen = YuanField(_("Market price"), required=False)
    cost_fen = YuanField(_("Cost"))
    stock = CountField(_("Stock"), required=False)
    weight_grams = CountField(_("Weight in grams"), required=False)
    on_sale = forms.BooleanField(label=_("On sale"), required=False)

    def __init__(
        self, *args: Any, options: Options, there: dict[str, Variant], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.options, self.there = options, there
        for number, option in enumerate(options):
            values = [(str(at), value["zh"]) for at, value in enumerate(option["values"])]
            self.fields[f"choice_{number}"] = forms.ChoiceField(
                label=option["zh"],
                choices=[("", "…"), *values],
                error_messages={
                    "required": _("Choose one."),
                    "invalid_choice": _("Choose one."),
                },
            )

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields that make the choice."""
        return [self[f"choice_{number}"] for number in range(len(self.options))]

    @property
    def stored(self) -> Variant | None:
        """The variant that is there already under this SKU."""
        return self.there.get(str(self["sku"].value() or "").strip())

    @property
    def choice(self) -> tuple[int, ...]:
        """The number of the chosen value, for each option."""
        return tuple(
            int(self.cleaned_data[f"choice_{number}"]) for number in range(len(self.options))
        )

    def clean_price_fen(self) -> int:
        """Nothing is sold for nothing."""
        price_fen: int = self.cleaned_data["price_fen"]
        if price_fen == 0:
            raise forms.ValidationError(say("The price must be above 0."))
        return price_fen

    def clean(self) -> dict[str, Any]:
        """A market price is never lower than the price."""
        data = super().clean() or {}
        price_fen, market_fen = data.get("price_fen"), data.get("market_price_fen")
        if price_fen and market_fen is not None and market_fen < price_fen:
            self.add_error("market_price_fen", say("It is lower than the price."))
        return data

    def draft(self) -> VariantDraft:
        """What the catalogue's service takes."""
        data = self.cleaned_data
        is_new = data["sku"] not in self.there
        return VariantDraft(
            sku=data["sku"],
            price_fen=data["price_fen"],
            cost_fen=data["cost_fen"],
            stock=(data["stock"] or 0) if is_new else None,
            market_price_fen=data["market_price_fen"],
            weight_grams=data["weight_grams"] or 0,
            choice=self.choice,
            on_sale=data["on_sale"],
        )


def initial_of(variant: Variant) -> dict[str, Any]:
    """What stands in the row at first."""
    choice = {f"choice_{number}": str(value) for number, value in enumerate(variant.choice)}
    names = ("sku", "price_fen", "market_price_fen", "cost_fen", "weight_grams", "on_sale")
    return {name: getattr(variant, name) for name in names} | choice


def blank_row() -> dict[str, str]:
    """A further row: nothing in it, on sale."""
    return {"on_sale": "on"}


def row_for(choice: Sequence[int], like: VariantForm | None, sku: str) -> dict[str, str]:
    """A further row with this choice, the prices taken over from another."""
    row = {"sku": sku, **blank_row()}
    for name in ("price_fen", "market_price_fen", "cost_fen", "weight_grams"):
        if like is not None:
            row[name] = amounts.narrow(str(like[name].value() or ""))
    return row | {f"choice_{number}": str(value) for number, value in enumerate(choice)}
