"""Where the operator's banners lead, as addresses."""

from django.urls import reverse

from sharemall.pages.models import Banner

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
