"""Looking around: home and the zones."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sharemall.catalogue import estimates, pages
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Zone
from sharemall.catalogue.selectors import PAGE, Filter, Shelf
from sharemall.coupons import selectors as coupons
from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView
from sharemall.storefront.cards import mini_card_of, sale_card_of
from sharemall.storefront.filters import Wish
from sharemall.storefront.frame import Page, page_of
from sharemall.storefront.rates import parts_of
from sharemall.storefront.shelves import cards, shelf_of, vary

EXAMPLE_FEN = 100_00  # what a zone's rates mean is told for a purchase of ¥100
IN_A_ROW = 6  # goods of a row to swipe through
IN_THE_STRIP = 6  # coupons


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Banner, categories, flash sale, coupons, zones, rows of goods, then all of them."""
    if request.headers.get("HX-Request"):
        return cards(request, shelf_of(request, Filter()))
    if "after" in request.GET:
        context = {"shelf": shelf_of(request, Filter()), "first_page": False, "dock": "home"}
        return vary(render(request, "shop/home.html", context))
    page = page_of(request)
    shelf, newest, most_bought = pages.in_orders(
        ["", "new", "sold"], [PAGE, IN_A_ROW, IN_A_ROW], page.now, page.frame.tree
    )
    member_id = request.user.pk if request.user.is_authenticated else None
    context = {
        "shelf": shelf,
        "first_page": True,
        "categories": page.frame.categories,
        "pool": _pool_and_scheme()[0],
        "coupons": coupons.claimable(page.now, member_id=member_id)[:IN_THE_STRIP],
        "sections": _sections(newest, most_bought),
        "now": page.now,
        **_flash(page),
        "dock": "home",
    }
    return vary(render(request, "shop/home.html", context))


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """All zones with what their rates mean."""
    pool, scheme = _pool_and_scheme()
    rows = page_of(request).frame.zones
    found = [{"zone": zone, **_rates(zone, pool, scheme)} for zone in rows]
    return render(request, "shop/zones.html", {"found_zones": found, "dock": "zones"})


@require_safe
def zone(request: HttpRequest, key: str) -> HttpResponse:
    """A zone: its rates and its products."""
    frame = page_of(request).frame
    found = frame.zone(key)
    if found is None:
        raise Http404
    shelf = shelf_of(request, Filter(zone=found))
    if request.headers.get("HX-Request"):
        return cards(request, shelf)
    rates = _rates(found, *_pool_and_scheme())
    context = {
        "zone": found,
        **rates,
        "shelf": shelf,
        "categories": catalogue.categories_of(frame.tree, found),
        "filter_query": Wish(zone=key).query,
        "dock": "zones",
    }
    return vary(render(request, "shop/zone.html", context))


def _flash(page: Page) -> dict[str, Any]:
    """The running flash sale; its clock goes to the end of what ends first."""
    running = catalogue.running_sales(page.now, IN_A_ROW, page.frame.tree)
    return {
        "sales": [sale_card_of(sale) for sale in running],
        "sales_end_at": running[0].ends_at if running else None,
    }


def _sections(newest: Shelf, most_bought: Shelf) -> list[dict[str, Any]]:
    """The rows of goods on the home page."""
    goods = reverse("goods")
    sold = [row for row in most_bought.products if row.sold]
    return [
        {
            "key": "sold",
            "title": _("Bought most"),
            "glyph": "flame",
            "href": f"{goods}?{Wish(sort='sold').query}",
            "cards": [mini_card_of(row, rank) for rank, row in enumerate(sold, 1)],
        },
        {
            "key": "new",
            "title": _("New in the shop"),
            "glyph": "sparkles",
            "href": f"{goods}?{Wish(sort='new').query}",
            "cards": [mini_card_of(row) for row in newest.products],
        },
    ]


def _pool_and_scheme() -> tuple[PoolView, Scheme] | tuple[None, None]:
    """Both, or neither before the ledger is opened."""
    try:
        return ledger.pool_and_scheme()
    except ledger.LedgerClosed:
        return None, None


def _rates(zone: Zone, pool: PoolView | None, scheme: Scheme | None) -> dict[str, Any]:
    rates = scheme.zones.get(zone.key) if scheme else None
    if pool is None or scheme is None or rates is None:
        return {"rates": None}
    example = None
    if rates.base == "sales":  # of profit zones the cost decides: no example for all of them
        example = estimates.of_sale(pool, scheme, rates, EXAMPLE_FEN, 0)
    return {"rates": rates, "example": example, "parts": parts_of(rates)}
