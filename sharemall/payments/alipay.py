"""Alipay, for phones (WAP) and computers (page), through `python-alipay-sdk`."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from sharemall.payments import alipay_bill, reading
from sharemall.payments.alipay_gateway import Account, Gateway, fetch, stamp
from sharemall.payments.days import SHANGHAI
from sharemall.payments.providers import (
    AlreadyPaid,
    Answer,
    BillLine,
    Charge,
    Forged,
    Notification,
    Place,
    Redirect,
    RefundResult,
    RefundStatus,
    RefusedByProvider,
    Unreachable,
    Way,
)

# Alipay sends a notification again for a day.
LONGEST_WAY = timedelta(days=2)
LARGEST_BILL = 64 * 1024 * 1024  # packed
MOST_FIELDS = 100
LONGEST_TITLE = 100
LONGEST_REASON = 100
NOT_IN_TITLES = re.compile(r"[/=&<>{}\"'\\\x00-\x1f]+")
# Not left to a parser: two of them may see two hosts in one address.
BILLS = re.compile(r"https?://((?:[a-z0-9-]+\.)+alipay\.com/)")
PAGES = {
    "wap": ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    "page": ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
}
PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")
UNKNOWN_TRADE = "ACQ.TRADE_NOT_EXIST"
NOT_NOW = ("ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID")
NO_BILL = ("ISP.BILL_NOT_EXIST", "BILL_NOT_EXIST", "ISV.BILL_NOT_EXIST")


class Alipay:
    """Alipay for one application of one seller."""

    key: ClassVar[str] = "alipay"
    name_zh: ClassVar[str] = "支付宝"
    name_en: ClassVar[str] = "Alipay"
    ways: ClassVar[tuple[Way, ...]] = (
        Way("wap", "支付宝", "Alipay", Place.PHONE),
        Way("page", "支付宝", "Alipay", Place.COMPUTER),
    )

    def __init__(self, account: Account) -> None:
        self._account = account
        self._gateway = Gateway(account)

    def start(self, charge: Charge, now: datetime) -> Redirect:
        """A page of Alipay's; the trade begins there when the shopper signs in."""
        if charge.way not in PAGES:
            raise RefusedByProvider("UNKNOWN_WAY", f"Alipay has no way called {charge.way}")
        method, product = PAGES[charge.way]
        title = NOT_IN_TITLES.sub(" ", charge.title).strip()[:LONGEST_TITLE]
        content = {
            "subject": title or charge.payment_no,
            "out_trade_no": charge.payment_no,
            "total_amount": reading.yuan(charge.amount_fen),
            "product_code": product,
            "time_expire": stamp(charge.expires_at),
        }
        address = self._gateway.page(
            method, content, now, notify_url=charge.notify_url, return_url=charge.return_url
        )
        return Redirect(address)

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification | None:
        """Verify signature, application, seller and age of a notification. Raises Forged."""
        fields = _fields(body)
        signature = fields.pop("sign", "")
        if fields.get("sign_type") != "RSA2":
            raise Forged("the notification is not signed with RSA2")
        if not self._gateway.is_signed(fields, signature):
            raise Forged("the signature is not Alipay's")
        if fields.get("app_id") != self._account.app_id:
            raise Forged("the notification is for another application")
        if fields.get("seller_id") != self._account.seller_id:
            raise Forged("the notification is for another seller")
        try:
            _check_age(fields["notify_time"], now)
            # A refund is told of under the trade that it belongs to.
            return None if fields.get("gmt_refund") else _paid(fields, body.decode())
        except (ValueError, LookupError) as error:
            raise Forged("the notification cannot be read") from error

    def answer(self, ok: bool) -> Answer:
        """Alipay reads the word `success`; after anything else it sends the notification again."""
        return Answer(200, "text/plain", b"success" if ok else b"fail")

    def query(self, payment_no: str, now: datetime) -> Notification | None:
        """Ask for the trade of this number."""
        trade = self._trade(payment_no, now)
        try:
            return _paid(trade, json.dumps(trade, ensure_ascii=False)) if trade else None
        except (ValueError, LookupError) as error:
            raise Unreachable("Alipay's answer cannot be read") from error

    def _trade(self, payment_no: str, now: datetime) -> dict[str, Any] | None:
        try:
            trade = self._gateway.ask("alipay.trade.query", {"out_trade_no": payment_no}, now)
        except RefusedByProvider as refused:
            if refused.code.upper() == UNKNOWN_TRADE:
                return None
            raise
        if trade.get("out_trade_no") != payment_no:
            raise Unreachable("Alipay answered for another payment")
        return trade

    def close(self, payment_no: str, now: datetime) -> None:
        """Close the trade; one that the shopper never saw is over at its time of expiry."""
        try:
            self._gateway.ask("alipay.trade.close", {"out_trade_no": payment_no}, now)
        except RefusedByProvider as refused:
            if refused.code.upper() in NOT_NOW:
                trade = self._trade(payment_no, now)
                if trade and trade.get("trade_status") in PAID:
                    raise AlreadyPaid(refused.code, refused.text) from refused
            elif refused.code.upper() != UNKNOWN_TRADE:
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
        """Ask for a refund; whether it was made is asked again unless Alipay says so at once."""
        content = {
            "trade_no": trade_no,
            "out_request_no": refund_no,
            "refund_amount": reading.yuan(amount_fen),
            "refund_reason": reason[:LONGEST_REASON],
        }
        try:
            answer = self._gateway.ask("alipay.trade.refund", content, now)
        except RefusedByProvider as refused:
            return RefundResult(RefundStatus.FAILED, str(refused))
        if answer.get("trade_no") != trade_no:
            raise Unreachable("Alipay answered for another refund")
        if answer.get("fund_change") == "Y":
            return RefundResult(RefundStatus.DONE)
        return self._refunded(trade_no, refund_no, amount_fen, now)

    def _refunded(
        self, trade_no: str, refund_no: str, amount_fen: int, now: datetime
    ) -> RefundResult:
        """`fund_change` is N for a refund that was made before, and for one that is on its way."""
        content = {"trade_no": trade_no, "out_request_no": refund_no}
        try:
            answer = self._gateway.ask("alipay.trade.fastpay.refund.query", content, now)
        except RefusedByProvider as refused:
            return RefundResult(RefundStatus.SENT, str(refused))
        if answer.get("refund_status") != "REFUND_SUCCESS":
            return RefundResult(RefundStatus.SENT)
        try:
            made = reading.fen_of_yuan(answer.get("refund_amount"))
        except ValueError as error:
            raise Unreachable("Alipay's answer cannot be read") from error
        if (answer.get("trade_no"), answer.get("out_request_no")) != (trade_no, refund_no):
            raise Unreachable("Alipay answered for another refund")
        if made != amount_fen:
            fault = f"this number was used for {reading.yuan(made)} yuan"
            return RefundResult(RefundStatus.FAILED, fault)
        return RefundResult(RefundStatus.DONE)

    def bill(self, day: date, now: datetime) -> list[BillLine]:
        """The day's trades and refunds."""
        content = {"bill_type": "trade", "bill_date": day.isoformat()}
        try:
            answer = self._gateway.ask(
                "alipay.data.dataservice.bill.downloadurl.query", content, now
            )
        except RefusedByProvider as refused:
            if refused.code.upper() in NO_BILL:
                return []
            raise
        address = self._bill_address(str(answer.get("bill_download_url", "")))
        packed = fetch("GET", address, LARGEST_BILL)
        try:
            return alipay_bill.read(packed, seller_id=self._account.seller_id)
        except ValueError as error:
            raise Unreachable(f"the bill cannot be read: {error}") from error

    def _bill_address(self, address: str) -> str:
        """Alipay still gives addresses without TLS; its hosts have it."""
        if self._account.bills and address.startswith(f"{self._account.bills}/"):
            return address
        if self._account.bills or not BILLS.match(address):
            raise Unreachable("the bill is not where Alipay keeps bills")
        return BILLS.sub(r"https://\1", address, count=1)


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Forged("the notification is not a form") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Forged("the notification says something twice")
    return fields


def _check_age(sent: str, now: datetime) -> None:
    moment = datetime.strptime(sent, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    if abs(now - moment) > LONGEST_WAY:
        raise Forged("the notification is too old")


def _paid(trade: Mapping[str, Any], body: str) -> Notification | None:
    """The trade if money came. Raises ValueError and LookupError."""
    if trade["trade_status"] not in PAID:
        return None
    return Notification(
        payment_no=reading.name(trade["out_trade_no"]),
        trade_no=reading.name(trade["trade_no"]),
        amount_fen=reading.fen(reading.fen_of_yuan(trade["total_amount"])),
        succeeded=True,
        body=body,
        payer_id=reading.payer(trade.get("buyer_open_id") or trade.get("buyer_id")),
    )
