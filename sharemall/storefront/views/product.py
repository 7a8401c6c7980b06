"""A product: what it is, in which variants, what others say of it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sharemall.catalogue import estimates, pages, services
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Product
from sharemall.coupons import selectors as coupons
from sharemall.ledger import selectors as ledger
from sharemall.reviews import selectors as review_rows
from sharemall.storefront.answers import say
from sharemall.storefront.choosing import Chosen, chosen_of
from sharemall.storefront.frame import page_of
from sharemall.storefront.requests import member_of, number
from sharemall.storefront.shelves import vary

FIRST_REVIEWS = 3
REVIEWS = 10
FIRST_COUPONS = 6


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a product; what depends on the chosen variant alone when htmx asks."""
    page = page_of(request)
    member_id = request.user.pk if request.user.is_authenticated else None
    show = pages.show(slug, page.now, page.frame.tree, member_id)
    if show is None:
        raise Http404
    chosen = chosen_of(show, number(request.GET.get("variant")))
    context = {
        "product": show.product,
        "pictures": show.pictures,
        "chosen": chosen,
        "now": page.now,
        **_brings(show.product, chosen),
    }
    if request.headers.get("HX-Request"):
        return vary(render(request, "product/_chosen.html", context))
    context |= {
        "coupons": coupons.claimable(
            page.now,
            merchant_key=show.product.merchant_id,
            member_id=member_id,
            zone_key=show.product.zone_id,
        )[:FIRST_COUPONS],
        "reviews": _first_reviews(show.product),
        "is_favourite": show.is_favourite,
        "dock": "categories",
    }
    if member_id is not None:
        services.note_visit(member_id=member_id, product_id=show.product.pk, now=page.now)
    return vary(render(request, "product/product.html", context))


@require_safe
def reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that buyers say of a product, newest first."""
    found = _found(slug)
    before = number(request.GET.get("before"))
    context = {
        "product": found,
        "reviews": review_rows.of_product(found.pk, before=before, limit=REVIEWS),
        "dock": "categories",
    }
    if request.headers.get("HX-Request"):
        return vary(render(request, "product/_reviews.html", context))
    return vary(render(request, "product/reviews.html", context))


@require_POST
@login_required
def favourite(request: HttpRequest, slug: str) -> HttpResponse:
    """Remember a product, or forget it again."""
    found = _found(slug)
    on = request.POST.get("on") == "1"
    services.save_favourite(
        member_id=member_of(request).pk, product_id=found.pk, on=on, now=page_of(request).now
    )
    if not request.headers.get("HX-Request"):
        return redirect("product", slug=slug)
    place = "side" if request.POST.get("place") == "side" else "bar"
    context = {"product": found, "is_favourite": on, "place": place}
    answer = render(request, "product/_favourite.html", context)
    return say(answer, _("Added to your favourites.") if on else _("Taken off your favourites."))


def _found(slug: str) -> Product:
    found = catalogue.card(slug)
    if found is None:
        raise Http404
    return found


def _brings(product: Product, chosen: Chosen) -> dict[str, Any]:
    """What buying one of the chosen variant brings, with the pool that it was worked out from."""
    try:
        pool, scheme = ledger.pool_and_scheme()
    except ledger.LedgerClosed:
        return {}
    rates = scheme.zones.get(product.zone_id)
    if chosen.variant is None or rates is None:
        return {}
    cost_fen = chosen.variant.cost_fen
    return {
        "pool": pool,
        "estimate": estimates.of_sale(pool, scheme, rates, chosen.price_fen, cost_fen),
    }


def _first_reviews(product: Product) -> review_rows.Page | None:
    """The newest few; nothing is asked where there are none."""
    return review_rows.of_product(product.pk, limit=FIRST_REVIEWS) if product.rating_count else None
