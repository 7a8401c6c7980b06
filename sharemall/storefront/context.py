"""What every page knows: the brand, the mode, which stylesheet of the brand is current."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sharemall.storefront.face import Face, face
from sharemall.storefront.frame import page_of


def mall(request: HttpRequest) -> dict[str, Any]:
    """`brand` (the face in the page's language) with its `brand_css_version`, and what all pages show."""
    page = page_of(request)
    brand: Face = face(page.frame)
    return {
        "brand": brand,
        "brand_css_version": brand.css_version,
        "zones": page.frame.zones,
        "cart_count": page.cart_count,
        "demo": settings.MODE == "demo",
    }
