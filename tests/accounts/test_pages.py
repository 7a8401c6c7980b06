"""The pages of signing in, messages, settings and questions, as a browser without scripts."""

import re
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.timezone import localdate

from sharemall.accounts import signing
from sharemall.clock import services as clock
from sharemall.members.models import Device, Member, WeChatAccount
from sharemall.messages import codes, services
from sharemall.messages.models import Code, Message, Preference, SentMessage
from sharemall.storefront import urls_messages
from sharemall.storefront.offered import PAYERS
from sharemall.tickets.models import Ticket
from sharemall.tickets.services import open_ticket
from tests.messages.given import a_member
from tests.orders import ready

pytestmark = pytest.mark.django_db

PHONE = "13800138000"
OPEN = {"sign-in-code", "sign-in-wechat", "sign-in-wechat-back", "sign-in-wechat-bind"} | {
    "sandbox-wechat",
    "sent",
}
POST_ONLY = {"messages-read", "settings-wechat-remove", "settings-device-sign-out"} | {
    "settings-others-sign-out",
    "ticket-close",
}
FIND = {"message": "message_id", "settings-device-sign-out": "device_id", "ticket": "no"} | {
    "ticket-close": "no"
}


@pytest.fixture
def ann() -> Member:
    ready.open_mall()
    return a_member("ann")


