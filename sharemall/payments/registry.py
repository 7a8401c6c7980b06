"""The payment providers that are open in this mall."""

from django.conf import settings

from sharemall.payments.providers import Provider, UnknownProvider
from sharemall.payments.sandbox import Sandbox


def provider(key: str) -> Provider:
    """The open provider of this name. Raises UnknownProvider; the sandbox is closed in `live`."""
    if key == Sandbox.key and settings.MODE == "demo":
        return Sandbox()
    raise UnknownProvider(key)
