"""What the demo's operator set of its face: banners, sections of home, a notice, policies.

Each part is skipped where there is something of it already.
"""

import tomllib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from sharemall.catalogue.pictures import QUALITY, WIDTHS
from sharemall.demo import media, people
from sharemall.members.models import Member
from sharemall.pages import policies, services
from sharemall.pages.models import Banner, HomeSection, Notice, PolicyVersion

FILE = Path(__file__).with_name("face.toml")
PUBLISHED = timedelta(days=40)  # how long before the demo's day the policies were published
PARTS = 100
NARROW = WIDTHS[0]

Fields = dict[str, Any]


def add_face(end: datetime) -> None:
    """Put it all in place, as it is at `end`. The office must be there: policies have authors."""
    face = tomllib.loads(FILE.read_text(encoding="utf-8"))
    if not Banner.objects.exists():
        for fields in face["banners"]:
            services.save_banner(banner_id=None, revision=0, is_on=True, **_with_pictures(fields))
    if not HomeSection.objects.exists():
        for fields in face["sections"]:
            services.save_section(section_id=None, revision=0, is_on=True, **fields)
    if not Notice.objects.exists():
        for fields in face["notices"]:
            ends_at = end + timedelta(days=fields.pop("days"))
            services.save_notice(notice_id=None, revision=0, is_on=True, ends_at=ends_at, **fields)
    _add_policies(face["policies"], end - PUBLISHED)


def _with_pictures(fields: Fields) -> Fields:
    crop = fields.pop("crop", None)
    if "picture" in fields:
        name = fields["picture"]
        fields["picture"] = media.stored(name, "banners")
        fields["picture_phone"] = _cropped(name, crop)
    return fields


def _cropped(name: str, crop: tuple[int, int, int, int]) -> str:
    """The name in the media of a part of a committed picture, cut out if it is not there yet."""
    path = media.FOLDER / name
    with Image.open(path) as picture:
        sides = (picture.width, picture.height, picture.width, picture.height)
        left, top, right, bottom = (
            side * part // PARTS for side, part in zip(sides, crop, strict=True)
        )
        kept = f"banners/demo-{path.stem}-phone-{right - left}x{bottom - top}.webp"
        part = picture.crop((left, top, right, bottom))
    narrow = part.resize((NARROW, round(NARROW * part.height / part.width)))
    _kept(kept, part)
    _kept(f"{kept.removesuffix('.webp')}-{NARROW}.webp", narrow)
    return kept


def _kept(name: str, picture: Image.Image) -> None:
    if not default_storage.exists(name):
        drawn = BytesIO()
        picture.save(drawn, "WEBP", quality=QUALITY, method=4)
        default_storage.save(name, ContentFile(drawn.getvalue()))


def _add_policies(texts: dict[str, dict[str, str]], moment: datetime) -> None:
    author = Member.objects.get(phone=people.STAFF)
    there = set(PolicyVersion.objects.values_list("slug", flat=True))
    for slug, text in texts.items():
        if slug not in there:
            draft = policies.save_draft(
                slug=slug, revision=0, text_zh=text["zh"], text_en=text["en"], by=author, now=moment
            )
            policies.publish(slug=slug, revision=draft.revision, by=author, now=moment)
