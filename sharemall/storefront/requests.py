"""What several pages read out of a request."""

from typing import cast

from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from sharemall.members.models import Member

MOST_DIGITS = 18  # every such number fits into a key of the database


def member_of(request: HttpRequest) -> Member:
    """Who is signed in, behind `login_required`."""
    return cast(Member, request.user)


def next_page(request: HttpRequest) -> str:
    """The page to go on to, if it is one of ours; else ""."""
    return _ours(request, request.POST.get("next") or request.GET.get("next", ""))


def page_before(request: HttpRequest) -> str:
    """The page that the request came from, if it is one of ours; else ""."""
    return _ours(request, request.headers.get("Referer", ""))


def _ours(request: HttpRequest, address: str) -> str:
    ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


def number(text: str | None) -> int | None:
    """A whole number that is not negative, as a form sends it; None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    return None


def mark(request: HttpRequest) -> int | None:
    """Where the next page of a list begins (`?before=`). Raises Http404 for what is no mark."""
    text = request.GET.get("before", "")
    found = number(text)
    if text and found is None:
        raise Http404
    return found


def address_of(request: HttpRequest) -> str:
    """Where the request came from, as an IP address; 0.0.0.0 for a peer that nobody knows."""
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104
