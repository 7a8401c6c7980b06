"""Lists of goods: all of them with filters, by category, by shop."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Category
from sharemall.clock.services import now
from sharemall.coupons import selectors as coupons
from sharemall.merchants import selectors as merchants
from sharemall.storefront.filters import Wish, wish_of
from sharemall.storefront.frame import Frame, frame_of
from sharemall.storefront.shelves import cards, page_of, vary


@require_safe
def goods(request: HttpRequest) -> HttpResponse:
    """All goods, or those found by words; narrowed and in the order that was asked for."""
    wish = wish_of(request.GET)
    shelf = page_of(request, wish.filter())
    if request.headers.get("HX-Request"):
        return cards(request, shelf, wish.query)
    frame = frame_of(request)
    context = {
        **_list_context(request, wish, shelf),
        "zones": frame.zones,
        "categories": frame.categories,
        "chosen_zone": next((zone for zone in frame.zones if zone.key == wish.zone), None),
        "chosen_category": frame.category(wish.category),
        "chosen_shop": merchants.merchant(wish.shop) if wish.shop else None,
        "dock": "categories",
    }
    if not shelf.products and not request.GET.get("after"):
        context["instead"] = catalogue.listing(catalogue.Filter(sort="sold"), limit=8)
    return vary(render(request, "shop/goods.html", context))


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """The first category beside all others, as on a shelf with labels."""
    frame = frame_of(request)
    if not frame.categories:
        return render(request, "shop/no_categories.html", {"dock": "categories"})
    return _category_page(request, frame, frame.categories[0])


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A category: what lies under it and its goods."""
    frame = frame_of(request)
    found = frame.category(slug)
    if found is None:
        raise Http404
    return _category_page(request, frame, found)


@require_safe
def shop(request: HttpRequest, key: str) -> HttpResponse:
    """A merchant's shop: who it is, its coupons, its goods."""
    merchant = merchants.merchant(key)
    if merchant is None or not merchant.is_open:
        raise Http404
    wish = Wish(shop=key, sort=wish_of(request.GET).sort)
    shelf = page_of(request, wish.filter())
    if request.headers.get("HX-Request"):
        return cards(request, shelf, wish.query)
    member_id = request.user.pk if request.user.is_authenticated else None
    context = {
        **_list_context(request, wish, shelf),
        "merchant": merchant,
        "coupons": [
            coupon
            for coupon in coupons.claimable(now(), merchant_key=key, member_id=member_id)
            if coupon.merchant_id == key
        ],
        "dock": "categories",
    }
    return vary(render(request, "shop/shop.html", context))


def _category_page(request: HttpRequest, frame: Frame, found: Category) -> HttpResponse:
    wish = Wish(category=found.slug, sort=wish_of(request.GET).sort)
    shelf = page_of(request, wish.filter())
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


def _list_context(request: HttpRequest, wish: Wish, shelf: catalogue.Shelf) -> dict[str, Any]:
    names = {
        "": _("Recommended"),
        "sold": _("Most bought"),
        "new": _("Newest"),
        "price": _("Price, low first"),
        "-price": _("Price, high first"),
    }
    return {
        "wish": wish,
        "shelf": shelf,
        "more_query": wish.query,
        "first_page": "after" not in request.GET,
        "sorts": [
            (wish.sorted_by(sort).query, name, sort == wish.sort) for sort, name in names.items()
        ],
    }
