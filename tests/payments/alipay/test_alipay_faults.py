"""Alipay cut off, broken, or not itself: nothing is believed."""

import json
from dataclasses import replace

import pytest

from sharemall.payments.alipay import Alipay
from sharemall.payments.alipay_gateway import Account
from sharemall.payments.providers import (
    Unreachable,
)
from tests.payments.alipay_server import AlipayServer
from tests.payments.charges import DAY, NO, NOW, refund
from tests.payments.local_server import Response, key_of, private_pem

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
