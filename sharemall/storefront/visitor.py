"""Whose cart it is: a member's, or that of a visitor who is known by a cookie.

The cookie is made only when a visitor first puts something into the cart. It is signed, so that
nobody can look into another's cart by guessing, and gone once the cart belongs to a member.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from sharemall.members.models import Member
from sharemall.orders import cart
from sharemall.orders.cart import Owner

COOKIE = "visitor"
SALT = "sharemall.visitor"
DAYS = 30
LONGEST = 40


def known(request: HttpRequest) -> str | None:
    """The visitor of the request's cookie; None without one, and for one that is not ours."""
    try:
        name = request.get_signed_cookie(COOKIE, salt=SALT, max_age=DAYS * 86_400)
    except (KeyError, BadSignature):
        return None
    return name if name and len(name) <= LONGEST else None


def owner(request: HttpRequest) -> Owner | None:
    """Who the cart belongs to; None for a visitor who never put anything in."""
    if isinstance(request.user, Member):
        return Owner(member_id=request.user.pk, visitor=None)
    name = known(request)
    return Owner(member_id=None, visitor=name) if name else None


def owner_to_be(request: HttpRequest) -> Owner:
    """Who something is put in for; a visitor gets a name (see `remember`)."""
    return owner(request) or Owner(member_id=None, visitor=secrets.token_urlsafe(24))


def remember(response: HttpResponse, whose: Owner) -> None:
    """Let the browser keep the visitor's name. Nothing for a member."""
    if whose.visitor:
        response.set_signed_cookie(
            COOKIE,
            whose.visitor,
            salt=SALT,
            max_age=DAYS * 86_400,
            secure=settings.MODE == "live",
            httponly=True,
            samesite="Lax",
        )


def hand_over(request: HttpRequest, response: HttpResponse, member: Member) -> None:
    """The visitor signed in: what is in the cart is the member's now, and the cookie goes."""
    if COOKIE not in request.COOKIES:
        return
    name = known(request)
    if name:
        cart.merge(visitor=name, member_id=member.pk)
    response.delete_cookie(COOKIE, samesite="Lax")
