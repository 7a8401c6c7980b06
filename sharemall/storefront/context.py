"""What every page knows: the brand, the mode, which stylesheet of the brand is current."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sharemall.orders import cart
from sharemall.storefront import visitor
from sharemall.storefront.face import Face, face
from sharemall.storefront.frame import frame_of


def mall(request: HttpRequest) -> dict[str, Any]:
    """`brand` (the mall's face in the page's language), its stylesheet, `demo`, `cart_count`."""
    brand: Face = face(frame_of(request))
    return {
        "brand": brand,
        "brand_css_version": brand.css_version,
        "demo": settings.MODE == "demo",
        "cart_count": SimpleLazyObject(lambda: _in_cart(request)),
    }


def _in_cart(request: HttpRequest) -> int:
    """How many lines are in the cart; a visitor without one costs no query."""
    owner = visitor.owner(request)
    return cart.count(owner) if owner else 0
