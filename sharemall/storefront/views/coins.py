"""Turning shares into coins: how many, the quote to confirm, and what became of it."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sharemall.clock import services as clock
from sharemall.equity import selectors, services
from sharemall.equity.quotes import CoinsQuote
from sharemall.storefront.forms.equity import ConfirmForm, ExchangeForm
from sharemall.storefront.requests import member_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def coins(request: HttpRequest) -> HttpResponse:
    """How many; the POST is the confirmation of a quote."""
    if request.method == "POST":
        return _confirm(request)
    holding = selectors.holding(member_of(request).account)
    return _form(request, ExchangeForm(held_micro=holding.sellable_micro), holding)


@never_cache
@require_safe
@login_required
def quote(request: HttpRequest) -> HttpResponse:
    """What the shares would become, to the last digit, and the button that confirms it."""
    holding = selectors.holding(member_of(request).account)
    form = ExchangeForm(request.GET, held_micro=holding.sellable_micro)
    if not form.is_valid():
        return _form(request, form, holding, status=422)
    found = selectors.coins_quote(holding, form.cleaned_data["shares_micro"])
    return _quote(request, found, uuid4())


@never_cache
@require_safe
@login_required
def exchanged(request: HttpRequest, key: UUID) -> HttpResponse:
    """What became of an exchange, from the ledger's own movements."""
    account = member_of(request).account
    found = selectors.exchange(account, key)
    if found is None:
        raise Http404
    context = {
        "exchange": found,
        "kind": type(found).__name__.lower(),
        "holding": selectors.holding(account),
        "dock": "me",
    }
    return render(request, "wallet/exchanged.html", context)


def _confirm(request: HttpRequest) -> HttpResponse:
    account = member_of(request).account
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        holding = selectors.holding(account)
        blank = ExchangeForm(held_micro=holding.sellable_micro)
        return _form(request, blank, holding, incomplete=True, status=422)
    asked = form.cleaned_data
    try:
        services.exchange(account=account, now=clock.now(), **asked)
    except services.CoinsOutdated as outdated:
        return _quote(request, outdated.quote, asked["key"], outdated=True, status=409)
    return redirect("wallet-exchanged", key=asked["key"])


def _form(
    request: HttpRequest,
    form: ExchangeForm,
    holding: selectors.Holding,
    *,
    incomplete: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "holding": holding, "incomplete": incomplete, "dock": "me"}
    return render(request, "wallet/coins.html", context, status=status)


def _quote(
    request: HttpRequest, quote: CoinsQuote, key: UUID, *, outdated: bool = False, status: int = 200
) -> HttpResponse:
    context = {"quote": quote, "key": key, "outdated": outdated, "dock": "me"}
    return render(request, "wallet/coins_quote.html", context, status=status)
