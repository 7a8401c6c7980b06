"""Who takes the money: what the mall needs of a payment provider.

A provider knows nothing of orders and members. What says that money moved is believed only if it
is signed, names our merchant and this very payment; everything else moves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple, Protocol


class Forged(Exception):
    """A notification that is not the provider's, not for us, or not readable: nothing is done."""


class UnknownProvider(Exception):
    """No provider of this name is open in this mall."""


class Unreachable(Exception):
    """The provider did not answer, or not in a way that can be believed: try again later."""


class RefusedByProvider(Exception):
    """The provider answered no; asking the same again will not help.

    `code` is the provider's own word for it, `text` its sentence.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class AlreadyPaid(RefusedByProvider):
    """A payment that should be closed was paid: `query` tells the trade."""


class Place(StrEnum):
    """Where a shopper can use a way to pay."""

    ANYWHERE = "anywhere"
    PHONE = "phone"  # a phone's browser
    COMPUTER = "computer"  # a browser beside which a phone can scan, or one with a keyboard
    WECHAT = "wechat"  # WeChat's own browser


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay with a provider. The names are shown to shoppers."""

    key: str
    name_zh: str
    name_en: str
    place: Place = Place.ANYWHERE
    needs_payer_id: bool = False  # `Charge.payer_id` must be the payer's number at the provider
    needs_payer_address: bool = False  # `Charge.payer_address` must be the shopper's IP address


@dataclass(frozen=True, slots=True)
class Charge:
    """What a shopper is to pay.

    `payment_no` is the mall's number of what is asked for: 6 to 32 letters, digits and
    underscores. Providers refuse another amount or another way under a number that they have seen
    (see `asked_no`). `amount_fen` is more than 0. Nobody can pay after `expires_at`.
    """

    payment_no: str
    amount_fen: int
    title: str
    way: str
    notify_url: str
    return_url: str
    expires_at: datetime
    payer_id: str = ""
    payer_address: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """The shopper goes on at `url`, by a link or a refresh.

    Not by the redirect after a form: the pages' policy lets forms end in the mall alone. Some
    providers look at where the shopper comes from: the page with the link must then be sent with
    `Referrer-Policy: origin`.
    """

    url: str
    shows_origin: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """`text` is shown as a QR code, which the shopper scans with the provider's app."""

    text: str


@dataclass(frozen=True, slots=True)
class JsApi:
    """What the provider's own browser needs to open its pay sheet (`WeixinJSBridge`)."""

    parameters: dict[str, str]


Start = Redirect | Code | JsApi


@dataclass(frozen=True, slots=True)
class Notification:
    """What a provider says of one trade, once signature, merchant and application are verified.

    `amount_fen` is what the shopper was charged; whoever reads it compares it with what was asked.
    `payer_id` is the payer's number with the provider, "" where it does not tell.
    """

    payment_no: str
    trade_no: str
    amount_fen: int
    succeeded: bool
    body: str
    payer_id: str = ""


class RefundStatus(StrEnum):
    """What became of a refund."""

    DONE = "done"
    SENT = "sent"  # the provider has it; asking again with the same number tells more
    FAILED = "failed"  # the provider refused it: someone must look


@dataclass(frozen=True, slots=True)
class RefundResult:
    """A provider's answer to a refund; `fault` is its reason if it failed."""

    status: RefundStatus
    fault: str = ""


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a provider's daily bill. `amount_fen` is positive for refunds as well."""

    payment_no: str
    trade_no: str
    amount_fen: int
    is_refund: bool
    refund_no: str = ""


class Answer(NamedTuple):
    """What a provider wants to read after its notification."""

    status: int
    content_type: str
    body: bytes


class Provider(Protocol):
    """A payment provider, as the mall sees it.

    Everything but `read` and `answer` may wait for the network: never call it while holding a
    lock. Each may raise Unreachable, and all but `refund` RefusedByProvider.
    """

    key: ClassVar[str]
    name_zh: ClassVar[str]
    name_en: ClassVar[str]
    ways: ClassVar[tuple[Way, ...]]

    def start(self, charge: Charge, now: datetime) -> Start:
        """Ask for the money; the same charge again is the same trade."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification | None:
        """Verify and read a notification. Raises Forged; touches no database.

        None if it is genuine but says nothing of money that came (a refund, a trade that waits):
        answer it with yes and do nothing.
        """
        ...

    def answer(self, ok: bool) -> Answer:
        """The answer to a notification. After a no, the provider sends it again later."""
        ...

    def query(self, payment_no: str, now: datetime) -> Notification | None:
        """Ask whether the money came, for notifications that got lost. None: it did not."""
        ...

    def close(self, payment_no: str, now: datetime) -> None:
        """Nobody may pay it any more; a second call changes nothing. Raises AlreadyPaid."""
        ...

    def refund(
        self,
        *,
        refund_no: str,
        payment_no: str,
        trade_no: str,
        amount_fen: int,
        total_fen: int,
        reason: str,
        now: datetime,
    ) -> RefundResult:
        """Give back `amount_fen` of a trade of `total_fen`; one `refund_no` is refunded once."""
        ...

    def bill(self, day: date, now: datetime) -> list[BillLine]:
        """What moved on a business day (Asia/Shanghai); known from 10:00 on the next day."""
        ...


def asked_no(payment_no: str, attempt: int) -> str:
    """The number under which a payment's plan number `attempt` is asked for at a provider.

    Another plan leaves another amount to the provider, and no provider takes two amounts or two
    ways under one number.
    """
    return f"{payment_no}_{attempt}"


def payment_no_of(asked: str) -> str:
    """The payment behind a number made by `asked_no`."""
    return asked.rpartition("_")[0] or asked
