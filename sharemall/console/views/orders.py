"""Orders of all merchants: looking at them, sending them, cancelling them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.aftersale import selectors as aftersale
from sharemall.clock import services as clock
from sharemall.console import selectors
from sharemall.console.access import page
from sharemall.console.forms.orders import ShipForm
from sharemall.console.templatetags.console import STATUSES
from sharemall.orders import amounts, life
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refusal, Refused

CANCELLABLE = [Order.Status.UNPAID, Order.Status.PAID]


@page("GET", may="orders.read")
def order(request: HttpRequest, no: str) -> HttpResponse:
    """Everything about an order."""
    return _order_page(request, _found(no), ShipForm())


@page("POST", may="orders.ship")
def ship(request: HttpRequest, no: str) -> HttpResponse:
    """The parcel is on its way."""
    order = _found(no)
    form = ShipForm(request.POST)
    if not form.is_valid():
        return _order_page(request, order, form, status=422)
    try:
        life.ship(
            no=no,
            carrier=form.carrier_name,
            tracking_no=form.cleaned_data["tracking_no"],
            now=clock.now(),
        )
    except Refused as refused:
        if refused.refusal != Refusal.WRONG_STATE:
            form.add_error("tracking_no", _("Check the carrier and the number."))
            return _order_page(request, order, form, status=422)
        messages.error(request, _wrong_state(_found(no)))
    else:
        messages.success(request, _("The order is marked as shipped."))
    return redirect("console-order", no=no)


@page("GET", "POST", may="orders.cancel")
def cancel(request: HttpRequest, no: str) -> HttpResponse:
    """Ask, saying what goes back where; then cancel."""
    order = _found(no)
    if request.method != "POST":
        if order.status not in CANCELLABLE:
            messages.error(request, _wrong_state(order))
            return redirect("console-order", no=no)
        context = {
            "order": order,
            "together": _together(order),
            "left": amounts.left_of(order),
        }
        return render(request, "console/cancel.html", context)
    try:
        life.cancel_by_staff(no=no, now=clock.now())
    except Refused:
        messages.error(request, _wrong_state(_found(no)))
    else:
        if order.status == Order.Status.CANCELLED:
            messages.warning(request, _("This order was cancelled already."))
        else:
            messages.success(request, _("The order is cancelled. Everything goes back."))
    return redirect("console-order", no=no)


def _found(no: str) -> Order:
    order = selectors.order(no)
    if order is None:
        raise Http404
    return order


def _together(order: Order) -> list[Order]:
    """Other orders that an unpaid one takes with it: they were to be paid together."""
    if order.status != Order.Status.UNPAID:
        return []
    return [other for other in order.payment.orders.all() if other.pk != order.pk]


def _wrong_state(order: Order) -> str:
    """Why it cannot be sent or cancelled now."""
    return _("That is not possible any more: the order is now “%(status)s”.") % {
        "status": STATUSES[order.status][0]
    }


def _order_page(
    request: HttpRequest, order: Order, form: ShipForm, status: int = 200
) -> HttpResponse:
    context = {
        "order": order,
        "form": form,
        "can_ship": order.status == Order.Status.PAID,
        "can_cancel": order.status in CANCELLABLE,
        "refunds": selectors.refunds_of(order),
        "notices": selectors.notices_of(order),
        "cases": aftersale.of_order(order),
    }
    return render(request, "console/order.html", context, status=status)
