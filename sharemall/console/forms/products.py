"""A product as staff write it: its texts, where it belongs, and what tells its variants apart."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from sharemall.catalogue.drafts import MOST_OPTIONS, MOST_SPECS, MOST_VALUES
from sharemall.catalogue.models import Category, Product, Zone
from sharemall.console.fields import CountField, name_of, text
from sharemall.merchants.models import FreightRule, Merchant

BETWEEN = "|"
SPEC_PARTS = ("label_zh", "label_en", "zh", "en")
MOST_TEXT = 20_000
COPIED = (
    *(
        f"{name}_{language}"
        for name in ("name", "subtitle", "description", "unit")
        for language in ("zh", "en")
    ),
    *("merchant", "zone", "category", "freight_rule", "limit_per_member", "returnable_days"),
    *("position", "on_sale"),
)
PER_LINE = _("One a line: Chinese | English.")
DESCRIBED = _("Paragraphs with a blank line between them, or simple HTML.")


class ProductForm(forms.Form):
    """The product without its variants and pictures."""

    slug = name_of(_("Name in the address"), 60)
    merchant = forms.ModelChoiceField(Merchant.objects.all(), label=_("Merchant"))
    zone = forms.ModelChoiceField(Zone.objects.all(), label=_("Zone"))
    category = forms.ModelChoiceField(
        Category.objects.select_related("parent__parent"), label=_("Category"), required=False
    )
    freight_rule = forms.ModelChoiceField(
        FreightRule.objects.select_related("merchant"),
        label=_("Freight rule"),
        required=False,
        help_text=_("Without one, sending is free."),
    )
    name_zh = text(_("Name (Chinese)"), 60)
    name_en = text(_("Name (English)"), 120)
    subtitle_zh = text(_("Subtitle (Chinese)"), 100, required=False)
    subtitle_en = text(_("Subtitle (English)"), 200, required=False)
    description_zh = text(
        _("Description (Chinese)"), MOST_TEXT, required=False, rows=6, help_text=DESCRIBED
    )
    description_en = text(
        _("Description (English)"), MOST_TEXT, required=False, rows=6, help_text=DESCRIBED
    )
    specs = text(
        _("Specifications"),
        MOST_TEXT,
        required=False,
        rows=4,
        help_text=_("One a line: label in Chinese | in English | value in Chinese | in English."),
    )
    unit_zh = text(_("Unit (Chinese)"), 10)
    unit_en = text(_("Unit (English)"), 20)
    limit_per_member = CountField(
        _("Limit per member"),
        least=1,
        required=False,
        help_text=_("How many one member may buy in all. Empty: no limit."),
    )
    returnable_days = CountField(_("Days to return it"), most=3650)
    position = CountField(_("Place on the shelf"), help_text=_("Lower numbers come first."))
    on_sale = forms.BooleanField(label=_("On sale"), required=False)

    def __init__(self, *args: Any, product: Product | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("merchant", "zone", "category", "freight_rule"):
            chosen: Any = self.fields[name]
            chosen.error_messages["required"] = _("Choose one.")
            chosen.error_messages["invalid_choice"] = _("This is not there any more.")
        label: Any = self.fields["freight_rule"]
        label.label_from_instance = lambda rule: f"{rule.merchant.name} · {rule.name}"
        label = self.fields["category"]
        label.label_from_instance = category_path
        for name in ("merchant", "zone"):
            label = self.fields[name]
            label.label_from_instance = lambda row: row.name
        if product is not None:
            del self.fields["slug"]
        for number in range(MOST_OPTIONS):
            for name, field in _option_fields(number).items():
                self.fields[name] = field

    @property
    def option_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each option."""
        return [[self[name] for name in _option_fields(number)] for number in range(MOST_OPTIONS)]

    def clean_specs(self) -> list[dict[str, str]]:
        """The rows as the catalogue keeps them."""
        return spec_rows(self.cleaned_data["specs"])

    def clean(self) -> dict[str, Any]:
        """What only several fields together tell."""
        data = super().clean() or {}
        data["options"] = [
            option for number in range(MOST_OPTIONS) if (option := self._option(number, data))
        ]
        return data

    def _option(self, number: int, data: dict[str, Any]) -> dict[str, Any] | None:
        zh, en, values = (data.get(name) for name in _option_fields(number))
        if zh and not values:
            self.add_error(f"option_{number}_values", say("An option has values."))
        if values and not zh:
            self.add_error(f"option_{number}_zh", say("An option has a name."))
        try:
            return (
                {"zh": zh, "en": en or "", "values": value_rows(values)} if zh and values else None
            )
        except ValidationError as error:
            self.add_error(f"option_{number}_values", error)
            return None

    @property
    def fields_of_product(self) -> dict[str, Any]:
        """What the catalogue's service takes."""
        data = self.cleaned_data
        return {name: data[name] for name in (*COPIED, "specs", "options")}


