"""The variants of a product as they are handed in, and whether they agree with its options."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File

from sharemall.catalogue.models import Variant

MOST_OPTIONS = 3
MOST_VALUES = 100
MOST_VARIANTS = 100
MOST_SPECS = 60
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
        raise ValidationError(f"a list of at most {most} rows is needed")
    return [_tidy_row(row, names) for row in rows]


def tidy_options(options: Any) -> list[dict[str, Any]]:
    """The options of a product, checked: a name and at least one value in each, none twice."""
    if not isinstance(options, list) or len(options) > MOST_OPTIONS:
        raise ValidationError(f"a product has at most {MOST_OPTIONS} options")
    return [_tidy_option(option) for option in options]


def check_drafts(drafts: Sequence[VariantDraft], options: list[dict[str, Any]]) -> None:
    """Raises ValidationError unless every draft makes one choice of its own."""
    if not 1 <= len(drafts) <= MOST_VARIANTS:
        raise ValidationError(f"a product has 1 to {MOST_VARIANTS} variants")
    if not options and len(drafts) > 1:
        raise ValidationError("without options there is one variant")
    for draft in drafts:
        if len(draft.choice) != len(options) or not all(
            type(value) is int and 0 <= value < len(option["values"])
            for value, option in zip(draft.choice, options, strict=True)
        ):
            raise ValidationError(f"{draft.sku}: not a choice of the options")
    if len({tuple(draft.choice) for draft in drafts}) < len(drafts):
        raise ValidationError("two variants make the same choice")
    if len({draft.sku for draft in drafts}) < len(drafts):
        raise ValidationError("two variants have the same SKU")


def names_of(choice: Sequence[int], options: list[dict[str, Any]]) -> tuple[str, str]:
    """A choice in words, in Chinese and in English; English falls back value by value."""
    values = [option["values"][value] for value, option in zip(choice, options, strict=True)]
    return (
        BETWEEN_VALUES.join(value["zh"] for value in values),
        BETWEEN_VALUES.join(value["en"] or value["zh"] for value in values),
    )


def _tidy_option(option: Any) -> dict[str, Any]:
    if not isinstance(option, dict):
        raise ValidationError("an option has a name and values")
    values = tidy_rows(option.get("values"), ("zh", "en"), MOST_VALUES)
    name = _tidy_row({key: value for key, value in option.items() if key != "values"}, ("zh", "en"))
    if not values or len({value["zh"] for value in values}) < len(values):
        raise ValidationError(f"{name['zh']}: an option has values, none of them twice")
    return {**name, "values": values}


def _tidy_row(row: Any, names: Collection[str]) -> dict[str, str]:
    if not isinstance(row, dict) or not set(row) <= set(names):
        raise ValidationError(f"a row has {', '.join(names)}")
    tidy = {name: row.get(name, "") for name in names}
    if not all(isinstance(text, str) and len(text) <= 200 for text in tidy.values()):
        raise ValidationError("the texts of a row have at most 200 letters")
    tidy = {name: text.strip() for name, text in tidy.items()}
    if not next(iter(tidy.values())):
        raise ValidationError("a row has a name")
    return tidy
