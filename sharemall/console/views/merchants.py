"""Merchants: one of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.catalogue import pictures
from sharemall.catalogue import services as catalogue
from sharemall.clock import services as clock
from sharemall.compliance.claims import BlockedClaims
from sharemall.console import faults, selectors
from sharemall.console.access import page
from sharemall.console.forms.places import MerchantForm
from sharemall.console.views.sending import sent
from sharemall.merchants.models import ESCROW, PLATFORM, Merchant

COPIED = ("name_zh", "name_en", "intro_zh", "intro_en", "commission_nano", "return_to", "is_open")


@page("GET", "POST", may="merchants.change")
def new(request: HttpRequest) -> HttpResponse:
    """A further one."""
    initial = {"is_open": True, "commission_nano": 0}
    form = MerchantForm(**sent(request), is_new=True, initial=initial)
    return _form_page(request, None, form)


@page("GET", "POST", may="merchants.read", to_post="merchants.change")
def merchant(request: HttpRequest, key: str) -> HttpResponse:
    """One of them."""
    found = selectors.merchant(key)
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in COPIED}
    form = MerchantForm(**sent(request), is_new=False, initial=initial)
    return _form_page(request, found, form)


def _form_page(request: HttpRequest, merchant: Merchant | None, form: MerchantForm) -> HttpResponse:
    if form.is_valid() and _saved(form, merchant):
        messages.success(request, _("Saved."))
        return redirect("console-merchants")
    context = {"form": form, "merchant": merchant}
    status = 422 if form.errors else 200
    return render(request, "console/merchant.html", context, status=status)


def _saved(form: MerchantForm, merchant: Merchant | None) -> bool:
    data = form.cleaned_data
    key = merchant.key if merchant else data["key"]
    if merchant is None and selectors.merchant(key) is not None:
        form.add_error("key", _("Another merchant has this name."))
        return False
    if key == ESCROW:
        form.add_error("key", _("This name is taken by the books."))
        return False
    if key == PLATFORM and data["commission_nano"]:
        form.add_error("commission_nano", _("The platform's own shop pays no commission."))
        return False
    fields = {name: data[name] for name in COPIED}
    try:
        if data["logo"]:
            fields["logo"] = pictures.store(data["logo"], "merchants")
        catalogue.save_merchant(key=key, now=clock.now(), **fields)
    except pictures.UnreadablePicture:
        form.add_error("logo", _("It cannot be read as a picture, or is too large."))
    except catalogue.GoodsDoNotFit as error:
        for sentence in faults.misfits_sentences(error.misfits):
            form.add_error("commission_nano", sentence)
    except BlockedClaims as error:
        faults.tell_claims(form, error.words)
    except ValidationError as error:
        faults.tell(form, error)
    return not form.errors
