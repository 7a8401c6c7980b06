"""Flash prices: one of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.catalogue import services as catalogue
from sharemall.catalogue.errors import CatalogueError, DoesNotFit, Gone, UnknownZone
from sharemall.catalogue.models import FlashPrice
from sharemall.clock import services as clock
from sharemall.console import faults, selectors
from sharemall.console.access import page
from sharemall.console.forms.offers import FlashForm, initial_of
from sharemall.console.views.sending import sent


@page("GET", "POST", may="offers.change")
def new(request: HttpRequest) -> HttpResponse:
    """A further one; `?sku=` says of what."""
    initial = {"sku": request.GET.get("sku", "")[:40].replace("\0", "")}
    return _form_page(request, None, FlashForm(**sent(request), initial=initial))


@page("GET", "POST", may="offers.read", to_post="offers.change")
def flash_price(request: HttpRequest, flash_id: int) -> HttpResponse:
    """One of them, to be changed."""
    flash = selectors.flash_price(flash_id)
    if flash is None:
        raise Http404
    form = FlashForm(**sent(request), initial=initial_of(flash))
    return _form_page(request, flash, form)


@page("POST", may="offers.change")
def remove(request: HttpRequest, flash_id: int) -> HttpResponse:
    """End one: it is taken away, or over from now on where orders hold it."""
    try:
        catalogue.remove_flash_price(flash_id=flash_id, now=clock.now())
    except Gone:
        raise Http404 from None
    messages.success(request, _("The flash price is over."))
    return redirect("console-flash")


def _form_page(request: HttpRequest, flash: FlashPrice | None, form: FlashForm) -> HttpResponse:
    if form.is_valid() and _saved(form, flash):
        messages.success(request, _("Saved."))
        return redirect("console-flash")
    context = {"form": form, "flash": flash}
    status = 422 if form.errors else 200
    return render(request, "console/flash_price.html", context, status=status)


def _saved(form: FlashForm, flash: FlashPrice | None) -> bool:
    try:
        catalogue.save_flash_price(
            flash_id=flash.pk if flash else None, now=clock.now(), **form.fields_of_flash
        )
    except DoesNotFit as error:
        for misfit in error.misfits:
            form.add_error("price_fen", faults.misfit_sentence(misfit))
    except UnknownZone:
        form.add_error("sku", _("The scheme in force has no rates for this zone."))
    except Gone:
        raise Http404 from None
    except ValidationError as error:
        faults.tell(form, error)
    except CatalogueError as error:
        form.add_error(None, str(error))
    return not form.errors
