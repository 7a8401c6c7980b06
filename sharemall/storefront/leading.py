"""Where the operator's banners lead, as addresses; and which of them still lead somewhere."""

from collections.abc import Collection, Iterable

from django.urls import reverse

from sharemall.merchants import selectors as merchants
from sharemall.pages import leads
from sharemall.pages.models import Banner
from sharemall.storefront.frame import Frame

TO = Banner.LeadsTo
NAMES = {
    TO.ZONE: ("zone", "key"),
    TO.CATEGORY: ("category", "slug"),
    TO.PRODUCT: ("product", "slug"),
}


def href_of(banner: Banner) -> str:
    """The address that a banner leads to; "" for one that leads nowhere."""
    if banner.leads_to == TO.PATH:
        return banner.target
    if banner.leads_to == TO.COUPONS:
        return reverse("coupons")
    if banner.leads_to == TO.NOWHERE:
        return ""
    name, part = NAMES[TO(banner.leads_to)]
    return reverse(name, kwargs={part: banner.target})


def leading(banners: Iterable[Banner], frame: Frame, products: Collection[str]) -> list[Banner]:
    """The banners whose goal is in the shop. `products`: of the goods they lead to, those on sale.

    No query, but one where a banner leads to a merchant's shop by its address.
    """
    banners = list(banners)
    there: leads.There = {
        "zone": {zone.key for zone in frame.zones},
        "category": {row.slug for floor in frame.by_parent.values() for row in floor},
        "product": products,
        "shop": merchants.open_among(leads.keys(banners, "shop")),
        "policy": frame.shown.policies,
    }
    return leads.leading(banners, there)
