"""The payment providers that are open in this mall."""

import logging
import os
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings

from sharemall.payments.keys import Unusable
from sharemall.payments.providers import Provider, UnknownProvider
from sharemall.payments.sandbox import Sandbox

REAL = ("wechat", "alipay")
Secrets = tuple[tuple[str, str], ...]

log = logging.getLogger(__name__)


def providers() -> list[Provider]:
    """The open providers, in the order in which they are offered.

    A real one is open when all of its secrets are set and usable, the sandbox in the demo.
    """
    found = [each for each in map(_real, REAL) if each is not None]
    return [*found, Sandbox()] if settings.MODE == "demo" else found


def provider(key: str) -> Provider:
    """The open provider of this name. Raises UnknownProvider."""
    for each in providers():
        if each.key == key:
            return each
    raise UnknownProvider(key)


def faults(environment: Mapping[str, str] = os.environ) -> list[str]:
    """What keeps providers closed of which something is set, a sentence each."""
    found = []
    for key in REAL:
        try:
            _open(key, secrets_of(key, environment))
        except Unusable as unusable:
            found.append(str(unusable))
    return found


def secrets_of(key: str, environment: Mapping[str, str]) -> Secrets:
    """What the environment says of a provider."""
    prefix = f"SHAREMALL_{key.upper()}_"
    return tuple(sorted(item for item in environment.items() if item[0].startswith(prefix)))


def _real(key: str) -> Provider | None:
    return _open_or_say_why(key, secrets_of(key, os.environ))


@lru_cache(maxsize=16)
def _open_or_say_why(key: str, secrets: Secrets) -> Provider | None:
    """Kept, so that keys are read once, and a fault is logged once."""
    try:
        return _open(key, secrets)
    except Unusable as unusable:
        log.error("Payments through %s are closed: %s", key, unusable)
        return None


def _open(key: str, secrets: Secrets) -> Provider | None:
    """The SDKs are loaded only in malls that use them."""
    if not secrets:
        return None
    if key == "wechat":
        from sharemall.payments import wechat, wechat_gateway

        return wechat.WeChat(wechat_gateway.Account.read(dict(secrets)))
    from sharemall.payments import alipay, alipay_gateway

    return alipay.Alipay(alipay_gateway.Account.read(dict(secrets)))
