"""A member's wallet: what it holds, every movement with its reason, the statement as a file."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.ledger import statements
from sharemall.storefront import origins
from sharemall.storefront.face import face
from sharemall.storefront.forms.wallet import PeriodForm
from sharemall.storefront.frame import frame_of
from sharemall.storefront.requests import mark, member_of
from sharemall.storefront.statements import lines

USUAL = timedelta(days=89)  # a statement that nobody chose the days of


@never_cache
@require_safe
@login_required
def wallet(request: HttpRequest) -> HttpResponse:
    """Cash, coins, and a page of what moved them."""
    account, before = member_of(request).account, mark(request)
    unit = request.GET.get("of", "")
    unit = unit if unit in statements.UNITS else ""
    moves, following = statements.movements(account, unit=unit, before=before)
    query = f"of={unit}&" if unit else ""
    context = {
        "balance": ledger.balance(account),
        "rows": origins.rows(moves),
        "unit": unit,
        "before": before,
        "next_url": f"?{query}before={following}" if following else "",
        "dock": "me",
    }
    return render(request, "wallet/wallet.html", context)


@never_cache
@require_safe
@login_required
def statement(request: HttpRequest) -> HttpResponseBase:
    """Choose the days; with both given, the file."""
    today = ledger.business_day(clock.now())
    if "first" not in request.GET and "last" not in request.GET:
        form = PeriodForm(initial={"first": today - USUAL, "last": today})
        return _period(request, form)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _period(request, form, status=422)
    return _file(request, form.cleaned_data["first"], form.cleaned_data["last"])


def _file(request: HttpRequest, first: date, last: date) -> StreamingHttpResponse:
    made = lines(
        member_of(request).account,
        first,
        last,
        coins_name=face(frame_of(request)).coins,
        language=get_language() or "en",
    )
    return StreamingHttpResponse(
        made,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statement-{first}-{last}.csv"'},
    )


def _period(request: HttpRequest, form: PeriodForm, status: int = 200) -> HttpResponse:
    return render(request, "wallet/statement.html", {"form": form, "dock": "me"}, status=status)
