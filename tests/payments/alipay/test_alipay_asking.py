"""Asking Alipay for money, closing trades, giving money back."""

import json
from dataclasses import replace

import pytest

from sharemall.payments.alipay import Alipay
from sharemall.payments.providers import (
    AlreadyPaid,
    RefundResult,
    RefundStatus,
    RefusedByProvider,
    Unreachable,
)
from tests.payments.alipay_server import AlipayServer
from tests.payments.charges import NO, NOW, charge, refund


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
        "subject": ("龙井茶  b  " + "茶" * 200)[:100],
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
