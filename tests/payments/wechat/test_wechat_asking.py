"""Asking WeChat for money, closing trades, giving money back."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from sharemall.payments.providers import (
    AlreadyPaid,
    Code,
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
from tests.payments.charges import NO, NOW, charge, refund
from tests.payments.local_server import Response, key_of, private_pem
from tests.payments.wechat_server import WeChatServer


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
