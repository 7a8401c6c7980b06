"""Notifications of Alipay: verified, for us, sound, not too old."""

from urllib.parse import parse_qsl, urlencode

import pytest

from sharemall.payments.alipay import Alipay
from sharemall.payments.providers import (
    Forged,
)
from tests.payments.alipay_server import AlipayServer
from tests.payments.charges import NO, NOW


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
