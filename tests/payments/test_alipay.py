"""Alipay against a gateway that signs and verifies as the real one does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from sharemall.payments.alipay import Alipay
from sharemall.payments.alipay_gateway import Account
from sharemall.payments.providers import (
    AlreadyPaid,
    BillLine,
    Charge,
    Forged,
    RefundResult,
    RefundStatus,
    RefusedByProvider,
    Unreachable,
)
from tests.payments import alipay_server
from tests.payments.alipay_server import AlipayServer
from tests.payments.local_server import Response, key_of, private_pem, running

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
NO = "26112201_1"
QUERY = "alipay_trade_query_response"
GARBAGE = [
    None,
    Response(500, b"x"),
    Response(302, b"", {"Location": "/nowhere"}),
    Response(200, b""),
    Response(200, b"\xff\xfe"),
    Response(200, b"[]"),
    Response(200, b"null"),
    Response(200, b"[" * 100_000),
    Response(200, b"x" * 1_100_000),
    Response(200, b'{"error_response":[]}'),
    Response(200, b'{"error_response":{"code":"20000","sub_code":"isp.unknow-error"}}'),
    Response(200, b'{"error_response":{"code":"40002","sub_code":"isv.invalid-signature"}}'),
]


@pytest.fixture
def server() -> Iterator[AlipayServer]:
    gateway = AlipayServer()
    with running(gateway):
        yield gateway


@pytest.fixture
def account(server: AlipayServer) -> Account:
    return Account(
        app_id=alipay_server.APP_ID,
        seller_id=alipay_server.SELLER_ID,
        private_key=private_pem(key_of("seller")),
        public_key=alipay_server.platform_key(),
        gateway=f"{server.address}/gateway.do",
        bills=server.address,
    )


@pytest.fixture
def alipay(account: Account) -> Alipay:
    return Alipay(account)


def charge(way: str, **changes: Any) -> Charge:
    asked = Charge(
        payment_no=NO,
        amount_fen=12_345,
        title='龙井茶 <b>&"{}/= ',
        way=way,
        notify_url="https://mall.example/payments/alipay/notify/",
        return_url="https://mall.example/orders/?a=1&b=2",
        expires_at=NOW + timedelta(minutes=30),
    )
    return replace(asked, **changes)


@pytest.fixture
def paid(server: AlipayServer, alipay: Alipay) -> str:
    """A trade that was asked for and paid; its number at Alipay."""
    server.open(alipay.start(charge("wap"), NOW).url)
    server.pay(NO)
    return server.trades[NO]["trade_no"]


# Asking for money


@pytest.mark.parametrize(
    ("way", "method", "product"),
    [
        ("wap", "alipay.trade.wap.pay", "QUICK_WAP_WAY"),
        ("page", "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
    ],
)
def test_the_shopper_goes_to_a_page_that_knows_what_to_pay(
    server: AlipayServer, alipay: Alipay, way: str, method: str, product: str
) -> None:
    asked = server.open(alipay.start(charge(way), NOW).url)
    assert asked["method"] == method
    assert asked["timestamp"] == "2026-11-22 12:00:00"
    assert asked["notify_url"] == charge(way).notify_url
    assert asked["return_url"] == charge(way).return_url
    assert asked["content"] == {
        "subject": "龙井茶  b",
        "out_trade_no": NO,
        "total_amount": "123.45",
        "product_code": product,
        "time_expire": "2026-11-22 12:30:00",
    }


@pytest.mark.parametrize(
    ("fen", "yuan"), [(1, "0.01"), (100, "1.00"), (10**12 + 9, "10000000000.09")]
)
def test_amounts_are_exact(server: AlipayServer, alipay: Alipay, fen: int, yuan: str) -> None:
    asked = server.open(alipay.start(charge("wap", amount_fen=fen), NOW).url)
    assert asked["content"]["total_amount"] == yuan
    server.pay(NO)
    told = alipay.read({}, server.notification(NO, NOW), NOW)
    assert told is not None
    assert told.amount_fen == fen


def test_a_way_that_alipay_has_not_is_refused(alipay: Alipay) -> None:
    with pytest.raises(RefusedByProvider):
        alipay.start(charge("cheque"), NOW)


# Being told


def test_a_notification_is_verified_and_read(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    body = server.notification(NO, NOW)
    told = alipay.read({}, body, NOW)
    assert told is not None
    assert (told.payment_no, told.trade_no) == (NO, paid)
    assert (told.amount_fen, told.succeeded) == (12_345, True)
    assert told.body == body.decode()
    assert alipay.read({}, body, NOW) == told


def test_a_wrong_amount_is_told_as_it_is(server: AlipayServer, alipay: Alipay, paid: str) -> None:
    server.pay(NO, "120.00")
    told = alipay.read({}, server.notification(NO, NOW), NOW)
    assert told is not None
    assert told.amount_fen == 12_000


def test_a_notification_with_any_field_changed_is_forged(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    pairs = parse_qsl(server.notification(NO, NOW).decode(), keep_blank_values=True)
    for name, value in pairs:
        for other in (f"{value}1", "", "ÿ", "AAAA"):
            if other != value:
                changed = dict(pairs) | {name: other}
                with pytest.raises(Forged):
                    alipay.read({}, urlencode(changed).encode(), NOW)
        without = {key: text for key, text in pairs if key != name}
        with pytest.raises(Forged):
            alipay.read({}, urlencode(without).encode(), NOW)
    with pytest.raises(Forged):
        alipay.read({}, urlencode([*pairs, ("more", "1")]).encode(), NOW)


def test_a_field_that_comes_twice_is_refused(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    with pytest.raises(Forged, match="twice"):
        alipay.read({}, server.notification(NO, NOW) + b"&total_amount=9.00", NOW)


def test_a_notification_signed_with_another_key_is_forged(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    server.signer = "stranger"
    with pytest.raises(Forged, match="signature"):
        alipay.read({}, server.notification(NO, NOW), NOW)


@pytest.mark.parametrize(
    "body", [b"", b"x", b"\xff=1", b"a=%FF", b"&".join(b"f%d=1" % each for each in range(200))]
)
def test_what_is_no_form_is_not_taken(alipay: Alipay, body: bytes) -> None:
    with pytest.raises(Forged):
        alipay.read({}, body, NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"app_id": "2021000000000002"}, "application"),
        ({"app_id": None}, "application"),
        ({"seller_id": "2088102100000157"}, "seller"),
        ({"seller_id": None}, "seller"),
        ({"sign_type": "RSA"}, "RSA2"),
        ({"notify_time": "2026-11-20 11:59:59"}, "old"),
        ({"notify_time": "yesterday"}, "read"),
        ({"notify_time": None}, "read"),
        ({"total_amount": "123.456"}, "read"),
        ({"total_amount": "1e5"}, "read"),
        ({"total_amount": "-1.00"}, "read"),
        ({"total_amount": "0"}, "read"),
        ({"total_amount": None}, "read"),
        ({"out_trade_no": "a\0b"}, "read"),
        ({"trade_no": ""}, "read"),
        ({"trade_status": None}, "read"),
    ],
)
def test_a_signed_notification_that_is_not_for_us_or_not_sound_is_not_taken(
    server: AlipayServer, alipay: Alipay, paid: str, changes: dict[str, str | None], reason: str
) -> None:
    with pytest.raises(Forged, match=reason):
        alipay.read({}, server.notification(NO, NOW, **changes), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_status": "WAIT_BUYER_PAY"},
        {"trade_status": "TRADE_CLOSED"},
        {"gmt_refund": "2026-11-22 12:00:00", "refund_fee": "1.00"},
    ],
)
def test_what_tells_of_no_money_is_taken_and_means_nothing(
    server: AlipayServer, alipay: Alipay, paid: str, changes: dict[str, str]
) -> None:
    assert alipay.read({}, server.notification(NO, NOW, **changes), NOW) is None


def test_the_answer_says_whether_to_send_it_again(alipay: Alipay) -> None:
    assert alipay.answer(ok=True).body == b"success"
    assert alipay.answer(ok=False).body == b"fail"


# Asking, closing, giving back


def test_money_that_nobody_told_of_is_found_by_asking(server: AlipayServer, alipay: Alipay) -> None:
    assert alipay.query(NO, NOW) is None
    server.open(alipay.start(charge("wap"), NOW).url)
    assert alipay.query(NO, NOW) is None
    server.pay(NO)
    found = alipay.query(NO, NOW)
    told = alipay.read({}, server.notification(NO, NOW), NOW)
    assert found is not None
    assert found == replace(told, body=found.body) if told else None
    assert json.loads(found.body)["store_name"] == "a } in { braces"


def refund(alipay: Alipay, trade_no: str, **changes: Any) -> RefundResult:
    asked: dict[str, Any] = {
        "refund_no": "R26112201",
        "payment_no": NO,
        "trade_no": trade_no,
        "amount_fen": 345,
        "total_fen": 12_345,
        "reason": "cancelled",
        "now": NOW,
    }
    return alipay.refund(**(asked | changes))


@pytest.mark.parametrize("fault", GARBAGE)
@pytest.mark.parametrize("action", ["query", "close", "refund", "bill"])
def test_no_answer_and_unreadable_ones_are_for_later(
    server: AlipayServer, alipay: Alipay, paid: str, action: str, fault: Response | None
) -> None:
    server.faults = [fault]
    actions = {
        "query": lambda: alipay.query(NO, NOW),
        "close": lambda: alipay.close(NO, NOW),
        "refund": lambda: refund(alipay, paid),
        "bill": lambda: alipay.bill(DAY, NOW),
    }
    with pytest.raises(Unreachable):
        actions[action]()
    assert server.refunds == {}


def test_nobody_listening_is_for_later(account: Account) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        Alipay(replace(account, gateway="http://127.0.0.1:9/gateway.do")).query(NO, NOW)


def test_a_request_that_is_not_the_sellers_is_for_later(account: Account) -> None:
    """A wrong key or application of ours is no reason to give a refund up."""
    for changes in ({"private_key": private_pem(key_of("stranger"))}, {"app_id": "1"}):
        with pytest.raises(Unreachable, match=r"isv\.invalid"):
            refund(Alipay(replace(account, **changes)), "1")


def test_a_yes_that_is_not_signed_by_alipay_is_not_believed(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    content = {"code": "10000", **server.trades[NO]}
    good = server.signed_answer("alipay.trade.query", content).body.decode()
    server.signer = "stranger"
    other = server.signed_answer("alipay.trade.query", content).body.decode()
    for text in (
        other,
        good.replace("123.45", "999.99"),
        good[: good.index(',"sign"')] + "}",
        good.replace('"sign":"', '"sign":"*'),
        good.replace(QUERY, f'{QUERY}":{json.dumps(content | {"total_amount": "9"})},"{QUERY}'),
    ):
        server.faults = [Response(200, text.encode())]
        with pytest.raises(Unreachable):
            alipay.query(NO, NOW)


@pytest.mark.parametrize(
    "change", [{"out_trade_no": "26112299_1"}, {"total_amount": "x"}, {"trade_status": None}]
)
def test_a_signed_answer_for_something_else_is_not_believed(
    server: AlipayServer, alipay: Alipay, paid: str, change: dict[str, str | None]
) -> None:
    content = {"code": "10000", **server.trades[NO], **change}
    if None in change.values():
        content.pop(next(iter(change)))
    server.faults = [server.signed_answer("alipay.trade.query", content)]
    with pytest.raises(Unreachable):
        alipay.query(NO, NOW)


def test_a_closed_trade_stays_closed_and_a_paid_one_is_not_closed(
    server: AlipayServer, alipay: Alipay
) -> None:
    alipay.close(NO, NOW)  # the shopper never went there
    server.open(alipay.start(charge("wap"), NOW).url)
    alipay.close(NO, NOW)
    alipay.close(NO, NOW)
    assert server.trades[NO]["trade_status"] == "TRADE_CLOSED"
    assert alipay.query(NO, NOW) is None
    server.pay(NO)
    with pytest.raises(AlreadyPaid):
        alipay.close(NO, NOW)


def test_one_refund_number_is_refunded_once(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    assert refund(alipay, paid) == refund(alipay, paid) == RefundResult(RefundStatus.DONE)
    assert list(server.refunds.values()) == ["3.45"]
    assert refund(alipay, paid, amount_fen=346).status == RefundStatus.FAILED


def test_a_refund_on_its_way_is_asked_for_again_until_it_is_done(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    server.on_its_way = True
    assert refund(alipay, paid).status == RefundStatus.SENT
    server.on_its_way = False
    assert refund(alipay, paid).status == RefundStatus.DONE


def test_no_more_than_was_paid_is_given_back(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    assert refund(alipay, paid, amount_fen=12_000).status == RefundStatus.DONE
    over = refund(alipay, paid, refund_no="R2", amount_fen=346)
    assert over == RefundResult(RefundStatus.FAILED, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL: 退款金额超限")
    assert refund(alipay, "20160", refund_no="R3").status == RefundStatus.FAILED


def test_an_empty_account_is_for_later(server: AlipayServer, alipay: Alipay, paid: str) -> None:
    content = {"code": "40004", "sub_code": "ACQ.SELLER_BALANCE_NOT_ENOUGH", "sub_msg": "余额不足"}
    server.faults = [server.signed_answer("alipay.trade.refund", content)]
    with pytest.raises(Unreachable, match="BALANCE"):
        refund(alipay, paid)


@pytest.mark.parametrize(
    "change", [{"trade_no": "9"}, {"out_request_no": "R9"}, {"refund_amount": ""}]
)
def test_an_answer_for_another_refund_is_not_believed(
    server: AlipayServer, alipay: Alipay, paid: str, change: dict[str, str]
) -> None:
    known = {"code": "10000", "trade_no": paid, "out_request_no": "R26112201"}
    known |= {"refund_amount": "3.45", "refund_status": "REFUND_SUCCESS"}
    server.faults = [
        server.signed_answer("alipay.trade.refund", {"code": "10000", "trade_no": paid}),
        server.signed_answer("alipay.trade.fastpay.refund.query", known | change),
    ]
    with pytest.raises(Unreachable):
        refund(alipay, paid)


def test_a_number_that_was_used_for_another_amount_is_a_failure(
    server: AlipayServer, alipay: Alipay, paid: str
) -> None:
    refund(alipay, paid)
    answer = {"code": "10000", "trade_no": paid, "fund_change": "N"}
    server.faults = [server.signed_answer("alipay.trade.refund", answer)]
    assert refund(alipay, paid, amount_fen=346) == RefundResult(
        RefundStatus.FAILED, "this number was used for 3.45 yuan"
    )


# Bills

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
