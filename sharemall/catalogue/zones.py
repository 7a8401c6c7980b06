"""Zones and the tree of categories."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext as _

from sharemall.catalogue import pictures, search, texts
from sharemall.catalogue.models import Category, Product, Zone
from sharemall.catalogue.trees import with_all_below
from sharemall.saving import made_or_changed

FLOORS = 3
ZONE_TEXTS = ("name", "tagline")
CATEGORY_TEXTS = ("name",)


@made_or_changed
def save_zone(*, key: str, **fields: Any) -> Zone:
    """Make or change a zone.

    Raises BlockedClaims, FieldDoesNotExist, UnreadablePicture; ValidationError for ill-formed
    fields. Products are found by their zone's new name too.
    """
    zone = Zone.objects.select_for_update(no_key=True).filter(key=key).first() or Zone(key=key)
    before = (zone.name_zh, zone.name_en)
    _take_over(zone, fields)
    texts.refuse_claims(_texts(zone, ZONE_TEXTS))
    zone.full_clean(validate_unique=False)
    _store_picture(zone, fields, "zones")
    # Its UPDATE would come first, and renew the pages' edition before the zone is ours.
    zone.save(force_insert=zone._state.adding)
    if (zone.name_zh, zone.name_en) != before:
        search.renew(Product.objects.filter(zone=zone))
    return zone


@made_or_changed
def save_category(*, slug: str, **fields: Any) -> Category:
    """Make or change a category, `parent` a Category or None.

    Raises BlockedClaims, FieldDoesNotExist, UnreadablePicture; ValidationError for ill-formed
    fields, a circle, or a tree of more than three floors.
    """
    # All of them: two changes at once could make a circle that neither sees.
    rows = {row.pk: row for row in Category.objects.select_for_update(no_key=True).order_by("id")}
    category = next((row for row in rows.values() if row.slug == slug), None)
    category = category or Category(slug=slug)
    before = (category.name_zh, category.name_en, category.parent_id)
    _take_over(category, fields)
    texts.refuse_claims(_texts(category, CATEGORY_TEXTS))
    category.full_clean(validate_unique=False)
    _refuse_height(category, rows)
    _store_picture(category, fields, "categories")
    category.save()
    if (category.name_zh, category.name_en, category.parent_id) != before:
        below = with_all_below(category.pk, list(rows.values()))
        search.renew(Product.objects.filter(category__in=below))
    return category


def _refuse_height(category: Category, rows: dict[int, Category]) -> None:
    above, seen = 0, {category.pk}
    parent_id = category.parent_id
    while parent_id is not None:
        if parent_id in seen:
            raise ValidationError({"parent": _("A category cannot stand below itself.")})
        if parent_id not in rows:
            raise ValidationError({"parent": _("There is no such category.")})
        seen.add(parent_id)
        above, parent_id = above + 1, rows[parent_id].parent_id
    if above + _height(category.pk, rows) > FLOORS:
        raise ValidationError(
            {"parent": _("Categories have at most %(most)s floors.") % {"most": FLOORS}}
        )


def _height(category_id: int | None, rows: dict[int, Category]) -> int:
    if category_id is None:
        return 1
    below = (row.pk for row in rows.values() if row.parent_id == category_id)
    return 1 + max((_height(row, rows) for row in below), default=0)


def _take_over(row: models.Model, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        row._meta.get_field(name)  # a misspelt field is refused, not kept
        if name != "picture":
            setattr(row, name, value)


def _store_picture(row: Zone | Category, fields: dict[str, Any], folder: str) -> None:
    picture = fields.get("picture")
    if isinstance(picture, File):
        row.picture = pictures.store(picture, folder)
    elif "picture" in fields:
        row.picture = picture or ""


def _texts(row: Zone | Category, names: tuple[str, ...]) -> list[str]:
    return [getattr(row, f"{name}_{language}") for name in names for language in ("zh", "en")]
