"""A product: what it is, in which variants, what others say of it."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sharemall.catalogue import estimates, services
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Product
from sharemall.clock.services import now
from sharemall.coupons import selectors as coupons
from sharemall.members.models import Member
from sharemall.reviews import selectors as review_rows
from sharemall.storefront.answers import say
from sharemall.storefront.choosing import Chosen, chosen_of
from sharemall.storefront.figures import pool_or_none
from sharemall.storefront.shelves import vary

FIRST_REVIEWS = 3
REVIEWS = 10
MOST_DIGITS = 18  # every such number fits into a key of the database


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a product; what depends on the chosen variant alone when htmx asks."""
    found = _found(slug)
    moment = now()
    chosen = chosen_of(found, _number(request.GET.get("variant", "")), moment)
    context = {**_chosen_context(found, chosen), "now": moment}
    if request.headers.get("HX-Request"):
        return vary(render(request, "product/_chosen.html", context))
    member_id = request.user.pk if request.user.is_authenticated else None
    context |= {
        "coupons": coupons.claimable(
            moment, merchant_key=found.merchant_id, member_id=member_id, zone_key=found.zone_id
        ),
        "reviews": review_rows.of_product(found.pk, limit=FIRST_REVIEWS),
        "is_favourite": member_id is not None
        and catalogue.is_favourite(member_id=member_id, product_id=found.pk),
        "dock": "categories",
    }
    if member_id is not None:
        services.note_visit(member_id=member_id, product_id=found.pk, now=moment)
    return vary(render(request, "product/product.html", context))


@require_safe
def reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that buyers say of a product, newest first."""
    found = _found(slug)
    before = _number(request.GET.get("before", ""))
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
    services.save_favourite(member_id=request.user.pk, product_id=found.pk, on=on, now=now())
    if not request.headers.get("HX-Request"):
        return redirect("product", slug=slug)
    context = {"product": found, "is_favourite": on}
    answer = render(request, "product/_favourite.html", context)
    return say(answer, _("Added to your favourites.") if on else _("Taken off your favourites."))


def _found(slug: str) -> Product:
    found = catalogue.product(slug)
    if found is None:
        raise Http404
    return found


def _chosen_context(product: Product, chosen: Chosen) -> dict[str, Any]:
    estimate = None
    if chosen.variant:
        estimate = estimates.of_variant(chosen.variant, price_fen=chosen.price_fen)
    return {
        "product": product,
        "chosen": chosen,
        "estimate": estimate,
        "pool": pool_or_none() if estimate else None,
    }


def member_of(request: HttpRequest) -> Member:
    """Who is signed in, behind `login_required`."""
    return cast(Member, request.user)


def _number(text: str) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return None
