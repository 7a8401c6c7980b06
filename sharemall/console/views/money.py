"""A refund sent once more, and the comparisons with the providers' bills."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.console import selectors
from sharemall.console.access import page
from sharemall.console.views.paging import before, next_url
from sharemall.payments import retrying


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
def bills(request: HttpRequest) -> HttpResponse:
    """The daily comparisons with the providers' bills."""
    page = selectors.bill_checks(before(request))
    context = {"checks": page.rows, "next_url": next_url(request, page)}
    return render(request, "console/bills.html", context)
