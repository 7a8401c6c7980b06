"""The cashier: by which means a payment is paid, on to the provider, and what came of it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.orders import paying, providing
from sharemall.orders.cashier import Cashier
from sharemall.orders.cashier import cashier as cashier_of
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refused
from sharemall.payments import wallet
from sharemall.payments.models import Payment
from sharemall.payments.providers import Code, JsApi, Redirect, Start
from sharemall.storefront import offered
from sharemall.storefront.codes import drawing
from sharemall.storefront.face import face
from sharemall.storefront.forms import paying as forms
from sharemall.storefront.forms.orders import sentence
from sharemall.storefront.forms.paying import Draft
from sharemall.storefront.frame import frame_of
from sharemall.storefront.requests import member_of
from sharemall.storefront.templatetags.pay import provider_name
from sharemall.till import passwords
from sharemall.till.refusals import Refused as NotConfirmed
from sharemall.till.sentences import sentence as confirming_sentence

MOVING, HELD = Payment.Wallet.MOVING, Payment.Wallet.HELD


@never_cache
@sensitive_post_parameters("payment_password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pay(request: HttpRequest, no: str) -> HttpResponse:
    """Choose the means; the POST takes the wallet's part and goes on to the provider."""
    shown = _own(request, no)
    payment = shown.payment
    if payment.status != Payment.Status.PENDING or _over(shown):
        return _leave(request, "pay-done", payment)
    if payment.wallet == MOVING:
        return _moving(request, payment)
    if request.headers.get("HX-Request") and request.method != "POST":
        return _leave(request, "pay", payment)  # what the waiting page asked for is there
    if request.method == "POST":
        return _post(request, shown)
    draft = Draft(provider=payment.provider, way=payment.way)
    return _page(request, shown, draft, key=uuid4())


def _post(request: HttpRequest, shown: Cashier) -> HttpResponse:
    payment, means, given = shown.payment, shown.means, request.POST
    draft, key = forms.read(given, means, payment.amount_fen), forms.key_of(given)
    do, _dash, name = given.get("do", "look").partition("-")
    if do == "most":
        draft = forms.fill(draft, name, means, payment.amount_fen)
    if do != "pay":
        return _page(request, shown, draft, key=key)
    if draft.shares_fen and not draft.agreed and not draft.faults:
        text = _("Confirm the sale first.")
        draft = forms.with_fault(draft, "agreed", text)
    if draft.faults:
        return _page(request, shown, draft, key=key, status=422)
    try:
        paying.confirm(
            member=member_of(request),
            no=payment.no,
            plan=draft.plan(forms.shown_shares(given) if draft.shares_fen else None),
            key=key,
            password=forms.password_of(given),
            now=clock.now(),
        )
    except NotConfirmed as refused:
        draft = forms.with_fault(draft, "password", confirming_sentence(refused))
        return _page(request, shown, draft, key=key, status=422)
    except Refused as refused:
        fault = sentence(refused)
        return _page(request, shown, draft, key=uuid4(), fault=fault, status=422)
    paying.settle(no=payment.no, now=clock.now())
    return _go_on(payment)


def _go_on(payment: Payment) -> HttpResponse:
    """Where a payment leads once its plan is begun."""
    payment.refresh_from_db()
    if payment.status != Payment.Status.PENDING:
        return redirect("pay-done", no=payment.no)
    if payment.wallet == MOVING or payment.refused_code:
        return redirect("pay", no=payment.no)
    return redirect("pay-start", no=payment.no)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest, no: str) -> HttpResponse:
    """On to the provider; a POST chooses one for the rest that the wallet has left."""
    payment = _own(request, no).payment
    if payment.status != Payment.Status.PENDING:
        return redirect("pay-done", no=no)
    try:
        if request.method == "POST":
            provider, _mark, way = request.POST.get("way", "").partition(":")
            providing.choose_provider(
                member=member_of(request), no=no, provider=provider, way=way, now=clock.now()
            )
            return redirect("pay-start", no=no)
        begun = paying.start(
            member=member_of(request),
            no=no,
            notify_url=_whole(request, "notify", provider=payment.provider or "none"),
            return_url=_whole(request, "pay-done", no=no),
            payer_id=offered.payer_id(request, payment.provider),
            payer_address=request.META.get("REMOTE_ADDR") or "",
            now=clock.now(),
        )
    except Refused as refused:
        messages.error(request, sentence(refused))
        return redirect("pay", no=no)
    return _lead(request, payment, begun)


def _whole(request: HttpRequest, name: str, **where: str) -> str:
    return request.build_absolute_uri(reverse(name, kwargs=where))


