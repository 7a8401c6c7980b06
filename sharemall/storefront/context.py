"""What every page knows: the brand and its stylesheet, the zones, the cart's number, the mode."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sharemall.pages import selectors as pages
from sharemall.pages.models import Notice
from sharemall.storefront.face import Face, face
from sharemall.storefront.frame import Page, page_of

PLACES = {"home": Notice.Where.HOME, "checkout": Notice.Where.CHECKOUT}  # by the page's name


def mall(request: HttpRequest) -> dict[str, Any]:
    """`brand` (the mall's face in the page's language), its stylesheet, and what all pages show."""
    page = page_of(request)
    brand: Face = face(page.frame)
    return {
        "edition": page.frame.code,
        "brand": brand,
        "brand_css_version": brand.css_version,
        "zones": page.frame.zones,
        "policies": page.frame.policies,
        "notices": notices_of(request, page),
        "cart_count": page.cart_count,
        "unread_count": page.unread,
        "rules_change_at": page.frame.rules_change_at,
        "demo": settings.MODE == "demo",
    }


def notices_of(request: HttpRequest, page: Page) -> list[Notice]:
    """What shoppers are told on this page now, the important first."""
    match = request.resolver_match
    places = {Notice.Where.ALL, PLACES.get(match.url_name or "") if match else None}
    here = [row for row in page.frame.shown.notices if row.where in places]
    return sorted(
        pages.running(here, page.now), key=lambda row: row.level != Notice.Level.IMPORTANT
    )
