"""A member's own orders: the list by state, one order, and what the member does with it."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sharemall.aftersale import selectors as aftersale
from sharemall.aftersale.selectors import Offer
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.orders import amounts, cart, life, selectors
from sharemall.orders.cart import Owner
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refused
from sharemall.reviews import selectors as reviews
from sharemall.storefront.forms.orders import sentence
from sharemall.storefront.requests import mark, member_of

TABS = [
    ("", pgettext_lazy("orders", "All")),
    ("unpaid", pgettext_lazy("orders", "To pay")),
    ("paid", gettext_lazy("To be sent")),
    ("shipped", gettext_lazy("On the way")),
    ("received", gettext_lazy("Return period")),
    ("completed", pgettext_lazy("orders", "Completed")),
    ("cancelled", pgettext_lazy("orders", "Cancelled")),
]
COUNTED = {"unpaid", "paid", "shipped", "received"}  # what still moves


@dataclass(frozen=True, slots=True)
class Tab:
    """A state of orders, with how many there are where that matters."""

    state: str
    name: str
    count: int


@never_cache
@require_safe
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """The member's own orders, newest first, a page at a time."""
    state, before, member = request.GET.get("state", ""), mark(request), member_of(request)
    if state not in dict(TABS):
        raise Http404
    page = selectors.orders(member, state=state or None, before=before)
    counts = selectors.counts(member)
    context = {
        "orders": page.orders,
        "tabs": [Tab(key, str(name), counts.get(key, 0) * (key in COUNTED)) for key, name in TABS],
        "state": state,
        "next_url": _more(state, page.before),
        "before": before,
        "dock": "me",
    }
    return render(request, "orders/list.html", context)


def _more(state: str, before: int | None) -> str:
    if before is None:
        return ""
    return f"?state={state}&before={before}" if state else f"?before={before}"


@never_cache
@require_safe
@login_required
def order(request: HttpRequest, no: str) -> HttpResponse:
    """One order of the member's: where it stands, what it brought or would bring."""
    return _order_page(request, _own(request, no))


@never_cache
@require_POST
@login_required
def receive(request: HttpRequest, no: str) -> HttpResponse:
    """The member has the goods: the return period begins, and what is earned at once is booked."""
    try:
        received = life.receive(member=member_of(request), no=no, now=clock.now())
    except Order.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _refused(request, no, refused)
    life.book(received)
    return redirect("order", no=no)


@never_cache
@require_POST
@login_required
def cancel(request: HttpRequest, no: str) -> HttpResponse:
    """The member does not want the order any more, and it is not sent yet."""
    try:
        life.cancel(member=member_of(request), no=no, now=clock.now())
    except Order.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _refused(request, no, refused)
    return redirect("order", no=no)


@never_cache
@require_POST
@login_required
def again(request: HttpRequest, no: str) -> HttpResponse:
    """Put what was ordered into the cart once more, as far as it can still be bought."""
    found, put_in, now = _own(request, no), 0, clock.now()
    owner = Owner(member_id=member_of(request).pk)
    for line in found.lines.all():
        try:
            cart.add(owner=owner, variant_id=line.variant_id, quantity=line.quantity, now=now)
        except Refused as refused:
            messages.error(request, sentence(refused))
        else:
            put_in += 1
    if not put_in:
        return redirect("order", no=no)
    text = ngettext("%(lines)s line is in the cart.", "%(lines)s lines are in the cart.", put_in)
    messages.success(request, text % {"lines": put_in})
    return redirect("cart")


def _own(request: HttpRequest, no: str) -> Order:
    found = selectors.order(member_of(request), no)
    if found is None:
        raise Http404
    return found


def _refused(request: HttpRequest, no: str, refused: Refused) -> HttpResponse:
    messages.error(request, sentence(refused))
    return _order_page(request, _own(request, no), status=422)


def _offers(found: Order) -> list[Offer]:
    """What can be asked for after the sale with each line."""
    if found.paid_at is None or found.status == Order.Status.CANCELLED:
        return []
    cases = aftersale.of_order(found) if found.open_cases else []
    return list(aftersale.offers(found, cases, clock.now()).values())


def _order_page(request: HttpRequest, found: Order, *, status: int = 200) -> HttpResponse:
    completed = found.status == Order.Status.COMPLETED
    cancelled = found.status == Order.Status.CANCELLED
    pool = ledger.pool()
    context = {
        "order": found,
        "expired": found.expired(clock.now()),
        "earned": selectors.earned(found, member_of(request).account) if completed else None,
        "pending": None if completed or cancelled else selectors.pending(found, pool),
        "refunds": selectors.refunds(found) if found.refunded_fen else [],
        "offers": _offers(found),
        "left": amounts.left_of(found),
        "reviewed": reviews.reviewed(found.lines.all()) if completed else set(),
        "siblings": found.payment.orders.count() if found.status == Order.Status.UNPAID else 1,
        "pool": pool,
        "dock": "me",
    }
    return render(request, "orders/order.html", context, status=status)
