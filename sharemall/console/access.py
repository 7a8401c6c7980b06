"""Who may see the console's pages, and the log of what is done in them.

A page is declared with the word of roles.py that it needs. Whoever is not signed in is sent to
sign in; to members who are no staff there is no such page; staff prove their second factor first.
Every request that could change something is in the audit log, however it ends; and every file
that is given out, with how far it came.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from sharemall.clock import services as clock
from sharemall.console import roles, taking
from sharemall.members.models import Member
from sharemall.office import audit, selectors
from sharemall.office.models import Action, Outcome, Role

View = Callable[..., HttpResponseBase]
# What django-unfold's frame asks of the browser beyond the shop's policy, on these pages alone.
FRAME_POLICY = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
SAFE = ("GET", "HEAD")
REFUSING = {messages.ERROR, messages.WARNING}


def page(
    *methods: str, may: str, to_post: str | None = None, second_factor: bool = True
) -> Callable[[View], View]:
    """A view for staff whose roles allow `may`, by these methods: GET (HEAD with it) and POST.

    Where looking needs less than doing, `to_post` is what a POST needs. Raises KeyError for a word
    that roles.py has not. Only the pages of the second factor itself do without it.
    """
    needed = dict.fromkeys(methods, may)
    if to_post is not None:
        needed["POST"] = to_post
    for word in needed.values():
        roles.MAY[word]
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def guard(view: View) -> View:
        by_method = require_http_methods(allowed)(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            word = needed.get(request.method or "", may)
            return answer(by_method, request, args, kwargs, may=word, second_factor=second_factor)

        guarded.needed = needed  # type: ignore[attr-defined]  # read for the matrix
        return guarded

    return guard


def answer(
    view: View,
    request: HttpRequest,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    may: str,
    second_factor: bool = True,
) -> HttpResponseBase:
    """What the view answers, or what stands in its way."""
    response = _in_the_way(request, second_factor)
    if response is None:
        if roles.may(roles_of(request), may):
            response = _logged(view, request, args, kwargs)
        else:
            response = _forbidden(request, may)
    add_never_cache_headers(response)
    return csp_update(FRAME_POLICY)(lambda _: response)(request)


def who(request: HttpRequest) -> Member:
    """The member of the staff who asks."""
    assert isinstance(request.user, Member)
    return request.user


def roles_of(request: HttpRequest) -> frozenset[Role]:
    """The roles of who asks; read once a request."""
    if not hasattr(request, "roles"):
        signed_in = request.user.is_authenticated and request.user.is_active
        found = selectors.roles_of(who(request)) if signed_in else frozenset()
        request.roles = found  # type: ignore[attr-defined]
    kept: frozenset[Role] = request.roles  # type: ignore[attr-defined]
    return kept


def _in_the_way(request: HttpRequest, second_factor: bool) -> HttpResponseBase | None:
    # A form cannot be sent again after signing in: its page is not where to return.
    ours = request.get_full_path() if request.method in SAFE else reverse("console")
    if not request.user.is_authenticated:
        return redirect_to_login(ours)
    if not (request.user.is_active and request.user.is_staff and roles_of(request)):
        raise Http404
    request.in_console = True  # type: ignore[attr-defined]  # read by context.frame
    if second_factor and not getattr(request.user, "otp_device", None):
        return redirect(f"{reverse('console-factor')}?{urlencode({'next': ours})}")
    return None


def may(request: HttpRequest, word: str) -> bool:
    """Whether who asks may do this."""
    return roles.may(roles_of(request), word)


def _forbidden(request: HttpRequest, word: str) -> HttpResponse:
    if request.method not in SAFE:
        action = _begin(request)
        audit.end(action, end=Outcome.End.FORBIDDEN, status=403, note="", now=clock.now())
    wanted = [role.label for role in Role if role in roles.MAY[word]]
    return render(request, "console/forbidden.html", {"wanted": wanted}, status=403)


def _logged(
    view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponseBase:
    if request.method in SAFE:
        response = view(request, *args, **kwargs)
        if request.method == "GET" and taking.is_file(response):
            return taking.noted(response, _begin(request))
        return response
    action = _begin(request)
    try:
        response = view(request, *args, **kwargs)
    except Http404:
        audit.end(action, end=Outcome.End.REFUSED, status=404, note="", now=clock.now())
        raise
    except Exception as error:
        audit.end(
            action, end=Outcome.End.FAILED, status=500, note=type(error).__name__, now=clock.now()
        )
        raise
    if taking.is_file(response):
        return taking.noted(response, action)
    said = getattr(messages.get_messages(request), "_queued_messages", [])
    refused = response.status_code >= 400 or any(one.level in REFUSING for one in said)
    audit.end(
        action,
        end=Outcome.End.REFUSED if refused else Outcome.End.DONE,
        status=response.status_code,
        note=" ".join(str(one.message) for one in said),
        now=clock.now(),
    )
    return response


def _begin(request: HttpRequest) -> Action:
    match = request.resolver_match
    assert match is not None
    return audit.begin(
        member=who(request),
        address=request.META.get("REMOTE_ADDR"),
        name=match.view_name,
        target=match.kwargs | ({"?": query} if (query := request.META["QUERY_STRING"]) else {}),
        asked=request.GET,
        sent=request.POST,
        files=dict(request.FILES.items()),
        now=clock.now(),
    )
