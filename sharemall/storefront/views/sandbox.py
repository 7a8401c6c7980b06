"""The sandbox's pay page: the shopper chooses how the payment ends. In the demo only."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sharemall.clock import services as clock
from sharemall.orders import paying, selectors
from sharemall.payments.models import Payment
from sharemall.payments.providers import UnknownProvider, asked_no, payment_no_of
from sharemall.payments.registry import provider
from sharemall.payments.sandbox import Sandbox, Signed
from sharemall.storefront.requests import member_of

LATER = timedelta(seconds=20)
OUTCOMES = ("succeed", "fail", "delay", "twice")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sandbox(request: HttpRequest, asked: str) -> HttpResponse:
    """Ends a payment of the member's own: well, badly, later, or told twice."""
    try:
        provider(Sandbox.key)
    except UnknownProvider:
        raise Http404 from None
    payment = selectors.payment(member_of(request), payment_no_of(asked))
    if payment is None or payment.provider_fen <= 0 or not _was_asked(payment, asked):
        raise Http404
    if request.method == "POST":
        return _end(request, payment, asked)
    return _page(request, payment, asked)


def _was_asked(payment: Payment, asked: str) -> bool:
    """Whether the mall ever asked for money under this number: plans are counted from 1."""
    return any(asked == asked_no(payment.no, plan + 1) for plan in range(payment.attempt))


def _end(request: HttpRequest, payment: Payment, asked: str) -> HttpResponse:
    outcome = request.POST.get("outcome")
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        outcome = None
    if outcome not in OUTCOMES:
        messages.error(request, _("The form was not complete. Nothing was paid; please try again."))
        return _page(request, payment, asked, status=422)
    return _pay(payment, asked, outcome=str(outcome), attempt=str(key))


def _pay(payment: Payment, asked: str, *, outcome: str, attempt: str) -> HttpResponse:
    now, amount_fen = clock.now(), payment.provider_fen
    if outcome == "delay":
        Sandbox().pay_later(
            payment_no=asked,
            amount_fen=amount_fen,
            attempt=attempt,
            succeeds=True,
            now=now,
            due_at=now + LATER,
        )
        return redirect("pay-done", no=payment.no)
    sent = Sandbox().pay(
        payment_no=asked,
        amount_fen=amount_fen,
        attempt=attempt,
        succeeds=outcome != "fail",
        now=now,
    )
    for _time in range(2 if outcome == "twice" else 1):
        _deliver(sent)
    return redirect("pay" if outcome == "fail" else "pay-done", no=payment.no)


def _deliver(sent: Signed) -> None:
    paying.take_notification(
        provider_key=Sandbox.key, headers=sent.headers, body=sent.body, now=clock.now()
    )


def _page(request: HttpRequest, payment: Payment, asked: str, *, status: int = 200) -> HttpResponse:
    context = {"payment": payment, "asked": asked, "key": uuid4()}
    return render(request, "pay/sandbox.html", context, status=status)
