"""Whose link brought the shopper: `?r=CODE` on any page, kept until it is somebody's.

The last link that is followed before the first order counts. Signed in, it is noted at once; a
visitor keeps it in a signed cookie for 30 days, until signing in. A second signed cookie names the
browser: two accounts in one are one person's, as far as the mall can tell.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.referral import selectors, services
from sharemall.referral.services import Following

PARAMETER = "r"
COOKIE = "invited"
DAYS = 30
DEVICE = "device"
DEVICE_DAYS = 400  # browsers keep no cookie for longer
LONGEST = 40

Handler = Callable[[HttpRequest], HttpResponse]


def invitation(get_response: Handler) -> Handler:
    """Take note of a link that is followed; pages without one cost nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        code = request.GET.get(PARAMETER, "") if request.method == "GET" else ""
        if not code or request.headers.get("HX-Request"):
            return get_response(request)
        if isinstance(request.user, Member):
            _follow(request, request.user, code)
            return get_response(request)
        referrer = selectors.by_code(code)
        if referrer is not None:
            messages.info(request, _kept(referrer))
        response = get_response(request)
        if referrer is not None:
            _keep(response, COOKIE, code.upper(), DAYS)
            patch_cache_control(response, private=True)
        return response

    return middleware


def _follow(request: HttpRequest, member: Member, code: str) -> None:
    outcome = services.follow(member=member, code=code, now=clock.now())
    if outcome == Following.KEPT:
        referrer = selectors.by_code(code)
        messages.info(request, _kept(referrer) if referrer else "")
    elif outcome in _SAID:
        messages.info(request, _said(outcome))


def _kept(referrer: Member) -> str:
    return _(
        "You follow the link of %(name)s. The last link before your first order counts, for 30 "
        "days. What you pay and get is the same without it."
    ) % {"name": selectors.masked_name(referrer.name)}


_SAID = (Following.OWN, Following.CIRCLE, Following.LATE)


def _said(outcome: Following) -> str:
    """Why a link that was followed does not count, in a sentence."""
    if outcome == Following.OWN:
        return _("This is your own link. It counts when somebody else follows it.")
    if outcome == Following.CIRCLE:
        return _("You invited this member, directly or further on: the link does not count.")
    return _("You have ordered before: who invited you does not change any more.")


def hand_over(request: HttpRequest, response: HttpResponse, member: Member) -> None:
    """The visitor signed in: the link that was followed is the member's, the browser is noted."""
    now = clock.now()
    device = _known(request, DEVICE, DEVICE_DAYS) or secrets.token_urlsafe(24)
    _keep(response, DEVICE, device, DEVICE_DAYS)
    services.saw(member=member, phone=member.phone, device=device, now=now)
    code = _known(request, COOKIE, DAYS)
    if code:
        outcome = services.follow(member=member, code=code, now=now)
        if outcome in _SAID:
            messages.info(request, _said(outcome))
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")


def _known(request: HttpRequest, name: str, days: int) -> str:
    """What a cookie of ours says; "" without one, and for one that is not ours."""
    try:
        value = request.get_signed_cookie(name, salt=_salt(name), max_age=days * 86_400)
    except (KeyError, BadSignature):
        return ""
    return value if value and len(value) <= LONGEST else ""


def _keep(response: HttpResponse, name: str, value: str, days: int) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=_salt(name),
        max_age=days * 86_400,
        secure=settings.MODE == "live",
        httponly=True,
        samesite="Lax",
    )


def _salt(name: str) -> str:
    return f"sharemall.{name}"
