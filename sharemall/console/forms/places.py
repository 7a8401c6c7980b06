"""Categories, merchants and freight rules."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue.models import Category
from sharemall.console.fields import CountField, PercentField, YuanField, name_of, text
from sharemall.console.forms.products import category_path
from sharemall.console.rows import RowForm, Rows
from sharemall.members import regions
from sharemall.merchants.models import FreightRule, Merchant

DRAWN = {"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}
MOST_GRAMS = 10**9
Prefix = tuple[str, str]


def picture(label: Any) -> forms.FileField:
    """A picture to be put in the place of the one that is there."""
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.FileInput(DRAWN),
        help_text=_("Leave it empty to keep what is there."),
        validators=[
            FileExtensionValidator(
                ["svg", "png", "jpg", "jpeg", "webp"], _("Choose a PNG, JPEG, WebP or SVG.")
            )
        ],
    )


class KeyedForm(forms.Form):
    """Something with a name of its own in addresses, which is asked for once."""

    KEY: ClassVar[str] = "slug"

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields[self.KEY]


class CategoryForm(KeyedForm):
    """A kind of goods and where it hangs in the tree."""

    slug = name_of(_("Name in the address"))
    parent = forms.ModelChoiceField(
        Category.objects.select_related("parent__parent"),
        label=_("Above it"),
        required=False,
        empty_label=_("Nothing: it is at the top"),
    )
    name_zh = text(_("Name (Chinese)"), 20)
    name_en = text(_("Name (English)"), 40)
    position = CountField(
        pgettext_lazy("staff", "Place"), most=32_000, help_text=_("Lower numbers come first.")
    )
    picture = picture(_("Picture"))
    on_sale = forms.BooleanField(label=_("Shown to shoppers"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parent"]
        field.label_from_instance = category_path


class MerchantForm(KeyedForm):
    """A shop of the mall and what the platform takes of its sales."""

    KEY: ClassVar[str] = "key"

    key = name_of(_("Name in the journal"))
    name_zh = text(_("Name (Chinese)"), 40)
    name_en = text(_("Name (English)"), 80)
    intro_zh = text(_("About it (Chinese)"), 120, required=False)
    intro_en = text(_("About it (English)"), 240, required=False)
    return_to = text(
        _("Where goods go back to"),
        200,
        required=False,
        help_text=_("Recipient, phone and address, in one line."),
    )
    commission_nano = PercentField(
        _("Commission in percent"), help_text=_("Taken of what its goods are sold for.")
    )
    logo = picture(_("Logo"))
    is_open = forms.BooleanField(label=pgettext_lazy("staff", "Open"), required=False)


class FreightForm(forms.Form):
    """A rule without its rows of prices."""

    merchant = forms.ModelChoiceField(Merchant.objects.all(), label=_("Merchant"))
    name = text(pgettext_lazy("staff", "Name"), 40)
    free_over_fen = YuanField(
        _("Free from goods worth"), required=False, help_text=_("Empty: never free.")
    )
    unserved = forms.MultipleChoiceField(
        label=_("Nothing is sent to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["unserved"]
        choices.choices = province_choices()
        if not is_new:
            del self.fields["merchant"]

    def clean_free_over_fen(self) -> int | None:
        """Free from nothing would be free always: then the prices are 0."""
        free_over_fen: int | None = self.cleaned_data["free_over_fen"]
        if free_over_fen == 0:
            raise forms.ValidationError(say("Enter something above 0."))
        return free_over_fen


class BandForm(RowForm):
    """Prices for some provinces; without any: for everywhere else."""

    NEEDED: ClassVar[tuple[str, ...]] = ("first_grams", "first_fen", "step_grams", "step_fen")

    first_grams = CountField(_("First grams"), least=1, most=MOST_GRAMS)
    first_fen = YuanField(_("Price of these"))
    step_grams = CountField(_("Each further grams"), least=1, most=MOST_GRAMS)
    step_fen = YuanField(_("Price of each"))
    provinces = forms.MultipleChoiceField(
        label=_("Provinces"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["provinces"]
        choices.choices = province_choices()

    @property
    def chosen(self) -> str:
        """The names of the chosen provinces, for the row's head."""
        codes = set(self["provinces"].value() or [])
        return "、".join(name for code, name in province_choices() if code in codes)


def province_choices() -> list[Prefix]:
    """The two digits and the name of each province, in the language of the page."""
    return [(region.code[:2], region.name) for region in regions.provinces()]


def bands_of(rows: Rows[BandForm]) -> list[dict[str, Any]]:
    """The rows as the rule keeps them; those for everywhere else come last."""
    bands = [dict(row.cleaned_data) for row in rows.filled]
    return sorted(bands, key=lambda band: not band["provinces"])


def initial_bands(rule: FreightRule | None) -> Sequence[dict[str, Any]]:
    """The rows that stand in the form at first."""
    return list(rule.bands) if rule else [{"first_grams": 1000, "step_grams": 1000}]
