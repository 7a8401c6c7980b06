"""What every page knows: the brand, the mode, which stylesheet of the brand is current."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sharemall.storefront.face import Face, face


def mall(request: HttpRequest) -> dict[str, Any]:
    """`brand` (the mall's face in the page's language), `brand_css_version` and `demo`."""
    brand: Face = face()
    return {
        "brand": brand,
        "brand_css_version": brand.css_version,
        "demo": settings.MODE == "demo",
    }
