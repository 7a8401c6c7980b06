"""The demo's own page: its accounts, and a clock that can be moved to the next midnight."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sharemall.clock import services as clock
from sharemall.ledger import closing
from sharemall.ledger import selectors as ledger
from sharemall.storefront.figures import demo_accounts, pool_or_none

# Past midnight by a little: at midnight to the second a clock may still read the old day.
PAST_MIDNIGHT = timedelta(seconds=5)


@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """What only the demo can do. A moved clock closes the day, as midnight does."""
    if settings.MODE != "demo":
        raise Http404
    if request.method == "POST":
        _next_day(request)
        return redirect("demo")
    moment = clock.now()
    context = {
        "now": moment,
        "midnight": _midnight(moment),
        "pool": pool_or_none(),
        "demo_accounts": demo_accounts(),
        "dock": "",
    }
    return render(request, "pages/demo.html", context)


def _next_day(request: HttpRequest) -> None:
    """Move to the midnight that the form showed; a form sent twice moves once."""
    moment = clock.now()
    midnight = _midnight(moment)
    if request.POST.get("midnight") != midnight.isoformat():
        messages.info(request, _("That midnight is past already. The clock was not moved again."))
        return
    clock.move_to(midnight + PAST_MIDNIGHT)
    closed = closing.close_due(clock.now())
    day = date_format(ledger_day(clock.now()), "DATE_FORMAT")
    if closed:
        messages.success(request, _("The day is closed. It is now %(day)s.") % {"day": day})
    else:
        messages.success(
            request, _("It is now %(day)s. The day before had nothing to close.") % {"day": day}
        )


def ledger_day(moment: datetime) -> datetime:
    """The moment in the time zone of the scheme."""
    return moment.astimezone(ZoneInfo(ledger.scheme().timezone))


def _midnight(moment: datetime) -> datetime:
    try:
        local = ledger_day(moment)
    except ledger.LedgerClosed:
        local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
