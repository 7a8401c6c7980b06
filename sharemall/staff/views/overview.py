"""What waits for the staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sharemall.aftersale import selectors as aftersale
from sharemall.clock import services as clock
from sharemall.staff import selectors
from sharemall.staff.access import staff_page


@staff_page("GET")
def overview(request: HttpRequest) -> HttpResponse:
    """Counts, each leading to what it counts."""
    context = {
        "waiting": selectors.waiting(clock.now()),
        "cases": aftersale.staff_counts(),
        "low": selectors.LOW_STOCK,
    }
    return render(request, "staff/overview.html", context)
