"""Changing the brand. What consumers would see is checked here, whoever sets it."""

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db.models import CharField
from django.utils.translation import gettext as _

from sharemall.brand import words
from sharemall.brand.colours import AA_CONTRAST, is_colour, least_contrast
from sharemall.brand.models import Brand
from sharemall.saving import made_or_changed

COLOURS = ("primary", "accent")
LARGEST_LOGO = 512 * 1024
# By what a file begins with; an SVG may carry scripts and is not taken.
LOGO_KINDS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "webp": b"RIFF"}

Faults = dict[str, list[str]]  # sentences by the field that they are about


class BrandRefused(ValueError):
    """The brand cannot be saved; `by_field` has every fault, `faults` each led by its field."""

    def __init__(self, by_field: Faults) -> None:
        self.by_field = by_field
        self.faults = tuple(
            f"{field}: {sentence}" for field, told in by_field.items() for sentence in told
        )
        super().__init__("; ".join(self.faults))


class BrandChanged(Exception):
    """Somebody else saved the brand in between: nothing was changed."""


@made_or_changed
def save_brand(*, logo: bytes | None = None, revision: int | None = None, **texts: str) -> Brand:
    """Set the given fields of the brand (the others stay).

    `revision` is that of the brand that the changes were made of; without one they count whatever
    it is. Raises BrandRefused, and BrandChanged where it is another by now.
    """
    row = Brand.objects.select_for_update().filter(id=1).first() or Brand()
    if revision is not None and revision != row.revision:
        raise BrandChanged
    texts = {field: value.strip() for field, value in texts.items()}
    for field in COLOURS:
        if field in texts:
            texts[field] = texts[field].lower()
    faults = faults_of(logo=logo, **texts)
    if faults:
        raise BrandRefused(faults)
    for field, value in texts.items():
        setattr(row, field, value)
    if logo is not None:
        row.logo.save(f"logo.{_kind(logo)}", ContentFile(logo), save=False)
    row.revision += 1
    row.save()
    return row


def faults_of(*, logo: bytes | None = None, **texts: str) -> Faults:
    """Why the brand cannot be saved so, by field, in the order of what is given."""
    said = words.faults({field: text for field, text in texts.items() if field not in COLOURS})
    found = {
        field: _colour_faults(value)
        if field in COLOURS
        else [*_length_faults(field, value), *said.get(field, [])]
        for field, value in texts.items()
    }
    found["logo"] = _logo_faults(logo)
    return {field: told for field, told in found.items() if told}


def _colour_faults(value: str) -> list[str]:
    if not is_colour(value):
        return [_("“%(colour)s” is no colour: write it as #0f7b5f.") % {"colour": value}]
    contrast = least_contrast(value)
    if contrast >= AA_CONTRAST:
        return []
    return [
        _(
            "%(colour)s is too pale to read (contrast %(contrast)s, at least %(least)s is needed): "
            "take a darker one."
        )
        % {"colour": value, "contrast": f"{contrast:.1f}", "least": AA_CONTRAST}
    ]


def _length_faults(field: str, value: str) -> list[str]:
    column = Brand._meta.get_field(field)
    assert isinstance(column, CharField)
    longest = column.max_length or 0
    if 0 < len(value) <= longest:
        return []
    return [_("It must have 1 to %(longest)s characters.") % {"longest": longest}]


def _logo_faults(logo: bytes | None) -> list[str]:
    return list(_logo_told(logo)) if logo is not None else []


def _logo_told(logo: bytes) -> Iterable[str]:
    if len(logo) > LARGEST_LOGO:
        yield _("The file is too large: at most %(most)s kB.") % {"most": LARGEST_LOGO // 1024}
    if _kind(logo) is None:
        yield _("It must be a PNG, JPEG or WebP picture.")


def _kind(logo: bytes) -> str | None:
    for kind, beginning in LOGO_KINDS.items():
        if logo.startswith(beginning) and (kind != "webp" or logo[8:12] == b"WEBP"):
            return kind
    return None
