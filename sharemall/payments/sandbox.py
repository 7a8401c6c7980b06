"""The sandbox provider: no money moves, but its notifications are really signed and verified.

It keeps a side of its own, as a real provider would: what it charged and refunded (SandboxTrade)
and what it has still to tell (SandboxNotice). The key is made once and kept in the data folder;
who does not have it cannot make an order paid.
"""

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from sharemall.payments.days import bounds
from sharemall.payments.models import SandboxNotice, SandboxTrade
from sharemall.payments.providers import (
    Answer,
    BillLine,
    Charge,
    Forged,
    Notification,
    Redirect,
    RefundResult,
    RefundStatus,
    Way,
)

MERCHANT_NO = "SANDBOX-MALL"
PAGE = "/sandbox/{}/"
LONGEST_WAY = timedelta(minutes=5)
RESULTS = ("success", "failed")
NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")
MOST_FEN = 10**14


DONE = RefundResult(RefundStatus.DONE)


@dataclass(frozen=True, slots=True)
class Signed:
    """A notification on its way from the sandbox to the mall."""

    headers: dict[str, str]
    body: bytes


class Sandbox:
    """A provider whose pay page lets the shopper choose how the payment ends."""

    key: ClassVar[str] = "sandbox"
    name_zh: ClassVar[str] = "沙箱支付"
    name_en: ClassVar[str] = "Sandbox"
    ways: ClassVar[tuple[Way, ...]] = (
        Way("page", "沙箱支付（不扣真钱）", "Sandbox (no real money)"),
    )

    def start(self, charge: Charge, now: datetime) -> Redirect:
        """The pay page is one of the mall's own pages."""
        return Redirect(PAGE.format(charge.payment_no))

    def pay(
        self, *, payment_no: str, amount_fen: int, attempt: str, succeeds: bool, now: datetime
    ) -> Signed:
        """End an attempt to pay and sign what the mall is told of it.

        The same `attempt` is the same trade: sent twice, it is one trade notified twice. Another
        amount than the one that was asked for makes a wrong or a partial payment.
        """
        return sign(self._charge(payment_no, amount_fen, attempt, succeeds, now), now=now)

    def pay_later(
        self,
        *,
        payment_no: str,
        amount_fen: int,
        attempt: str,
        succeeds: bool,
        now: datetime,
        due_at: datetime,
    ) -> None:
        """The same, but the mall is told at `due_at` only: until then just `query` knows of it."""
        body = self._charge(payment_no, amount_fen, attempt, succeeds, now)
        SandboxNotice.objects.create(body=body.decode(), due_at=due_at)

    @transaction.atomic
    def _charge(
        self, payment_no: str, amount_fen: int, attempt: str, succeeds: bool, now: datetime
    ) -> bytes:
        digest = hashlib.sha256(f"{payment_no} {attempt}".encode()).hexdigest()
        trade_no = f"SB{digest[:24].upper()}"
        if succeeds:
            SandboxTrade.objects.get_or_create(
                trade_no=trade_no,
                refund_no="",
                defaults={"payment_no": payment_no, "amount_fen": amount_fen, "at": now},
            )
        return _body(payment_no, trade_no, amount_fen, succeeds)

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

    def answer(self, ok: bool) -> Answer:
        """The sandbox sends nothing again by itself; its answer is for whoever reads it."""
        return Answer(200 if ok else 400, "text/plain", b"success" if ok else b"fail")

    def query(self, payment_no: str, now: datetime) -> Notification | None:
        """The first trade that paid it, whether the mall was told of it or not."""
        trades = SandboxTrade.objects.filter(payment_no=payment_no, refund_no="")
        trade = trades.order_by("id").first()
        if trade is None:
            return None
        return _parse(_body(trade.payment_no, trade.trade_no, trade.amount_fen, succeeds=True))

    def close(self, payment_no: str, now: datetime) -> None:
        """Nothing to do: who pays late on purpose sees how late money goes back."""

    @transaction.atomic
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
        """Give back a part of a trade, never more than it took. Locks the trade."""
        trades = SandboxTrade.objects.filter(trade_no=trade_no, payment_no=payment_no)
        trade = trades.select_for_update().filter(refund_no="", amount_fen=total_fen).first()
        if trade is None:
            return _failed("there is no such trade")
        known = trades.filter(refund_no=refund_no).exclude(refund_no="").first()
        if known:
            same = known.amount_fen == amount_fen
            return DONE if same else _failed("this number was used for another amount")
        refunded = trades.exclude(refund_no="").aggregate(sum=Sum("amount_fen"))["sum"] or 0
        if not 0 < amount_fen <= trade.amount_fen - refunded:
            return _failed("more than is left of the trade")
        SandboxTrade.objects.create(
            payment_no=payment_no,
            trade_no=trade_no,
            refund_no=refund_no,
            amount_fen=amount_fen,
            at=now,
        )
        return DONE

    def bill(self, day: date, now: datetime) -> list[BillLine]:
        """What the sandbox charged and refunded that day."""
        trades = SandboxTrade.objects.filter(at__range=bounds(day)).order_by("id")
        return [
            BillLine(
                payment_no=trade.payment_no,
                trade_no=trade.trade_no,
                refund_no=trade.refund_no,
                amount_fen=trade.amount_fen,
                is_refund=bool(trade.refund_no),
            )
            for trade in trades
        ]


def deliver_due(now: datetime) -> Iterator[Signed]:
    """The sandbox's delayed notifications that are due, signed now.

    One is forgotten when the next one is asked for: whoever takes them and fails is told again.
    """
    for notice in SandboxNotice.objects.filter(due_at__lte=now).order_by("due_at", "id"):
        yield sign(notice.body.encode(), now=now)
        notice.delete()


def _failed(fault: str) -> RefundResult:
    return RefundResult(RefundStatus.FAILED, fault)


def _body(payment_no: str, trade_no: str, amount_fen: int, succeeds: bool) -> bytes:
    return json.dumps(
        {
            "merchant_no": MERCHANT_NO,
            "payment_no": payment_no,
            "trade_no": trade_no,
            "amount_fen": amount_fen,
            "result": RESULTS[0] if succeeds else RESULTS[1],
        }
    ).encode()


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
