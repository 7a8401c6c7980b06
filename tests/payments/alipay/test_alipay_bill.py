"""Bills of Alipay: read whole or not at all."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from sharemall.payments.alipay import Alipay
from sharemall.payments.alipay_gateway import Account
from sharemall.payments.providers import (
    BillLine,
    Unreachable,
)
from tests.payments import alipay_server
from tests.payments.alipay_server import AlipayServer
from tests.payments.charges import DAY, NO, NOW
from tests.payments.local_server import Response

SALE = {
    "支付宝交易号": "2016001",
    "商户订单号": NO,
    "业务类型": "交易",
    "商品名称": "茶",
    "订单金额（元）": "123.45",
}
BACK = SALE | {"业务类型": "退款", "订单金额（元）": "-3.40", "退款批次号/请求号": "R1"}
GOOD = alipay_server.bill([SALE, BACK], paid=1, refunded=1)


def test_a_days_bill_lists_payments_and_refunds(server: AlipayServer, alipay: Alipay) -> None:
    server.bill_file = alipay_server.packed(GOOD)
    assert alipay.bill(DAY, NOW) == [
        BillLine(NO, "2016001", 12_345, is_refund=False),
        BillLine(NO, "2016001", 340, is_refund=True, refund_no="R1"),
    ]
    assert server.requests[-1].path == "/bill.zip?day=2026-11-21"


def test_a_day_without_trades_has_no_bill(server: AlipayServer, alipay: Alipay) -> None:
    assert alipay.bill(DAY, NOW) == []
    server.bill_file = alipay_server.packed(alipay_server.bill([], paid=0, refunded=0))
    assert alipay.bill(DAY, NOW) == []


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("商户订单号", "订单号"),
        GOOD.replace("123.45", "123.456"),
        GOOD.replace("123.45", "-123.45"),
        GOOD.replace("-3.40", "3.40"),
        GOOD.replace("\t,交易\t", "\t,充值\t"),
        GOOD.replace("\t,交易\t", "\t"),
        GOOD.replace("R1", "=cmd()"),
        GOOD.replace("2016001", '"2016001'),
        GOOD.replace("#交易合计：1笔", "#交易合计：2笔"),
        GOOD.replace("#退款合计：1笔", "#退款合计：0笔"),
        GOOD[: GOOD.index("#交易合计")],
        GOOD.replace("0156]", "0157]"),
        GOOD.replace("[2088", "[2099"),
        GOOD.replace("#账号", "#帐"),
    ],
)
def test_a_broken_bill_is_refused_whole(server: AlipayServer, alipay: Alipay, text: str) -> None:
    server.bill_file = alipay_server.packed(text)
    with pytest.raises(Unreachable, match="bill"):
        alipay.bill(DAY, NOW)


@pytest.mark.parametrize(
    "packed",
    [
        b"x",
        alipay_server.packed(GOOD)[:-30],
        alipay_server.packed(),
        alipay_server.packed(GOOD, GOOD),
        alipay_server.packed(GOOD, encoding="utf-16"),
    ],
)
def test_a_file_that_cannot_be_unpacked_is_refused(
    server: AlipayServer, alipay: Alipay, packed: bytes
) -> None:
    server.bill_file = packed
    with pytest.raises(Unreachable, match="bill"):
        alipay.bill(DAY, NOW)


@pytest.mark.parametrize(
    "address",
    [
        "http://dwbillcenter.alipay.com.attacker.example/x",
        "http://attacker.example/?.alipay.com",
        "http://attacker.example\\.alipay.com/",
        "file:///etc/passwd",
        "nowhere",
    ],
)
def test_a_bill_is_fetched_from_alipay_alone(
    server: AlipayServer, account: Account, address: str
) -> None:
    server.bill_file, server.bill_address = alipay_server.packed(GOOD), address
    for bills in ("", server.address):
        with pytest.raises(Unreachable, match="not where"):
            Alipay(replace(account, bills=bills)).bill(DAY, NOW)


def test_an_address_of_alipays_is_fetched_over_tls(account: Account) -> None:
    real = Alipay(replace(account, bills=""))
    address = "http://dwbillcenter.alipay.com/downloadBillFile.resource?fileId=1"
    assert urlsplit(real._bill_address(address)).scheme == "https"


def test_a_bill_that_cannot_be_fetched_is_for_later(server: AlipayServer, alipay: Alipay) -> None:
    server.bill_file = alipay_server.packed(GOOD)
    answer = server.signed_answer(
        "alipay.data.dataservice.bill.downloadurl.query",
        {"code": "10000", "bill_download_url": f"{server.address}/bill.zip"},
    )
    for fault in (None, Response(500, b"x"), Response(302, b"", {"Location": "/bill.zip"})):
        server.faults = [answer, fault]
        with pytest.raises(Unreachable):
            alipay.bill(DAY, NOW)
