"""Makes sharemall/members/regions.csv from the npm package @vant/area-data.

    python -m tools.regions package/dist/index.js

It needs the Python package pypinyin, which the mall does not. sharemall/members/REGIONS.md says
what is changed on the way, and how the file is renewed.
"""

import csv
import json
import re
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

from tools import region_names as names

TARGET = Path(__file__).resolve().parent.parent / "sharemall" / "members" / "regions.csv"
ENTRY = re.compile(r'\b(\d{6}): ("(?:[^"\\]|\\.)*")')

# Left out: districts that were merged into others, rows without a name of their own, what is there
# twice under two names, and misspelt doubles.
DROPPED = {
    "320611": "港闸区, 2020 part of 崇川区",
    "370634": "长岛县, 2020 part of 蓬莱区",
    "350402": "梅列区, 2021 part of 三元区",
    "620201": "市辖区 of a city without districts",
    "710203": "芩雅区, means 苓雅区",
    "712484": "莰顶乡, means 崁顶乡",
    "130390": "is 130371",
    "131090": "is 131071",
    "220192": "is 220171",
    "320590": "is 320571",
    "320890": "is 320871",
    "321090": "is 321071",
    "340190": "is 340171",
    "340191": "is 340172",
    "341390": "is 341372",
    "370190": "is 370171",
    "370690": "is 370672",
    "370890": "is 370871",
    "371091": "is 371072",
    "410190": "is 410172",
    "410191": "is 410171",
    "411690": "is 411671",
}
NOWHERE = "其它区"
RENAMED = {
    "省直辖县": "省直辖县级行政区划",
    "火炬开发区街道办事处": "火炬开发区街道",
}
PROVINCE_KIND = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")


def read(source: str) -> dict[str, str]:
    """Code → Chinese name of every region, as the package's module lists them."""
    listed = {code: json.loads(text).strip() for code, text in ENTRY.findall(source)}
    return {
        code: RENAMED.get(name, name)
        for code, name in sorted(listed.items())
        if code not in DROPPED and name != NOWHERE
    }


def syllables(stem: str) -> list[str]:
    """The reading of each character: words of the table first, then single characters."""
    for word, text in names.WORDS.items():
        if word in stem:
            before, after = stem.split(word, 1)
            return [*syllables(before), *text.split(), *syllables(after)]
    spoken = lazy_pinyin(stem, v_to_u=True)
    return [names.CHARACTERS.get(one, read) for one, read in zip(stem, spoken, strict=True)]


def romanised(stem: str) -> str:
    """A stem in pinyin, one word: 西安 → Xi'an."""
    if stem in names.STEMS:
        return names.STEMS[stem]
    if not stem:
        return ""
    first, *others = syllables(stem)
    joined = first + "".join("'" + part if part[0] in "aeo" else part for part in others)
    return joined[0].upper() + joined[1:]


def peoples(stem: str) -> tuple[str, list[str]]:
    """What is left of 恩施土家族苗族 without its peoples, and these in order."""
    found: list[str] = []
    while True:
        end = next((one for one in names.PEOPLES if stem.endswith(one)), None)
        if end is None:
            return stem, found
        stem = stem.removesuffix(end)
        found.insert(0, names.PEOPLES[end])


def enumerated(words: list[str]) -> str:
    """A; A and B; A, B and C."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def kind_of(name: str) -> str:
    """The Chinese word for what the region is, at the end of its name."""
    if name in names.DISTRICTS:
        return "区"
    return next(kind for kind in names.KINDS if name.endswith(kind))


def words_of_zone(stem: str, province: str, city: str) -> str:
    """河北唐山海港 → Tangshan Haigang: the city that a zone's name begins with is a word apart."""
    if stem.startswith(province + city):
        stem = stem.removeprefix(province)
    if not stem.startswith(city):
        return romanised(stem)
    return f"{romanised(city)} {romanised(stem.removeprefix(city).removeprefix('市'))}".strip()


def english(code: str, listed: dict[str, str]) -> str:
    """The English name of a region below the provinces."""
    name = listed[code]
    if code in names.BY_CODE:
        return names.BY_CODE[code]
    if code.endswith("00") and name in names.PLACES:
        return names.PLACES[name]
    kind = kind_of(name)
    stem = name.removesuffix(kind)
    if kind == "市" and code.endswith("00"):
        return romanised(stem)
    if len(stem) == 1 and kind == "区":
        return f"{names.SHORT.get(stem) or romanised(stem)} District"
    if kind.startswith("自治") or stem.endswith("族"):
        stem, of = peoples(stem)
        return " ".join(filter(None, [romanised(stem), enumerated(of), names.KINDS[kind]]))
    if names.KINDS[kind].endswith(("Zone", "Park", "Area")):
        province = PROVINCE_KIND.sub("", listed[code[:2] + "0000"])
        city = listed[code[:4] + "00"].removesuffix("市").removesuffix("盟")
        return f"{words_of_zone(stem, province, city)} {names.KINDS[kind]}".strip()
    return f"{romanised(stem)} {names.KINDS[kind]}".strip()


def rows(listed: dict[str, str]) -> list[tuple[str, str, str]]:
    """Code, Chinese and English name of every region, by code."""
    return [
        (
            code,
            name,
            names.PROVINCES[code[:2]] if is_province(code, listed) else english(code, listed),
        )
        for code, name in listed.items()
    ]


def is_province(code: str, listed: dict[str, str]) -> bool:
    """Whether this is a province, or a municipality's city level, which has the same name."""
    return code.endswith("00") and listed[code] == listed[code[:2] + "0000"]


def main() -> None:
    """Writes the vendored file; the package's path is the only argument."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.regions package/dist/index.js")
    table = rows(read(Path(sys.argv[1]).read_text(encoding="utf-8")))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("code", "zh", "en"), *table])
    print(f"{len(table)} regions")  # noqa: T201


if __name__ == "__main__":
    main()
