"""The sandbox provider: no money moves, but its notifications are really signed and verified.

The key is made once and kept in the data folder; who does not have it cannot make an order paid.
"""

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings

from sharemall.payments.providers import Forged, Notification

MERCHANT_NO = "SANDBOX-MALL"
LONGEST_WAY = timedelta(minutes=5)
RESULTS = ("success", "failed")
NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")
MOST_FEN = 10**14


@dataclass(frozen=True, slots=True)
class Signed:
    """A notification on its way from the sandbox to the mall."""

    headers: dict[str, str]
    body: bytes


class Sandbox:
    """A provider whose pay page lets the shopper choose how the payment ends."""

    key: ClassVar[str] = "sandbox"

    def pay(
        self, *, payment_no: str, amount_fen: int, attempt: str, succeeds: bool, now: datetime
    ) -> Signed:
        """End an attempt to pay and sign what the mall is told of it.

        The same `attempt` is the same trade: sent twice, it is one trade notified twice.
        """
        trade = hashlib.sha256(f"{payment_no} {attempt}".encode()).hexdigest()[:24]
        body = json.dumps(
            {
                "merchant_no": MERCHANT_NO,
                "payment_no": payment_no,
                "trade_no": f"SB{trade.upper()}",
                "amount_fen": amount_fen,
                "result": RESULTS[0] if succeeds else RESULTS[1],
            }
        ).encode()
        return sign(body, now=now)

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
        """Verify signature, age and addressee of a notification. Raises Forged."""
        stamp = headers.get("Sandbox-Timestamp", "")
        expected = _signature(stamp, headers.get("Sandbox-Nonce", ""), body)
        given = headers.get("Sandbox-Signature", "").encode("utf-8", "replace")
        if not hmac.compare_digest(expected.encode(), given):
            raise Forged("the signature is not the sandbox's")
        # The stamp is signed, so it is one that `sign` wrote.
        if abs(now - datetime.fromisoformat(stamp)) > LONGEST_WAY:
            raise Forged("the notification is too old")
        return _parse(body)


def sign(body: bytes, *, now: datetime) -> Signed:
    """Sign `body` as the sandbox does."""
    stamp, nonce = now.isoformat(), secrets.token_hex(8)
    return Signed(
        headers={
            "Sandbox-Timestamp": stamp,
            "Sandbox-Nonce": nonce,
            "Sandbox-Signature": _signature(stamp, nonce, body),
        },
        body=body,
    )


def _parse(body: bytes) -> Notification:
    try:
        text = body.decode()
        fields: dict[str, Any] = json.loads(text)
        notification = Notification(
            payment_no=_name(fields["payment_no"]),
            trade_no=_name(fields["trade_no"]),
            amount_fen=_amount(fields["amount_fen"]),
            succeeded=RESULTS.index(fields["result"]) == 0,
            body=text,
        )
        merchant_no = fields["merchant_no"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Forged("the notification cannot be read") from error
    if merchant_no != MERCHANT_NO:
        raise Forged("the notification is for another merchant")
    return notification


def _name(value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError(value)
    return value


def _amount(value: Any) -> int:
    if type(value) is not int or abs(value) > MOST_FEN:
        raise ValueError(value)
    return value


def _signature(stamp: str, nonce: str, body: bytes) -> str:
    message = f"{stamp}\n{nonce}\n".encode("utf-8", "replace") + body
    return hmac.new(_key(), message, hashlib.sha256).hexdigest()


def _key() -> bytes:
    path = Path(settings.DATA_DIR) / "sandbox_payment_key"
    if not path.exists():
        _make_key(path)
    return path.read_bytes()


def _make_key(path: Path) -> None:
    """Written beside and linked into place: of two processes at once, one key stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
