"""Who carries messages out of the house: what a sender is, and which one each channel has."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings


class Unreachable(Exception):
    """The sender does not answer, or not so that it can be believed: try again later."""


class NotSent(Exception):
    """The sender says no for good: the text is short and tells nothing secret."""


class Unusable(Exception):
    """A setting is there but cannot be used; the text names it, never its value."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender carries. `address` is a phone number or an openid.

    `key` is the same for every try: a sender that can, carries it once. `title` and `text` are in
    Chinese; `values` are what a template of a provider is filled with. `url` is the whole address
    of the page that tells more, "" for none.
    """

    kind: str
    address: str
    key: str
    title: str
    text: str = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    url: str = ""


class Sender(Protocol):
    """One way out of the house."""

    def send(self, letter: Letter, now: datetime) -> None:
        """Carry it. Waits for the network. Raises Unreachable and NotSent."""


def sender(channel: str) -> Sender | None:
    """Who carries messages of a channel (`Outgoing.Channel`); None where nobody does.

    A real one where its settings are there and usable, else in the demo the sandbox.
    """
    from sharemall.messages import sandbox, sms, wechat

    real = {"sms": sms.opened, "wechat": wechat.opened}[channel](os.environ)
    if real is not None or settings.MODE == "live":
        return real
    return sandbox.Sandbox(channel)
