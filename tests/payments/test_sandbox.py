"""The sandbox's signatures: made and checked with a key that only this mall has."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from sharemall.payments.providers import Forged, UnknownProvider
from sharemall.payments.registry import provider
from sharemall.payments.sandbox import Sandbox, Signed, sign

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


def a_notification(*, succeeds: bool = True, attempt: str = "a") -> Signed:
    return Sandbox().pay(
        payment_no="26112201", amount_fen=12_345, attempt=attempt, succeeds=succeeds, now=NOW
    )


@pytest.mark.parametrize("succeeds", [True, False])
def test_what_the_sandbox_signs_it_reads_back(succeeds: bool) -> None:
    sent = a_notification(succeeds=succeeds)
    read = Sandbox().read(sent.headers, sent.body, NOW)
    assert (read.payment_no, read.amount_fen, read.succeeded) == ("26112201", 12_345, succeeds)
    assert read.body == sent.body.decode()


def test_one_attempt_is_one_trade_and_another_is_another() -> None:
    trades = [json.loads(a_notification(attempt=text).body)["trade_no"] for text in "aab"]
    assert trades[0] == trades[1] != trades[2]


@pytest.mark.parametrize("header", ["Sandbox-Timestamp", "Sandbox-Nonce", "Sandbox-Signature"])
@pytest.mark.parametrize("value", [None, "", "x", "ÿ", "\ud800"])
def test_a_notification_with_any_header_changed_is_forged(header: str, value: str | None) -> None:
    sent = a_notification()
    headers = {key: text for key, text in sent.headers.items() if key != header}
    if value is not None:
        headers[header] = value
    with pytest.raises(Forged):
        Sandbox().read(headers, sent.body, NOW)


def test_a_notification_with_any_byte_changed_is_forged() -> None:
    sent = a_notification()
    for place in range(len(sent.body)):
        body = bytearray(sent.body)
        body[place] ^= 1
        with pytest.raises(Forged):
            Sandbox().read(sent.headers, bytes(body), NOW)


def test_a_notification_lives_for_five_minutes() -> None:
    sent = a_notification()
    Sandbox().read(sent.headers, sent.body, NOW + timedelta(minutes=5))
    for late in (timedelta(minutes=5, seconds=1), timedelta(minutes=-6)):
        with pytest.raises(Forged, match="old"):
            Sandbox().read(sent.headers, sent.body, NOW + late)


def test_a_notification_for_another_merchant_is_not_ours() -> None:
    fields = json.loads(a_notification().body) | {"merchant_no": "SOMEONE-ELSE"}
    sent = sign(json.dumps(fields).encode(), now=NOW)
    with pytest.raises(Forged, match="merchant"):
        Sandbox().read(sent.headers, sent.body, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": None},
        {"amount_fen": "12345"},
        {"amount_fen": 123.45},
        {"amount_fen": True},
        {"amount_fen": 10**30},
        {"trade_no": 7},
        {"trade_no": ""},
        {"trade_no": "x" * 65},
        {"payment_no": None},
        {"payment_no": "a\0b"},
        {"result": "maybe"},
        {"result": None},
    ],
)
def test_a_signed_notification_of_the_wrong_shape_is_not_read(change: dict[str, object]) -> None:
    fields = json.loads(a_notification().body) | change
    sent = sign(json.dumps(fields).encode(), now=NOW)
    with pytest.raises(Forged, match="read"):
        Sandbox().read(sent.headers, sent.body, NOW)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    sent = a_notification()
    path = tmp_path / "sandbox_payment_key"
    key = path.read_bytes()
    assert len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    Sandbox().read(sent.headers, sent.body, NOW)
    assert path.read_bytes() == key
    assert list(tmp_path.iterdir()) == [path]


def test_another_malls_key_does_not_sign_for_this_one(tmp_path: Path, settings: Settings) -> None:
    sent = a_notification()
    settings.DATA_DIR = tmp_path / "other"
    with pytest.raises(Forged, match="signature"):
        Sandbox().read(sent.headers, sent.body, NOW)


def test_only_the_demo_opens_the_sandbox(settings: Settings) -> None:
    assert provider("sandbox").key == "sandbox"
    settings.MODE = "live"
    with pytest.raises(UnknownProvider):
        provider("sandbox")
