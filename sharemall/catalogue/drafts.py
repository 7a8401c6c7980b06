"""The variants of a product as they are handed in, and whether they agree with its options."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from sharemall.catalogue.models import Variant

MOST_OPTIONS = 3
MOST_VALUES = 100
MOST_VARIANTS = 100
MOST_SPECS = 60
MOST_LETTERS = 200  # of a text in a row
BETWEEN_VALUES = " / "


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """One variant as handed in. `choice`: for each option the number of its value, from 0.

    `stock` and `picture` None keep what is there (nothing for a new one); a picture is an upload
    or the name of a stored one.
    """

    sku: str
    price_fen: int
    cost_fen: int
    stock: int | None = None
    market_price_fen: int | None = None
    weight_grams: int = 0
    choice: Sequence[int] = ()
    picture: "File[bytes] | str | None" = None
    on_sale: bool = True


def draft_of(variant: Variant) -> VariantDraft:
    """A variant as it is: handing it in again changes nothing."""
    return VariantDraft(
        sku=variant.sku,
        price_fen=variant.price_fen,
        cost_fen=variant.cost_fen,
        market_price_fen=variant.market_price_fen,
        weight_grams=variant.weight_grams,
        choice=tuple(variant.choice),
        on_sale=variant.on_sale,
    )


def tidy_rows(rows: Any, names: Collection[str], most: int) -> list[dict[str, str]]:
    """Rows of short texts, each with exactly `names`; one that is left out is empty.

    Raises ValidationError for anything else, and where the first of the names is empty.
    """
    if not isinstance(rows, list) or len(rows) > most:
        raise ValidationError(_("At most %(most)s rows.") % {"most": most})
    return [_tidy_row(row, names) for row in rows]


def tidy_options(options: Any) -> list[dict[str, Any]]:
    """The options of a product, checked: a name and at least one value in each, none twice."""
    if not isinstance(options, list) or len(options) > MOST_OPTIONS:
        raise ValidationError(_("A product has at most %(most)s options.") % {"most": MOST_OPTIONS})
    return [_tidy_option(option) for option in options]


def check_drafts(drafts: Sequence[VariantDraft], options: list[dict[str, Any]]) -> None:
    """Raises ValidationError unless every draft makes one choice of its own."""
    if not 1 <= len(drafts) <= MOST_VARIANTS:
        raise ValidationError(_("A product has 1 to %(most)s variants.") % {"most": MOST_VARIANTS})
    if not options and len(drafts) > 1:
        raise ValidationError(_("Without options there is one variant only."))
    for draft in drafts:
        if len(draft.choice) != len(options) or not all(
            type(value) is int and 0 <= value < len(option["values"])
            for value, option in zip(draft.choice, options, strict=True)
        ):
            raise ValidationError(
                _("%(sku)s: choose one value of each option.") % {"sku": draft.sku}
            )
    if len({tuple(draft.choice) for draft in drafts}) < len(drafts):
        raise ValidationError(_("Two variants make the same choice."))
    if len({draft.sku for draft in drafts}) < len(drafts):
        raise ValidationError(_("Two variants have the same SKU."))


def names_of(choice: Sequence[int], options: list[dict[str, Any]]) -> tuple[str, str]:
    """A choice in words, in Chinese and in English; English falls back value by value."""
    values = [option["values"][value] for value, option in zip(choice, options, strict=True)]
    return (
        BETWEEN_VALUES.join(value["zh"] for value in values),
        BETWEEN_VALUES.join(value["en"] or value["zh"] for value in values),
    )


def _tidy_option(option: Any) -> dict[str, Any]:
    if not isinstance(option, dict):
        raise ValidationError(_("An option has a name and values."))
    values = tidy_rows(option.get("values"), ("zh", "en"), MOST_VALUES)
    name = _tidy_row({key: value for key, value in option.items() if key != "values"}, ("zh", "en"))
    if not values or len({value["zh"] for value in values}) < len(values):
        raise ValidationError(
            _("%(name)s: an option has values, none of them twice.") % {"name": name["zh"]}
        )
    return {**name, "values": values}


def _tidy_row(row: Any, names: Collection[str]) -> dict[str, str]:
    if not isinstance(row, dict) or not set(row) <= set(names):
        raise ValidationError(_("A row has these parts: %(parts)s.") % {"parts": ", ".join(names)})
    tidy = {name: row.get(name, "") for name in names}
    if not all(isinstance(text, str) and len(text) <= MOST_LETTERS for text in tidy.values()):
        raise ValidationError(
            _("A text of a row has at most %(most)s letters.") % {"most": MOST_LETTERS}
        )
    tidy = {name: text.strip() for name, text in tidy.items()}
    if not next(iter(tidy.values())):
        raise ValidationError(_("A row has a name in Chinese."))
    return tidy
