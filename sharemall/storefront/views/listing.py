"""Lists of goods: all of them with filters, by category, by shop."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Category, Zone
from sharemall.catalogue.selectors import Filter, Shelf
from sharemall.coupons import selectors as coupons
from sharemall.merchants import selectors as merchants
from sharemall.merchants.models import Merchant
from sharemall.storefront.filters import Wish, wish_of
from sharemall.storefront.frame import Frame, page_of
from sharemall.storefront.shelves import cards, shelf_of, vary
from sharemall.storefront.templatetags.goods import whole_yuan

FIRST_SEEN = 4  # goods whose pictures are in sight first: two rows of a phone, one of a desktop
INSTEAD = 8  # goods that are shown where nothing was found


@require_safe
def goods(request: HttpRequest) -> HttpResponse:
    """All goods, or those found by words; narrowed and in the order that was asked for."""
    frame = page_of(request).frame
    asked = wish_of(request.GET)
    zone, category = frame.zone(asked.zone), frame.category(asked.category)
    shop = merchants.merchant(asked.shop) if asked.shop else None
    # What is not there (any more) is not asked for, and not shown as a filter.
    wish = replace(
        asked,
        zone=zone.key if zone else "",
        category=category.slug if category else "",
        shop=shop.key if shop else "",
    )
    shelf = shelf_of(request, wish.filter(zone, category, shop))
    if request.headers.get("HX-Request"):
        return cards(request, shelf, wish.query)
    context = {
        **_list_context(request, wish, shelf),
        "categories": frame.categories,
        "chosen_zone": zone,
        "chosen_category": category,
        "chosen_shop": shop,
        "narrowings": _narrowings(wish, zone, category, shop),
        "unfiltered": f"?{Wish(q=wish.q).query}" if wish.q else "",
        "dock": "categories",
    }
    if not shelf.products:
        now = page_of(request).now
        context["instead"] = catalogue.listing(
            Filter(sort="sold"), limit=INSTEAD, now=now, tree=frame.tree
        )
    return vary(render(request, "shop/goods.html", context))


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """The first category beside all others, as on a shelf with labels."""
    frame = page_of(request).frame
    if not frame.categories:
        return render(request, "shop/no_categories.html", {"dock": "categories"})
    return _category_page(request, frame, frame.categories[0])


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A category: what lies under it and its goods."""
    frame = page_of(request).frame
    found = frame.category(slug)
    if found is None:
        raise Http404
    return _category_page(request, frame, found)


@require_safe
def shop(request: HttpRequest, key: str) -> HttpResponse:
    """A merchant's shop: who it is, its coupons, its goods."""
    merchant = merchants.merchant(key)
    if merchant is None:
        raise Http404
    wish = Wish(sort=wish_of(request.GET).sort)
    shelf = shelf_of(request, wish.filter(None, None, merchant))
    if request.headers.get("HX-Request"):
        return cards(request, shelf, wish.query)
    member_id = request.user.pk if request.user.is_authenticated else None
    found = coupons.claimable(page_of(request).now, merchant_key=key, member_id=member_id)
    context = {
        **_list_context(request, wish, shelf),
        "merchant": merchant,
        "coupons": [coupon for coupon in found if coupon.merchant_id == key],
        "dock": "categories",
    }
    return vary(render(request, "shop/shop.html", context))


def _category_page(request: HttpRequest, frame: Frame, found: Category) -> HttpResponse:
    wish = Wish(sort=wish_of(request.GET).sort)
    shelf = shelf_of(request, wish.filter(None, found, None))
    if request.headers.get("HX-Request"):
        return cards(request, shelf, wish.query)
    path = frame.path(found)
    context = {
        **_list_context(request, wish, shelf),
        "categories": frame.categories,
        "category": found,
        "top": path[0],
        "path": path,
        "below": frame.below(path[0]),
        "beside": frame.below(path[1]) if len(path) > 1 else [],
        "dock": "categories",
    }
    return vary(render(request, "shop/category.html", context))


def _list_context(request: HttpRequest, wish: Wish, shelf: Shelf) -> dict[str, Any]:
    # A second tap on the price turns its order round, as shoppers know it.
    price = "-price" if wish.sort == "price" else "price"
    orders = {"": _("Recommended"), "sold": _("Most bought"), "new": _("Newest"), price: _("Price")}
    return {
        "wish": wish,
        "shelf": shelf,
        "more_query": wish.query,
        "eager_cards": FIRST_SEEN,
        "first_page": "after" not in request.GET,
        "sorts": [
            (wish.sorted_by(sort).query, name, sort == wish.sort or _both_prices(sort, wish.sort))
            for sort, name in orders.items()
        ],
    }


def _both_prices(one: str, other: str) -> bool:
    return one.endswith("price") and other.endswith("price")


def _narrowings(
    wish: Wish, zone: Zone | None, category: Category | None, shop: Merchant | None
) -> list[tuple[str, str]]:
    """Each filter that is set, in words, with the query of the list without it."""
    found = []
    if shop:
        found.append((shop.name, wish.without("shop").query))
    if zone:
        found.append((zone.name, wish.without("zone").query))
    if category:
        found.append((category.name, wish.without("category").query))
    if wish.least is not None or wish.most is not None:
        found.append((_price_words(wish), wish.without("least", "most").query))
    if wish.stock:
        found.append((_("In stock"), wish.without("stock").query))
    return found


def _price_words(wish: Wish) -> str:
    least = "" if wish.least is None else whole_yuan(wish.least * 100)
    most = "" if wish.most is None else whole_yuan(wish.most * 100)
    if least and most:
        return f"{least}–{most}"
    if least:
        return _("from %(amount)s") % {"amount": least}
    return _("up to %(amount)s") % {"amount": most}
