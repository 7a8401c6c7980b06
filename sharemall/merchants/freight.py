"""What sending costs, by province and weight: plain arithmetic over a rule's bands."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from sharemall.merchants.models import FreightRule

# China's provinces, municipalities and regions by their first two digits (GB/T 2260).
_CODES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46"
    " 50 51 52 53 54 61 62 63 64 65 71 81 82"
)
PROVINCES = frozenset(_CODES.split())
FIELDS = ("first_grams", "first_fen", "step_grams", "step_fen")
MOST = 10**9  # grams and fen: a thousand tonnes, ten million yuan
MOST_BANDS = len(PROVINCES) + 1

Band = Mapping[str, Any]


def price_fen(rule: FreightRule, *, province: str, grams: int, goods_fen: int) -> int | None:
    """What sending `grams` to a province costs, in fen; None where nothing is sent to.

    `province` is the two-digit code, `goods_fen` what is paid for the goods of this rule in the
    order: from `free_over_fen` on nothing is charged. The first band that names the
    province counts, else the one for everywhere else. A step that is begun is charged whole.
    Raises ValueError for a negative weight.
    """
    if grams < 0:
        raise ValueError(f"goods cannot weigh {grams} grams")
    band = _band(rule, province)
    if band is None:
        return None
    if rule.free_over_fen is not None and goods_fen >= rule.free_over_fen:
        return 0
    over = max(grams - band["first_grams"], 0)
    steps = -(-over // band["step_grams"])
    return int(band["first_fen"] + steps * band["step_fen"])


def _band(rule: FreightRule, province: str) -> Band | None:
    if province in rule.unserved:
        return None
    for band in rule.bands:
        if province in band["provinces"] or not band["provinces"]:
            return band  # type: ignore[no-any-return]
    return None


def check_bands(bands: Any, unserved: Any) -> list[str]:
    """What is wrong with a rule's bands, a sentence each; empty if they can be used as they are.

    Shapes: see FreightRule. A province is in one band or unserved, never in two places; the band
    for everywhere else is the last one.
    """
    if not isinstance(bands, list) or not bands:
        return [_("Give at least one row of prices.")]
    if len(bands) > MOST_BANDS:
        return [_("There are more rows of prices than provinces.")]
    faults = [fault for number, band in enumerate(bands, 1) for fault in _band_faults(number, band)]
    if not _are_provinces(unserved):
        faults.append(_("The places that nothing is sent to must be provinces."))
    if faults:
        return faults
    return [*_order_faults(bands), *_repeated(bands, unserved)]


def _band_faults(number: int, band: object) -> Iterator[str]:
    if not isinstance(band, dict) or set(band) != {"provinces", *FIELDS}:
        yield _("Row %(number)s lacks a value or has one too many.") % {"number": number}
        return
    if not _are_provinces(band["provinces"]):
        yield _("Row %(number)s names a province that does not exist.") % {"number": number}
    for field in FIELDS:
        least = 1 if field.endswith("grams") else 0
        if type(band[field]) is not int or not least <= band[field] <= MOST:
            yield _("Row %(number)s: weights must be above 0 and prices at least 0.") % {
                "number": number
            }
            return


def _are_provinces(codes: object) -> bool:
    return isinstance(codes, list) and all(
        isinstance(code, str) and code in PROVINCES for code in codes
    )


def _order_faults(bands: list[Band]) -> Iterator[str]:
    everywhere = [number for number, band in enumerate(bands, 1) if not band["provinces"]]
    if everywhere and everywhere != [len(bands)]:
        yield _("The row for everywhere else must be the last, and the only one of its kind.")


def _repeated(bands: list[Band], unserved: list[str]) -> Iterator[str]:
    named = [code for band in bands for code in band["provinces"]] + unserved
    for code in sorted({code for code in named if named.count(code) > 1}):
        yield _("Province %(code)s stands in two places.") % {"code": code}
