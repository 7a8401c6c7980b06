"""WeChat Pay as a merchant meets it: verifies requests, signs answers, encrypts what it tells.

Written after WeChat Pay's own description of version 3, with `cryptography` alone: nothing here
comes from the SDK under test.
"""

import base64
import gzip
import hashlib
import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.payments.local_server import LocalServer, Request, Response, key_of, public_pem

MERCHANT_NO, APP_ID = "1900000001", "wxd678efh567hg6787"
API_KEY = "0123456789abcdef0123456789ABCDEF"
CERTIFICATE_NO = "444F4864EA9B34415F5F66EC2D3FBBA6"
PUBLIC_KEY_NO = "PUB_KEY_ID_0114232134912410000000000000"
COLUMNS = re.split(
    ",",
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
)
SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


class WeChatServer(LocalServer):
    """Trades and refunds of one merchant. `signs_with` is a key's number: it may be changed."""

    def __init__(self) -> None:
        super().__init__()
        self.trades: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.refund_state = "SUCCESS"
        self.bill_lines: list[dict[str, str]] = []
        self.bill_file: bytes | None = None  # instead of what the lines make
        self.bill_hash = ""  # instead of the right one
        self.bill_address = ""
        self.certificates: dict[str, RSAPrivateKey] = {}
        self.issued: dict[str, x509.Certificate] = {}
        self.signs_with = PUBLIC_KEY_NO

    # Trades, as a shopper's phone moves them

    def pay(self, payment_no: str, amount_fen: int | None = None) -> None:
        trade = self.trades[payment_no]
        trade["trade_state"] = "SUCCESS"
        trade["transaction_id"] = f"42000{abs(hash(payment_no)) % 10**15:015}"
        if amount_fen is not None:
            trade["amount"] = {"total": amount_fen, "currency": "CNY"}

    def notification(
        self, payment_no: str, now: datetime, event: str = "TRANSACTION.SUCCESS", **changes: Any
    ) -> tuple[dict[str, str], bytes]:
        resource = self.trades[payment_no] | changes
        body = json.dumps(
            {
                "id": "EV-2018022511223320873",
                "create_time": now.isoformat(timespec="seconds"),
                "resource_type": "encrypt-resource",
                "event_type": event,
                "summary": "支付成功",
                "resource": {
                    "original_type": "transaction",
                    "algorithm": "AEAD_AES_256_GCM",
                    **encrypted(json.dumps(resource).encode(), "transaction"),
                },
            }
        ).encode()
        return self.signed(body, now), body

    def signed(self, body: bytes, now: datetime | None = None) -> dict[str, str]:
        """The headers of an answer or a notification of this body."""
        stamp = str(int(now.timestamp() if now else time.time()))
        nonce = base64.b32encode(hashlib.sha256(body).digest()).decode()[:32]
        key = self.certificates.get(self.signs_with) or key_of("wechat")
        signature = key.sign(f"{stamp}\n{nonce}\n".encode() + body + b"\n", PKCS1v15(), SHA256())
        return {
            "Wechatpay-Serial": self.signs_with,
            "Wechatpay-Signature": base64.b64encode(signature).decode(),
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def issue_certificate(self, name: str, valid: timedelta = timedelta(days=365)) -> str:
        """Another certificate, with which answers are signed from now on; its number."""
        key, subject = key_of(name), x509.Name([])
        start = datetime.now(UTC) - timedelta(days=400)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(datetime.now(UTC) + valid)
            .sign(key, SHA256())
        )
        number = f"{certificate.serial_number:X}"
        self.certificates[number] = key
        self.signs_with = number
        self.issued[number] = certificate
        return number

    # The gateway

    def handle(self, request: Request) -> Response:
        if not self._is_signed(request):
            return self._no(401, "SIGN_ERROR", "签名错误")
        address = urlsplit(request.path)
        given = json.loads(request.body) if request.body else {}
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        path = address.path
        if path == "/v3/certificates":
            return self._certificates()
        if found := re.fullmatch(r"/v3/pay/transactions/(jsapi|h5|native)", path):
            return self._order(found[1], given)
        if found := re.fullmatch(r"/v3/pay/transactions/out-trade-no/([^/]+)", path):
            return self._query(found[1], asked)
        if found := re.fullmatch(r"/v3/pay/transactions/out-trade-no/([^/]+)/close", path):
            return self._close(found[1])
        if path == "/v3/refund/domestic/refunds":
            return self._refund(given)
        if path == "/v3/bill/tradebill":
            return self._bill(asked)
        if path == "/v3/billdownload/file":
            return Response(200, self._file(), {"Content-Type": "application/x-gzip"})
        return self._no(404, "NOT_FOUND", "找不到")

    def _is_signed(self, request: Request) -> bool:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        stamp, nonce = given.get("timestamp", ""), given.get("nonce_str", "")
        message = f"{request.method}\n{request.path}\n{stamp}\n{nonce}\n".encode()
        try:
            key_of("merchant").public_key().verify(
                base64.b64decode(given.get("signature", "")),
                message + request.body + b"\n",
                PKCS1v15(),
                SHA256(),
            )
        except InvalidSignature:
            return False
        return (scheme, given["mchid"], given["serial_no"]) == (
            "WECHATPAY2-SHA256-RSA2048",
            MERCHANT_NO,
            CERTIFICATE_NO,
        ) and abs(time.time() - int(stamp)) < 300

    def _yes(self, content: dict[str, Any]) -> Response:
        body = json.dumps(content, ensure_ascii=False).encode()
        return Response(200, body, {"Content-Type": "application/json", **self.signed(body)})

    def _no(self, status: int, code: str, message: str) -> Response:
        body = json.dumps({"code": code, "message": message}).encode()
        return Response(status, body, {"Content-Type": "application/json"})

    def _order(self, kind: str, given: dict[str, Any]) -> Response:
        no = given["out_trade_no"]
        if (given["mchid"], given["appid"]) != (MERCHANT_NO, APP_ID):
            return self._no(400, "APPID_MCHID_NOT_MATCH", "商户号和AppID不匹配")
        if no in self.trades and self.trades[no]["amount"] != given["amount"]:
            return self._no(400, "INVALID_REQUEST", "商户订单号重复")
        if kind == "jsapi" and not given["payer"]["openid"]:
            return self._no(400, "PARAM_ERROR", "缺少openid")
        if not re.fullmatch(r"[0-9A-Za-z_*|-]{6,32}", no):
            return self._no(400, "PARAM_ERROR", "商户订单号格式错误")
        self.trades.setdefault(
            no,
            {
                "mchid": MERCHANT_NO,
                "appid": APP_ID,
                "out_trade_no": no,
                "trade_state": "NOTPAY",
                "amount": given["amount"],
                "asked": given,
            },
        )
        return self._yes(
            {
                "jsapi": {"prepay_id": f"wx{no}"},
                "h5": {"h5_url": f"https://wx.tenpay.com/cgi-bin/checkmweb?prepay_id=wx{no}"},
                "native": {"code_url": f"weixin://wxpay/bizpayurl?pr={no}"},
            }[kind]
        )

    def _query(self, no: str, asked: dict[str, str]) -> Response:
        if asked != {"mchid": MERCHANT_NO}:
            return self._no(400, "PARAM_ERROR", "缺少mchid")
        trade = self.trades.get(no)
        return self._yes(trade) if trade else self._no(404, "ORDER_NOT_EXIST", "订单不存在")

    def _close(self, no: str) -> Response:
        trade = self.trades.get(no)
        if trade is None:
            return self._no(404, "ORDER_NOT_EXIST", "订单不存在")
        if trade["trade_state"] == "SUCCESS":
            return self._no(400, "ORDERPAID", "订单已支付")
        if trade["trade_state"] == "CLOSED":
            return self._no(400, "ORDER_CLOSED", "订单已关闭")
        trade["trade_state"] = "CLOSED"
        return Response(204, b"", self.signed(b""))

    def _refund(self, given: dict[str, Any]) -> Response:
        no, asked = given["out_refund_no"], given["amount"]
        trade = next(
            (
                each
                for each in self.trades.values()
                if each.get("transaction_id") == given["transaction_id"]
            ),
            None,
        )
        if trade is None:
            return self._no(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        known = self.refunds.get(no)
        if known and known["amount"] != asked:
            return self._no(400, "INVALID_REQUEST", "退款金额与之前请求不一致")
        refunded = sum(each["amount"]["refund"] for each in self.refunds.values())
        if not known and refunded + asked["refund"] > trade["amount"]["total"]:
            return self._no(400, "INVALID_REQUEST", "累计退款金额大于支付金额")
        self.refunds[no] = {
            "out_refund_no": no,
            "out_trade_no": trade["out_trade_no"],
            "transaction_id": trade["transaction_id"],
            "amount": asked,
            "status": self.refund_state,
        }
        return self._yes(self.refunds[no])

    def _certificates(self) -> Response:
        data = [
            {
                "serial_no": number,
                "effective_time": certificate.not_valid_before_utc.isoformat(),
                "expire_time": certificate.not_valid_after_utc.isoformat(),
                "encrypt_certificate": {
                    "algorithm": "AEAD_AES_256_GCM",
                    **encrypted(certificate.public_bytes(Encoding.PEM), "certificate"),
                },
            }
            for number, certificate in self.issued.items()
        ]
        return self._yes({"data": data})

    def _bill(self, asked: dict[str, str]) -> Response:
        if not self.bill_lines and self.bill_file is None:
            return self._no(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        right = hashlib.sha1(bill(self.bill_lines).encode("utf-8-sig"), usedforsecurity=False)
        return self._yes(
            {
                "hash_type": "SHA1",
                "hash_value": self.bill_hash or right.hexdigest(),
                "download_url": self.bill_address
                or f"{self.address}/v3/billdownload/file?token={asked['bill_date']}",
            }
        )

    def _file(self) -> bytes:
        return self.bill_file or gzip.compress(bill(self.bill_lines).encode("utf-8-sig"))


def bill(lines: list[dict[str, str]], count: int | None = None) -> str:
    """A bill as WeChat Pay writes it; columns that a line does not name are empty."""
    rows = ["`" + ",`".join(line.get(name, "") for name in COLUMNS) for line in lines]
    total = len(lines) if count is None else count
    end = [SUMMARY, f"`{total},`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00"]
    return "\r\n".join([",".join(COLUMNS), *rows, *end, ""])


def encrypted(content: bytes, associated: str) -> dict[str, str]:
    nonce = hashlib.sha256(content).hexdigest()[:12]
    sealed = AESGCM(API_KEY.encode()).encrypt(nonce.encode(), content, associated.encode())
    return {
        "nonce": nonce,
        "associated_data": associated,
        "ciphertext": base64.b64encode(sealed).decode(),
    }


def platform_key() -> str:
    return public_pem(key_of("wechat"))
