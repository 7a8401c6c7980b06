"""What the console's frame shows around every page."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The menu and the names of django-unfold's frame; nothing outside the console."""
    match = request.resolver_match
    if not getattr(request, "in_console", False) or (match and match.namespace == "admin"):
        return {}
    from sharemall.console.site import site

    return site.each_context(request)
