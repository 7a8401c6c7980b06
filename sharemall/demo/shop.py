"""The demo's catalogue: four zones with drawn goods, from `catalogue.toml` and `pictures/`."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from sharemall.catalogue.models import Product, Zone
from sharemall.catalogue.services import save_product
from sharemall.clock.services import now

FOLDER = Path(__file__).parent


def add_catalogue() -> None:
    """Put zones and products on sale; those that are there already stay as they are."""
    content = tomllib.loads((FOLDER / "catalogue.toml").read_text(encoding="utf-8"))
    for position, zone in enumerate(content["zones"]):
        Zone.objects.get_or_create(
            key=zone["key"], defaults={**_own(Zone, zone), "position": position}
        )
    there = set(Product.objects.values_list("slug", flat=True))
    for position, product in enumerate(content["products"]):
        if product["slug"] not in there:
            _add_product(product, position)


def _add_product(product: dict[str, Any], position: int) -> None:
    picture = FOLDER / "pictures" / product["picture"]
    save_product(
        **_own(Product, product),
        zone=Zone.objects.get(key=product["zone"]),
        position=position,
        picture=ContentFile(picture.read_bytes(), name=picture.name),
        created_at=now(),
    )


def _own(model: type[Zone] | type[Product], values: dict[str, Any]) -> dict[str, Any]:
    """The values that are plain fields of the model."""
    names = {field.name for field in model._meta.concrete_fields} - {"zone", "picture"}
    return {key: value for key, value in values.items() if key in names}
