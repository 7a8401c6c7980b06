"""What happens when a member signs in, by whatever means."""

from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from sharemall.accounts import devices, signing
from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.referral import services as referral
from sharemall.storefront import invited, visitor
from sharemall.storefront.middleware import SEEN
from sharemall.storefront.offered import PAYERS
from sharemall.storefront.requests import address_of, next_page

LONGEST_AGENT = 400


def welcome(request: HttpRequest, member: Member, page: str = "") -> HttpResponse:
    """Sign in, and go on to `page`, or where the form says, or home.

    What the visitor had put into the cart is the member's now, and the device is noted.
    """
    login(request, member, backend="django.contrib.auth.backends.ModelBackend")
    now = clock.now()
    devices.signed_in(
        member=member,
        session_key=request.session.session_key or "",
        agent=request.headers.get("User-Agent", "")[:LONGEST_AGENT],
        address=address_of(request),
        today=localdate(now),
        now=now,
    )
    request.session[SEEN] = localdate(now).isoformat()
    remember_payer(request, member)
    response = redirect(page or next_page(request) or reverse("home"))
    visitor.hand_over(request, response, member)
    invited.hand_over(request, response, member)
    return response


def remember_payer(request: HttpRequest, member: Member) -> None:
    """Who the member is at payment providers that ask for it inside their own app."""
    found = signing.payer_ids(member)
    request.session[PAYERS] = found
    for provider, payer in found.items():
        referral.saw(member=member, payer=f"{provider}:{payer}", now=clock.now())


def stay(request: HttpRequest, member: Member) -> None:
    """The member has another password: this device stays signed in, all others are signed out."""
    before = request.session.session_key or ""
    update_session_auth_hash(request, member)
    after = request.session.session_key or ""
    devices.moved(before=before, after=after)
    devices.sign_out_others(member=member, session_key=after)
