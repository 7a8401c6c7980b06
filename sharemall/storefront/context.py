"""What every page knows: the brand, the mode, which stylesheet of the brand is current."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sharemall.storefront.face import Face, face
from sharemall.storefront.frame import frame_of


def mall(request: HttpRequest) -> dict[str, Any]:
    """`brand` (the mall's face in the page's language), `brand_css_version` and `demo`."""
    brand: Face = face(frame_of(request))
    return {
        "brand": brand,
        "brand_css_version": brand.css_version,
        "demo": settings.MODE == "demo",
    }
