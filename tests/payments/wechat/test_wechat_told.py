"""Notifications of WeChat: verified, for us, sound, not too old."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sharemall.payments.providers import (
    Forged,
    Unreachable,
)
from sharemall.payments.wechat import WeChat
from sharemall.payments.wechat_gateway import Account
from tests.payments import wechat_server
from tests.payments.charges import NO, NOW, charge
from tests.payments.wechat_server import WeChatServer


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
