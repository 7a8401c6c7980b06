"""Who takes the money: what the mall needs of a payment provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol


class Forged(Exception):
    """A notification that is not the provider's, not for us, or not readable: nothing is done."""


class UnknownProvider(Exception):
    """No provider of this name is open in this mall."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What a provider says of one trade, once its signature is verified."""

    payment_no: str
    trade_no: str
    amount_fen: int
    succeeded: bool
    body: str


class Provider(Protocol):
    """A payment provider, as the mall sees it."""

    key: ClassVar[str]

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
        """Verify and read a notification. Raises Forged; touches no database."""
        ...
