"""Signing in by a code, and through WeChat."""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from sharemall.accounts import signing
from sharemall.accounts.refusals import Refused
from sharemall.clock import services as clock
from sharemall.members import services
from sharemall.members.models import Member
from sharemall.members.official import BadCode, Official, Unreachable
from sharemall.members.official_sandbox import SandboxOfficial
from sharemall.members.selectors import masked_phone
from sharemall.messages import codes
from sharemall.messages.codes import Purpose
from sharemall.storefront.forms.signing import REASONS, PhoneCodeForm, add_code_fault
from sharemall.storefront.requests import address_of, next_page
from sharemall.storefront.signed_in import remember_payer, welcome
from sharemall.storefront.views.errors import too_many

ASKED = "wechat_asked"  # in the session: the state that WeChat has to bring back, and where to
FOUND = "wechat_found"  # in the session: the account and openid that wait for a phone


class _Way(NamedTuple):
    """What differs between the pages that ask for a phone and a code."""

    template: str
    action: str
    purpose: Purpose


SIGN_IN = _Way("members/sign_in_code.html", "sign-in-code", Purpose.SIGN_IN)
BIND = _Way("members/bind_wechat.html", "sign-in-wechat-bind", Purpose.BIND)


@never_cache
@sensitive_post_parameters("digits")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """A phone and the code that was sent to it; a new phone gets an account."""
    if request.method != "POST":
        return _page(request, SIGN_IN, PhoneCodeForm())
    return _answer(request, SIGN_IN)


@never_cache
@require_safe
def wechat(request: HttpRequest) -> HttpResponse:
    """On to WeChat, which sends the visitor back with a code."""
    official = _official()
    state = secrets.token_urlsafe(16)
    request.session[ASKED] = [state, next_page(request)]
    back = request.build_absolute_uri(reverse("sign-in-wechat-back"))
    return redirect(official.page(back, state))


@never_cache
@require_safe
def wechat_back(request: HttpRequest) -> HttpResponse:
    """Back from WeChat: a member it knows is signed in, another one tells a phone."""
    official = _official()
    state, page = request.session.pop(ASKED, ["", ""])
    if not state or not constant_time_compare(state, request.GET.get("state", "")):
        return _back_to_sign_in(request, _("This way in is over. Please begin again."))
    try:
        openid = official.openid(request.GET.get("code", ""))
        app_id = official.account.app_id
        if isinstance(request.user, Member):
            return _bind_here(request, request.user, app_id, openid)
        member = signing.by_openid(app_id=app_id, openid=openid)
    except BadCode:
        return _back_to_sign_in(request, _("WeChat did not say who you are. Please begin again."))
    except Unreachable:
        text = _("WeChat does not answer now. Sign in with your phone, or try again later.")
        return _back_to_sign_in(request, text)
    except Refused as refused:
        return _back_to_sign_in(request, str(REASONS[refused.refusal]))
    if member is not None:
        return welcome(request, member, page)
    request.session[FOUND] = [app_id, openid, page]
    return redirect("sign-in-wechat-bind")


def _bind_here(request: HttpRequest, member: Member, app_id: str, openid: str) -> HttpResponse:
    try:
        signing.bind(member=member, app_id=app_id, openid=openid, now=clock.now())
    except Refused as refused:
        messages.error(request, str(REASONS[refused.refusal]))
    else:
        remember_payer(request, member)
        messages.success(request, _("WeChat is connected."))
    return redirect("settings")


@never_cache
@sensitive_post_parameters("digits")
@require_http_methods(["GET", "HEAD", "POST"])
def wechat_bind(request: HttpRequest) -> HttpResponse:
    """A WeChat account that nobody has yet gets a phone, and with it a member."""
    if FOUND not in request.session or request.user.is_authenticated:
        return redirect("sign-in")
    if request.method != "POST":
        return _page(request, BIND, PhoneCodeForm())
    return _answer(request, BIND)


@require_http_methods(["GET", "HEAD", "POST"])
def sandbox_wechat(request: HttpRequest) -> HttpResponse:
    """The demo's stand-in for WeChat's page. One browser is one WeChat account."""
    official = _official()
    if not isinstance(official, SandboxOfficial):
        raise Http404
    state = request.GET.get("state", "")
    if request.method != "POST":
        return render(request, "members/sandbox_wechat.html", {"state": state, "dock": "me"})
    openid = request.COOKIES.get("sandbox_wechat", "")[:40] or f"sandbox-{secrets.token_hex(8)}"
    back = reverse("sign-in-wechat-back")
    code = official.code(openid)
    response = redirect(f"{back}?code={code}&state={request.POST.get('state', '')[:80]}")
    response.set_cookie("sandbox_wechat", openid, httponly=True, samesite="Lax")
    return response


def _official() -> Official | SandboxOfficial:
    found = signing.wechat()
    if found is None:
        raise Http404
    return found


def _answer(request: HttpRequest, way: _Way) -> HttpResponse:
    """Send a code, or take one: by the button that was pressed."""
    form = PhoneCodeForm(request.POST)
    if not form.is_valid():
        return _page(request, way, form)
    phone, digits = form.cleaned_data["phone"], form.cleaned_data["digits"]
    given = {"phone": phone, "address": address_of(request), "purpose": way.purpose}
    try:
        if request.POST.get("do") == "send":
            codes.ask(**given, now=clock.now())
            return _page(request, way, form, sent_to=masked_phone(phone))
        member = signing.by_code(**given, digits=digits, now=clock.now())
        return _in(request, way, member)
    except services.TooManyFailures as refusal:
        return too_many(request, wait_seconds=refusal.wait_seconds)
    except Refused as refused:
        form.add_error(None, str(REASONS[refused.refusal]))
    except (codes.TooOften, codes.WrongCode, codes.NoCode) as fault:
        add_code_fault(form, fault)
    return _page(request, way, form)


def _in(request: HttpRequest, way: _Way, member: Member) -> HttpResponse:
    if way is not BIND:
        return welcome(request, member)
    app_id, openid, page = request.session[FOUND]
    signing.bind(member=member, app_id=app_id, openid=openid, now=clock.now())
    del request.session[FOUND]
    return welcome(request, member, page)


def _page(
    request: HttpRequest, way: _Way, form: PhoneCodeForm, *, sent_to: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "action": reverse(way.action),
        "sent_to": sent_to,
        "next": next_page(request),
        "demo": settings.MODE == "demo",
        "dock": "me",
    }
    return render(request, way.template, context, status=422 if form.errors else 200)


def _back_to_sign_in(request: HttpRequest, text: str) -> HttpResponse:
    messages.error(request, text)
    return redirect("settings" if request.user.is_authenticated else "sign-in")
