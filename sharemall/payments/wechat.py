"""WeChat Pay, version 3, through `wechatpayv3`.

The SDK signs, verifies and decrypts. Beside it stands here what it leaves open: the age of a
notification, whose it is, what an unknown certificate may cause, and where a bill comes from.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from requests import RequestException
from wechatpayv3 import WeChatPayType

from sharemall.payments import reading, wechat_bill
from sharemall.payments.days import SHANGHAI
from sharemall.payments.providers import (
    AlreadyPaid,
    Answer,
    BillLine,
    Charge,
    Code,
    Forged,
    JsApi,
    Notification,
    Place,
    Redirect,
    RefundResult,
    RefundStatus,
    RefusedByProvider,
    Start,
    Unreachable,
    Way,
)
from sharemall.payments.wechat_gateway import Account, ask, call, client, plain

LONGEST_WAY = timedelta(minutes=5)
REFRESH_AFTER = timedelta(minutes=5)
CERTIFICATE_NO = re.compile(r"[0-9A-Fa-f]{8,40}")
LONGEST_TITLE = 40  # of 127 bytes; a Chinese character takes 3
LONGEST_REASON = 25
SIGNED_BY = (
    "Wechatpay-Signature",
    "Wechatpay-Timestamp",
    "Wechatpay-Nonce",
    "Wechatpay-Serial",
    "Wechatpay-Signature-Type",
)
PAID = ("SUCCESS", "REFUND")
REFUNDS = {
    "SUCCESS": RefundStatus.DONE,
    "PROCESSING": RefundStatus.SENT,
    "ABNORMAL": RefundStatus.FAILED,
    "CLOSED": RefundStatus.FAILED,
}
UNKNOWN_ORDER = {"ORDERNOTEXIST", "RESOURCENOTEXISTS"}


class WeChat:
    """WeChat Pay for one merchant account."""

    key: ClassVar[str] = "wechat"
    name_zh: ClassVar[str] = "微信支付"
    name_en: ClassVar[str] = "WeChat Pay"
    ways: ClassVar[tuple[Way, ...]] = (
        Way("jsapi", "微信支付", "WeChat Pay", Place.WECHAT, needs_payer_id=True),
        Way("h5", "微信支付", "WeChat Pay", Place.PHONE, needs_payer_address=True),
        Way("native", "微信扫码支付", "WeChat Pay by QR code", Place.COMPUTER),
    )

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client = client(account)
        self._refreshed_at: datetime | None = None

    def start(self, charge: Charge, now: datetime) -> Start:
        """JSAPI opens WeChat's pay sheet, H5 leads to a page of WeChat, native shows a code."""
        if charge.way == "jsapi":
            answer = self._order(charge, WeChatPayType.JSAPI, payer={"openid": charge.payer_id})
            return self._sheet(_text(answer, "prepay_id"), now)
        if charge.way == "h5":
            scene = {"payer_client_ip": charge.payer_address, "h5_info": {"type": "Wap"}}
            answer = self._order(charge, WeChatPayType.H5, scene_info=scene)
            page = _text(answer, "h5_url")
            if not page.startswith("https://"):
                raise Unreachable("WeChat Pay answered with a page that is not secure")
            back = quote(charge.return_url, safe="")
            return Redirect(f"{page}&redirect_url={back}", shows_origin=True)
        if charge.way == "native":
            return Code(_text(self._order(charge, WeChatPayType.NATIVE), "code_url"))
        raise RefusedByProvider("UNKNOWN_WAY", f"WeChat Pay has no way called {charge.way}")

    def _order(self, charge: Charge, kind: WeChatPayType, **more: Any) -> dict[str, Any]:
        expires = charge.expires_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        return ask(
            lambda: self._client.pay(
                description=charge.title[:LONGEST_TITLE] or charge.payment_no,
                out_trade_no=charge.payment_no,
                amount={"total": charge.amount_fen, "currency": "CNY"},
                time_expire=expires,
                notify_url=charge.notify_url,
                pay_type=kind,
                **more,
            )
        )

    def _sheet(self, prepay_id: str, now: datetime) -> JsApi:
        stamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
        package = f"prepay_id={prepay_id}"
        return JsApi(
            {
                "appId": self._account.app_id,
                "timeStamp": stamp,
                "nonceStr": nonce,
                "package": package,
                "signType": "RSA",
                "paySign": self._client.sign([self._account.app_id, stamp, nonce, package]),
            }
        )

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification | None:
        """Verify signature, age, merchant and application of a notification, and decrypt it.

        Raises Forged, and Unreachable if a certificate is needed that cannot be had now.
        """
        signed_by = {name: headers.get(name, "") for name in SIGNED_BY}
        self._check_age(signed_by["Wechatpay-Timestamp"], now)
        self._check_signer(signed_by["Wechatpay-Serial"], now)
        try:
            message = self._client.callback(signed_by, body)
        except RequestException as error:
            raise Unreachable("WeChat Pay's certificates cannot be fetched") from error
        except Exception as error:  # the SDK has no kinds of errors of its own
            raise Forged("the notification cannot be verified") from error
        if not message:
            raise Forged("the signature is not WeChat Pay's")
        return self._read_message(message)

    def _check_age(self, stamp: str, now: datetime) -> None:
        if not re.fullmatch(r"[0-9]{10}", stamp):
            raise Forged("the notification has no time")
        if abs(now.timestamp() - int(stamp)) > LONGEST_WAY.total_seconds():
            raise Forged("the notification is too old")

    def _check_signer(self, number: str, now: datetime) -> None:
        """A number that nobody knows makes the SDK fetch certificates: not at everybody's wish."""
        if self._account.public_key_no and number == self._account.public_key_no:
            return
        if not CERTIFICATE_NO.fullmatch(number):
            raise Forged("the notification names no certificate")
        known = {certificate.serial_number for certificate in self._client._core._certificates}
        if int(number, 16) in known:
            return
        if self._refreshed_at and abs(now - self._refreshed_at) < REFRESH_AFTER:
            raise Forged("the certificate is unknown")
        self._refreshed_at = now

    def _read_message(self, message: dict[str, Any]) -> Notification | None:
        try:
            trade = message["resource"]
            if trade["mchid"] != self._account.merchant_no:
                raise Forged("the notification is for another merchant")
            if message["event_type"] != "TRANSACTION.SUCCESS":
                return None
            if trade["appid"] != self._account.app_id:
                raise Forged("the notification is for another application")
            return _paid(trade)
        except (ValueError, LookupError, TypeError) as error:
            raise Forged("the notification cannot be read") from error

    def answer(self, ok: bool) -> Answer:
        """WeChat Pay reads the status; after a no it sends the notification again."""
        text = {"code": "SUCCESS", "message": ""} if ok else {"code": "FAIL", "message": "again"}
        return Answer(200 if ok else 500, "application/json", json.dumps(text).encode())

    def query(self, payment_no: str, now: datetime) -> Notification | None:
        """Ask for the trade of this number; its merchant and application are checked."""
        try:
            trade = ask(lambda: self._client.query(out_trade_no=payment_no))
        except RefusedByProvider as refused:
            if plain(refused.code) in UNKNOWN_ORDER:
                return None
            raise
        asked = (self._account.merchant_no, self._account.app_id, payment_no)
        try:
            if (trade["mchid"], trade["appid"], trade["out_trade_no"]) != asked:
                raise Unreachable("WeChat Pay answered for another payment")
            return _paid(trade)
        except (ValueError, LookupError, TypeError) as error:
            raise Unreachable("WeChat Pay's answer cannot be read") from error

    def close(self, payment_no: str, now: datetime) -> None:
        """Close the trade; one that was never asked for needs no closing."""
        try:
            ask(lambda: self._client.close(out_trade_no=payment_no))
        except RefusedByProvider as refused:
            code = plain(refused.code)
            if code == "ORDERPAID":
                raise AlreadyPaid(refused.code, refused.text) from refused
            if code not in UNKNOWN_ORDER | {"ORDERCLOSED"}:
                raise

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
        """Ask for a refund, or how one that was asked for stands: both are the same request."""
        try:
            answer = ask(
                lambda: self._client.refund(
                    out_refund_no=refund_no,
                    transaction_id=trade_no,
                    amount={"refund": amount_fen, "total": total_fen, "currency": "CNY"},
                    reason=reason[:LONGEST_REASON] or None,
                )
            )
        except RefusedByProvider as refused:
            return RefundResult(RefundStatus.FAILED, str(refused))
        try:
            amounts = answer["amount"]
            given = (answer["out_refund_no"], answer["transaction_id"], amounts["refund"])
            state = answer["status"]
            status = REFUNDS[state]
        except (LookupError, TypeError) as error:
            raise Unreachable("WeChat Pay's answer cannot be read") from error
        if given != (refund_no, trade_no, amount_fen):
            raise Unreachable("WeChat Pay answered for another refund")
        return RefundResult(status, state if status == RefundStatus.FAILED else "")

    def bill(self, day: date, now: datetime) -> list[BillLine]:
        """The day's trades and refunds. The file's hash is in an answer that is signed."""
        try:
            answer = ask(lambda: self._client.trade_bill(bill_date=day.isoformat()))
        except RefusedByProvider as refused:
            if plain(refused.code) == "NOSTATEMENTEXIST":
                return []
            if plain(refused.code) == "STATEMENTCREATING":
                raise Unreachable("the bill is not ready yet") from refused
            raise
        address = _text(answer, "download_url")
        if not address.startswith(f"{self._account.gateway}/v3/billdownload/file?"):
            raise Unreachable("the bill is not where WeChat Pay keeps bills")
        packed = self._download(address)
        try:
            content = reading.unpack_gzip(packed)
            if hashlib.sha1(content, usedforsecurity=False).hexdigest() != _hash(answer):
                raise ValueError("the bill does not fit its hash")
            return wechat_bill.read(content, merchant_no=self._account.merchant_no)
        except ValueError as error:
            raise Unreachable(f"the bill cannot be read: {error}") from error

    def _download(self, address: str) -> bytes:
        status, content = call(lambda: self._client.download_bill(address))
        if status != 200 or not isinstance(content, bytes):
            raise Unreachable(f"the bill cannot be fetched: {status}")
        return content


def _paid(trade: dict[str, Any]) -> Notification | None:
    """The trade if money came. Raises ValueError, LookupError and TypeError."""
    if trade["trade_state"] not in PAID:
        return None
    payer = trade.get("payer")
    if trade["amount"]["currency"] != "CNY":
        raise ValueError("paid in another currency")
    return Notification(
        payment_no=reading.name(trade["out_trade_no"]),
        trade_no=reading.name(trade["transaction_id"]),
        amount_fen=reading.fen(trade["amount"]["total"]),
        succeeded=True,
        body=json.dumps(trade, ensure_ascii=False),
        payer_id=reading.payer(payer.get("openid") if isinstance(payer, dict) else None),
    )


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise Unreachable(f"WeChat Pay's answer has no {name}")
    return value


def _hash(answer: dict[str, Any]) -> str:
    if answer.get("hash_type") != "SHA1":
        raise ValueError("the bill has a hash of an unknown kind")
    return _text(answer, "hash_value").lower()
