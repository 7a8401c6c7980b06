"""A member's settings: phone, password, WeChat, devices, what it wants to be told, language."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.accounts import changes, devices, signing
from sharemall.accounts.refusals import Refused
from sharemall.clock import services as clock
from sharemall.members.models import WeChatAccount
from sharemall.members.selectors import masked_phone
from sharemall.messages import codes, selectors, services
from sharemall.messages.codes import Purpose
from sharemall.storefront.forms.signing import (
    REASONS,
    CodeForm,
    NewPasswordForm,
    PhoneCodeForm,
    WishesForm,
    add_code_fault,
    initial_wishes,
)
from sharemall.storefront.offered import PAYERS
from sharemall.storefront.requests import address_of, member_of, next_page
from sharemall.storefront.signed_in import stay

PROVED = "proved_at"  # in the session: when the member last proved its phone
PROVED_FOR = timedelta(minutes=10)
CODE_FAULTS = (codes.TooOften, codes.WrongCode, codes.NoCode)


@never_cache
@require_safe
@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """Everything that can be set, a row each."""
    member = member_of(request)
    context = {
        "phone": masked_phone(member.phone),
        "has_password": member.has_usable_password(),
        "wechat": WeChatAccount.objects.filter(member=member).first(),
        "can_wechat": signing.wechat() is not None,
        "device_count": len(devices.devices(member)),
        "dock": "me",
    }
    return render(request, "settings/settings.html", context)


@never_cache
@sensitive_post_parameters("digits")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def prove(request: HttpRequest) -> HttpResponse:
    """A code to the phone that the member has, before what it signs in with changes."""
    member = member_of(request)
    form = CodeForm(request.POST or None)
    page = next_page(request) or reverse("settings")
    sent_to = ""
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"phone": member.phone, "purpose": Purpose.PROVE}
        try:
            if request.POST.get("do") == "send":
                codes.ask(**given, address=address_of(request), now=clock.now())
                sent_to = masked_phone(member.phone)
            else:
                codes.check(**given, digits=form.cleaned_data["digits"], now=clock.now())
                request.session[PROVED] = clock.now().isoformat()
                return redirect(page)
        except CODE_FAULTS as fault:
            add_code_fault(form, fault)
    context = {
        "form": form,
        "sent_to": sent_to,
        "phone": masked_phone(member.phone),
        "next": page,
        "dock": "me",
    }
    return render(request, "settings/prove.html", context, status=422 if form.errors else 200)


def _is_proved(request: HttpRequest) -> bool:
    text = request.session.get(PROVED, "")
    if not text:
        return False
    age = clock.now() - datetime.fromisoformat(text)
    return timedelta(0) <= age < PROVED_FOR


def _to_prove(name: str) -> HttpResponse:
    return redirect(f"{reverse('settings-prove')}?next={reverse(name)}")


@never_cache
@sensitive_post_parameters("digits")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def phone(request: HttpRequest) -> HttpResponse:
    """Another phone, which a code proves too."""
    if not _is_proved(request):
        return _to_prove("settings-phone")
    form, sent_to = PhoneCodeForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["phone"]
        given: dict[str, Any] = {"phone": new, "purpose": Purpose.PHONE}
        try:
            if request.POST.get("do") == "send":
                codes.ask(**given, address=address_of(request), now=clock.now())
                sent_to = masked_phone(new)
            else:
                codes.check(**given, digits=form.cleaned_data["digits"], now=clock.now())
                changes.change_phone(member=member_of(request), phone=new, now=clock.now())
                del request.session[PROVED]
                messages.success(request, _("You now sign in with the new number."))
                return redirect("settings")
        except CODE_FAULTS as fault:
            add_code_fault(form, fault)
        except Refused as refused:
            form.add_error("phone", str(REASONS[refused.refusal]))
    context = {"form": form, "sent_to": sent_to, "dock": "me"}
    return render(request, "settings/phone.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """Another password, or a first one; all other devices are signed out."""
    if not _is_proved(request):
        return _to_prove("settings-password")
    member, form = member_of(request), NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data["password"]
            changes.change_password(member=member, password=given, now=clock.now())
        except ValidationError as error:
            form.add_error("password", error)
        else:
            del request.session[PROVED]
            stay(request, member)
            text = _("The password is set. Your other devices are signed out.")
            messages.success(request, text)
            return redirect("settings")
    context = {"form": form, "dock": "me"}
    return render(request, "settings/password.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def wechat_remove(request: HttpRequest) -> HttpResponse:
    """WeChat does not sign the member in any more."""
    if signing.unbind(member=member_of(request)):
        request.session.pop(PAYERS, None)
        messages.success(request, _("WeChat is disconnected."))
    return redirect("settings")


@never_cache
@require_safe
@login_required
def device_list(request: HttpRequest) -> HttpResponse:
    """Where the member is signed in."""
    context = {
        "devices": devices.devices(member_of(request)),
        "here": request.session.session_key,
        "dock": "me",
    }
    return render(request, "settings/devices.html", context)


@never_cache
@require_POST
@login_required
def device_sign_out(request: HttpRequest, device_id: int) -> HttpResponse:
    """Sign one device out."""
    if not devices.sign_out(member=member_of(request), device_id=device_id):
        raise Http404
    messages.success(request, _("The device is signed out."))
    return redirect("settings-devices")


@never_cache
@require_POST
@login_required
def others_sign_out(request: HttpRequest) -> HttpResponse:
    """Sign all devices out but this one."""
    devices.sign_out_others(
        member=member_of(request), session_key=request.session.session_key or ""
    )
    messages.success(request, _("All other devices are signed out."))
    return redirect("settings-devices")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """What the member wants to be told."""
    member = member_of(request)
    if request.method == "POST":
        form = WishesForm(request.POST)
        if form.is_valid():
            services.prefer(member=member, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("settings")
    form = WishesForm(initial=initial_wishes(selectors.preference(member)))
    return render(request, "settings/wishes.html", {"form": form, "dock": "me"})
