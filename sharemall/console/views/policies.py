"""Policies: what is in force, a draft of what comes next, published once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.console import faults
from sharemall.console.access import page, who
from sharemall.console.forms.face import PolicyForm
from sharemall.console.views.face import conflict_sentence, number_of
from sharemall.console.views.sending import sent
from sharemall.pages import policies as services
from sharemall.pages import previews, selectors
from sharemall.pages.errors import Conflict, NothingToPublish


@page("GET", may="pages.read")
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy: the version in force, and whether there is a draft."""
    return render(request, "console/face/policies.html", {"policies": selectors.policies()})


@page("GET", "POST", may="pages.read", to_post="pages.change")
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """A policy's texts; a POST keeps them as its draft."""
    found = _found(slug)
    shown = found.draft or found.current
    texts = {"text_zh": shown.text_zh, "text_en": shown.text_en} if shown else {}
    form, status = PolicyForm(**sent(request), initial=texts), 200
    if form.is_valid():
        try:
            services.save_draft(
                slug=slug,
                revision=number_of(request, "revision"),
                by=who(request),
                now=clock.now(),
                **form.cleaned_data,
            )
        except ValidationError as error:
            faults.tell(form, error)
        except Conflict:
            form.add_error(None, conflict_sentence())
            status = 409
        else:
            messages.success(
                request, _("The draft is saved. Shoppers see it once it is published.")
            )
            return redirect("console-policy", slug=slug)
    draft = found.draft
    token = previews.token_of_policy(draft, clock.now()) if draft else ""
    address = reverse("policy", kwargs={"slug": slug})
    context = {
        "policy": found,
        "form": form,
        "revision": request.POST.get("revision") or (draft.revision if draft else 0),
        "look": f"{address}?{urlencode({'preview': token})}" if draft else "",
    }
    if form.errors and status == 200:
        status = 422
    return render(request, "console/face/policy.html", context, status=status)


@page("POST", may="pages.change")
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft is what shoppers read from now on."""
    found = _found(slug)
    try:
        version = services.publish(
            slug=slug, revision=number_of(request, "revision"), by=who(request), now=clock.now()
        )
    except NothingToPublish:
        messages.error(request, _("There is no draft to be published."))
    except Conflict:
        messages.error(
            request, _("The draft was changed by somebody else. Look at it again before you do.")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            _("%(name)s: version %(number)s is in force.")
            % {"name": found.slug.label, "number": version.number},
        )
    return redirect("console-policy", slug=slug)


@page("POST", may="pages.change")
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Throw the draft away."""
    _found(slug)
    try:
        services.discard_draft(slug=slug, revision=number_of(request, "revision"))
    except (NothingToPublish, Conflict):
        messages.error(
            request, _("The draft was changed by somebody else. Look at it again before you do.")
        )
    else:
        messages.success(request, _("The draft is thrown away."))
    return redirect("console-policy", slug=slug)


def _found(slug: str) -> selectors.Policy:
    found = selectors.policy(slug)
    if found is None:
        raise Http404
    return found