@pytest.fixture
def browser(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.force_login(ann)
    client.cookies["django_language"] = "en"
    return client


def code() -> str:
    """The digits of the newest SMS."""
    text = SentMessage.objects.order_by("-pk")[0].text
    found = re.search(r"[0-9]{6}", text)
    assert found is not None
    return found[0]


def later() -> None:
    """The minute between two codes is over."""
    for one in Code.objects.all():
        Code.objects.filter(pk=one.pk).update(at=one.at - codes.PAUSE)


def english(page: Client, url: str, form: dict[str, object] | None = None) -> str:
    response = page.post(url, form) if form is not None else page.get(url)
    return response.content.decode()


def url_of(name: str, given: dict[str, object] | None = None) -> str:
    return reverse(name, kwargs={FIND[name]: (given or {})[name]} if name in FIND else None)


@pytest.fixture
def found(ann: Member) -> dict[str, object]:
    """Something of Ann's behind every address that names one."""
    services.send(member_id=ann.pk, kind="level", key="l", facts={"level": 1}, now=clock.now())
    Client().force_login(ann)
    device = Device.objects.create(
        member=ann,
        session_key="k",
        name="x",
        address="10.0.0.1",
        signed_in_at=clock.now(),
        seen_on=localdate(clock.now()),
    )
    ticket = open_ticket(member=ann, kind="help", about="", text="?", key=uuid4(), now=clock.now())
    return {
        "message": Message.objects.get().pk,
        "settings-device-sign-out": device.pk,
        "ticket": ticket.no,
        "ticket-close": ticket.no,
    }


NAMES = [str(pattern.name) for pattern in urls_messages.urlpatterns]
CLOSED = [name for name in NAMES if name not in OPEN]


@pytest.mark.parametrize("name", CLOSED)
def test_who_is_not_signed_in_is_sent_to_sign_in(name: str, found: dict[str, object]) -> None:
    for method in (Client().get, Client().post):
        response = method(url_of(name, found))
        if response.status_code != 405:
            assert response.status_code == 302
            assert response.headers["Location"].startswith(reverse("sign-in") + "?next=")


@pytest.mark.parametrize("name", FIND)
def test_anothers_is_as_good_as_none(name: str, found: dict[str, object]) -> None:
    eve = Client()
    eve.force_login(a_member("eve"))
    for method in (eve.get, eve.post):
        response = method(url_of(name, found), {"text": "x", "key": uuid4()})
        assert response.status_code in (404, 405)
    assert Message.objects.get().read_at is None
    assert Device.objects.count() == 1
    assert Ticket.objects.get().state == "open"


@pytest.mark.parametrize("name", FIND)
def test_what_is_not_there_is_no_page(name: str, browser: Client) -> None:
    missing = {key: "T9" if FIND[key] == "no" else 10**15 for key in FIND}
    for method in (browser.get, browser.post):
        response = method(url_of(name, missing), {"text": "x", "key": uuid4()})
        assert response.status_code in (404, 405)


@pytest.mark.parametrize("name", sorted(POST_ONLY))
def test_nothing_moves_by_following_a_link(
    name: str, browser: Client, found: dict[str, object]
) -> None:
    assert browser.get(url_of(name, found)).status_code == 405


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sign-in-wechat-back"])
def test_a_form_from_another_site_is_refused(
    name: str, ann: Member, found: dict[str, object]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)
    assert client.post(url_of(name, found), {}).status_code in (403, 405)


def test_a_code_signs_in_and_the_device_is_noted(ann: Member) -> None:
    client, url = Client(headers={"user-agent": "Chrome Windows"}), reverse("sign-in-code")
    client.cookies["django_language"] = "en"
    assert client.get(url).status_code == 200
    assert "138****0000" in english(client, url, {"phone": ann.phone, "do": "send"})
    form = {"phone": ann.phone, "do": "check", "digits": code(), "next": "/me/"}
    assert client.post(url, form).headers["Location"] == "/me/"
    assert "Chrome, Windows" in english(client, reverse("settings-devices"))
    assert "This device" in english(client, reverse("settings-devices"))
    client.post(reverse("sign-out"))
    assert not Device.objects.exists()


def test_a_code_asked_for_too_often_is_a_sentence(ann: Member) -> None:
    client, url = Client(), reverse("sign-in-code")
    client.cookies["django_language"] = "en"
    client.post(url, {"phone": PHONE, "do": "send"})
    response = client.post(url, {"phone": PHONE, "do": "send"})
    assert response.status_code == 422
    assert "Too many codes. The next one in" in response.content.decode()
    assert SentMessage.objects.count() == 1


def test_wrong_old_and_missing_codes_are_sentences(ann: Member) -> None:
    client, url = Client(), reverse("sign-in-code")
    client.cookies["django_language"] = "en"
    form = {"phone": PHONE, "do": "check", "digits": "000000"}
    assert "This code is over." in english(client, url, form)
    client.post(url, {"phone": PHONE, "do": "send"})
    wrong = f"{(int(code()) + 1) % 10**6:06d}"
    assert "4 tries are left" in english(client, url, form | {"digits": wrong})
    assert "mobile number" in english(client, url, {"phone": "1", "do": "send"})
    assert Member.objects.count() == 1


def from_wechat(client: Client) -> str:
    """Walk to the stand-in of WeChat's page and back; where that leads."""
    page = client.get(reverse("sign-in-wechat")).headers["Location"]
    state = parse_qs(urlsplit(page).query)["state"][0]
    back = client.post(reverse("sandbox-wechat"), {"state": state}).headers["Location"]
    return client.get(back).headers["Location"]


def test_wechat_asks_for_a_phone_once_and_then_signs_in(ann: Member) -> None:
    client = Client()
    assert from_wechat(client) == reverse("sign-in-wechat-bind")
    url = reverse("sign-in-wechat-bind")
    client.post(url, {"phone": ann.phone, "do": "send"})
    client.post(url, {"phone": ann.phone, "do": "check", "digits": code()})
    assert client.session["_auth_user_id"] == str(ann.pk)
    assert WeChatAccount.objects.get().member == ann
    client.post(reverse("sign-out"))
    assert from_wechat(client) == reverse("home")
    assert client.session["_auth_user_id"] == str(ann.pk)


def test_a_member_connects_and_disconnects_wechat(browser: Client, ann: Member) -> None:
    assert "Connect WeChat" in english(browser, reverse("settings"))
    assert from_wechat(browser) == reverse("settings")
    assert signing.openid_of(ann, "sandbox")
    assert "Disconnect WeChat" in english(browser, reverse("settings"))
    browser.post(reverse("settings-wechat-remove"))
    assert not WeChatAccount.objects.exists()


def test_wechat_pay_learns_the_payer_when_the_member_signs_in(
    ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHAREMALL_WECHAT_APP_ID", "sandbox")
    client = Client()
    client.force_login(ann)
    from_wechat(client)
    assert client.session[PAYERS] == {"wechat": signing.openid_of(ann, "sandbox")}


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?state="])
def test_nobody_comes_back_from_wechat_who_did_not_set_out(ann: Member, query: str) -> None:
    client = Client()
    response = client.get(reverse("sign-in-wechat-back") + query)
    assert response.headers["Location"] == reverse("sign-in")
    page = client.get(reverse("sign-in-wechat")).headers["Location"]
    assert page.startswith("/demo/wechat/")
    response = client.get(reverse("sign-in-wechat-back") + query)
    assert response.headers["Location"] == reverse("sign-in")
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("sign-in-wechat-bind")).headers["Location"] == reverse("sign-in")


def test_a_code_of_wechats_that_is_wrong_is_a_sentence(ann: Member) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get(reverse("sign-in-wechat")).headers["Location"]
    state = parse_qs(urlsplit(page).query)["state"][0]
    response = client.get(
        f"{reverse('sign-in-wechat-back')}?code=forged&state={state}", follow=True
    )
    assert "WeChat did not say who you are" in response.content.decode()


@override_settings(MODE="live")
def test_a_live_mall_has_no_sandbox(ann: Member) -> None:
    for name in ("sign-in-wechat", "sign-in-wechat-back", "sandbox-wechat", "sent"):
        assert Client().get(reverse(name)).status_code == 404


def prove(browser: Client, name: str) -> None:
    response = browser.get(reverse(name))
    url = response.headers["Location"]
    assert url == f"{reverse('settings-prove')}?next={reverse(name)}"
    browser.post(url, {"do": "send"})
    assert browser.post(url, {"do": "check", "digits": code()}).headers["Location"] == reverse(name)


def test_a_phone_changes_after_both_phones_are_proved(browser: Client, ann: Member) -> None:
    prove(browser, "settings-phone")
    url = reverse("settings-phone")
    browser.post(url, {"phone": PHONE, "do": "send"})
    assert SentMessage.objects.order_by("-pk")[0].address == PHONE
    response = browser.post(url, {"phone": PHONE, "do": "check", "digits": code()})
    assert response.headers["Location"] == reverse("settings")
    ann.refresh_from_db()
    assert ann.phone == PHONE
    assert browser.get(url).status_code == 302  # it has to be proved anew


def test_a_phone_of_anothers_is_not_taken_though_it_is_proved(browser: Client) -> None:
    ben = a_member("ben")
    prove(browser, "settings-phone")
    url = reverse("settings-phone")
    browser.post(url, {"phone": ben.phone, "do": "send"})
    response = browser.post(url, {"phone": ben.phone, "do": "check", "digits": code()})
    assert response.status_code == 422
    assert "Another member signs in with this number" in response.content.decode()


def test_a_password_is_set_and_other_devices_are_out(browser: Client, ann: Member) -> None:
    other = Client()
    other.post(reverse("sign-in-code"), {"phone": ann.phone, "do": "send"})
    other.post(reverse("sign-in-code"), {"phone": ann.phone, "do": "check", "digits": code()})
    later()
    prove(browser, "settings-password")
    url = reverse("settings-password")
    assert browser.post(url, {"password": "12345678"}).status_code == 422
    assert browser.post(url, {"password": "Jade-terraces-7"}).status_code == 302
    assert browser.get(reverse("me")).status_code == 200
    assert other.get(reverse("me")).status_code == 302
    ann.refresh_from_db()
    assert ann.check_password("Jade-terraces-7")


def test_a_password_does_not_change_unproved(browser: Client, ann: Member) -> None:
    response = browser.post(reverse("settings-password"), {"password": "Jade-terraces-7"})
    assert response.status_code == 302
    ann.refresh_from_db()
    assert not ann.has_usable_password()


def test_one_device_and_all_others_are_signed_out_from_afar(browser: Client, ann: Member) -> None:
    others = []
    for _each in range(2):
        other = Client(headers={"user-agent": "Firefox Linux"})
        other.post(reverse("sign-in-code"), {"phone": ann.phone, "do": "send"})
        form = {"phone": ann.phone, "do": "check", "digits": code()}
        other.post(reverse("sign-in-code"), form)
        later()
        others.append(other)
    first = Device.objects.order_by("pk")[0]
    browser.post(reverse("settings-device-sign-out", kwargs={"device_id": first.pk}))
    assert [one.get(reverse("me")).status_code for one in others] == [302, 200]
    browser.post(reverse("settings-others-sign-out"))
    assert others[1].get(reverse("me")).status_code == 302
    assert browser.get(reverse("me")).status_code == 200


def test_what_a_member_wants_to_be_told_is_kept(browser: Client, ann: Member) -> None:
    url = reverse("settings-messages")
    assert "checked" in english(browser, url)
    browser.post(url, {"wechat_dividends": "on"})
    kept = Preference.objects.get(member=ann)
    assert (kept.dividends, kept.wechat_orders, kept.wechat_dividends) == (False, False, True)
