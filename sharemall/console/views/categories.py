"""Categories: the tree, and one of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.catalogue import services as catalogue
from sharemall.catalogue.models import Category
from sharemall.catalogue.pictures import UnreadablePicture
from sharemall.compliance.claims import BlockedClaims
from sharemall.console import faults, selectors
from sharemall.console.access import page
from sharemall.console.forms.places import CategoryForm
from sharemall.console.views.sending import sent

COPIED = ("parent", "name_zh", "name_en", "position", "on_sale")


@page("GET", may="products.read")
def categories(request: HttpRequest) -> HttpResponse:
    """The whole tree."""
    return render(request, "console/categories.html", {"categories": selectors.categories()})


@page("GET", "POST", may="products.change")
def new(request: HttpRequest) -> HttpResponse:
    """A further one."""
    initial = {"on_sale": True, "position": 0}
    form = CategoryForm(**sent(request), is_new=True, initial=initial)
    return _form_page(request, None, form)


@page("GET", "POST", may="products.read", to_post="products.change")
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """One of them."""
    found = selectors.category(slug)
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in COPIED}
    form = CategoryForm(**sent(request), is_new=False, initial=initial)
    return _form_page(request, found, form)


def _form_page(request: HttpRequest, category: Category | None, form: CategoryForm) -> HttpResponse:
    if form.is_valid() and _saved(form, category):
        messages.success(request, _("Saved."))
        return redirect("console-categories")
    context = {"form": form, "category": category}
    status = 422 if form.errors else 200
    return render(request, "console/category.html", context, status=status)


def _saved(form: CategoryForm, category: Category | None) -> bool:
    data = form.cleaned_data
    slug = category.slug if category else data["slug"]
    if category is None and selectors.category(slug) is not None:
        form.add_error("slug", _("Another category has this name."))
        return False
    fields = {name: data[name] for name in COPIED}
    if data["picture"]:
        fields["picture"] = data["picture"]
    try:
        catalogue.save_category(slug=slug, **fields)
    except UnreadablePicture:
        form.add_error("picture", _("It cannot be read as a picture, or is too large."))
    except BlockedClaims as error:
        faults.tell_claims(form, error.words)
    except ValidationError as error:
        faults.tell(form, error)
    return not form.errors
