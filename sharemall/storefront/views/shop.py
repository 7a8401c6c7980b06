"""Looking around: home, zones, products."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from sharemall.catalogue import estimates
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Zone
from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView
from sharemall.storefront.figures import pool_or_none, price_chart
from sharemall.storefront.rates import parts_of

EXAMPLE_FEN = 100_00  # what a zone's rates mean is told for a purchase of ¥100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Today's price, the zones, the products; the next products alone when htmx asks."""
    shelf = catalogue.products(after=request.GET.get("after", ""))
    if request.headers.get("HX-Request"):
        return _cards(request, shelf)
    pool = pool_or_none()
    context = {
        "shelf": shelf,
        "first_page": "after" not in request.GET,
        "zones": catalogue.zones(),
        "pool": pool,
        "chart": price_chart() if pool else None,
        "dock": "home",
    }
    return _vary(render(request, "shop/home.html", context))


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """All zones with what their rates mean."""
    pool = pool_or_none()
    scheme = ledger.scheme() if pool else None
    found = [{"zone": zone, **_rates(zone, pool, scheme)} for zone in catalogue.zones()]
    return render(request, "shop/zones.html", {"zones": found, "dock": "zones"})


@require_safe
def zone(request: HttpRequest, key: str) -> HttpResponse:
    """A zone: its rates and its products."""
    found = catalogue.zone(key)
    if found is None:
        raise Http404
    shelf = catalogue.products(zone=found, after=request.GET.get("after", ""))
    if request.headers.get("HX-Request"):
        return _cards(request, shelf)
    pool = pool_or_none()
    rates = _rates(found, pool, ledger.scheme() if pool else None)
    context = {"zone": found, **rates, "shelf": shelf, "dock": "zones"}
    return _vary(render(request, "shop/zone.html", context))


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A product and what buying one brings."""
    found = catalogue.product(slug)
    if found is None:
        raise Http404
    context = {
        "product": found,
        "estimate": estimates.of_product(found),
        "pool": pool_or_none(),
        "dock": "zones",
    }
    return render(request, "shop/product.html", context)


def _rates(zone: Zone, pool: PoolView | None, scheme: Scheme | None) -> dict[str, Any]:
    rates = scheme.zones.get(zone.key) if scheme else None
    if pool is None or scheme is None or rates is None:
        return {"rates": None}
    example = None
    if rates.base == "sales":  # of profit zones the cost decides: no example for all of them
        example = estimates.of_sale(pool, scheme, rates, EXAMPLE_FEN, 0)
    return {"rates": rates, "example": example, "parts": parts_of(rates)}


def _cards(request: HttpRequest, shelf: catalogue.Shelf) -> HttpResponse:
    return _vary(render(request, "shop/_cards.html", {"shelf": shelf}))


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("HX-Request",))
    return response
