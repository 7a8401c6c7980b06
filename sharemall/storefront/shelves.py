"""Pages of a list of goods: the whole page first, then cards alone for htmx."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from sharemall.catalogue import selectors as catalogue
from sharemall.storefront.frame import page_of


def shelf_of(request: HttpRequest, wanted: catalogue.Filter) -> catalogue.Shelf:
    """The page of goods behind the mark in the address; the first for a mark that is none."""
    page = page_of(request)
    return catalogue.listing(wanted, after=mark_of(request), now=page.now, tree=page.frame.tree)


def mark_of(request: HttpRequest) -> str:
    """Where in a list the page begins, as the address says."""
    return request.GET.get("after", "")


def cards(request: HttpRequest, shelf: catalogue.Shelf, query: str = "") -> HttpResponse:
    """The next cards alone; `query` is what the address of more of them begins with."""
    context = {"shelf": shelf, "more_query": query}
    return vary(render(request, "shop/_cards.html", context))


def vary(response: HttpResponse) -> HttpResponse:
    """Tell caches that htmx gets another answer."""
    patch_vary_headers(response, ("HX-Request",))
    return response


def unlisted(response: HttpResponse) -> HttpResponse:
    """A look at a draft: nobody keeps it, no search engine lists it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
