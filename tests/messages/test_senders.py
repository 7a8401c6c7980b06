"""What leaves the house, against local servers: carried once, again after faults, not too late."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import override_settings

from sharemall.members import official
from sharemall.messages import outbox, senders, sms, wechat
from sharemall.messages.models import Outgoing, SentMessage
from sharemall.messages.senders import Letter, NotSent, Unreachable
from tests.messages.given import NOW
from tests.orders.together import at_once
from tests.payments.local_server import LocalServer, Request, Response, running

pytestmark = pytest.mark.django_db

TEMPLATES = {"order_shipped": {"id": "T1", "fields": {"thing1": "text", "character_string2": "no"}}}
LETTER = Letter(
    kind="order_shipped",
    address="o1",
    key="7:order-1-shipped",
    title="已发货",
    text="干红葡萄酒：已由顺丰发出，运单号 SF1234567890。",
    values={"no": "1"},
    url="https://mall.example/orders/1/",
)


class WeChatServer(LocalServer):
    """WeChat's token and template messages; tokens end when `end_token` says so."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = 0
        self.sent: list[dict[str, Any]] = []

    def end_token(self) -> None:
        self.tokens += 1

    def handle(self, request: Request) -> Response:
        path, body = urlsplit(request.path).path, json.loads(request.body)
        if path == "/cgi-bin/stable_token":
            if body["secret"] != "secret":
                return answer(errcode=40125, errmsg="invalid appsecret")
            return answer(access_token=f"token-{self.tokens}", expires_in=7200)
        if dict(parse_qsl(urlsplit(request.path).query)) != {
            "access_token": f"token-{self.tokens}"
        }:
            return answer(errcode=42001, errmsg="access_token expired")
        self.sent.append(body)
        return answer(errcode=0, errmsg="ok", msgid=1)


