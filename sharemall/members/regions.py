"""China's regions: provinces, their cities, the districts and counties of these.

A region is known by its code of six digits (GB/T 2260): the first two are the province's, the
first four the city's. REGIONS.md says where the names come from and what they leave out.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

TOP = ""
COUNTIES_OF_CHONGQING = "500200"
LISTED = Path(__file__).with_name("regions.csv")


class UnknownRegion(Exception):
    """No region has this code."""


@dataclass(frozen=True, slots=True)
class Region:
    """A province, city, district or county."""

    code: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_in(get_language() or "")

    def name_in(self, language: str) -> str:
        """The name in this language: English, or Chinese for every other."""
        return self.name_en if _is_english(language) else self.name_zh


def provinces() -> list[Region]:
    """Every province, municipality, autonomous and special region, by code."""
    return list(_tree()[TOP])


def children(code: str) -> list[Region]:
    """The cities of a province, the districts of a city, nothing for a district.

    Raises UnknownRegion.
    """
    return list(_tree()[_found(code).code])


def path(code: str) -> tuple[Region, ...]:
    """The province, its city and the district of this code; shorter for a city or a province.

    Raises UnknownRegion.
    """
    found = _found(code)
    if (parent := _parent(code)) == TOP:
        return (found,)
    return (*path(parent), found)


def is_district(code: str) -> bool:
    """Whether parcels go there: a district or county, neither a whole city nor a province."""
    return code in _regions() and not code.endswith("00")


def full_name(code: str, language: str) -> str:
    """广东省 深圳市 南山区, or Nanshan District, Shenzhen, Guangdong.

    A city's level that nobody writes is left out: 北京市 朝阳区. Raises UnknownRegion.
    """
    names = [region.name_in(language) for region in path(code) if not _is_unwritten(region)]
    return ", ".join(reversed(names)) if _is_english(language) else " ".join(names)


def province_of(code: str) -> str:
    """The two digits of the province: 44 for 440305. Raises UnknownRegion."""
    return _found(code).code[:2]


def _is_english(language: str) -> bool:
    return language.startswith("en")


def _found(code: str) -> Region:
    try:
        return _regions()[code]
    except KeyError:
        raise UnknownRegion(code) from None


def _parent(code: str) -> str:
    """The code of the city of a district, of the province of a city; TOP of a province."""
    if not code.endswith("00"):
        return code[:4] + "00"
    return TOP if code.endswith("0000") else code[:2] + "0000"


def _is_unwritten(region: Region) -> bool:
    """Whether it is a city only in the code: a municipality again, or what has no city above it."""
    if region.code[2:] == "9000" or region.code == COUNTIES_OF_CHONGQING:
        return True
    parent = _parent(region.code)
    return parent != TOP and _regions()[parent].name_zh == region.name_zh


@lru_cache(maxsize=1)
def _regions() -> dict[str, Region]:
    with LISTED.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Region(row["code"], row["zh"], row["en"]) for row in csv.DictReader(file)
        }


@lru_cache(maxsize=1)
def _tree() -> dict[str, tuple[Region, ...]]:
    """What is in each region, by code; the provinces at TOP."""
    inside: dict[str, list[Region]] = {code: [] for code in (TOP, *_regions())}
    for region in _regions().values():
        inside[_parent(region.code)].append(region)
    return {code: tuple(found) for code, found in inside.items()}
