"""The brand, and the claims that no text of the mall may make."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.brand import selectors as brands
from sharemall.brand import services
from sharemall.brand.colours import AA_CONTRAST, is_colour, least_contrast
from sharemall.clock import services as clock
from sharemall.compliance import claims as compliance_claims
from sharemall.compliance import services as compliance
from sharemall.compliance.models import BlockedClaim
from sharemall.console.access import page
from sharemall.console.forms.face import BrandForm, ClaimForm
from sharemall.console.views.face import conflict_sentence, number_of
from sharemall.console.views.sending import sent


@page("GET", "POST", may="settings.read", to_post="settings.change")
def brand(request: HttpRequest) -> HttpResponse:
    """Name, logo, colours, what the points are called."""
    row = brands.brand()
    form, status = BrandForm(**sent(request), initial=BrandForm.initial_of(row)), 200
    if form.is_valid():
        try:
            _save(form, number_of(request, "revision"))
        except services.BrandRefused as refused:
            for field, told in refused.by_field.items():
                for sentence in told:
                    form.add_error(field, sentence)
        except services.BrandChanged:
            form.add_error(None, conflict_sentence())
            status = 409
        else:
            messages.success(request, _("Saved. Every page has it from now on."))
            return redirect("console-brand")
    context = {
        "form": form,
        "row": row,
        "revision": request.POST.get("revision") or row.revision,
        "colours": [_colour(form, name) for name in BrandForm.COLOURS],
        "least": AA_CONTRAST,
    }
    if form.errors and status == 200:
        status = 422
    return render(request, "console/face/brand.html", context, status=status)


@page("GET", "POST", may="settings.read", to_post="pages.change")
def claims(request: HttpRequest) -> HttpResponse:
    """The blocked claims; a POST adds one, and nothing takes one away."""
    form = ClaimForm(**sent(request))
    if form.is_valid():
        phrase = form.cleaned_data["phrase"]
        try:
            compliance.block_claim(phrase=phrase, now=clock.now())
        except ValueError:
            form.add_error("phrase", _("Nothing of this could be found in a text."))
        else:
            messages.success(
                request,
                _("No text that is saved from now on may say “%(phrase)s”.") % {"phrase": phrase},
            )
            return redirect("console-claims")
    context = {
        "form": form,
        "built_in": compliance_claims.BUILT_IN,
        "own": BlockedClaim.objects.order_by("-id"),
    }
    return render(request, "console/face/claims.html", context, status=422 if form.errors else 200)


def _save(form: BrandForm, revision: int) -> None:
    texts = dict(form.cleaned_data)
    upload = texts.pop("logo")
    # One byte more than may be is enough to be refused.
    logo = upload.read(services.LARGEST_LOGO + 1) if upload else None
    services.save_brand(logo=logo, revision=revision, **texts)


def _colour(form: BrandForm, name: str) -> dict[str, Any]:
    """The field of a colour with how well it can be read."""
    value = str(form[name].value() or "").lower()
    readable = f"{least_contrast(value):.1f}" if is_colour(value) else ""
    return {"field": form[name], "value": value if readable else "", "contrast": readable}
