"""What every page knows."""

from typing import Any

from django.http import HttpRequest


def mall(request: HttpRequest) -> dict[str, Any]:
    """The brand and the mode."""
    return {}