def _lead(request: HttpRequest, payment: Payment, begun: Start) -> HttpResponse:
    context = {
        "payment": payment,
        "amount_fen": payment.provider_fen,
        "provider_name": provider_name(payment.provider),
    }
    match begun:
        case Redirect(url=url) if url.startswith("/"):
            return redirect(url)
        case Redirect(url=url, shows_origin=shows_origin):
            # A page between: the policy of pages forbids forms that lead to another host.
            response = render(request, "pay/go_on.html", {**context, "url": url})
            if shows_origin:
                response.headers["Referrer-Policy"] = "origin"
            return response
        case Code(text=text):
            return render(
                request, "pay/code.html", {**context, "code": text, "drawing": drawing(text)}
            )
        case JsApi(parameters=parameters):
            return render(request, "pay/jsapi.html", {**context, "parameters": parameters})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def done(request: HttpRequest, no: str) -> HttpResponse:
    """What came of it; while nobody knows yet the page looks again. A POST asks the provider."""
    shown = _own(request, no)
    payment = shown.payment
    if request.method == "POST":
        if payment.status == Payment.Status.PENDING and payment.provider:
            paying.ask(no=no, now=clock.now())
        return redirect("pay-done", no=no)
    if payment.status == Payment.Status.PENDING and not _over(shown):
        return _pending(request, payment)
    if request.headers.get("HX-Request"):
        return _leave(request, "pay-done", payment)
    return render(request, "pay/done.html", _result(payment, shown.orders))


def _result(payment: Payment, orders: Sequence[Order]) -> dict[str, object]:
    paid = payment.status == Payment.Status.SUCCEEDED
    if paid:
        title, text = _("Paid"), ""
    elif payment.status == Payment.Status.CLOSED:
        title, text = _("Closed"), _("Nothing is owed any more. What was paid goes back.")
    else:
        title = _("Time is over")
        text = _("The order is being closed. What was paid goes back.")
    return {
        "payment": payment,
        "orders": orders,
        "paid": paid,
        "title": title,
        "text": text,
        "refunds": list(payment.refunds.order_by("id")),
        "dock": "me",
    }


def _pending(request: HttpRequest, payment: Payment) -> HttpResponse:
    if payment.wallet == MOVING or not payment.provider:
        return _leave(request, "pay", payment)
    context = {
        "payment": payment,
        "amount_fen": payment.provider_fen,
        "title": _("Waiting for the provider"),
        "text": _("As soon as it tells us that you have paid, this page goes on by itself."),
        "cashier_link": True,
    }
    return render(request, "pay/waiting.html", context)


def _moving(request: HttpRequest, payment: Payment) -> HttpResponse:
    context = {
        "payment": payment,
        "amount_fen": payment.wallet_fen,
        "title": _("Your wallet is paying"),
        "text": _("This takes a moment. The page goes on by itself."),
    }
    return render(request, "pay/waiting.html", context)


def _leave(request: HttpRequest, name: str, payment: Payment) -> HttpResponse:
    """To another page, also from a part of a page that htmx asked for."""
    url = reverse(name, kwargs={"no": payment.no})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def _own(request: HttpRequest, no: str) -> Cashier:
    try:
        return cashier_of(member=member_of(request), no=no)
    except Payment.DoesNotExist:
        raise Http404 from None


def _over(shown: Cashier) -> bool:
    """Whether the time for paying is over."""
    return any(order.expired(clock.now()) for order in shown.orders)


def _page(
    request: HttpRequest,
    shown: Cashier,
    draft: Draft,
    *,
    key: UUID,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    payment = shown.payment
    rest_fen = max(0, payment.amount_fen - draft.wallet_fen)
    sells = draft.shares_fen and "shares" not in draft.faults
    quote = wallet.quote_shares(draft.shares_fen) if sells else None
    context = {
        "payment": payment,
        "orders": shown.orders,
        "some_take_no_coins": shown.takes_coins_fen < payment.amount_fen,
        "until": min(order.expires_at for order in shown.orders),
        "now": clock.now(),
        "refused": forms.reason(payment.refused_code) if payment.refused_code else "",
        "held": payment.wallet == HELD,
        "draft": draft,
        "wallet_rows": offered.wallet_rows(draft, shown.means, face(frame_of(request))),
        "asks_password": bool(draft.wallet_fen) and passwords.is_set(member_of(request)),
        "quote": quote,
        "pool": ledger.pool() if quote else None,
        "rest_fen": rest_fen,
        "ways": offered.ways(request, draft),
        "key": key,
        "fault": fault,
        "dock": "me",
    }
    partial = request.headers.get("HX-Request") and request.method == "POST"
    template = "pay/_form.html" if partial else "pay/cashier.html"
    return render(request, template, context, status=status)