class SmsServer(LocalServer):
    """The SMS service: verifies the signature and remembers the parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, str]] = []
        self.account: sms.Account | None = None

    def handle(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = urlsplit(request.path).query
        assert self.account is not None
        moment = time_of(headers["x-acs-date"])
        wanted = sms.signed_headers(
            self.account, query, nonce=headers["x-acs-signature-nonce"], now=moment
        )
        if headers["authorization"] != wanted["Authorization"]:
            return answer(Code="SignatureDoesNotMatch")
        self.sent.append(dict(parse_qsl(query)))
        return answer(Code="OK", Message="OK", BizId="1")


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def answer(**fields: Any) -> Response:
    return Response(200, json.dumps(fields, ensure_ascii=False).encode())


@pytest.fixture
def wechat_server() -> Iterator[WeChatServer]:
    server = WeChatServer()
    with running(server):
        yield server


@pytest.fixture
def sms_server() -> Iterator[SmsServer]:
    server = SmsServer()
    with running(server):
        server.account = sms.Account("id", "secret", "商城", (("code", "SMS_1"),), server.address)
        yield server


def by_wechat(server: WeChatServer, key: str = "secret") -> wechat.WeChat:
    account = official.Official(official.Account("wx1", key, gateway=server.address))
    return wechat.WeChat(account, TEMPLATES)


def by_sms(server: SmsServer) -> sms.Sms:
    assert server.account is not None
    return sms.Sms(server.account)


A_CODE = Letter("code", "13800138000", "code-1", "验证码", "…", {"code": "012345", "minutes": 5})


def test_a_template_message_fills_the_fields_that_the_operator_named(
    wechat_server: WeChatServer,
) -> None:
    by_wechat(wechat_server).send(LETTER, NOW)
    (sent,) = wechat_server.sent
    assert (sent["touser"], sent["template_id"]) == ("o1", "T1")
    assert sent["client_msg_id"] == LETTER.key
    assert sent["url"] == LETTER.url
    assert sent["data"]["character_string2"]["value"] == "1"
    assert len(sent["data"]["thing1"]["value"]) == 20


def test_the_token_is_fetched_once_and_again_when_it_ended(wechat_server: WeChatServer) -> None:
    sender = by_wechat(wechat_server)
    sender.send(LETTER, NOW)
    sender.send(LETTER, NOW)
    wechat_server.end_token()
    sender.send(LETTER, NOW)
    sender.send(LETTER, NOW + timedelta(hours=2))
    asked = [urlsplit(one.path).path for one in wechat_server.requests]
    assert asked.count("/cgi-bin/stable_token") == 3
    assert len(wechat_server.sent) == 4


@pytest.mark.parametrize(
    ("code", "kind"), [(43004, NotSent), (40003, NotSent), (-1, Unreachable), (45009, Unreachable)]
)
def test_what_wechat_refuses_for_good_and_what_it_refuses_for_now(
    wechat_server: WeChatServer, code: int, kind: type[Exception]
) -> None:
    sender = by_wechat(wechat_server)
    sender.send(LETTER, NOW)
    wechat_server.faults = [answer(errcode=code, errmsg="no")]
    with pytest.raises(kind):
        sender.send(LETTER, NOW)


GARBAGE = [
    None,
    Response(500),
    Response(200, b"<html>"),
    Response(200, b"[]"),
    Response(302, b"", {"Location": "http://127.0.0.1:1/"}),
    Response(200, b"\xff\xfe"),
    Response(200, b'{"errcode": "0"}'),
]


@pytest.mark.parametrize("fault", GARBAGE)
def test_an_answer_of_wechats_that_cannot_be_read_is_none(
    wechat_server: WeChatServer, fault: Response | None
) -> None:
    wechat_server.faults = [fault]
    with pytest.raises(Unreachable) as error:
        by_wechat(wechat_server).send(LETTER, NOW)
    assert "secret" not in str(error.value)


def test_a_wrong_secret_is_no_fault_of_the_message(wechat_server: WeChatServer) -> None:
    with pytest.raises(Unreachable):
        by_wechat(wechat_server, key="wrong").send(LETTER, NOW)


def test_an_sms_is_signed_and_carries_the_code(sms_server: SmsServer) -> None:
    by_sms(sms_server).send(A_CODE, NOW)
    (sent,) = sms_server.sent
    assert (sent["PhoneNumbers"], sent["TemplateCode"], sent["SignName"]) == (
        "13800138000",
        "SMS_1",
        "商城",
    )
    assert json.loads(sent["TemplateParam"]) == {"code": "012345", "minutes": "5"}


def test_the_signature_is_that_of_the_services_documentation() -> None:
    account = sms.Account("YourAccessKeyId", "YourAccessKeySecret", "x", ())
    query = sms.canonical_query({"b": "阿 里", "a": "1+1~*"})
    assert query == "a=1%2B1~%2A&b=%E9%98%BF%20%E9%87%8C"
    headers = sms.signed_headers(account, query, nonce="n", now=NOW)
    names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    assert f"SignedHeaders={names}," in headers["Authorization"]
    assert headers["x-acs-date"] == "2026-11-22T04:00:00Z"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", NotSent),
        ("isv.BUSINESS_LIMIT_CONTROL", Unreachable),
        ("Throttling.User", Unreachable),
        (None, Unreachable),
    ],
)
def test_what_the_sms_service_refuses(
    sms_server: SmsServer, code: str | None, kind: type[Exception]
) -> None:
    sms_server.faults = [answer(Code=code)]
    with pytest.raises(kind):
        by_sms(sms_server).send(A_CODE, NOW)


@pytest.mark.parametrize("fault", [*GARBAGE[:3], GARBAGE[5]])
def test_an_answer_of_the_sms_service_that_cannot_be_read_is_none(
    sms_server: SmsServer, fault: Response | None
) -> None:
    sms_server.faults = [fault]
    with pytest.raises(Unreachable) as error:
        by_sms(sms_server).send(A_CODE, NOW)
    assert "012345" not in str(error.value)


def test_a_kind_without_a_template_is_not_sent(
    wechat_server: WeChatServer, sms_server: SmsServer
) -> None:
    other = Letter("level", "o1", "k", "", "", {})
    for sender in (by_wechat(wechat_server), by_sms(sms_server)):
        with pytest.raises(NotSent):
            sender.send(other, NOW)
    assert wechat_server.requests == []


def test_senders_open_when_everything_they_need_is_set() -> None:
    assert sms.opened({}) is None
    given = {
        "SHAREMALL_SMS_KEY_ID": "id",
        "SHAREMALL_SMS_SECRET": "secret",
        "SHAREMALL_SMS_SIGN": "商城",
        "SHAREMALL_SMS_TEMPLATES": '{"code": "SMS_1"}',
    }
    assert sms.opened(given) is not None
    assert sms.opened(given | {"SHAREMALL_SMS_TEMPLATES": "no JSON"}) is None
    account = {"SHAREMALL_OFFICIAL_APP_ID": "wx1", "SHAREMALL_OFFICIAL_SECRET": "secret"}
    assert wechat.opened(account) is None
    named = account | {"SHAREMALL_OFFICIAL_TEMPLATES": json.dumps(TEMPLATES)}
    assert wechat.opened(named) is not None
    assert wechat.opened(named | {"SHAREMALL_OFFICIAL_TEMPLATES": '{"a": 1}'}) is None


def an_outgoing(key: str = "code-1", **fields: Any) -> Outgoing:
    given = {
        "channel": "sms",
        "address": "13800138000",
        "kind": "code",
        "facts": {"minutes": 5},
        "secret": "012345",
        "next_try_at": NOW,
        "expires_at": NOW + timedelta(minutes=5),
        "at": NOW,
    }
    return Outgoing.objects.create(key=key, **(given | fields))


class Away:
    """A sender that is away, or that says no."""

    def __init__(self, error: Exception) -> None:
        self.error, self.asked = error, 0

    def send(self, letter: Letter, now: datetime) -> None:
        self.asked += 1
        raise self.error


def test_what_waits_is_sent_once_and_its_secret_goes() -> None:
    outgoing = an_outgoing()
    assert [outbox.send_due(NOW), outbox.send_due(NOW)] == [1, 0]
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.secret, outgoing.sent_at) == ("sent", "", NOW)
    assert "012345" in SentMessage.objects.get().text


def test_who_is_away_is_asked_again_later_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = Away(Unreachable("away"))
    monkeypatch.setattr(senders, "sender", lambda channel: away)
    outgoing = an_outgoing(expires_at=NOW + timedelta(days=9))
    an_outgoing("code-2", expires_at=NOW + timedelta(days=9))
    assert outbox.send_due(NOW) == 0
    assert away.asked == 1  # who is away is not asked for the second
    moment = NOW
    for _each in range(outbox.MOST_TRIES * 3):
        moment += timedelta(hours=3)
        outbox.send_due(moment)
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.tries, outgoing.secret) == ("failed", outbox.MOST_TRIES, "")


def test_what_is_refused_for_good_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    no = Away(NotSent("no such number"))
    monkeypatch.setattr(senders, "sender", lambda channel: no)
    outgoing = an_outgoing()
    outbox.send_due(NOW)
    outbox.send_due(NOW + timedelta(minutes=2))
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.fault, no.asked) == ("failed", "no such number", 1)


def test_what_came_too_late_is_not_sent() -> None:
    outgoing = an_outgoing()
    assert outbox.send_due(outgoing.expires_at) == 0
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.secret) == ("expired", "")


@override_settings(MODE="live")
def test_a_live_mall_without_a_sender_sends_nothing_into_the_sandbox() -> None:
    assert senders.sender("sms") is None
    an_outgoing()
    assert outbox.send_due(NOW) == 0
    assert not SentMessage.objects.exists()
    assert Outgoing.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_of_fifty_workers_at_once_one_sends() -> None:
    an_outgoing()
    found = at_once([lambda: outbox.send_due(NOW)] * 50)
    assert sum(int(one) for one in found) == 1
    assert SentMessage.objects.count() == 1
    connection.close()
