"""Looking around: home and the zones."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sharemall.catalogue import estimates
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Zone
from sharemall.catalogue.selectors import Filter
from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView
from sharemall.pages import previews
from sharemall.storefront.context import notices_of
from sharemall.storefront.filters import Wish
from sharemall.storefront.frame import page_of
from sharemall.storefront.home import home_of, notices_with, plan_of
from sharemall.storefront.rates import parts_of
from sharemall.storefront.shelves import cards, shelf_of, unlisted, vary

EXAMPLE_FEN = 100_00  # what a zone's rates mean is told for a purchase of ¥100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Banners, categories, the operator's sections, then all goods; `?preview=` with a draft."""
    if request.headers.get("HX-Request"):
        return cards(request, shelf_of(request, Filter()))
    if "after" in request.GET:
        context = {"shelf": shelf_of(request, Filter()), "first_page": False, "dock": "home"}
        return vary(render(request, "shop/home.html", context))
    page = page_of(request)
    asked = request.GET.get("preview", "")
    draft = previews.read(asked, page.now) if asked else None
    member_id = request.user.pk if request.user.is_authenticated else None
    found = home_of(page, plan_of(page.frame, page.now, draft), member_id, asked if draft else "")
    context = {
        "home": found,
        "shelf": found.shelf,
        "first_page": True,
        "categories": page.frame.categories,
        "pool": _pool_and_scheme()[0],
        "notices": notices_with(notices_of(request, page), draft),
        "is_look": draft is not None,
        "now": page.now,
        "dock": "home",
    }
    response = vary(render(request, "shop/home.html", context))
    return response if draft is None else unlisted(response)


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
