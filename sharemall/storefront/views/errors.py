"""Error pages in the language and the look of the mall."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood."""
    return _page(request, 400, _("This request could not be understood."), "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this member."""
    return _page(request, 403, _("This page is not yours to open."), "")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose proof of origin is missing or too old."""
    text = _("Go back, load the page again and send the form once more. Nothing was changed.")
    return _page(request, 403, _("This form is too old."), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page."""
    text = _("It may have moved, or what it showed is no longer on sale.")
    return _page(request, 404, _("There is no such page."), text)


def too_many(request: HttpRequest, *, wait_seconds: int) -> HttpResponse:
    """429: attempts must wait."""
    minutes = -(-wait_seconds // 60)
    text = _("Please try again in %(minutes)d minutes.") % {"minutes": minutes}
    response = _page(request, 429, _("Too many attempts."), text)
    response.headers["Retry-After"] = str(wait_seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the page must show even where the database does not answer."""
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"status": status, "error_title": title, "error_text": text}
    return render(request, "error.html", context, status=status)
