"""On to WeChat Pay and Alipay, whose gateways are on 127.0.0.1, and back."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.orders.models import Order
from sharemall.payments import registry
from sharemall.payments.alipay import Alipay
from sharemall.payments.models import Payment
from sharemall.payments.providers import Provider, asked_no
from sharemall.payments.wechat import WeChat
from sharemall.storefront.offered import PAYERS
from tests.orders import shop
from tests.orders.forms import text_of
from tests.payments import accounts
from tests.payments.alipay_server import AlipayServer
from tests.payments.local_server import running
from tests.payments.wechat_server import WeChatServer

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile Chrome/130"
COMPUTER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/130"
IN_WECHAT = f"{PHONE} MicroMessenger/8.0"


@pytest.fixture
def wechat() -> Iterator[WeChatServer]:
    gateway = WeChatServer()
    with running(gateway):
        yield gateway


@pytest.fixture
def alipay() -> Iterator[AlipayServer]:
    gateway = AlipayServer()
    with running(gateway):
        yield gateway


@pytest.fixture(autouse=True)
def _open(wechat: WeChatServer, alipay: AlipayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mall's accounts, with gateways of our own instead of the real addresses."""
    found: dict[str, Provider] = {
        "wechat": WeChat(accounts.with_wechat(wechat.address)),
        "alipay": Alipay(accounts.with_alipay(alipay.address)),
    }
    monkeypatch.setattr(registry, "_real", found.get)


@pytest.fixture
def payment() -> Payment:
    """Ann's order of ¥100."""
    shop.open_mall()
    return shop.place(shop.a_member("ann"), shop.a_product(), now=clock.now()).payment


def browser(payment: Payment, agent: str) -> Client:
    """Ann's browser, in English."""
    client = Client(headers={"user-agent": agent})
    client.cookies["django_language"] = "en"
    client.force_login(Member.objects.get(pk=payment.member_id))
    return client


def go_on(client: Client, payment: Payment, way: str) -> HttpResponse:
    """Choose a way and follow where it leads."""
    form = {"key": uuid4(), "do": "pay", "way": way}
    answer = client.post(f"/pay/{payment.no}/", form)
    assert answer.headers["Location"] == f"/pay/{payment.no}/start/"
    return client.get(answer.headers["Location"], follow=True)


@pytest.mark.parametrize(
    ("agent", "offered"),
    [
        (PHONE, ["wechat:h5", "alipay:wap", "sandbox:page"]),
        (COMPUTER, ["wechat:native", "alipay:page", "sandbox:page"]),
        (IN_WECHAT, ["sandbox:page"]),
        ("", ["wechat:native", "alipay:page", "sandbox:page"]),
    ],
)
def test_only_ways_that_work_in_this_browser_are_offered(
    payment: Payment, agent: str, offered: list[str]
) -> None:
    text = text_of(browser(payment, agent).get(f"/pay/{payment.no}/"))
    every = [f"wechat:{way}" for way in ("jsapi", "h5", "native")]
    every += ["alipay:wap", "alipay:page", "sandbox:page"]
    assert [way for way in every if f'value="{way}"' in text] == offered


def test_a_code_is_drawn_and_its_payment_is_told_at_the_open_address(
    payment: Payment, wechat: WeChatServer
) -> None:
    client = browser(payment, COMPUTER)
    text = text_of(go_on(client, payment, "wechat:native"))
    assert '<svg viewBox="0 0' in text
    assert "weixin://" in text
    assert "Waiting for the provider" in text_of(client.get(f"/pay/{payment.no}/done/"))
    asked = asked_no(payment.no, 1)
    wechat.pay(asked)
    headers, body = wechat.notification(asked, clock.now())
    sender = Client(enforce_csrf_checks=True)
    for _ in range(2):
        told = sender.post("/payments/wechat/notify/", body, "application/json", headers=headers)
        assert told.status_code in (200, 204)
    assert Order.objects.get().status == "paid"
    assert "What happens next" in text_of(client.get(f"/pay/{payment.no}/done/"))
    told = sender.post("/payments/wechat/notify/", body + b" ", "application/json", headers=headers)
    assert told.status_code >= 400


def test_a_notification_that_got_lost_is_asked_for(payment: Payment, wechat: WeChatServer) -> None:
    client = browser(payment, COMPUTER)
    go_on(client, payment, "wechat:native")
    page = client.post(f"/pay/{payment.no}/done/", follow=True)
    assert "Waiting for the provider" in text_of(page)
    wechat.pay(asked_no(payment.no, 1))
    page = client.post(f"/pay/{payment.no}/done/", follow=True)
    assert "What happens next" in text_of(page)
    assert Order.objects.get().status == "paid"


def test_on_a_phone_a_page_leads_on_to_the_app_and_tells_where_from(payment: Payment) -> None:
    page = go_on(browser(payment, PHONE), payment, "wechat:h5")
    assert 'http-equiv="refresh"' in text_of(page)
    assert "Go on to WeChat Pay" in text_of(page)
    assert page.headers["Referrer-Policy"] == "origin"


def test_alipays_page_is_reached_by_a_link(payment: Payment, alipay: AlipayServer) -> None:
    page = go_on(browser(payment, COMPUTER), payment, "alipay:page")
    assert alipay.address in text_of(page)
    assert "Go on to Alipay" in text_of(page)


def test_inside_wechat_its_own_sheet_is_opened_for_a_known_payer(payment: Payment) -> None:
    client = browser(payment, IN_WECHAT)
    session = client.session
    session[PAYERS] = {"wechat": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}
    session.save()
    page = go_on(client, payment, "wechat:jsapi")
    assert "data-pay-sheet" in text_of(page)
    assert "paySign" in text_of(page)


def test_a_provider_that_does_not_answer_leaves_the_choice(
    payment: Payment, wechat: WeChatServer
) -> None:
    wechat.faults += [None] * 5
    page = go_on(browser(payment, COMPUTER), payment, "wechat:native")
    assert "The provider does not answer." in text_of(page)
    assert "alipay:page" in text_of(page)
    payment.refresh_from_db()
    assert payment.status == "pending"


def test_another_way_is_another_number_at_the_provider(
    payment: Payment, wechat: WeChatServer
) -> None:
    client = browser(payment, COMPUTER)
    go_on(client, payment, "wechat:native")
    go_on(client, payment, "alipay:page")
    go_on(client, payment, "wechat:native")
    assert set(wechat.trades) == {asked_no(payment.no, 1), asked_no(payment.no, 3)}
