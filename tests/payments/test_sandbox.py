"""The sandbox: signatures with a key that only this mall has, and a side of its own."""

import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from sharemall.payments.models import SandboxNotice, SandboxTrade
from sharemall.payments.providers import (
    Charge,
    Forged,
    Redirect,
    RefundResult,
    RefundStatus,
    UnknownProvider,
)
from sharemall.payments.registry import provider, providers
from sharemall.payments.sandbox import Sandbox, Signed, deliver_due, sign

pytestmark = pytest.mark.django_db
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
    assert [each.key for each in providers()] == ["sandbox"]
    settings.MODE = "live"
    assert providers() == []
    with pytest.raises(UnknownProvider):
        provider("sandbox")


def test_the_shopper_goes_on_at_the_sandboxs_page() -> None:
    charge = Charge(
        payment_no="26112201_1",
        amount_fen=12_345,
        title="Tea",
        way="page",
        notify_url="https://mall.example/notify/",
        return_url="https://mall.example/orders/",
        expires_at=NOW + timedelta(minutes=30),
    )
    assert Sandbox().start(charge, NOW) == Redirect("/sandbox/26112201_1/")


def test_what_was_paid_can_be_asked_for_and_what_failed_was_not_paid() -> None:
    assert Sandbox().query("26112201", NOW) is None
    a_notification(succeeds=False)
    assert Sandbox().query("26112201", NOW) is None
    sent = a_notification(attempt="b")
    found = Sandbox().query("26112201", NOW)
    assert found == Sandbox().read(sent.headers, sent.body, NOW)


def test_a_trade_that_is_notified_twice_is_charged_once() -> None:
    assert a_notification().body == a_notification().body
    assert SandboxTrade.objects.get().amount_fen == 12_345


def later(attempt: str, minutes: int, *, succeeds: bool = True) -> None:
    Sandbox().pay_later(
        payment_no="26112201",
        amount_fen=12_345,
        attempt=attempt,
        succeeds=succeeds,
        now=NOW,
        due_at=NOW + timedelta(minutes=minutes),
    )


def test_a_delayed_notification_comes_when_it_is_due_and_once() -> None:
    later("a", 10)
    paid = Sandbox().query("26112201", NOW)
    assert paid is not None
    assert list(deliver_due(NOW + timedelta(minutes=9))) == []
    due = NOW + timedelta(minutes=10)
    (sent,) = deliver_due(due)
    assert Sandbox().read(sent.headers, sent.body, due) == paid
    assert list(deliver_due(due)) == []


def test_a_failure_can_be_told_later_as_well() -> None:
    later("a", 1, succeeds=False)
    due = NOW + timedelta(minutes=1)
    (sent,) = deliver_due(due)
    assert not Sandbox().read(sent.headers, sent.body, due).succeeded


def test_whoever_fails_over_a_delayed_notification_is_told_again() -> None:
    later("a", 1)
    later("b", 2)
    due = NOW + timedelta(minutes=2)
    for sent in deliver_due(due):
        assert sent.body
        break  # the process ends while it works on the first
    assert SandboxNotice.objects.count() == 2
    assert len(list(deliver_due(due))) == 2


def refund(refund_no: str, fen: int, **changes: object) -> RefundResult:
    trade = SandboxTrade.objects.get(refund_no="")
    asked: dict[str, object] = {
        "refund_no": refund_no,
        "payment_no": trade.payment_no,
        "trade_no": trade.trade_no,
        "amount_fen": fen,
        "total_fen": trade.amount_fen,
        "reason": "cancelled",
        "now": NOW,
    }
    return Sandbox().refund(**(asked | changes))  # type: ignore[arg-type]


def refunds() -> list[tuple[str, int]]:
    rows = SandboxTrade.objects.exclude(refund_no="").order_by("id")
    return list(rows.values_list("refund_no", "amount_fen"))


def test_a_trade_is_given_back_in_parts_and_never_more_than_it_took() -> None:
    a_notification()
    assert refund("r1", 12_000).status == RefundStatus.DONE
    over = refund("r2", 346)
    assert (over.status, over.fault) == (RefundStatus.FAILED, "more than is left of the trade")
    assert refund("r3", 345).status == RefundStatus.DONE
    assert refund("r4", 1).status == RefundStatus.FAILED
    assert refunds() == [("r1", 12_000), ("r3", 345)]


def test_one_refund_number_is_refunded_once() -> None:
    a_notification()
    assert refund("r1", 100) == refund("r1", 100) == RefundResult(RefundStatus.DONE)
    assert refund("r1", 200).status == RefundStatus.FAILED
    assert refunds() == [("r1", 100)]


@pytest.mark.parametrize(
    "change",
    [{"trade_no": "SB0"}, {"payment_no": "26112202"}, {"total_fen": 12_346}, {"amount_fen": 0}],
)
def test_a_refund_of_something_else_is_refused(change: dict[str, object]) -> None:
    a_notification()
    assert refund("r1", 100, **change).status == RefundStatus.FAILED
    assert refunds() == []


def test_the_bill_of_a_day_lists_what_moved_by_the_calendar_of_shanghai() -> None:
    a_notification()  # at noon in Shanghai
    refund("r1", 45, now=datetime(2026, 11, 22, 16, 0, tzinfo=UTC))  # at midnight there
    (paid,) = Sandbox().bill(date(2026, 11, 22), NOW)
    (back,) = Sandbox().bill(date(2026, 11, 23), NOW)
    assert (paid.payment_no, paid.amount_fen, paid.is_refund) == ("26112201", 12_345, False)
    assert (back.trade_no, back.refund_no) == (paid.trade_no, "r1")
    assert (back.amount_fen, back.is_refund) == (45, True)
    assert Sandbox().bill(date(2026, 11, 24), NOW) == []
