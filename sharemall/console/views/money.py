"""Money that needs somebody to look: refunds, payments that failed, unexpected money, bills."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.console import selectors
from sharemall.console.access import page
from sharemall.console.templatetags.console import REFUND_STATUSES
from sharemall.console.views.paging import before, next_url
from sharemall.payments import retrying
from sharemall.payments.models import Refund


@page("GET", may="payments.read")
def refunds(request: HttpRequest) -> HttpResponse:
    """Refunds; those that failed first of all."""
    status = request.GET.get("status", Refund.Status.FAILED)
    status = status if status in REFUND_STATUSES else ""
    page = selectors.refunds(status, before(request))
    tabs = [(key, words[0]) for key, words in REFUND_STATUSES.items()]
    context = {
        "status": status,
        "tabs": [*tabs, ("all", _("All"))],
        "refunds": page.rows,
        "next_url": next_url(request, page),
    }
    return render(request, "console/refunds.html", context)


@page("POST", may="refunds.retry")
def retry(request: HttpRequest, no: str) -> HttpResponse:
    """Send a refund that failed once more."""
    if selectors.refund(no) is None:
        raise Http404
    if retrying.try_again(no=no, now=clock.now()):
        messages.success(request, _("The refund is sent again within a minute."))
    else:
        messages.warning(request, _("This refund is on its way already."))
    return redirect("console-refunds")


@page("GET", may="payments.read")
def failed_payments(request: HttpRequest) -> HttpResponse:
    """Payments whose last attempt failed and that are still to be paid."""
    page = selectors.failed_payments(before(request))
    context = {"payments": page.rows, "next_url": next_url(request, page)}
    return render(request, "console/failed_payments.html", context)


@page("GET", may="payments.read")
def unexpected(request: HttpRequest) -> HttpResponse:
    """Money that came late, twice or in another amount; it goes back by itself."""
    page = selectors.unexpected_money(before(request))
    context = {"notices": page.rows, "next_url": next_url(request, page)}
    return render(request, "console/unexpected.html", context)


@page("GET", may="payments.read")
def bills(request: HttpRequest) -> HttpResponse:
    """The daily comparisons with the providers' bills."""
    page = selectors.bill_checks(before(request))
    context = {"checks": page.rows, "next_url": next_url(request, page)}
    return render(request, "console/bills.html", context)
