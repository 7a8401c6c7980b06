"""Products: the sheet of one, its pictures, on and off sale."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.catalogue import services as catalogue
from sharemall.catalogue.errors import DoesNotFit, Gone, UnknownZone
from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.compliance.claims import BlockedClaims
from sharemall.console import faults, selectors
from sharemall.console.access import page
from sharemall.console.forms.pictures import PicturesForm
from sharemall.console.sheets import Changed, ProductSheet, locked, version_of


@page("GET", "POST", may="products.change")
def new(request: HttpRequest) -> HttpResponse:
    """A product that is not there yet."""
    return _sheet_page(request, None)


@page("GET", "POST", may="products.read", to_post="products.change")
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheet of a product."""
    return _sheet_page(request, _found(slug))


@page("POST", may="products.change")
def pictures(request: HttpRequest, slug: str) -> HttpResponse:
    """Put pictures in, take some out, bring them in order."""
    product = _found(slug)
    form = PicturesForm(request.POST, request.FILES, names=selectors.picture_names(product))
    if not form.is_valid():
        return _answer(request, ProductSheet(product), form, status=422)
    names = form.wanted
    try:
        with transaction.atomic():
            locked(slug, request.POST.get("version", ""))
            catalogue.save_product(
                slug=slug,
                now=clock.now(),
                picture=names[0] if names else "",
                pictures=names[1:],
            )
    except Changed:
        messages.error(request, _changed())
        return redirect("console-product", slug=slug)
    except (DoesNotFit, UnknownZone, BlockedClaims, ValidationError) as error:
        form.add_error("uploads", "; ".join(faults.refusal(error)))
        return _answer(request, ProductSheet(product), form, status=422)
    messages.success(request, _("The pictures are saved."))
    return redirect("console-product", slug=slug)


@page("POST", may="products.change")
def sale(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a product on sale or take it off."""
    product = _found(slug)
    try:
        if request.POST.get("on") == "1":
            catalogue.put_on_sale(product_id=product.pk, now=clock.now())
            messages.success(request, _("%(name)s is on sale.") % {"name": product.name})
        else:
            catalogue.take_off_sale(product_id=product.pk)
            messages.success(request, _("%(name)s is off sale.") % {"name": product.name})
    except Gone:
        raise Http404 from None
    except (DoesNotFit, UnknownZone, BlockedClaims, ValidationError) as error:
        for sentence in faults.refusal(error):
            messages.error(request, sentence)
        return redirect("console-product", slug=slug)
    return redirect("console-product", slug=slug)


def _found(slug: str) -> Product:
    product = selectors.product(slug)
    if product is None:
        raise Http404
    return product


def _sheet_page(request: HttpRequest, product: Product | None) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, ProductSheet(product))
    sheet = ProductSheet(product, request.POST)
    wanted = request.POST.get("do")
    if wanted == "row":
        sheet.add_row()
        return _answer(request, sheet)
    if wanted == "choices":
        sheet.add_choices()
        return _answer(request, sheet)
    if not sheet.is_valid():
        return _answer(request, sheet, status=422)
    try:
        saved = sheet.store(clock.now())
    except Changed:
        _tell_changed(sheet)
        return _answer(request, sheet, status=409 if product else 422)
    if saved is None:
        return _answer(request, sheet, status=422)
    if product is None:
        messages.success(request, _("Saved. Add its pictures below."))
    else:
        messages.success(request, _("Saved."))
    return redirect("console-product", slug=saved.slug)


def _tell_changed(sheet: ProductSheet) -> None:
    if sheet.product is None:
        sheet.form.add_error("slug", _("Another product has this name."))
    else:
        sheet.form.add_error(None, _changed())


def _changed() -> str:
    return _(
        "Somebody else has changed this product meanwhile. Nothing was saved: open it anew and "
        "enter your changes again."
    )


def _answer(
    request: HttpRequest,
    sheet: ProductSheet,
    pictures_form: PicturesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    product = sheet.product
    context: dict[str, object] = {"sheet": sheet, "product": product}
    if product is not None:
        context["version"] = version_of(product)
        context["pictures"] = pictures_form or PicturesForm(names=selectors.picture_names(product))
    return render(request, "console/product.html", context, status=status)
