"""The demo's own page: its accounts, a clock that can be moved on, and parcels that can be sent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sharemall.clock import services as clock
from sharemall.ledger import closing, writer
from sharemall.ledger import selectors as ledger
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refused
from sharemall.schemes import effect
from sharemall.storefront.figures import demo_accounts, pool_or_none

# Past midnight by a little: at midnight to the second a clock may still read the old day.
PAST_MIDNIGHT = timedelta(seconds=5)
ONE_DAY = timedelta(days=1)
STEPS = {"1": 1, "10": 10}  # nights that can be passed at once
MOST_PARCELS = 200
CARRIER = "顺丰速运"


@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """What only the demo can do. A moved clock closes the days, as midnights do."""
    if settings.MODE != "demo":
        raise Http404
    if request.method == "POST":
        if "ship" in request.POST:
            _ship_paid(request)
        else:
            _next_days(request)
        return redirect("demo")
    moment = clock.now()
    context = {
        "now": moment,
        "midnight": _midnight(moment),
        "pool": pool_or_none(),
        "paid_orders": Order.objects.filter(status=Order.Status.PAID).count(),
        "demo_accounts": demo_accounts(),
        "dock": "",
    }
    return render(request, "pages/demo.html", context)


def _next_days(request: HttpRequest) -> None:
    """Move past one midnight or ten, from the one that the form showed; sent twice: once."""
    midnight = _midnight(clock.now())
    if request.POST.get("midnight") != midnight.isoformat():
        messages.info(request, _("That midnight is past already. The clock was not moved again."))
        return
    nights = STEPS.get(request.POST.get("days", "1"), 1)
    closed = sum(_pass(midnight + number * ONE_DAY) for number in range(nights))
    day = date_format(ledger_day(clock.now()), "DATE_FORMAT")
    if nights > 1:
        text = ngettext(
            "%(count)s day is closed. It is now %(day)s.",
            "%(count)s days are closed. It is now %(day)s.",
            closed,
        )
        messages.success(request, text % {"count": closed, "day": day})
    elif closed:
        messages.success(request, _("The day is closed. It is now %(day)s.") % {"day": day})
    else:
        messages.success(
            request, _("It is now %(day)s. The day before had nothing to close.") % {"day": day}
        )


def _pass(midnight: datetime) -> int:
    """One night: the day is closed, and what is due for orders happens; how many days closed."""
    clock.move_to(midnight + PAST_MIDNIGHT)
    moment = clock.now()
    closed = closing.close_due(moment)
    # The worker would do this within seconds; who looks at once sees it at once.
    effect.take_effect_due(moment)
    life.close_unpaid(moment)
    life.receive_due(moment)
    life.complete_due(moment)
    writer.drain()
    return len(closed)


def _ship_paid(request: HttpRequest) -> None:
    """Send every paid order, as the merchants' staff would. Those that changed meanwhile stay."""
    moment, sent = clock.now(), 0
    paid = Order.objects.filter(status=Order.Status.PAID).order_by("id")
    for order in paid[:MOST_PARCELS]:
        try:
            life.ship(no=order.no, carrier=CARRIER, tracking_no=f"DEMO{order.pk:010d}", now=moment)
        except Refused:
            continue
        sent += 1
    if sent:
        text = ngettext("%(count)s order was sent.", "%(count)s orders were sent.", sent)
        messages.success(request, text % {"count": sent})
    else:
        messages.info(request, _("No order was waiting to be sent."))


def ledger_day(moment: datetime) -> datetime:
    """The moment in the time zone of the scheme."""
    return moment.astimezone(ZoneInfo(ledger.scheme().timezone))


def _midnight(moment: datetime) -> datetime:
    try:
        local = ledger_day(moment)
    except ledger.LedgerClosed:
        local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
