"""Paying in person: the member's code, the merchant's, the confirmation, the receipt."""

from contextlib import suppress
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import FEN_MICRO
from sharemall.merchants import selectors as merchants
from sharemall.storefront.codes import drawing
from sharemall.storefront.face import face
from sharemall.storefront.forms.paying import reason, yuan_of
from sharemall.storefront.forms.till import AmountForm, ConfirmForm
from sharemall.storefront.frame import frame_of
from sharemall.storefront.requests import member_of
from sharemall.till import codes, passwords, selectors, services
from sharemall.till.models import TillPayment
from sharemall.till.refusals import Refusal, Refused
from sharemall.till.sentences import sentence

GROUP = 4  # of a code's digits, as they are read out


@never_cache
@require_safe
@login_required
def till(request: HttpRequest) -> HttpResponse:
    """The code to show; on to the payment as soon as a till asks for one."""
    member = member_of(request)
    if (asked := selectors.waiting(member, clock.now())) is not None:
        return redirect("till-payment", no=asked.no)
    context = {
        "is_set": passwords.is_set(member),
        "payments": selectors.recent_of_member(member),
        "dock": "me",
    }
    return render(request, "till/till.html", context | _code(request, bool(context["is_set"])))


@never_cache
@require_safe
@login_required
def code(request: HttpRequest) -> HttpResponse:
    """A new code: the part of the page that htmx exchanges."""
    if not passwords.is_set(member_of(request)):
        raise Http404
    return render(request, "till/_code.html", _code(request, True))


def _code(request: HttpRequest, may: bool) -> dict[str, object]:
    if not may:
        return {}
    shown = codes.show(member=member_of(request), now=clock.now())
    digits = shown.digits
    groups = [digits[at : at + GROUP] for at in range(0, len(digits), GROUP)]
    return {"groups": groups, "digits": digits, "drawing": drawing(digits)}


@never_cache
@require_safe
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """Whether a till asks for a payment: the page with the code goes on to it."""
    response = HttpResponse(status=204)
    asked = selectors.waiting(member_of(request), clock.now())
    if asked is not None:
        response.headers["HX-Redirect"] = reverse("till-payment", kwargs={"no": asked.no})
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scan(request: HttpRequest, key: str) -> HttpResponse:
    """What a merchant's code leads to: how much is to be paid there."""
    merchant = merchants.merchant(key)
    if merchant is None:
        raise Http404
    form, status = AmountForm(initial={"key": uuid4()}), 200
    if request.method == "POST":
        form, status = AmountForm(request.POST), 422
        if form.is_valid():
            try:
                made = services.scan(
                    member=member_of(request),
                    merchant_key=key,
                    amount_fen=form.cleaned_data["amount"],
                    key=form.cleaned_data["key"],
                    now=clock.now(),
                )
                return redirect("till-payment", no=made.no)
            except Refused as refused:
                at = "amount" if refused.refusal == Refusal.BAD_AMOUNT else None
                form.add_error(at, sentence(refused))
    context = {"form": form, "merchant": merchant, "dock": "me"}
    return render(request, "till/scan.html", context, status=status)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def payment(request: HttpRequest, no: str) -> HttpResponse:
    """Confirm a payment; afterwards its receipt."""
    shown = _own(request, no)
    if request.method == "POST":
        return _confirm(request, shown)
    if shown.waits(clock.now()):
        return _confirm_page(request, shown, None)
    return _outcome(request, shown)


def _outcome(request: HttpRequest, shown: TillPayment) -> HttpResponse:
    if shown.status == TillPayment.Status.MOVING:
        return render(request, "till/moving.html", {"payment": shown, "dock": "me"})
    if request.headers.get("HX-Request"):  # what the waiting page asked for is there
        address = reverse("till-payment", kwargs={"no": shown.no})
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return render(request, "till/receipt.html", {"payment": shown, "dock": "me"})


def _confirm(request: HttpRequest, shown: TillPayment) -> HttpResponse:
    form = _form(request, shown, request.POST)
    if form.is_valid():
        try:
            services.confirm(
                member=member_of(request),
                no=shown.no,
                coins_fen=form.cleaned_data["coins"],
                password=form.cleaned_data["password"],
                now=clock.now(),
            )
            services.settle(no=shown.no, now=clock.now())
            return redirect("till-payment", no=shown.no)
        except Refused as refused:
            at = {Refusal.WRONG_PASSWORD: "password", Refusal.LOCKED: "password"}
            form.add_error(at.get(refused.refusal), sentence(refused))
    shown.refresh_from_db()
    if not shown.waits(clock.now()):
        return _outcome(request, shown)
    return _confirm_page(request, shown, form, status=422)


def _form(request: HttpRequest, shown: TillPayment, given: QueryDict | None = None) -> ConfirmForm:
    """The balance pays first; coins are proposed for what it has not."""
    held = ledger.balance(member_of(request).account)
    lacking = max(0, shown.amount_fen - held.cash_micro // FEN_MICRO)
    proposed = min(lacking, held.coins_micro // FEN_MICRO) if shown.takes_coins else 0
    return ConfirmForm(
        given,
        initial={"coins": yuan_of(proposed)},
        coins_name=face(frame_of(request)).coins,
    )


def _confirm_page(
    request: HttpRequest, shown: TillPayment, form: ConfirmForm | None, status: int = 200
) -> HttpResponse:
    member = member_of(request)
    context = {
        "payment": shown,
        "form": form or _form(request, shown),
        "balance": ledger.balance(member.account),
        "is_set": passwords.is_set(member),
        "refused": reason(shown.refused_code) if shown.refused_code else "",
        "dock": "me",
    }
    return render(request, "till/confirm.html", context, status=status)


@require_POST
@login_required
def decline(request: HttpRequest, no: str) -> HttpResponse:
    """The member does not want to pay this."""
    _own(request, no)
    with suppress(Refused):  # it has ended: its page says how
        services.decline(no=no, member=member_of(request), now=clock.now())
    return redirect("till-payment", no=no)


def _own(request: HttpRequest, no: str) -> TillPayment:
    shown = selectors.of_member(member_of(request), no)
    if shown is None:
        raise Http404
    return shown
