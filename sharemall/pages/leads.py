"""Where a banner leads: whether there is such a place."""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from sharemall.catalogue.models import Category, Product, Zone
from sharemall.pages.models import Banner

TO = Banner.LeadsTo
CONSOLE = "/console/"
WITHOUT_TARGET = (TO.NOWHERE, TO.COUPONS)


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
