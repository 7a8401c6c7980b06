"""The mall at a glance: what needs somebody, what waits for the staff, and the figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sharemall.aftersale import selectors as aftersale
from sharemall.clock import services as clock
from sharemall.console import charts, selectors
from sharemall.console.access import may, page
from sharemall.insight import alerts
from sharemall.insight.alerts import Alert, Kind
from sharemall.insight.overview import overview as look_at

# Where an alert leads, and what one needs for it.
PLACES = {
    Kind.LATE_CLOSE: ("console-days", "days.read"),
    Kind.FAILED_CLOSE: ("console-days", "days.read"),
    Kind.VERIFICATION: ("console-trial", "ledger.read"),
    Kind.LAG: ("console-journal", "ledger.read"),
    Kind.REFUNDS: ("console-refunds", "payments.read"),
    Kind.BILLS: ("console-bills", "payments.read"),
    Kind.UNEXPECTED: ("console-unexpected", "payments.read"),
    Kind.TICKETS: ("console-tickets", "tickets.read"),
    Kind.MISFITS: ("console-products", "products.read"),
    Kind.RULES: ("console-scheme", "scheme.read"),
}


@page("GET", may="overview.read")
def overview(request: HttpRequest) -> HttpResponse:
    """Alerts first, then counts that each lead to what they count, then charts and figures."""
    now = clock.now()
    look = look_at(now)
    context = {
        "alerts": [(alert, _place(request, alert)) for alert in alerts.alerts(now)],
        "waiting": selectors.waiting(now),
        "cases": aftersale.staff_counts(),
        "low": selectors.LOW_STOCK,
        "look": look,
        "cover": look.cover,
        "pictures": charts.pictures(look),
    }
    return render(request, "console/overview.html", context)


def _place(request: HttpRequest, alert: Alert) -> str:
    """The address that an alert leads to; empty for whom it is closed."""
    name, needed = PLACES[alert.kind]
    return reverse(name) if may(request, needed) else ""
