"""The second factor: proving it, setting it up, new recovery codes."""

from typing import Any
from urllib.parse import quote

import django_otp
import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sharemall.brand.selectors import brand
from sharemall.console.access import page, who
from sharemall.office import second_factor
from sharemall.office.demo_codes import current_code
from sharemall.office.refusals import Refusal, Refused


@page("GET", "POST", may="own", second_factor=False)
def factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code after signing in; lead to setting up where there is no phone yet."""
    member = who(request)
    if getattr(request.user, "otp_device", None):
        return redirect(_next(request))
    if not second_factor.is_set_up(member):
        return redirect(f"{reverse('console-factor-new')}?next={quote(_next(request))}")
    context: dict[str, Any] = {"next": _next(request), "demo_code": current_code(member)}
    if request.method == "POST":
        try:
            device = second_factor.verify(member=member, code=request.POST.get("code", ""))
        except Refused as refused:
            context["fault"] = sentence(refused)
            return render(request, "console/factor/ask.html", context, status=422)
        django_otp.login(request, device)
        return redirect(_next(request))
    return render(request, "console/factor/ask.html", context)


@page("GET", "POST", may="own", second_factor=False)
def new(request: HttpRequest) -> HttpResponse:
    """Put the key into a phone, prove that it works, and keep the recovery codes."""
    member = who(request)
    try:
        device = second_factor.begin(member=member)
    except Refused:
        return redirect("console-factor")
    context: dict[str, Any] = {"next": _next(request), "key": _grouped(device.bin_key)}
    if request.method == "POST":
        try:
            device, codes = second_factor.confirm(member=member, code=request.POST.get("code", ""))
        except Refused as refused:
            context["fault"] = sentence(refused)
        else:
            django_otp.login(request, device)
            context["codes"] = codes
            return render(request, "console/factor/codes.html", context)
    issuer, account = brand().name_en, member.phone
    uri = device.config_url.split("?", 1)[1]
    label = f"otpauth://totp/{quote(issuer)}:{account}?{uri}&issuer={quote(issuer)}"
    context["qr"] = mark_safe(  # noqa: S308 (drawn here, of what stands above)
        segno.make(label, error="m").svg_inline(scale=4, border=2, omitsize=True)
    )
    return render(
        request, "console/factor/new.html", context, status=422 if "fault" in context else 200
    )


@page("GET", "POST", may="own")
def own(request: HttpRequest) -> HttpResponse:
    """How many recovery codes are left; ten new ones."""
    member = who(request)
    if request.method == "POST":
        codes = second_factor.renew_recovery_codes(member=member)
        messages.success(request, _("The old recovery codes are void."))
        shown = {"codes": codes, "next": reverse("console")}
        return render(request, "console/factor/codes.html", shown)
    context = {"left": second_factor.recovery_codes_left(member)}
    return render(request, "console/factor/own.html", context)


def sentence(refused: Refused) -> str:
    """Why a code was not taken."""
    if refused.refusal == Refusal.TOO_MANY_CODES:
        return ngettext(
            "Too many wrong codes. Try again in %(seconds)s second.",
            "Too many wrong codes. Try again in %(seconds)s seconds.",
            refused.wait_seconds,
        ) % {"seconds": str(refused.wait_seconds)}
    return _("This code is not right, or was used already. Take the next one from your phone.")


def _next(request: HttpRequest) -> str:
    given = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, request.is_secure())
    return given if ours and given.startswith("/console/") else reverse("console")


def _grouped(key: bytes) -> str:
    from base64 import b32encode

    letters = b32encode(key).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))
