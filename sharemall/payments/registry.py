"""The payment providers that are open in this mall."""

from django.conf import settings

from sharemall.payments.providers import Provider, UnknownProvider
from sharemall.payments.sandbox import Sandbox


def providers() -> list[Provider]:
    """The open providers, in the order in which they are offered; the sandbox only in the demo."""
    return [Sandbox()] if settings.MODE == "demo" else []


def provider(key: str) -> Provider:
    """The open provider of this name. Raises UnknownProvider."""
    for each in providers():
        if each.key == key:
            return each
    raise UnknownProvider(key)
