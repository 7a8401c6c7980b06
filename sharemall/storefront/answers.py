"""What an answer to htmx says beside its markup: a toast, the number in the cart."""

import json
from typing import Any

from django.http import HttpResponse


def say(
    response: HttpResponse, text: str = "", *, kind: str = "good", cart_count: int | None = None
) -> HttpResponse:
    """Let app.js show `text` as a toast (`kind`: good, bad) and write a new number at the cart."""
    events: dict[str, Any] = {}
    if text:
        events["toast"] = {"text": text, "kind": kind}
    if cart_count is not None:
        events["cart"] = {"count": cart_count}
    response.headers["HX-Trigger"] = json.dumps(events)
    return response
