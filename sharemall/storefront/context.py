"""What every page knows: the brand and its stylesheet, the zones, the cart's number, the mode."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sharemall.storefront.face import Face, face
from sharemall.storefront.frame import page_of


def mall(request: HttpRequest) -> dict[str, Any]:
    """`brand` (the mall's face in the page's language), its stylesheet, and what all pages show."""
    page = page_of(request)
    brand: Face = face(page.frame)
    return {
        "edition": page.frame.code,
        "brand": brand,
        "brand_css_version": brand.css_version,
        "zones": page.frame.zones,
        "cart_count": page.cart_count,
        "unread_count": page.unread,
        "rules_change_at": page.frame.rules_change_at,
        "demo": settings.MODE == "demo",
    }
