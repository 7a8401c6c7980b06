"""Bills of WeChat: read whole or not at all."""

import gzip
import hashlib
import json

import pytest

from sharemall.payments.providers import (
    BillLine,
    Unreachable,
)
from sharemall.payments.wechat import WeChat
from tests.payments import wechat_server
from tests.payments.charges import DAY, NO, NOW
from tests.payments.local_server import Response
from tests.payments.wechat_server import WeChatServer

SALE = {
    "商户号": wechat_server.MERCHANT_NO,
    "微信订单号": "4200001",
    "商户订单号": NO,
    "交易状态": "SUCCESS",
    "商品名称": "茶,`杯,碟".replace("`", ""),
    "订单金额": "123.45",
    "申请退款金额": "0.00",
}
BACK = SALE | {
    "交易状态": "REFUND",
    "商户退款单号": "R1",
    "退款状态": "PROCESSING",
    "订单金额": "0.00",
    "申请退款金额": "3.4",
}


def test_a_days_bill_lists_payments_and_refunds(server: WeChatServer, wechat: WeChat) -> None:
    failed = BACK | {"商户退款单号": "R2", "退款状态": "FAIL"}
    server.bill_lines = [SALE, BACK, failed, SALE | {"交易状态": "REVOKED"}]
    assert wechat.bill(DAY, NOW) == [
        BillLine(NO, "4200001", 12_345, is_refund=False),
        BillLine(NO, "4200001", 340, is_refund=True, refund_no="R1"),
    ]
    assert "bill_date=2026-11-21" in server.requests[0].path


def test_a_day_without_trades_has_no_bill(wechat: WeChat) -> None:
    assert wechat.bill(DAY, NOW) == []


def test_a_bill_that_is_still_being_made_is_for_later(server: WeChatServer, wechat: WeChat) -> None:
    body = json.dumps({"code": "STATEMENT_CREATING", "message": "账单生成中"}).encode()
    server.faults = [Response(400, body, {"Content-Type": "application/json"})]
    with pytest.raises(Unreachable, match="not ready"):
        wechat.bill(DAY, NOW)


GOOD = wechat_server.bill([SALE, BACK])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b,c\r\n",
        GOOD.replace("商户号", "商家"),
        GOOD.replace("123.45", "123.456"),
        GOOD.replace("123.45", "-123.45"),
        GOOD.replace("123.45", "1e9"),
        GOOD.replace("123.45", "١٢٣"),
        GOOD.replace("`SUCCESS", "`SOMETHING"),
        GOOD.replace("`SUCCESS,", ""),
        GOOD.replace(wechat_server.MERCHANT_NO, "1900000002"),
        GOOD.replace("`R1", "`=cmd()"),
        GOOD.replace("\r\n`2,", "\r\n`3,"),
        GOOD[: GOOD.index("总交易单数")],
        GOOD[: GOOD.index("`2,")],
        GOOD.replace("\r\n`", "\r\n", 1),
        wechat_server.bill([SALE], count=2),
    ],
)
def test_a_broken_bill_is_refused_whole(server: WeChatServer, wechat: WeChat, text: str) -> None:
    server.bill_file = gzip.compress(text.encode())
    server.bill_hash = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    with pytest.raises(Unreachable, match="bill"):
        wechat.bill(DAY, NOW)


@pytest.mark.parametrize(
    "packed",
    [b"x", gzip.compress(GOOD.encode())[:-9], gzip.compress(b"\xff\xff")],
    ids=["no gzip", "cut off", "no text"],
)
def test_a_file_that_cannot_be_unpacked_is_refused(
    server: WeChatServer, wechat: WeChat, packed: bytes
) -> None:
    server.bill_file = packed
    with pytest.raises(Unreachable, match="bill"):
        wechat.bill(DAY, NOW)


def test_a_bill_with_another_hash_is_refused(server: WeChatServer, wechat: WeChat) -> None:
    server.bill_lines = [SALE]
    server.bill_hash = "0" * 40
    with pytest.raises(Unreachable, match="hash"):
        wechat.bill(DAY, NOW)


@pytest.mark.parametrize(
    "address",
    [
        ".attacker.example/v3/billdownload/file?token=1",
        "https://attacker.example/v3/billdownload/file?token=1",
        "/v3/refund/domestic/refunds",
    ],
)
def test_a_bill_is_fetched_from_the_gateway_alone(
    server: WeChatServer, wechat: WeChat, address: str
) -> None:
    server.bill_lines = [SALE]
    server.bill_address = address if "://" in address else server.address + address
    with pytest.raises(Unreachable, match="not where"):
        wechat.bill(DAY, NOW)
    assert len(server.requests) == 1


def test_a_bill_that_cannot_be_fetched_is_for_later(server: WeChatServer, wechat: WeChat) -> None:
    server.bill_lines = [SALE]
    body = json.dumps(
        {
            "hash_type": "SHA1",
            "hash_value": "0",
            "download_url": f"{server.address}/v3/billdownload/file?token=1",
        }
    ).encode()
    headers = {"Content-Type": "application/json", **server.signed(body)}
    for fault in (None, Response(500, b"x"), Response(200, b"{}", headers)):
        server.faults = [Response(200, body, headers), fault]
        with pytest.raises(Unreachable):
            wechat.bill(DAY, NOW)
