"""Buying: the order form, the sandbox's pay page, a member's own orders."""

from typing import cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.catalogue import estimates
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.compliance import notes
from sharemall.compliance import selectors as compliance
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import selectors, services
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refused
from sharemall.payments.models import Payment
from sharemall.payments.providers import Forged, UnknownProvider
from sharemall.payments.sandbox import Sandbox
from sharemall.storefront.figures import pool_or_none
from sharemall.storefront.forms.orders import BuyForm, PayForm, sentence


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def buy(request: HttpRequest, slug: str) -> HttpResponse:
    """The order form of one product; its POST places the order and goes on to paying."""
    product = catalogue.product(slug)
    if product is None:
        raise Http404
    if request.method == "POST":
        return _place(request, product)
    quantity = _within(request.GET.get("quantity", ""), product)
    return _buy_page(request, product, BuyForm(initial={"quantity": quantity}), quantity=quantity)


def _place(request: HttpRequest, product: Product) -> HttpResponse:
    form = BuyForm(request.POST)
    key = uuid4()
    if form.is_valid():
        key = form.cleaned_data["key"]
        try:
            order = services.place(
                member=_member(request),
                slug=product.slug,
                language=get_language() or settings.LANGUAGE_CODE,
                now=clock.now(),
                **form.cleaned_data,
            )
        except Refused as refused:
            form.add_error(None, sentence(refused))
            if refused.refusal == "key_used":
                key = uuid4()
            # What was refused may be because the product changed: show it as it is now.
            product = catalogue.product(product.slug) or product
        else:
            return redirect("pay", no=order.payment.no)
    elif "quantity" not in form.errors:
        form.add_error(None, _("The form was not complete. Nothing was ordered; please try again."))
    quantity = _within(request.POST.get("quantity", ""), product)
    return _buy_page(request, product, form, quantity=quantity, key=key, status=422)


def _buy_page(
    request: HttpRequest,
    product: Product,
    form: BuyForm,
    *,
    quantity: int,
    key: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "product": product,
        "form": form,
        "quantity": quantity,
        "most": _most(product),
        "total_fen": product.price_fen * quantity,
        "estimate": estimates.of_product(product, quantity),
        "pool": pool_or_none(),
    }
    if request.headers.get("HX-Request") and request.method != "POST":
        response = render(request, "orders/_sums.html", context)
    else:
        context["key"] = key or uuid4()
        context["note"] = None
        if not compliance.note_confirmed(_member(request).pk):
            context["note"] = notes.current()
        response = render(request, "orders/buy.html", context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _most(product: Product) -> int:
    return max(0, min(product.stock, services.MOST_OF_ONE, services.MOST_FEN // product.price_fen))


def _within(text: str, product: Product) -> int:
    """The quantity asked for, brought between 1 and what there is."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
    return max(1, min(number, _most(product)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pay(request: HttpRequest, no: str) -> HttpResponse:
    """The sandbox's pay page: the shopper chooses how the payment ends."""
    member = _member(request)
    payment = selectors.payment(member, no)
    if payment is None or payment.provider != Sandbox.key or settings.MODE != "demo":
        raise Http404
    orders = selectors.orders_of_payment(member, payment)
    now = clock.now()
    if payment.status != Payment.Status.PENDING or any(order.expired(now) for order in orders):
        return _back_to(orders)
    if request.method == "POST":
        return _try_to_pay(request, payment, orders)
    return _pay_page(request, payment, orders)


def _try_to_pay(request: HttpRequest, payment: Payment, orders: list[Order]) -> HttpResponse:
    form = PayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The form was not complete. Nothing was paid; please try again."))
        return _pay_page(request, payment, orders, status=422)
    now = clock.now()
    sent = Sandbox().pay(
        payment_no=payment.no,
        amount_fen=payment.amount_fen,
        attempt=str(form.cleaned_data["key"]),
        succeeds=form.cleaned_data["outcome"] == "succeed",
        now=now,
    )
    notice = services.take_notification(
        provider_key=Sandbox.key, headers=sent.headers, body=sent.body, now=now
    )
    if notice.succeeded:
        return _back_to(orders)
    messages.error(request, _("The payment failed. Nothing was charged; you may try again."))
    return redirect("pay", no=payment.no)


def _pay_page(
    request: HttpRequest, payment: Payment, orders: list[Order], *, status: int = 200
) -> HttpResponse:
    context = {"payment": payment, "orders": orders, "key": uuid4()}
    return render(request, "orders/pay.html", context, status=status)


def _back_to(orders: list[Order]) -> HttpResponse:
    return redirect("order", no=orders[0].no)


@csrf_exempt
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """Where providers deliver their notifications; the signature is what lets them in."""
    try:
        services.take_notification(
            provider_key=provider, headers=request.headers, body=request.body, now=clock.now()
        )
    except UnknownProvider:
        raise Http404 from None
    except Forged:
        return HttpResponse("refused", content_type="text/plain", status=400)
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """The member's own orders, newest first, a page at a time."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Http404
    page = selectors.orders(_member(request), before=int(before) if before else None)
    context = {
        "orders": page.orders,
        "next_url": f"?before={page.before}" if page.before else "",
        "before": before,
        "dock": "me",
    }
    return render(request, "orders/list.html", context)


@never_cache
@require_safe
@login_required
def order(request: HttpRequest, no: str) -> HttpResponse:
    """One order of the member's: where it stands, what it brought or would bring."""
    found = selectors.order(_member(request), no)
    if found is None:
        raise Http404
    return _order_page(request, found)


@never_cache
@require_POST
@login_required
def receive(request: HttpRequest, no: str) -> HttpResponse:
    """The member has the goods: the order goes on, and what it earned is booked."""
    member = _member(request)
    try:
        received = services.receive(member=member, no=no, now=clock.now())
    except Order.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _refused(request, no, refused)
    services.book(received)
    return redirect("order", no=no)


@never_cache
@require_POST
@login_required
def cancel(request: HttpRequest, no: str) -> HttpResponse:
    """The member does not want the unpaid order any more."""
    try:
        services.cancel(member=_member(request), no=no, now=clock.now())
    except Order.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _refused(request, no, refused)
    return redirect("order", no=no)


def _refused(request: HttpRequest, no: str, refused: Refused) -> HttpResponse:
    found = selectors.order(_member(request), no)
    if found is None:
        raise Http404
    messages.error(request, sentence(refused))
    return _order_page(request, found, status=422)


def _order_page(request: HttpRequest, found: Order, *, status: int = 200) -> HttpResponse:
    account = _member(request).account
    completed = found.status == Order.Status.COMPLETED
    cancelled = found.status == Order.Status.CANCELLED
    pool = ledger.pool()
    context = {
        "order": found,
        "expired": found.expired(clock.now()),
        "earned": selectors.earned(found, account) if completed else None,
        "pending": None if completed or cancelled else selectors.pending(found, pool),
        "pool": pool,
        "dock": "me",
    }
    return render(request, "orders/order.html", context, status=status)


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)
