"""What anybody may see: the numbers behind the price, the honour hall, and the rules in words."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sharemall import charts
from sharemall.catalogue import selectors as catalogue
from sharemall.clock import services as clock
from sharemall.engine.scheme import Scheme
from sharemall.equity import plain, public
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.referral import selectors as referral
from sharemall.storefront import outlook


@require_GET
def honour(request: HttpRequest) -> HttpResponse:
    """The ten ranks: thresholds, members, today's pools, what the last close paid per head."""
    mine = None
    if isinstance(request.user, Member):
        mine = ledger.balance(request.user.account).level
    context = {"hall": public.honour_hall(), "my_level": mine, "dock": "honour"}
    return render(request, "public/honour.html", context)


@require_GET
def transparency(request: HttpRequest) -> HttpResponse:
    """The live numbers that the price, the coins and the quota stand on."""
    days, _more = public.closed_days(limit=7)
    context = {
        "live": public.transparency(),
        "chart": price_chart(),
        "ahead": outlook.ahead(),
        "days": days,
        "verified": ledger.last_verification(),
        "depth": referral.last_depth(),
        "dock": "transparency",
    }
    return render(request, "public/transparency.html", context)


@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """Every closed day: what a share got, what went into the pools and out of them."""
    rows, following = public.closed_days(before=day_of(request))
    context = {
        "days": rows,
        "next_url": f"?before={following}" if following else "",
        "dock": "transparency",
    }
    return render(request, "public/days.html", context)


@require_GET
def how_it_works(request: HttpRequest) -> HttpResponse:
    """The scheme in plain words, with the arithmetic that does not flatter it."""
    live = public.transparency()
    context = {
        "live": live,
        "zones": [
            (name, zone, charts.split_bar(zone.parts)) for name, zone in _named_zones(live.scheme)
        ],
        "growth": plain.growth_table(),
        "dock": "rules",
    }
    return render(request, "public/how_it_works.html", context)


def _named_zones(scheme: Scheme) -> list[tuple[str, plain.PlainZone]]:
    """The scheme's zones with their names: the shop's in its order, then those it does not show."""
    zones = {zone.key: zone for zone in plain.plain_zones(scheme)}
    named = [zone for zone in catalogue.all_zones() if zone.key in zones]
    shown = [(zone.name, zones.pop(zone.key)) for zone in named if zone.on_sale]
    hidden = [(_not_in_shop(zone.name), zones.pop(zone.key)) for zone in named if not zone.on_sale]
    return [*shown, *hidden, *((_not_in_shop(key), zone) for key, zone in zones.items())]


def _not_in_shop(name: str) -> str:
    return _("“%(key)s”, not in the shop") % {"key": name}


def price_chart() -> charts.AreaChart | None:
    """The price behind every closed day, and the live one."""
    today = ledger.business_day(clock.now())
    return charts.area_chart(
        [
            charts.Point(point.day, point.reserve_micro * 1_000_000 // point.outstanding_micro)
            for point in ledger.price_history(today)
            if point.outstanding_micro
        ]
    )


def day_of(request: HttpRequest) -> date | None:
    """The `before` of a list by days; None on the first page, 404 if it is no date."""
    text = request.GET.get("before")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
