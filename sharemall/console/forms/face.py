"""Banners, home's sections, notices, policies, the brand, and claims that are blocked."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.brand.models import Brand
from sharemall.catalogue.models import Category, Zone
from sharemall.compliance.models import BlockedClaim
from sharemall.console.fields import CountField, moment, text
from sharemall.console.forms.products import MOST_TEXT, category_path
from sharemall.pages.models import Banner, HomeSection, Notice

PHOTO = {"accept": "image/png,image/jpeg,image/webp"}
RICH = _("Paragraphs with a blank line between them, or simple HTML: h2, h3, p, ul, ol, strong.")
BOTH = pgettext_lazy("face", "Optional. If there is one, write it in both languages.")


def optional(field: forms.DateTimeField, help_text: Any) -> forms.DateTimeField:
    """The same moment, which may be left out."""
    field.required = False
    field.help_text = help_text
    return field


def photo(label: Any, help_text: Any) -> forms.FileField:
    """A photograph or a rendered picture; drawings are not taken."""
    return forms.FileField(
        label=label, required=False, widget=forms.FileInput(PHOTO), help_text=help_text
    )


class TimedForm(forms.Form):
    """Something that is shown for a time."""

    starts_at = optional(moment(_("Begins")), _("Empty: at once."))
    ends_at = optional(moment(_("Ends")), _("Empty: until it is switched off."))


class BannerForm(TimedForm):
    """A banner. Where it leads is one choice and the field that belongs to it."""

    # Which field holds the target of each choice.
    TARGETS: ClassVar[dict[str, str]] = {
        "zone": "zone",
        "category": "category",
        "product": "product",
        "path": "path",
    }

    title_zh = text(_("Title (Chinese)"), 20, required=False, help_text=BOTH)
    title_en = text(_("Title (English)"), 40, required=False)
    line_zh = text(_("Line below it (Chinese)"), 40, required=False)
    line_en = text(_("Line below it (English)"), 80, required=False)
    picture = photo(
        _("Picture for desktops"),
        _(
            "Wide, 1200 × 480 or more. With a title, words stand on its left half. "
            "Leave it empty to keep what is there."
        ),
    )
    picture_phone = photo(
        _("Picture for phones"),
        _("A crop for small screens, 800 × 400 or so. Without one phones show the other."),
    )
    no_phone = forms.BooleanField(label=_("Take out the picture for phones"), required=False)
    alt_zh = text(
        _("What the picture shows (Chinese)"),
        60,
        required=False,
        help_text=_("For those who cannot see it. Needed where there is no title."),
    )
    alt_en = text(_("What the picture shows (English)"), 120, required=False)
    tone = forms.ChoiceField(label=_("Colour behind it"), choices=Banner.Tone.choices)
    leads_to = forms.ChoiceField(label=_("Leads to"), choices=Banner.LeadsTo.choices)
    zone = forms.ModelChoiceField(Zone.objects.all(), label=_("Zone"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.select_related("parent__parent"),
        label=_("Category"),
        required=False,
        to_field_name="slug",
    )
    product = text(
        pgettext_lazy("face", "Product"),
        60,
        required=False,
        help_text=_("Its name in the address: what stands behind /products/."),
    )
    path = text(
        pgettext_lazy("face", "Address"),
        200,
        required=False,
        help_text=_("As it stands behind the mall's own name: /goods/?sort=new"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        field.label_from_instance = category_path
        self.fields["product"].widget.attrs["list"] = "known-products"

    def called(self) -> dict[str, str]:
        """Names of the service's fields where the form has others."""
        return {"target": self.TARGETS.get(self.data.get("leads_to", ""), "leads_to")}

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        targets = {name: data.pop(name) for name in self.TARGETS.values()}
        target = targets.get(self.TARGETS.get(data["leads_to"], ""))
        data["target"] = target if isinstance(target, str) else _key_of(target)
        if data.pop("no_phone"):
            data["picture_phone"] = data["picture_phone"] or ""
        return data

    @staticmethod
    def initial_of(row: Banner) -> dict[str, Any]:
        """What stands in the form of a banner."""
        names = ("title", "line", "alt")
        found: dict[str, Any] = {
            f"{name}_{language}": getattr(row, f"{name}_{language}")
            for name in names
            for language in ("zh", "en")
        }
        found |= {name: getattr(row, name) for name in ("tone", "leads_to", "starts_at", "ends_at")}
        if row.leads_to in BannerForm.TARGETS:
            found[BannerForm.TARGETS[row.leads_to]] = row.target
        return found


