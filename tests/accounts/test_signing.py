"""Signing in by code and through WeChat, devices, and changing what one signs in with."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError

from sharemall.accounts import changes, devices, signing
from sharemall.accounts.refusals import Refusal, Refused
from sharemall.members import official, services
from sharemall.members.models import Device, Member, SignInFailure, WeChatAccount
from sharemall.members.official import BadCode, Official, Unreachable
from sharemall.members.official_sandbox import SandboxOfficial
from sharemall.messages import codes
from sharemall.messages.codes import Purpose
from tests.messages.given import NOW, a_member, told
from tests.messages.test_codes import HOME, PHONE, ask, digits, outcomes, wrong
from tests.orders.together import at_once
from tests.payments.local_server import LocalServer, Request, Response, running

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 MicroMessenger/8.0.49"


def by_code(given: str, phone: str = PHONE) -> Member:
    return signing.by_code(
        phone=phone, digits=given, address=HOME, purpose=Purpose.SIGN_IN, now=NOW
    )


def test_a_code_signs_in_the_member_of_the_phone() -> None:
    ann = a_member("ann")
    ask(phone=ann.phone)
    assert by_code(digits(ann.phone), ann.phone) == ann


def test_a_new_phone_gets_an_account_without_a_password() -> None:
    ask()
    member = by_code(digits())
    assert (member.phone, member.has_usable_password()) == (PHONE, False)
    assert member.name.endswith(PHONE[-4:])


def test_a_wrong_code_counts_as_a_failed_sign_in() -> None:
    ask()
    with pytest.raises(codes.WrongCode):
        by_code(wrong(digits()))
    assert SignInFailure.objects.get().phone == PHONE


def test_an_address_that_guesses_at_many_phones_must_wait() -> None:
    ask()
    for number in range(services.MOST_PER_ADDRESS):
        services.count_failure(f"139{number:08d}", HOME, NOW)
    with pytest.raises(services.TooManyFailures):
        by_code(digits())


def test_a_closed_account_stays_closed() -> None:
    ann = a_member("ann", is_active=False)
    ask(phone=ann.phone)
    with pytest.raises(Refused) as refused:
        by_code(digits(ann.phone), ann.phone)
    assert refused.value.refusal == Refusal.CLOSED


@pytest.mark.django_db(transaction=True)
def test_of_fifty_new_members_with_one_code_there_is_one() -> None:
    ask()
    code = digits()
    found = outcomes(lambda: by_code(code).pk)
    assert len([one for one in found if isinstance(one, int)]) == 1
    assert Member.objects.count() == 1


class WeChatServer(LocalServer):
    """Knows the code "good", once."""

    def __init__(self) -> None:
        super().__init__()
        self.used = False

    def handle(self, request: Request) -> Response:
        given = dict(parse_qsl(urlsplit(request.path).query, keep_blank_values=True))
        if given["secret"] != "secret" or given["appid"] != "wx1":
            return answer(errcode=40125, errmsg="invalid appsecret")
        if given["code"] != "good":
            return answer(errcode=40029, errmsg="invalid code")
        if self.used:
            return answer(errcode=40163, errmsg="code been used")
        self.used = True
        return answer(openid="o1", access_token="x", expires_in=7200, scope="snsapi_base")


def answer(**fields: object) -> Response:
    # WeChat says text/plain.
    return Response(200, json.dumps(fields).encode(), {"Content-Type": "text/plain"})


@pytest.fixture
def server() -> Iterator[WeChatServer]:
    found = WeChatServer()
    with running(found):
        yield found


def account(server: WeChatServer) -> Official:
    return Official(official.Account("wx1", "secret", gateway=server.address))


def test_wechats_page_gets_what_it_needs() -> None:
    page = Official(official.Account("wx1", "secret")).page("https://mall.example/back/", "s1")
    url = urlsplit(page)
    assert (url.netloc, url.fragment) == ("open.weixin.qq.com", "wechat_redirect")
    assert dict(parse_qsl(url.query)) == {
        "appid": "wx1",
        "redirect_uri": "https://mall.example/back/",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
    }
    assert "secret" not in page


def test_a_code_of_wechats_names_the_openid_once(server: WeChatServer) -> None:
    assert account(server).openid("good") == "o1"
    for code in ("good", "bad", ""):
        with pytest.raises(BadCode):
            account(server).openid(code)


@pytest.mark.parametrize(
    "fault",
    [
        None,
        Response(502),
        Response(200, b"no"),
        answer(errcode=-1),
        answer(openid=""),
        answer(openid=1),
        answer(openid="o" * 65),
        answer(errcode=40125),
    ],
)
def test_an_answer_that_cannot_be_believed_signs_nobody_in(
    server: WeChatServer, fault: Response | None
) -> None:
    server.faults = [fault]
    with pytest.raises(Unreachable) as error:
        account(server).openid("good")
    assert "secret" not in str(error.value)


def test_the_account_opens_when_both_its_settings_are_there() -> None:
    assert official.opened({"SHAREMALL_OFFICIAL_APP_ID": "wx1"}) is None
    given = {"SHAREMALL_OFFICIAL_APP_ID": "wx1", "SHAREMALL_OFFICIAL_SECRET": "s"}
    found = official.opened(given)
    assert found is not None
    assert official.opened(given) is found  # it keeps its token


def test_the_sandbox_stands_in_and_takes_no_code_but_its_own() -> None:
    sandbox = SandboxOfficial()
    assert sandbox.openid(sandbox.code("someone")) == "someone"
    with pytest.raises(BadCode):
        sandbox.openid("forged")


def bind(member: Member, openid: str = "o1") -> None:
    signing.bind(member=member, app_id="wx1", openid=openid, now=NOW)


def test_a_bound_openid_signs_its_member_in() -> None:
    ann = a_member("ann")
    assert signing.by_openid(app_id="wx1", openid="o1") is None
    bind(ann)
    bind(ann)
    assert signing.by_openid(app_id="wx1", openid="o1") == ann
    assert signing.by_openid(app_id="wx2", openid="o1") is None
    assert [kind for kind, _ in told(ann)] == ["wechat_bound"]


def test_an_openid_is_one_members_and_a_member_has_one() -> None:
    ann, ben = a_member("ann"), a_member("ben")
    bind(ann)
    for member, openid, refusal in (
        (ben, "o1", Refusal.WECHAT_TAKEN),
        (ann, "o2", Refusal.HAS_WECHAT),
    ):
        with pytest.raises(Refused) as refused:
            bind(member, openid)
        assert refused.value.refusal == refusal
    assert signing.unbind(member=ann)
    assert not signing.unbind(member=ann)
    bind(ben)


def test_a_closed_member_is_not_signed_in_by_wechat() -> None:
    bind(a_member("ann", is_active=False))
    with pytest.raises(Refused):
        signing.by_openid(app_id="wx1", openid="o1")


@pytest.mark.django_db(transaction=True)
def test_of_fifty_members_one_gets_the_openid() -> None:
    members = [a_member(f"m{number}") for number in range(50)]

    def take(member: Member) -> str:
        try:
            bind(member)
        except Refused:
            return "refused"
        return "bound"

    found = at_once([lambda member=member: take(member) for member in members])  # type: ignore[misc]
    assert found.count("bound") == 1
    assert WeChatAccount.objects.count() == 1


def test_wechat_pay_gets_the_openid_of_its_own_application(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = a_member("ann")
    bind(ann)
    assert signing.payer_ids(ann) == {}
    monkeypatch.setenv("SHAREMALL_WECHAT_APP_ID", "wx2")
    assert signing.payer_ids(ann) == {}
    monkeypatch.setenv("SHAREMALL_WECHAT_APP_ID", "wx1")
    assert signing.payer_ids(ann) == {"wechat": "o1"}


def a_session() -> str:
    store = SessionStore()
    store["seen"] = True
    store.create()
    assert store.session_key
    return store.session_key


def sign_in(member: Member, agent: str = CHROME, key: str | None = None) -> Device:
    return devices.signed_in(
        member=member,
        session_key=key or a_session(),
        agent=agent,
        address=HOME,
        today=TODAY,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome, Windows"),
        (WECHAT, "WeChat, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Edg/140.0 Chrome/140.0", "Edge, macOS"),
        ("curl/8", "?, ?"),
        ("", "?, ?"),
    ],
)
def test_a_device_is_called_by_its_browser_and_system(agent: str, name: str) -> None:
    assert devices.name_of(agent) == name


def test_a_new_device_is_told_to_who_has_another() -> None:
    ann = a_member("ann")
    sign_in(ann)
    sign_in(ann)
    assert told(ann) == []
    sign_in(ann, WECHAT)
    assert told(ann) == [("signed_in", {"device": "WeChat, Android"})]
    assert len(devices.devices(ann)) == 3


def test_a_device_signed_out_from_afar_has_no_session_any_more() -> None:
    ann, ben = a_member("ann"), a_member("ben")
    here, there, his = sign_in(ann), sign_in(ann, WECHAT), sign_in(ben)
    assert not devices.sign_out(member=ann, device_id=his.pk)
    assert devices.sign_out(member=ann, device_id=there.pk)
    assert not devices.sign_out(member=ann, device_id=there.pk)
    assert not SessionStore().exists(there.session_key)
    assert devices.devices(ann) == [here]
    assert devices.sign_out_others(member=ann, session_key=here.session_key) == 0
    assert SessionStore().exists(his.session_key)


def test_a_device_whose_session_is_gone_is_none() -> None:
    ann = a_member("ann")
    old = sign_in(ann)
    SessionStore(old.session_key).delete()
    assert devices.devices(ann) == []
    sign_in(ann, WECHAT)
    assert not Device.objects.filter(pk=old.pk).exists()
    assert told(ann) == []


def test_a_device_is_noted_once_a_day_and_moves_with_its_session() -> None:
    device = sign_in(a_member("ann"))
    devices.seen(session_key=device.session_key, today=TODAY + timedelta(days=1))
    devices.seen(session_key=device.session_key, today=TODAY)
    devices.moved(before=device.session_key, after="another")
    device.refresh_from_db()
    assert (device.seen_on, device.session_key) == (TODAY + timedelta(days=1), "another")


def test_a_phone_changes_once_and_never_to_anothers() -> None:
    ann, ben = a_member("ann"), a_member("ben")
    changes.change_phone(member=ann, phone=PHONE, now=NOW)
    for member, phone, refusal in (
        (ann, PHONE, Refusal.SAME_PHONE),
        (ben, PHONE, Refusal.PHONE_TAKEN),
    ):
        with pytest.raises(Refused) as refused:
            changes.change_phone(member=member, phone=phone, now=NOW)
        assert refused.value.refusal == refusal
    ann.refresh_from_db()
    assert ann.phone == PHONE
    assert told(ann) == [("phone_changed", {"phone": "138****8000"})]
    assert told(ben) == []


def test_a_password_is_set_unless_it_is_easily_guessed() -> None:
    ann = a_member("ann")
    with pytest.raises(ValidationError):
        changes.change_password(member=ann, password="12345678", now=NOW)
    changes.change_password(member=ann, password="Jade-terraces-7", now=NOW)
    assert services.check_sign_in(phone=ann.phone, password="Jade-terraces-7", address=HOME) == ann
    assert [kind for kind, _ in told(ann)] == ["password_changed"]
