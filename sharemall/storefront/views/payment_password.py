"""Setting and changing the payment password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sharemall.clock import services as clock
from sharemall.storefront.forms.till import PasswordForm
from sharemall.storefront.requests import member_of, next_page
from sharemall.till import passwords
from sharemall.till.refusals import Refusal, Refused
from sharemall.till.sentences import sentence

AT_FIELD = {
    Refusal.WRONG_SIGN_IN: "sign_in",
    Refusal.SIGN_IN_RESTS: "sign_in",
    Refusal.NO_DIGITS: "password",
    Refusal.EASY: "password",
}


@never_cache
@sensitive_post_parameters("sign_in", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def payment_password(request: HttpRequest) -> HttpResponse:
    """A form for both; whether there is one already the page says."""
    if request.method != "POST":
        return _page(request, PasswordForm())
    form = PasswordForm(request.POST)
    if not (form.is_valid() and _saved(request, form)):
        return _page(request, form, status=422)
    messages.success(request, _("Your payment password is set."))
    return redirect(next_page(request) or "wallet")


def _saved(request: HttpRequest, form: PasswordForm) -> bool:
    try:
        passwords.save(
            member=member_of(request),
            sign_in=form.cleaned_data["sign_in"],
            password=form.cleaned_data["password"],
            address=request.META.get("REMOTE_ADDR") or "0.0.0.0",  # noqa: S104 - an unknown peer
            now=clock.now(),
        )
    except Refused as refused:
        form.add_error(AT_FIELD[refused.refusal], sentence(refused))
        return False
    return True


def _page(request: HttpRequest, form: PasswordForm, status: int = 200) -> HttpResponse:
    member = member_of(request)
    context = {
        "form": form,
        "is_set": passwords.is_set(member),
        "locked_until": passwords.locked_until(member, clock.now()),
        "next": next_page(request),
        "dock": "me",
    }
    return render(request, "wallet/password.html", context, status=status)
