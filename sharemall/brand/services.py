"""Changing the brand. What consumers would see is checked here, whoever sets it."""

import re
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import CharField

from sharemall.brand.colours import AA_CONTRAST, is_colour, least_contrast
from sharemall.brand.models import Brand
from sharemall.compliance import claims

COLOURS = ("primary", "accent")
LARGEST_LOGO = 512 * 1024
# By what a file begins with; an SVG may carry scripts and is not taken.
LOGO_KINDS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "webp": b"RIFF"}
# Never shown to consumers while stock conversion is off, and nothing here can switch it on.
STOCK_WORDS = re.compile(r"股票|股权|股權|(?<![a-z])(?:ipo|stocks?)(?![a-z])", re.IGNORECASE)


class BrandRefused(ValueError):
    """The brand cannot be saved; `faults` names every fault, each led by its field."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@transaction.atomic
def save_brand(*, logo: bytes | None = None, **texts: str) -> Brand:
    """Set the given fields of the brand (the others stay). Raises BrandRefused."""
    row = Brand.objects.select_for_update().filter(id=1).first() or Brand()
    texts = {field: value.strip() for field, value in texts.items()}
    for field in COLOURS:
        if field in texts:
            texts[field] = texts[field].lower()
    faults = [*_faults(texts), *_logo_faults(logo)]
    if faults:
        raise BrandRefused(faults)
    for field, value in texts.items():
        setattr(row, field, value)
    if logo is not None:
        row.logo.save(f"logo.{_kind(logo)}", ContentFile(logo), save=False)
    row.save()
    return row


def _faults(texts: dict[str, str]) -> Iterator[str]:
    for field, value in texts.items():
        if field in COLOURS:
            yield from _colour_faults(field, value)
        else:
            yield from _text_faults(field, value)


def _colour_faults(field: str, value: str) -> Iterator[str]:
    if not is_colour(value):
        yield f"{field}: {value!r} is no colour: write it as #0f7b5f"
    elif least_contrast(value) < AA_CONTRAST:
        yield (
            f"{field}: {value} is too pale to read (contrast {least_contrast(value):.1f}, "
            f"at least {AA_CONTRAST} is needed): take a darker one"
        )


def _text_faults(field: str, value: str) -> Iterator[str]:
    column = Brand._meta.get_field(field)
    assert isinstance(column, CharField)
    longest = column.max_length or 0
    if not 0 < len(value) <= longest:
        yield f"{field}: must have 1 to {longest} characters"
    if found := STOCK_WORDS.search(value):
        yield f"{field}: {found[0]!r} may not be shown to consumers: choose another name"
    for claim in claims.check(value):
        yield f"{field}: {claim!r} is a promise that may not be made: choose another name"


def _logo_faults(logo: bytes | None) -> Iterator[str]:
    if logo is None:
        return
    if len(logo) > LARGEST_LOGO:
        yield f"logo: {len(logo)} bytes are too many (at most {LARGEST_LOGO})"
    if _kind(logo) is None:
        yield "logo: must be a PNG, JPEG or WebP picture"


def _kind(logo: bytes) -> str | None:
    for kind, beginning in LOGO_KINDS.items():
        if logo.startswith(beginning) and (kind != "webp" or logo[8:12] == b"WEBP"):
            return kind
    return None
