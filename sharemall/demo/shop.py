"""The demo's catalogue: four zones with drawn goods, from `catalogue.toml` and `pictures/`."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from sharemall.catalogue.models import Product, Zone
from sharemall.catalogue.services import save_product, save_zone

FOLDER = Path(__file__).parent


def add_catalogue() -> None:
    """Put zones and products on sale; those that are there already stay as they are."""
    content = tomllib.loads((FOLDER / "catalogue.toml").read_text(encoding="utf-8"))
    zones = {zone.key: zone for zone in Zone.objects.all()}
    for position, fields in enumerate(content["zones"]):
        if fields["key"] not in zones:
            if fields.get("on_sale", True):
                fields["picture"] = _picture(f"zone-{fields['key']}.svg")
            zones[fields["key"]] = save_zone(**fields, position=position)
    there = set(Product.objects.values_list("slug", flat=True))
    for position, fields in enumerate(content["products"]):
        if fields["slug"] not in there:
            _add_product(fields, zones[fields["zone"]], position)


def _add_product(fields: dict[str, Any], zone: Zone, position: int) -> None:
    picture = _picture(fields["picture"])
    save_product(**fields | {"zone": zone, "position": position, "picture": picture})


def _picture(name: str) -> "ContentFile[bytes]":
    return ContentFile((FOLDER / "pictures" / name).read_bytes(), name=name)