def initial_of(product: Product) -> dict[str, Any]:
    """What stands in the form at first."""
    initial: dict[str, Any] = {name: getattr(product, name) for name in COPIED}
    initial["specs"] = "\n".join(
        f" {BETWEEN} ".join(row[part] for part in SPEC_PARTS) for row in product.specs
    )
    for number, option in enumerate(product.options[:MOST_OPTIONS]):
        initial[f"option_{number}_zh"], initial[f"option_{number}_en"] = option["zh"], option["en"]
        initial[f"option_{number}_values"] = "\n".join(
            f"{value['zh']} {BETWEEN} {value['en']}" if value["en"] else value["zh"]
            for value in option["values"]
        )
    return initial


def category_path(category: Category) -> str:
    """Where it is in the tree: 食品 / 水果."""
    names, row = [category.name], category
    while row.parent is not None:
        row = row.parent
        names.append(row.name)
    return " / ".join(reversed(names))


def spec_rows(lines: str) -> list[dict[str, str]]:
    """Lines of label and value in both languages. Raises ValidationError, naming the line."""
    rows = []
    for number, parts in _split(lines):
        if len(parts) != len(SPEC_PARTS) or not all(parts):
            raise ValidationError(
                say("Line %(number)s: four parts are needed, divided by |.") % {"number": number}
            )
        rows.append(dict(zip(SPEC_PARTS, parts, strict=True)))
    if len(rows) > MOST_SPECS:
        raise ValidationError(say("At most %(most)s lines.") % {"most": MOST_SPECS})
    return rows


def value_rows(lines: str) -> list[dict[str, str]]:
    """Lines of an option's values. Raises ValidationError, naming the line."""
    rows = []
    for number, parts in _split(lines):
        if len(parts) > 2 or not parts[0]:
            raise ValidationError(
                say("Line %(number)s: Chinese, then | and English.") % {"number": number}
            )
        rows.append({"zh": parts[0], "en": parts[1] if len(parts) > 1 else ""})
    if len({row["zh"] for row in rows}) < len(rows):
        raise ValidationError(say("A value stands there twice."))
    if len(rows) > MOST_VALUES:
        raise ValidationError(say("At most %(most)s lines.") % {"most": MOST_VALUES})
    return rows


def _split(lines: str) -> Sequence[tuple[int, list[str]]]:
    wide = lines.replace("｜", BETWEEN)
    return [
        (number, [part.strip() for part in line.split(BETWEEN)])
        for number, line in enumerate(wide.splitlines(), 1)
        if line.strip()
    ]


def _option_fields(number: int) -> dict[str, forms.CharField]:
    return {
        f"option_{number}_zh": text(_("Option (Chinese)"), 20, required=False),
        f"option_{number}_en": text(_("Option (English)"), 40, required=False),
        f"option_{number}_values": text(
            _("Values"), 4000, required=False, rows=3, help_text=PER_LINE
        ),
    }
