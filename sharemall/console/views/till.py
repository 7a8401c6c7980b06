"""The till: ringing up a member's code for a merchant, and what became of it."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.console import selectors
from sharemall.console.access import may, page, who
from sharemall.console.forms.till import TillForm, TillRefundForm
from sharemall.console.views.paging import before, next_url
from sharemall.merchants import selectors as merchants
from sharemall.merchants.models import PLATFORM
from sharemall.till import refunding, services
from sharemall.till import selectors as tills
from sharemall.till.models import TillPayment, TillRefund
from sharemall.till.refusals import Refusal, Refused
from sharemall.till.sentences import sentence

AT_FIELD = {
    Refusal.UNKNOWN_CODE: "code",
    Refusal.CODE_USED: "code",
    Refusal.CODE_EXPIRED: "code",
    Refusal.SHOP_CLOSED: "merchant",
    Refusal.BAD_AMOUNT: "amount",
}


@page("GET", "POST", may="till.read", to_post="till.use")
def till(request: HttpRequest) -> HttpResponse:
    """Enter code and amount; the newest payments of all tills."""
    if request.method != "POST":
        shop = request.GET.get("shop", PLATFORM)
        return _page(request, TillForm(initial={"key": uuid4(), "merchant": shop}))
    form = TillForm(request.POST)
    if form.is_valid():
        try:
            made = services.ring_up(
                code=form.cleaned_data["code"],
                merchant_key=form.cleaned_data["merchant"],
                amount_fen=form.cleaned_data["amount"],
                staff=who(request),
                key=form.cleaned_data["key"],
                now=clock.now(),
            )
            return redirect("console-till-payment", no=made.no)
        except Refused as refused:
            form.add_error(AT_FIELD.get(refused.refusal), sentence(refused))
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: TillForm, status: int = 200) -> HttpResponse:
    found = selectors.till_payments(before(request))
    context = {"form": form, "payments": found.rows, "next_url": next_url(request, found)}
    return render(request, "console/till.html", context, status=status)


@page("GET", may="till.read")
def payment(request: HttpRequest, no: str) -> HttpResponse:
    """One payment: waiting for the member, or the merchant's receipt."""
    return _payment_page(request, _of(no), TillRefundForm(initial={"key": uuid4()}))


def _payment_page(
    request: HttpRequest, shown: TillPayment, form: TillRefundForm, status: int = 200
) -> HttpResponse:
    waits = shown.waits(clock.now()) or shown.status == TillPayment.Status.MOVING
    context = {
        "payment": shown,
        "waits": waits,
        "refund_form": form if _can_give_back(request, shown) or form.is_bound else None,
    }
    return render(request, "console/till_payment.html", context, status=status)


def _can_give_back(request: HttpRequest, shown: TillPayment) -> bool:
    return bool(shown.left_fen) and may(request, "till.refund")


@page("POST", may="till.refund")
def refund(request: HttpRequest, no: str) -> HttpResponse:
    """Give a payment back, whole or in part."""
    _of(no)
    form = TillRefundForm(request.POST)
    if form.is_valid():
        try:
            made = refunding.refund(
                no=no,
                amount_fen=form.cleaned_data["amount"],
                by=who(request),
                key=form.cleaned_data["key"],
                text=form.cleaned_data["text"],
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error(AT_FIELD.get(refused.refusal), sentence(refused))
        else:
            refunding.settle(no=no, now=clock.now())
            made.refresh_from_db()
            _say(request, made)
            return redirect("console-till-payment", no=no)
    return _payment_page(request, _of(no), form, status=422)


def _say(request: HttpRequest, made: TillRefund) -> None:
    if made.status == TillRefund.Status.REFUSED:
        messages.error(request, _("The shop has too little for this refund. Nothing moved."))
    else:
        messages.success(request, _("Given back."))


@page("POST", may="till.use")
def cancel(request: HttpRequest, no: str) -> HttpResponse:
    """Call off a payment that the member has not confirmed."""
    _of(no)
    try:
        services.decline(no=no, now=clock.now())
    except Refused as refused:
        messages.warning(request, sentence(refused))
    else:
        messages.success(request, _("The payment is called off. Nothing was paid."))
    return redirect("console-till-payment", no=no)


@page("GET", may="till.read")
def qr(request: HttpRequest, key: str) -> HttpResponse:
    """A merchant's code, to print and put up: members scan it and enter the amount."""
    merchant = merchants.merchant(key)
    if merchant is None:
        raise Http404
    address = request.build_absolute_uri(reverse("till-scan", kwargs={"key": key}))
    return render(request, "console/till_qr.html", {"merchant": merchant, "address": address})


def _of(no: str) -> TillPayment:
    shown = tills.payment(no)
    if shown is None:
        raise Http404
    return shown
