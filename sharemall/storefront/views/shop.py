"""Looking around: home, zones, products."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from sharemall.catalogue import selectors as catalogue
from sharemall.ledger import selectors as ledger


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Today's price, the zones, the products; the next products alone when htmx asks."""
    shelf = catalogue.products(after=request.GET.get("after", ""))
    if request.headers.get("HX-Request"):
        return _cards(request, shelf)
    context = {"shelf": shelf, "zones": catalogue.zones(), "pool": _pool(), "dock": "home"}
    return _vary(render(request, "shop/home.html", context))


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """All zones with what their rates mean."""
    found = [_with_rates(zone) for zone in catalogue.zones()]
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
    context = {**_with_rates(found), "shelf": shelf, "dock": "zones"}
    return _vary(render(request, "shop/zone.html", context))


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A product and what buying one brings."""
    found = catalogue.product(slug)
    if found is None:
        raise Http404
    context = {"product": found, "dock": "home"}
    return render(request, "shop/product.html", context)


def _cards(request: HttpRequest, shelf: catalogue.Shelf) -> HttpResponse:
    return _vary(render(request, "shop/_cards.html", {"shelf": shelf}))


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("HX-Request",))
    return response


def _pool() -> Any:
    try:
        return ledger.pool()
    except ledger.LedgerClosed:
        return None


def _with_rates(zone: Any) -> dict[str, Any]:
    return {"zone": zone}
