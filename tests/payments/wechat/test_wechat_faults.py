"""WeChat cut off, broken, or not itself: nothing is believed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sharemall.payments.providers import (
    Unreachable,
)
from sharemall.payments.wechat import WeChat
from sharemall.payments.wechat_gateway import Account
from tests.payments.charges import DAY, NO, NOW, charge, refund
from tests.payments.local_server import Response
from tests.payments.wechat_server import WeChatServer

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
