"""Lists a page at a time."""

from typing import Any

from django.http import HttpRequest

from sharemall.console.selectors import Page

MOST_DIGITS = 18


def before(request: HttpRequest) -> int | None:
    """The mark that the page begins behind; None for the first, or a broken mark."""
    mark = request.GET.get("before", "")
    return int(mark) if mark.isascii() and mark.isdecimal() and len(mark) <= MOST_DIGITS else None


def next_url(request: HttpRequest, page: Page[Any]) -> str:
    """The address of the next page, by the same filters; empty at the end."""
    if page.before is None:
        return ""
    asked = request.GET.copy()
    asked["before"] = str(page.before)
    return f"?{asked.urlencode()}"
