"""WeChat Pay against a gateway that signs, verifies and encrypts as the real one does."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from sharemall.payments.providers import (
    AlreadyPaid,
    BillLine,
    Charge,
    Code,
    Forged,
    JsApi,
    Redirect,
    RefundResult,
    RefundStatus,
    RefusedByProvider,
    Unreachable,
)
from sharemall.payments.wechat import WeChat
from sharemall.payments.wechat_gateway import Account
from tests.payments import wechat_server
from tests.payments.local_server import Response, key_of, private_pem, running
from tests.payments.wechat_server import WeChatServer

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
NO = "26112201_1"
GARBAGE = [
    None,
    Response(500, b'{"code":"SYSTEM_ERROR","message":""}', {"Content-Type": "application/json"}),
    Response(502, b"<html>", {"Content-Type": "text/html"}),
    Response(429, b'{"code":"FREQUENCY_LIMITED"}', {"Content-Type": "application/json"}),
    Response(200, b"{}", {"Content-Type": "application/json"}),
    Response(200, b"\xff\xfe", {"Content-Type": "application/json"}),
    Response(302, b"", {"Location": "/nowhere"}),
    Response(400, b"[" * 100_000, {"Content-Type": "application/json"}),
]


@pytest.fixture
def server() -> Iterator[WeChatServer]:
    gateway = WeChatServer()
    with running(gateway):
        yield gateway


@pytest.fixture
def account(server: WeChatServer) -> Account:
    return Account(
        merchant_no=wechat_server.MERCHANT_NO,
        app_id=wechat_server.APP_ID,
        api_key=wechat_server.API_KEY,
        private_key=private_pem(key_of("merchant")),
        certificate_no=wechat_server.CERTIFICATE_NO,
        public_key=wechat_server.platform_key(),
        public_key_no=wechat_server.PUBLIC_KEY_NO,
        gateway=server.address,
    )


@pytest.fixture
def wechat(account: Account) -> WeChat:
    return WeChat(account)


def charge(way: str, **changes: Any) -> Charge:
    asked = Charge(
        payment_no=NO,
        amount_fen=12_345,
        title="龙井茶 " * 30,
        way=way,
        notify_url="https://mall.example/payments/wechat/notify/",
        return_url="https://mall.example/orders/?a=1&b=2",
        expires_at=NOW + timedelta(minutes=30),
        payer_id="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        payer_address="203.0.113.9",
    )
    return replace(asked, **changes)


@pytest.fixture
def paid(server: WeChatServer, wechat: WeChat) -> str:
    """A trade that was asked for and paid; its number at WeChat Pay."""
    wechat.start(charge("native"), NOW)
    server.pay(NO)
    return str(server.trades[NO]["transaction_id"])


# Asking for money


def test_inside_wechat_its_pay_sheet_is_opened_with_a_signature(
    server: WeChatServer, wechat: WeChat
) -> None:
    started = wechat.start(charge("jsapi"), NOW)
    assert isinstance(started, JsApi)
    given = started.parameters
    assert (given["appId"], given["package"]) == (wechat_server.APP_ID, f"prepay_id=wx{NO}")
    message = "".join(f"{given[name]}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
    key_of("merchant").public_key().verify(
        base64.b64decode(given["paySign"]), message.encode(), PKCS1v15(), SHA256()
    )
    assert server.trades[NO]["asked"]["payer"] == {"openid": charge("jsapi").payer_id}


def test_on_a_phone_the_shopper_goes_to_a_page_and_comes_back(
    server: WeChatServer, wechat: WeChat
) -> None:
    started = wechat.start(charge("h5"), NOW)
    assert started == Redirect(
        f"https://wx.tenpay.com/cgi-bin/checkmweb?prepay_id=wx{NO}"
        "&redirect_url=https%3A%2F%2Fmall.example%2Forders%2F%3Fa%3D1%26b%3D2",
        shows_origin=True,
    )
    scene = server.trades[NO]["asked"]["scene_info"]
    assert scene == {"payer_client_ip": "203.0.113.9", "h5_info": {"type": "Wap"}}


def test_on_a_computer_a_code_is_shown(server: WeChatServer, wechat: WeChat) -> None:
    assert wechat.start(charge("native"), NOW) == Code(f"weixin://wxpay/bizpayurl?pr={NO}")
    asked = server.trades[NO]["asked"]
    assert asked["amount"] == {"total": 12_345, "currency": "CNY"}
    assert asked["time_expire"] == "2026-11-22T12:30:00+08:00"
    assert asked["notify_url"] == charge("native").notify_url
    assert len(asked["description"].encode()) <= 127


def test_the_same_charge_again_is_the_same_trade(server: WeChatServer, wechat: WeChat) -> None:
    assert wechat.start(charge("native"), NOW) == wechat.start(charge("native"), NOW)
    assert len(server.trades) == 1


def test_another_amount_under_the_same_number_is_refused(wechat: WeChat) -> None:
    wechat.start(charge("native"), NOW)
    with pytest.raises(RefusedByProvider) as refused:
        wechat.start(charge("native", amount_fen=1), NOW)
    assert (refused.value.code, refused.value.text) == ("INVALID_REQUEST", "商户订单号重复")


@pytest.mark.parametrize("changes", [{"way": "jsapi", "payer_id": ""}, {"way": "cheque"}])
def test_what_cannot_be_asked_for_is_refused(wechat: WeChat, changes: dict[str, str]) -> None:
    with pytest.raises(RefusedByProvider):
        wechat.start(charge(**changes), NOW)


@pytest.mark.parametrize("changes", [{"merchant_no": "1900000002"}, {"certificate_no": "0" * 40}])
def test_a_request_of_somebody_else_is_refused(account: Account, changes: dict[str, str]) -> None:
    with pytest.raises(Unreachable, match="SIGN_ERROR"):
        WeChat(replace(account, **changes)).start(charge("native"), NOW)


def test_a_request_signed_with_another_key_is_refused(account: Account) -> None:
    stranger = replace(account, private_key=private_pem(key_of("stranger")))
    with pytest.raises(Unreachable, match="SIGN_ERROR"):
        WeChat(stranger).start(charge("native"), NOW)


@pytest.mark.parametrize("fault", GARBAGE)
@pytest.mark.parametrize("action", ["start", "query", "close", "refund", "bill"])
def test_no_answer_and_unsigned_or_unreadable_ones_are_for_later(
    server: WeChatServer, wechat: WeChat, paid: str, action: str, fault: Response | None
) -> None:
    server.faults = [fault]
    actions = {
        "start": lambda: wechat.start(charge("native"), NOW),
        "query": lambda: wechat.query(NO, NOW),
        "close": lambda: wechat.close(NO, NOW),
        "refund": lambda: refund(wechat, paid),
        "bill": lambda: wechat.bill(DAY, NOW),
    }
    with pytest.raises(Unreachable):
        actions[action]()
    assert server.refunds == {}


def test_nobody_listening_is_for_later(account: Account) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        WeChat(replace(account, gateway="http://127.0.0.1:9")).query(NO, NOW)


def test_an_answer_signed_by_somebody_else_is_not_believed(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    body = json.dumps(server.trades[NO]).encode()
    signed = server.signed(body)
    for headers in (
        signed | {"Wechatpay-Signature": server.signed(body + b" ")["Wechatpay-Signature"]},
        signed | {"Wechatpay-Serial": "0123456789"},
        signed | {"Wechatpay-Signature-Type": "NONE"},
    ):
        server.faults = [Response(200, body, {"Content-Type": "application/json", **headers})]
        with pytest.raises(Unreachable):
            wechat.query(NO, NOW)


@pytest.mark.parametrize(
    "change",
    [{"out_trade_no": "26112299_1"}, {"mchid": "1900000002"}, {"appid": "wx0"}, {"amount": None}],
)
def test_a_signed_answer_for_something_else_is_not_believed(
    server: WeChatServer, wechat: WeChat, paid: str, change: dict[str, Any]
) -> None:
    body = json.dumps(server.trades[NO] | change).encode()
    headers = {"Content-Type": "application/json", **server.signed(body)}
    server.faults = [Response(200, body, headers)]
    with pytest.raises(Unreachable):
        wechat.query(NO, NOW)


# Being told


def test_a_notification_is_verified_decrypted_and_read(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    headers, body = server.notification(NO, NOW)
    told = wechat.read(headers, body, NOW)
    assert told is not None
    assert (told.payment_no, told.trade_no) == (NO, paid)
    assert (told.amount_fen, told.succeeded) == (12_345, True)
    assert json.loads(told.body)["mchid"] == wechat_server.MERCHANT_NO
    assert wechat.read(headers, body, NOW) == told


def test_a_wrong_amount_is_told_as_it_is(server: WeChatServer, wechat: WeChat, paid: str) -> None:
    server.pay(NO, 12_000)
    told = wechat.read(*server.notification(NO, NOW), NOW)
    assert told is not None
    assert told.amount_fen == 12_000


@pytest.mark.parametrize("header", ["Signature", "Timestamp", "Nonce", "Serial", "Signature-Type"])
@pytest.mark.parametrize("value", [None, "", "x", "1" * 10, "ÿ", "0x-1", "9" * 400])
def test_a_notification_with_any_header_changed_is_forged(
    server: WeChatServer, wechat: WeChat, paid: str, header: str, value: str | None
) -> None:
    headers, body = server.notification(NO, NOW)
    del headers[f"Wechatpay-{header}"]
    if value is not None:
        headers[f"Wechatpay-{header}"] = value
    with pytest.raises(Forged):
        wechat.read(headers, body, NOW)


def test_a_notification_with_any_part_of_the_body_changed_is_forged(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    headers, body = server.notification(NO, NOW)
    for place in range(0, len(body), 7):
        changed = bytearray(body)
        changed[place] ^= 1
        with pytest.raises(Forged):
            wechat.read(headers, bytes(changed), NOW)


def test_a_notification_cannot_be_sent_again_later(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    headers, body = server.notification(NO, NOW)
    wechat.read(headers, body, NOW + timedelta(minutes=5))
    for late in (timedelta(minutes=5, seconds=1), timedelta(minutes=-6)):
        with pytest.raises(Forged, match="old"):
            wechat.read(headers, body, NOW + late)
    newer = str(int((NOW + timedelta(minutes=10)).timestamp()))
    with pytest.raises(Forged, match="signature"):
        wechat.read(headers | {"Wechatpay-Timestamp": newer}, body, NOW + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mchid": "1900000002"}, "merchant"),
        ({"appid": "wx0000000000000000"}, "application"),
        ({"amount": {"total": 12_345, "currency": "USD"}}, "read"),
        ({"amount": {"total": "12345", "currency": "CNY"}}, "read"),
        ({"amount": {"total": True, "currency": "CNY"}}, "read"),
        ({"amount": {"total": -5, "currency": "CNY"}}, "read"),
        ({"amount": {"total": 10**30, "currency": "CNY"}}, "read"),
        ({"amount": None}, "read"),
        ({"out_trade_no": "a\0b"}, "read"),
        ({"transaction_id": None}, "read"),
    ],
)
def test_a_signed_notification_that_is_not_for_us_or_not_sound_is_not_taken(
    server: WeChatServer, wechat: WeChat, paid: str, change: dict[str, Any], reason: str
) -> None:
    headers, body = server.notification(NO, NOW, **change)
    with pytest.raises(Forged, match=reason):
        wechat.read(headers, body, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"\xff", b"null", b'{"resource_type":"encrypt-resource"}']
)
def test_signed_nonsense_is_not_taken(server: WeChatServer, wechat: WeChat, body: bytes) -> None:
    with pytest.raises(Forged):
        wechat.read(server.signed(body, NOW), body, NOW)


def test_a_notification_encrypted_with_another_key_is_not_taken(
    server: WeChatServer, account: Account, paid: str
) -> None:
    stranger = WeChat(replace(account, api_key="f" * 32))
    with pytest.raises(Forged):
        stranger.read(*server.notification(NO, NOW), NOW)


def test_what_tells_of_no_money_is_taken_and_means_nothing(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    assert wechat.read(*server.notification(NO, NOW, event="REFUND.SUCCESS"), NOW) is None
    assert wechat.read(*server.notification(NO, NOW, trade_state="NOTPAY"), NOW) is None


def test_the_answer_says_whether_to_send_it_again(wechat: WeChat) -> None:
    assert wechat.answer(ok=True).status == 200
    assert json.loads(wechat.answer(ok=True).body)["code"] == "SUCCESS"
    assert wechat.answer(ok=False).status == 500


# Certificates instead of a public key


@pytest.fixture
def by_certificates(server: WeChatServer, account: Account) -> WeChat:
    server.issue_certificate("first")
    return WeChat(replace(account, public_key="", public_key_no=""))


def fetches(server: WeChatServer) -> int:
    return sum(request.path == "/v3/certificates" for request in server.requests)


def test_certificates_are_fetched_when_they_are_needed(
    server: WeChatServer, by_certificates: WeChat
) -> None:
    assert fetches(server) == 0
    by_certificates.start(charge("native"), NOW)
    by_certificates.query(NO, NOW)
    server.pay(NO)
    assert by_certificates.read(*server.notification(NO, NOW), NOW) is not None
    assert fetches(server) == 1


def test_a_new_certificate_is_found_by_itself(
    server: WeChatServer, by_certificates: WeChat
) -> None:
    by_certificates.start(charge("native"), NOW)
    server.pay(NO)
    server.issue_certificate("second")
    assert by_certificates.read(*server.notification(NO, NOW), NOW) is not None
    assert fetches(server) == 2


def test_unknown_certificates_do_not_make_the_mall_ask_again_and_again(
    server: WeChatServer, by_certificates: WeChat
) -> None:
    by_certificates.start(charge("native"), NOW)
    server.pay(NO)
    headers, body = server.notification(NO, NOW)
    before = fetches(server)
    for number in range(16**8, 16**8 + 20):
        with pytest.raises(Forged):
            by_certificates.read(headers | {"Wechatpay-Serial": f"{number:X}"}, body, NOW)
    assert fetches(server) == before + 1
    assert by_certificates.read(headers, body, NOW) is not None


def test_a_certificate_that_is_over_is_not_believed(server: WeChatServer, account: Account) -> None:
    server.issue_certificate("old", valid=timedelta(days=-1))
    with pytest.raises(Unreachable):
        WeChat(replace(account, public_key="", public_key_no="")).start(charge("native"), NOW)


def test_without_the_certificates_a_notification_is_for_later(
    server: WeChatServer, by_certificates: WeChat, account: Account
) -> None:
    WeChat(account)  # the trade is asked for by another process
    server.trades[NO] = {"out_trade_no": NO}
    headers, body = server.notification(NO, NOW)
    server.faults = [None]
    with pytest.raises(Unreachable):
        by_certificates.read(headers, body, NOW)


# Asking, closing, giving back


def test_money_that_nobody_told_of_is_found_by_asking(server: WeChatServer, wechat: WeChat) -> None:
    assert wechat.query(NO, NOW) is None
    wechat.start(charge("native"), NOW)
    assert wechat.query(NO, NOW) is None
    server.pay(NO)
    assert wechat.query(NO, NOW) == wechat.read(*server.notification(NO, NOW), NOW)


def test_a_closed_trade_stays_closed_and_a_paid_one_is_not_closed(
    server: WeChatServer, wechat: WeChat
) -> None:
    wechat.close(NO, NOW)  # was never asked for
    wechat.start(charge("native"), NOW)
    wechat.close(NO, NOW)
    wechat.close(NO, NOW)
    assert server.trades[NO]["trade_state"] == "CLOSED"
    assert wechat.query(NO, NOW) is None
    server.pay(NO)
    with pytest.raises(AlreadyPaid):
        wechat.close(NO, NOW)


def refund(wechat: WeChat, trade_no: str, **changes: Any) -> RefundResult:
    asked: dict[str, Any] = {
        "refund_no": "R26112201",
        "payment_no": NO,
        "trade_no": trade_no,
        "amount_fen": 345,
        "total_fen": 12_345,
        "reason": "cancelled",
        "now": NOW,
    }
    return wechat.refund(**(asked | changes))


def test_one_refund_number_is_refunded_once(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    assert refund(wechat, paid) == refund(wechat, paid) == RefundResult(RefundStatus.DONE)
    assert [each["amount"]["refund"] for each in server.refunds.values()] == [345]
    assert refund(wechat, paid, amount_fen=346).status == RefundStatus.FAILED


def test_a_refund_on_its_way_is_asked_for_again_until_it_is_done(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    server.refund_state = "PROCESSING"
    assert refund(wechat, paid).status == RefundStatus.SENT
    server.refund_state = "SUCCESS"
    assert refund(wechat, paid).status == RefundStatus.DONE
    server.refund_state = "ABNORMAL"
    assert refund(wechat, paid) == RefundResult(RefundStatus.FAILED, "ABNORMAL")


def test_no_more_than_was_paid_is_given_back(
    server: WeChatServer, wechat: WeChat, paid: str
) -> None:
    assert refund(wechat, paid, amount_fen=12_000).status == RefundStatus.DONE
    over = refund(wechat, paid, refund_no="R2", amount_fen=346)
    assert over == RefundResult(RefundStatus.FAILED, "INVALID_REQUEST: 累计退款金额大于支付金额")
    assert refund(wechat, "4200000000000000", refund_no="R3").status == RefundStatus.FAILED


def test_an_empty_account_is_for_later(server: WeChatServer, wechat: WeChat, paid: str) -> None:
    body = json.dumps({"code": "NOT_ENOUGH", "message": "基本账户余额不足"}).encode()
    server.faults = [Response(403, body, {"Content-Type": "application/json"})]
    with pytest.raises(Unreachable, match="NOT_ENOUGH"):
        refund(wechat, paid)


@pytest.mark.parametrize(
    "change",
    [{"out_refund_no": "R9"}, {"transaction_id": "9"}, {"amount": {"refund": 1}}, {"status": "?"}],
)
def test_an_answer_for_another_refund_is_not_believed(
    server: WeChatServer, wechat: WeChat, paid: str, change: dict[str, Any]
) -> None:
    refund(wechat, paid)
    body = json.dumps(server.refunds["R26112201"] | change).encode()
    headers = {"Content-Type": "application/json", **server.signed(body)}
    server.faults = [Response(200, body, headers)]
    with pytest.raises(Unreachable):
        refund(wechat, paid)


# Bills

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
    "packed", [b"x", gzip.compress(GOOD.encode())[:-9], gzip.compress(b"\xff\xff")]
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
