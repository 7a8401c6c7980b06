"""What came with a form."""

from typing import Any

from django.http import HttpRequest


def sent(request: HttpRequest) -> dict[str, Any]:
    """The arguments that bind a form to what was sent; none while the page is only looked at."""
    if request.method != "POST":
        return {}
    return {"data": request.POST, "files": request.FILES}
