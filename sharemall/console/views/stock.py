"""Changing a stock by hand."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.catalogue.errors import Gone, NotEnoughStock
from sharemall.catalogue.models import Variant
from sharemall.clock import services as clock
from sharemall.console import selectors, services
from sharemall.console.access import page, who
from sharemall.console.forms.orders import StockForm


@page("GET", "POST", may="products.read", to_post="stock.change")
def variant_stock(request: HttpRequest, variant_id: int) -> HttpResponse:
    """One variant's stock, and what was changed of it."""
    variant = selectors.variant(variant_id)
    if variant is None:
        raise Http404
    if request.method != "POST":
        return _answer(request, variant, StockForm())
    form = StockForm(request.POST)
    if form.is_valid() and _changed(request, variant, form):
        return redirect("console-variant-stock", variant_id=variant.pk)
    return _answer(request, variant, form, status=422)


def _changed(request: HttpRequest, variant: Variant, form: StockForm) -> bool:
    try:
        moved = services.change_stock(
            variant_id=variant.pk, member=who(request), now=clock.now(), **form.cleaned_data
        )
    except NotEnoughStock:
        variant.refresh_from_db(fields=["stock"])
        form.add_error("by", _("Only %(stock)s are there.") % {"stock": f"{variant.stock:,}"})
        return False
    except ValidationError as error:
        form.add_error("by", error)
        return False
    except Gone:
        raise Http404 from None
    if moved:
        messages.success(request, _("The stock is changed."))
    else:
        messages.warning(request, _("That was done already. Nothing was changed again."))
    return True


def _answer(
    request: HttpRequest, variant: Variant, form: StockForm, status: int = 200
) -> HttpResponse:
    context = {
        "variant": variant,
        "form": form,
        "changes": selectors.stock_changes(variant.pk),
    }
    return render(request, "console/variant_stock.html", context, status=status)
