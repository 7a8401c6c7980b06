"""Freight rules: the list, and one of them with its rows of prices."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.console import faults, selectors
from sharemall.console.access import page
from sharemall.console.forms.places import BandForm, FreightForm, bands_of, initial_bands
from sharemall.console.rows import Rows
from sharemall.merchants import services
from sharemall.merchants.models import FreightRule, Merchant


@page("GET", may="merchants.read")
def freight_rules(request: HttpRequest) -> HttpResponse:
    """All of them, merchant by merchant."""
    return render(request, "console/freight_rules.html", {"rules": selectors.freight_rules()})


@page("GET", "POST", may="merchants.change")
def new(request: HttpRequest) -> HttpResponse:
    """A further one."""
    return _form_page(request, None)


@page("GET", "POST", may="merchants.read", to_post="merchants.change")
def freight_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One of them."""
    rule = selectors.freight_rule(rule_id)
    if rule is None:
        raise Http404
    return _form_page(request, rule)


def _form_page(request: HttpRequest, rule: FreightRule | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    names = ("name", "free_over_fen", "unserved")
    initial = {name: getattr(rule, name) for name in names} if rule else {}
    form = FreightForm(data, is_new=rule is None, initial=initial)
    rows = Rows(BandForm, "band", data, initial_bands(rule))
    status = 200
    if request.POST.get("do") == "row":
        rows = rows.extended([{}])
    elif data is not None:
        if all([form.is_valid(), rows.is_valid()]) and _saved(form, rows, rule):
            messages.success(request, _("Saved."))
            return redirect("console-freight")
        status = 422
    context = {"form": form, "rows": rows, "rule": rule}
    return render(request, "console/freight_rule.html", context, status=status)


def _saved(form: FreightForm, rows: Rows[BandForm], rule: FreightRule | None) -> bool:
    data = form.cleaned_data
    merchant: Merchant = rule.merchant if rule else data["merchant"]
    if rule is None and merchant.freight_rules.filter(name=data["name"]).exists():
        form.add_error("name", _("Another rule of this merchant has this name."))
        return False
    try:
        services.save_freight_rule(
            merchant_key=merchant.key,
            rule_id=rule.pk if rule else None,
            name=data["name"],
            bands=bands_of(rows),
            unserved=data["unserved"],
            free_over_fen=data["free_over_fen"],
        )
    except ValidationError as error:
        faults.tell(form, error, called={"bands": ""})
    return not form.errors