def _key_of(target: Zone | Category | None) -> str:
    if isinstance(target, Zone):
        return target.key
    return target.slug if target else ""


class SectionForm(forms.Form):
    """A part of home."""

    kind = forms.ChoiceField(label=pgettext_lazy("face", "What it shows"))
    zone = forms.ModelChoiceField(Zone.objects.all(), label=_("Zone"), required=False)
    products = text(
        pgettext_lazy("face", "Products"),
        2_000,
        required=False,
        rows=5,
        help_text=_("One a line: its name in the address, in the order in which they are shown."),
    )
    title_zh = text(_("Title (Chinese)"), 20, required=False, help_text=_("Empty: the usual one."))
    title_en = text(_("Title (English)"), 40, required=False)
    many = CountField(_("How many at most"), least=1, most=24)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = HomeSection.Kind.choices

    def called(self) -> dict[str, str]:
        """The service's names are the form's."""
        return {}

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        data["zone"] = _key_of(data["zone"])
        data["products"] = data["products"].split()
        return data

    @staticmethod
    def initial_of(row: HomeSection) -> dict[str, Any]:
        """What stands in the form of a section."""
        found = {name: getattr(row, name) for name in ("kind", "title_zh", "title_en", "many")}
        return found | {"zone": row.zone, "products": "\n".join(row.products)}


class NoticeForm(TimedForm):
    """A sentence for shoppers."""

    text_zh = text(pgettext_lazy("face", "Text (Chinese)"), 120, rows=2)
    text_en = text(pgettext_lazy("face", "Text (English)"), 240, rows=2)
    where = forms.ChoiceField(label=pgettext_lazy("face", "Where"), choices=Notice.Where.choices)
    level = forms.ChoiceField(label=pgettext_lazy("face", "Level"), choices=Notice.Level.choices)
    field_order = ["text_zh", "text_en", "where", "level", "starts_at", "ends_at"]

    def called(self) -> dict[str, str]:
        """The service's names are the form's."""
        return {}

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        return dict(self.cleaned_data)

    @staticmethod
    def initial_of(row: Notice) -> dict[str, Any]:
        """What stands in the form of a notice."""
        return {name: getattr(row, name) for name in NoticeForm.base_fields}


class PolicyForm(forms.Form):
    """The texts of a policy."""

    text_zh = text(pgettext_lazy("face", "Text (Chinese)"), MOST_TEXT, rows=22, help_text=RICH)
    text_en = text(pgettext_lazy("face", "Text (English)"), MOST_TEXT, rows=22, help_text=RICH)


class BrandForm(forms.Form):
    """The mall's name, colours and what its points are called. What may not be the service says."""

    name_zh = text(_("Name (Chinese)"), 20)
    name_en = text(_("Name (English)"), 40)
    logo = photo(
        _("Logo"),
        _("PNG, JPEG or WebP, square, at most 512 kB. Leave it empty to keep what is there."),
    )
    primary = forms.CharField(
        label=_("Main colour"),
        widget=forms.TextInput({"type": "color"}),
        help_text=_("Of buttons, links and the band at the top."),
    )
    accent = forms.CharField(
        label=_("Second colour"),
        widget=forms.TextInput({"type": "color"}),
        help_text=_("Of coupons and what is to be noticed."),
    )
    shares_zh = text(_("Shares are called (Chinese)"), 12)
    shares_en = text(_("Shares are called (English)"), 24)
    coins_zh = text(_("Coins are called (Chinese)"), 12)
    coins_en = text(_("Coins are called (English)"), 24)
    quota_zh = text(_("Quota is called (Chinese)"), 12)
    quota_en = text(_("Quota is called (English)"), 24)

    COLOURS: ClassVar[tuple[str, ...]] = ("primary", "accent")

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """What stands in the form of the brand."""
        names = {field.name for field in Brand._meta.concrete_fields} - {"id", "logo", "revision"}
        return {name: getattr(row, name) for name in names}


class ClaimForm(forms.Form):
    """A phrase that no consumer text may contain."""

    phrase = text(
        _("Phrase"),
        BlockedClaim._meta.get_field("phrase").max_length or 60,
        help_text=_("It is found spelt apart and in full width too."),
    )

    def clean_phrase(self) -> str:
        """Not one that is there already."""
        phrase: str = self.cleaned_data["phrase"]
        if BlockedClaim.objects.filter(phrase=phrase).exists():
            raise ValidationError(say("It is on the list already."))
        return phrase
