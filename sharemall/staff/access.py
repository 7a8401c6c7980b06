"""Who may see the staff's screens: signed-in, active members who are staff, nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sharemall.members.models import Member

View = Callable[..., HttpResponse]


def staff_page(*methods: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A view for staff alone, by these methods: GET (HEAD with it) and POST.

    Who is not signed in is sent to sign in; to every other member there is no such page.
    """
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def guard(view: View) -> Callable[..., HttpResponseBase]:
        by_method = require_http_methods(allowed)(view)

        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                # A form cannot be sent again after signing in: its page is not where to return.
                ours = request.get_full_path() if "GET" in methods else reverse("staff")
                return redirect_to_login(ours)
            if not (request.user.is_active and request.user.is_staff):
                raise Http404
            return by_method(request, *args, **kwargs)

        return guarded

    return guard


def who(request: HttpRequest) -> Member:
    """The member of the staff who asks."""
    assert isinstance(request.user, Member)
    return request.user
