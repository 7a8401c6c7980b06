"""Alipay as a merchant meets it: verifies signed requests, signs answers and notifications.

Written after Alipay's own description, with `cryptography` alone: nothing here comes from the SDK
under test.
"""

import base64
import io
import json
import re
import zipfile
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from tests.payments.local_server import LocalServer, Request, Response, key_of, public_pem

APP_ID, SELLER_ID = "2021000000000001", "2088102100000156"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LIST = "业务明细列表"
COLUMNS = re.split(
    ",",
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注",
)


class AlipayServer(LocalServer):
    """Trades and refunds of one seller."""

    def __init__(self) -> None:
        super().__init__()
        self.trades: dict[str, dict[str, str]] = {}
        self.refunds: dict[tuple[str, str], str] = {}
        self.on_its_way = False
        self.bill_file: bytes | None = None
        self.bill_address = ""
        self.signer = "alipay"

    # What a shopper does

    def open(self, address: str) -> dict[str, Any]:
        """The page that a shopper is sent to: the signed request becomes a trade."""
        fields = self._verified(urlsplit(address).query)
        assert fields is not None, "the request is not signed by the merchant"
        content: dict[str, Any] = json.loads(fields["biz_content"])
        self.trades[content["out_trade_no"]] = {
            "out_trade_no": content["out_trade_no"],
            "trade_no": f"2016{len(self.trades):012}",
            "total_amount": content["total_amount"],
            "trade_status": "WAIT_BUYER_PAY",
        }
        return fields | {"content": content}

    def pay(self, payment_no: str, amount: str | None = None) -> None:
        trade = self.trades[payment_no]
        trade["trade_status"] = "TRADE_SUCCESS"
        trade["total_amount"] = amount or trade["total_amount"]

    def notification(self, payment_no: str, now: datetime, **changes: str | None) -> bytes:
        """A changed field is another one in the signed form; None leaves it out."""
        told = {
            "notify_time": now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            "notify_type": "trade_status_sync",
            "notify_id": "ac05099524730693a8b330c5ecf72da9786",
            "charset": "utf-8",
            "version": "1.0",
            "app_id": APP_ID,
            "seller_id": SELLER_ID,
            "subject": "龙井茶 & 杯",
            "body": "",
            "sign_type": "RSA2",
            **self.trades[payment_no],
        } | changes
        fields = {name: value for name, value in told.items() if value is not None}
        return self.signed_form(fields)

    def signed_form(self, fields: dict[str, str]) -> bytes:
        ordered = sorted(item for item in fields.items() if item[0] != "sign_type")
        signature = self._sign("&".join(f"{name}={value}" for name, value in ordered))
        return urlencode(fields | {"sign": signature}, quote_via=quote_plus).encode()

    def _sign(self, text: str) -> str:
        return base64.b64encode(
            key_of(self.signer).sign(text.encode(), PKCS1v15(), SHA256())
        ).decode()

    # The gateway

    def handle(self, request: Request) -> Response:
        if request.path.startswith("/bill.zip"):
            return Response(200, self.bill_file or b"")
        fields = self._verified(request.body.decode())
        if fields is None:
            return self._error("isv.invalid-signature", "无效签名")
        if fields["app_id"] != APP_ID:
            return self._error("isv.invalid-app-id", "无效的AppID参数")
        method, content = fields["method"], json.loads(fields["biz_content"])
        return {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill,
        }[method](method, content)

    def _verified(self, form: str) -> dict[str, str] | None:
        fields = dict(parse_qsl(form, keep_blank_values=True, strict_parsing=True))
        signature = base64.b64decode(fields.pop("sign", ""))
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value)
        try:
            key_of("seller").public_key().verify(signature, text.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return None
        return fields

    def _yes(self, method: str, **content: Any) -> Response:
        return self.signed_answer(method, {"code": "10000", "msg": "Success", **content})

    def _no(self, method: str, code: str, text: str) -> Response:
        answer = {"code": "40004", "msg": "Business Failed", "sub_code": code, "sub_msg": text}
        return self.signed_answer(method, answer)

    def signed_answer(self, method: str, content: dict[str, Any]) -> Response:
        text = json.dumps(content, ensure_ascii=False)
        name = f"{method.replace('.', '_')}_response"
        body = f'{{"{name}":{text},"sign":"{self._sign(text)}"}}'
        return Response(200, body.encode(), {"Content-Type": "text/html;charset=utf-8"})

    def _error(self, code: str, text: str) -> Response:
        """Not signed: whose key should it be?"""
        error = {"code": "40002", "msg": "Invalid Arguments", "sub_code": code, "sub_msg": text}
        return Response(200, json.dumps({"error_response": error}).encode())

    def _query(self, method: str, content: dict[str, str]) -> Response:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return self._no(method, "ACQ.TRADE_NOT_EXIST", "交易不存在")
        return self._yes(method, **trade, store_name="a } in { braces")

    def _close(self, method: str, content: dict[str, str]) -> Response:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return self._no(method, "ACQ.TRADE_NOT_EXIST", "交易不存在")
        if trade["trade_status"] != "WAIT_BUYER_PAY":
            return self._no(method, "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        trade["trade_status"] = "TRADE_CLOSED"
        return self._yes(method, out_trade_no=trade["out_trade_no"])

    def _refund(self, method: str, content: dict[str, str]) -> Response:
        trade_no, request_no = content["trade_no"], content["out_request_no"]
        trade = next((each for each in self.trades.values() if each["trade_no"] == trade_no), None)
        if trade is None:
            return self._no(method, "ACQ.TRADE_NOT_EXIST", "交易不存在")
        asked, known = content["refund_amount"], self.refunds.get((trade_no, request_no))
        if known and known != asked:
            return self._no(method, "ACQ.DISCORDANT_REPEAT_REQUEST", "不一致的请求")
        refunded = sum(map(fen, self.refunds.values()))
        if not known and refunded + fen(asked) > fen(trade["total_amount"]):
            return self._no(method, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        self.refunds[trade_no, request_no] = asked
        change = "N" if known or self.on_its_way else "Y"
        return self._yes(method, trade_no=trade_no, fund_change=change, refund_fee=asked)

    def _refund_query(self, method: str, content: dict[str, str]) -> Response:
        asked = content["trade_no"], content["out_request_no"]
        if self.on_its_way or asked not in self.refunds:
            return self._yes(method)
        return self._yes(
            method,
            trade_no=asked[0],
            out_request_no=asked[1],
            refund_amount=self.refunds[asked],
            refund_status="REFUND_SUCCESS",
        )

    def _bill(self, method: str, content: dict[str, str]) -> Response:
        if self.bill_file is None:
            return self._no(method, "isp.bill_not_exist", "账单不存在")
        address = self.bill_address or f"{self.address}/bill.zip?day={content['bill_date']}"
        return self._yes(method, bill_download_url=address)


def fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(part)


def bill(
    lines: list[dict[str, str]], *, paid: int, refunded: int, account: str = "2088102100xxxx560156"
) -> str:
    """The list of a bill as Alipay writes it; columns that a line does not name are empty."""
    rows = [",".join(line.get(name, "") + "\t" for name in COLUMNS) for line in lines]
    return "\r\n".join(
        [
            "#支付宝业务明细查询",
            f"#账号：[{account}]",
            "#起始日期：[2026年11月21日 00:00:00]   终止日期：[2026年11月22日 00:00:00]",
            f"#----------------------------------------{LIST}----------------------------------",
            ",".join(COLUMNS),
            *rows,
            f"#----------------------------------------{LIST}结束------------------------------",
            f"#交易合计：{paid}笔，商家实收共0.02元，商家优惠共0.00元",
            f"#退款合计：{refunded}笔，商家实收退款共-0.00元，商家优惠退款共0.00元",
            "#导出时间：[2026年11月22日 09:10:00]",
            "",
        ]
    )


def packed(*texts: str, encoding: str = "gbk") -> bytes:
    """A zip file with the summary first, as Alipay packs it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("summary.csv", "#支付宝业务汇总查询\r\n门店编号,交易订单总笔数".encode("gbk"))
        for number, text in enumerate(texts):
            file.writestr(f"list{number}.csv", text.encode(encoding))
    return buffer.getvalue()


def platform_key() -> str:
    return public_pem(key_of("alipay"))
