"""A member's own equity: what it holds, what it got, and selling shares."""

from typing import cast
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sharemall import charts
from sharemall.clock import services as clock
from sharemall.equity import selectors, services
from sharemall.equity.quotes import SellQuote
from sharemall.members.models import Member
from sharemall.storefront.forms.equity import ConfirmForm, SellForm
from sharemall.storefront.views.public import day_of, price_chart


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """What a member holds, what it is worth, what it got, and how the price came here."""
    account = _account(request)
    months = selectors.dividend_months(account)
    context = {
        "holding": selectors.holding(account),
        "dividends": selectors.dividends(account, limit=selectors.LATEST)[0],
        "movements": selectors.movements(account, limit=selectors.LATEST)[0],
        "bars": charts.bar_chart([(row.day, row.fund_micro, row.honour_micro) for row in months]),
        "chart": price_chart(),
        "dock": "equity",
    }
    return render(request, "equity/overview.html", context)


@require_GET
@login_required
def dividends(request: HttpRequest) -> HttpResponse:
    """Every dividend by day, and the sums by month on the first page."""
    account, before = _account(request), day_of(request)
    rows, following = selectors.dividends(account, before=before)
    months = [] if before else selectors.dividend_months(account)
    context = {
        "dividends": rows,
        "months": months[::-1],
        "bars": charts.bar_chart([(row.day, row.fund_micro, row.honour_micro) for row in months]),
        "next_url": f"?before={following}" if following else "",
        "before": before,
        "dock": "equity",
    }
    return render(request, "equity/dividends.html", context)


@require_GET
@login_required
def movements(request: HttpRequest) -> HttpResponse:
    """Every movement of shares, coins, quota and cash, with its reason."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Http404
    rows, following = selectors.movements(_account(request), before=int(before) if before else None)
    context = {
        "movements": rows,
        "next_url": f"?before={following}" if following else "",
        "before": before,
        "dock": "equity",
    }
    return render(request, "equity/movements.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def sell(request: HttpRequest) -> HttpResponse:
    """The form of selling; its POST is the confirmation of a quote."""
    if request.method == "POST":
        return _confirm(request)
    holding = selectors.holding(_account(request))
    form = SellForm(held_micro=holding.sellable_micro)
    return _form(request, form, holding)


@never_cache
@require_GET
@login_required
def sell_quote(request: HttpRequest) -> HttpResponse:
    """What the sale would pay, to the last digit, and the button that confirms it."""
    holding = selectors.holding(_account(request))
    form = SellForm(request.GET, held_micro=holding.sellable_micro)
    if not form.is_valid():
        return _form(request, form, holding, status=422)
    return _quote(request, selectors.quote(holding, form.cleaned_data["shares_micro"]), uuid4())


@never_cache
@require_GET
@login_required
def sold(request: HttpRequest, key: UUID) -> HttpResponse:
    """What became of a sale, from the ledger's own movements."""
    account = _account(request)
    sale = selectors.sale_of_shares(account, key)
    if sale is None:
        raise Http404
    context = {
        "sale": sale,
        "kind": type(sale).__name__.lower(),
        "holding": selectors.holding(account),
        "dock": "equity",
    }
    return render(request, "equity/sold.html", context)


def _confirm(request: HttpRequest) -> HttpResponse:
    account = _account(request)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        holding = selectors.holding(account)
        blank = SellForm(held_micro=holding.sellable_micro)
        return _form(request, blank, holding, incomplete=True, status=422)
    asked = form.cleaned_data
    try:
        services.sell(account=account, now=clock.now(), **asked)
    except services.QuoteOutdated as outdated:
        return _quote(request, outdated.quote, asked["key"], outdated=True, status=409)
    return redirect("equity-sold", key=asked["key"])


def _form(
    request: HttpRequest,
    form: SellForm,
    holding: selectors.Holding,
    *,
    incomplete: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "holding": holding, "incomplete": incomplete, "dock": "equity"}
    return render(request, "equity/sell.html", context, status=status)


def _quote(
    request: HttpRequest, quote: SellQuote, key: UUID, *, outdated: bool = False, status: int = 200
) -> HttpResponse:
    context = {"quote": quote, "key": key, "outdated": outdated, "dock": "equity"}
    return render(request, "equity/quote.html", context, status=status)


def _account(request: HttpRequest) -> str:
    return cast(Member, request.user).account
