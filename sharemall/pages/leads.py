"""Where a banner leads: whether there is such a place, and whether shoppers still find it there."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Category, Product, Zone
from sharemall.catalogue.trees import hidden
from sharemall.merchants import selectors as merchants
from sharemall.pages import selectors
from sharemall.pages.models import Banner

TO = Banner.LeadsTo
CONSOLE = "/console/"
WITHOUT_TARGET = (TO.NOWHERE, TO.COUPONS)
# The pages of what may leave the shop: the kind of it, and what its address calls its key.
PAGES = {
    "zone": ("zone", "key"),
    "category": ("category", "slug"),
    "product": ("product", "slug"),
    "product-reviews": ("product", "slug"),
    "shop": ("shop", "key"),
    "policy": ("policy", "slug"),
}


class Goal(NamedTuple):
    """What a banner leads to: a zone, category, product, shop or policy, by its key or slug.

    The kind "nothing" is an address that the mall has no longer.
    """

    kind: str
    key: str


There = Mapping[str, Collection[str]]  # of each kind, the keys that shoppers find


def goal(banner: Banner) -> Goal | None:
    """What must be in the shop for this banner; None where its page is always there. No query."""
    if banner.leads_to in WITHOUT_TARGET:
        return None
    if banner.leads_to != TO.PATH:
        return Goal(banner.leads_to, banner.target)
    try:
        match = resolve(urlsplit(banner.target).path)
    except (Resolver404, ValueError):
        return Goal("nothing", banner.target)
    if match.url_name not in PAGES:
        return None
    kind, part = PAGES[match.url_name]
    return Goal(kind, match.kwargs[part])


def keys(banners: Iterable[Banner], kind: str) -> list[str]:
    """The keys of what banners lead to, of one kind, in order."""
    goals = (goal(banner) for banner in banners)
    return sorted({one.key for one in goals if one is not None and one.kind == kind})


def leading(banners: Iterable[Banner], there: There) -> list[Banner]:
    """Those whose goal shoppers find."""
    goals = [(banner, goal(banner)) for banner in banners]
    return [row for row, to in goals if to is None or to.key in there.get(to.kind, ())]


def lost(banners: Collection[Banner]) -> set[int]:
    """The ids of those whose goal shoppers do not find now. At most five queries."""
    tree = list(Category.objects.all())
    gone = hidden(tree)
    products = catalogue.open_in(tree).filter(slug__in=keys(banners, "product"))
    there: There = {
        "zone": {zone.key for zone in catalogue.zones()},
        "category": {row.slug for row in tree if row.pk not in gone},
        "product": set(products.values_list("slug", flat=True)),
        "shop": merchants.open_among(keys(banners, "shop")),
        "policy": selectors.published(),
    }
    return {row.pk for row in banners} - {row.pk for row in leading(banners, there)}


def fault(leads_to: str, target: str) -> str | None:
    """What is wrong with a target; None if shoppers can be led there. At most one query."""
    if leads_to in WITHOUT_TARGET:
        return None if not target else _("Nothing belongs here.")
    if leads_to == TO.PATH:
        return None if _is_address(target) else _("The mall has no page at this address.")
    if leads_to == TO.ZONE:
        there = Zone.objects.filter(key=target).exists()
        return None if there else _("There is no such zone.")
    if leads_to == TO.CATEGORY:
        there = Category.objects.filter(slug=target).exists()
        return None if there else _("There is no such category.")
    there = Product.objects.filter(slug=target).exists()
    return None if there else _("There is no such product.")


def _is_address(target: str) -> bool:
    """Whether a page of the mall answers there, for shoppers; never another host."""
    if not target.startswith("/") or target.startswith(("//", CONSOLE)) or "\\" in target:
        return False
    if not target.isprintable() or " " in target:
        return False
    try:
        resolve(urlsplit(target).path)
    except (Resolver404, ValueError):
        return False
    return True
