"""What waits for the staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sharemall.aftersale import selectors as aftersale
from sharemall.clock import services as clock
from sharemall.console import selectors
from sharemall.console.access import page


@page("GET", may="overview.read")
def overview(request: HttpRequest) -> HttpResponse:
    """Counts, each leading to what it counts."""
    context = {
        "waiting": selectors.waiting(clock.now()),
        "cases": aftersale.staff_counts(),
        "low": selectors.LOW_STOCK,
    }
    return render(request, "console/overview.html", context)
