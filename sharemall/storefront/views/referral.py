"""Inviting others: the member's link and poster, whom it invited, what that brings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sharemall.catalogue import selectors as catalogue
from sharemall.equity import plain
from sharemall.ledger import selectors as ledger
from sharemall.orders import invitees as selectors
from sharemall.referral import services
from sharemall.referral.poster import Line, Poster
from sharemall.referral.selectors import invited_by, masked_name
from sharemall.storefront.figures import pool_or_none
from sharemall.storefront.frame import page_of
from sharemall.storefront.invited import PARAMETER
from sharemall.storefront.requests import mark, member_of
from sharemall.storefront.views.pages import PICTURE_POLICY
from sharemall.storefront.ways import with_query


@never_cache
@require_safe
@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """The link, its poster, and what a referrer gets and does not get."""
    member = member_of(request)
    referrer = invited_by(member)
    context = {
        "link": _link(request),
        "zones": _zones(),
        "referrer": masked_name(referrer.name) if referrer else "",
        "is_settled": member.first_ordered_at is not None,
        "summary": selectors.summary(member),
        "dock": "me",
    }
    return render(request, "referral/invite.html", context)


@never_cache
@require_safe
@login_required
def invitees(request: HttpRequest) -> HttpResponse:
    """Whom the member invited, with what their orders brought and may bring."""
    member, pool = member_of(request), pool_or_none()
    page = selectors.invitees(member, pool, before=mark(request)) if pool else None
    context = {
        "invitees": page.rows if page else [],
        "next_url": f"?before={page.before}" if page and page.before else "",
        "summary": selectors.summary(member),
        "dock": "me",
    }
    return render(request, "referral/invitees.html", context)


@never_cache
@require_safe
@login_required
def poster_svg(request: HttpRequest) -> HttpResponse:
    """The poster as a drawing."""
    response = HttpResponse(_poster(request).svg(), content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@never_cache
@require_safe
@login_required
def poster_png(request: HttpRequest) -> HttpResponse:
    """The poster as a picture that every app takes."""
    return HttpResponse(_poster(request).png(), content_type="image/png")


def _poster(request: HttpRequest) -> Poster:
    brand = page_of(request).frame.brand
    call = _("Scan to look around")
    with translation.override("en"):
        plain_call = _("Scan to look around")
    english = translation.get_language() == "en"
    return Poster(
        link=_link(request),
        name=Line(brand.name_en if english else brand.name_zh, brand.name_en),
        call=Line(call, plain_call),
        primary=brand.primary,
        accent=brand.accent,
    )


def _link(request: HttpRequest) -> str:
    code = services.link_of(member=member_of(request), now=page_of(request).now).code
    return request.build_absolute_uri(with_query(reverse("home"), **{PARAMETER: code}))


def _zones() -> list[tuple[str, plain.PlainZone]]:
    """The zones on sale, with what a referrer gets of ¥100 there."""
    try:
        rates = {zone.key: zone for zone in plain.plain_zones(ledger.scheme())}
    except ledger.LedgerClosed:
        return []
    return [(zone.name, rates[zone.key]) for zone in catalogue.zones() if zone.key in rates]
