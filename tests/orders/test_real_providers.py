"""Orders paid through WeChat Pay and Alipay, whose gateways stand on 127.0.0.1."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pytest

from sharemall.orders import life, paying
from sharemall.orders.models import Order
from sharemall.orders.paying import Plan
from sharemall.payments import bills, refunds, registry
from sharemall.payments.alipay import Alipay
from sharemall.payments.days import day_of
from sharemall.payments.models import Notice, Payment, Refund
from sharemall.payments.providers import Code, Forged, Provider, Redirect, asked_no
from sharemall.payments.wechat import WeChat
from tests.orders import ready
from tests.orders.ready import DAY, NOW
from tests.payments import accounts, alipay_server
from tests.payments.alipay_server import AlipayServer
from tests.payments.local_server import running
from tests.payments.wechat_server import MERCHANT_NO, WeChatServer

pytestmark = pytest.mark.django_db
Sent = tuple[Mapping[str, str], bytes]


class Side(Protocol):
    """A provider and what happens at it, whichever it is."""

    provider: Provider
    way: str

    def pay(self, no: str, fen: int | None = None) -> None: ...
    def notification(self, no: str) -> Sent: ...
    def stranger(self, no: str) -> Sent: ...
    def refunded(self) -> list[int]: ...
    def make_bill(self) -> None: ...


class AtWeChat:
    way = "native"

    def __init__(self, server: WeChatServer) -> None:
        self.server, self.provider = server, WeChat(accounts.with_wechat(server.address))

    def pay(self, no: str, fen: int | None = None) -> None:
        self.server.pay(no, fen)

    def notification(self, no: str) -> Sent:
        return self.server.notification(no, NOW)

    def stranger(self, no: str) -> Sent:
        return self.server.notification(no, NOW, mchid="1900000002")

    def refunded(self) -> list[int]:
        return [each["amount"]["refund"] for each in self.server.refunds.values()]

    def make_bill(self) -> None:
        ((no, trade),) = self.server.trades.items()
        line = {
            "商户号": MERCHANT_NO,
            "微信订单号": trade["transaction_id"],
            "商户订单号": no,
            "交易状态": "SUCCESS",
            "订单金额": "100.00",
            "申请退款金额": "0.00",
        }
        self.server.bill_lines = [line] + [
            line | {"交易状态": "REFUND", "商户退款单号": refund_no, "申请退款金额": "100.00"}
            for refund_no in self.server.refunds
        ]


class AtAlipay:
    way = "wap"

    def __init__(self, server: AlipayServer) -> None:
        self.server, self.provider = server, Alipay(accounts.with_alipay(server.address))

    def pay(self, no: str, fen: int | None = None) -> None:
        self.server.pay(no, None if fen is None else f"{fen // 100}.{fen % 100:02}")

    def notification(self, no: str) -> Sent:
        return {}, self.server.notification(no, NOW)

    def stranger(self, no: str) -> Sent:
        return {}, self.server.notification(no, NOW, seller_id="2088102100000157")

    def refunded(self) -> list[int]:
        return [alipay_server.fen(amount) for amount in self.server.refunds.values()]

    def make_bill(self) -> None:
        ((no, trade),) = self.server.trades.items()
        line = {
            "支付宝交易号": trade["trade_no"],
            "商户订单号": no,
            "业务类型": "交易",
            "订单金额（元）": "100.00",
        }
        back = [
            line | {"业务类型": "退款", "订单金额（元）": "-100.00", "退款批次号/请求号": refund_no}
            for _, refund_no in self.server.refunds
        ]
        text = alipay_server.bill([line, *back], paid=1, refunded=len(back))
        self.server.bill_file = alipay_server.packed(text)


@pytest.fixture(params=["wechat", "alipay"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    """The one open provider: its account names a gateway, which no environment can."""
    gateway = WeChatServer() if request.param == "wechat" else AlipayServer()
    with running(gateway):
        at: Side = AtWeChat(gateway) if isinstance(gateway, WeChatServer) else AtAlipay(gateway)
        monkeypatch.setattr(
            registry, "_real", lambda key: at.provider if key == at.provider.key else None
        )
        yield at


@pytest.fixture
def payment(side: Side) -> Payment:
    """A payment of 100 yuan that is asked for at the provider."""
    ready.open_mall()
    payment = ready.place(ready.a_member("ann"))
    payment.no = "261122000000000001"
    payment.save()
    ready.choose(payment, Plan(provider=side.provider.key, way=side.way))
    started = paying.start(
        member=payment.member,
        no=payment.no,
        notify_url="https://mall.example/payments/notify/",
        return_url="https://mall.example/orders/",
        now=NOW,
    )
    assert isinstance(started, Redirect | Code)
    if isinstance(started, Redirect) and isinstance(side, AtAlipay):
        side.server.open(started.url)
    return payment


def take(side: Side, sent: Sent) -> Notice:
    headers, body = sent
    notice = paying.take_notification(
        provider_key=side.provider.key, headers=headers, body=body, now=NOW
    )
    assert notice is not None
    return notice


def test_an_order_is_paid_by_a_notification_and_once(side: Side, payment: Payment) -> None:
    no = asked_no(payment.no, payment.attempt)
    side.pay(no)
    sent = side.notification(no)
    assert take(side, sent) == take(side, sent)
    payment.refresh_from_db()
    assert (payment.status, payment.provider) == ("succeeded", side.provider.key)
    assert ready.only(payment).status == Order.Status.PAID
    assert Notice.objects.get().verdict == "paid"


def test_an_order_is_paid_although_the_notification_got_lost(side: Side, payment: Payment) -> None:
    assert paying.ask(no=payment.no, now=NOW) is None
    side.pay(asked_no(payment.no, payment.attempt))
    found = paying.ask(no=payment.no, now=NOW)
    assert found is not None
    assert found.verdict == "paid"
    assert ready.only(payment).status == Order.Status.PAID


def test_another_amount_pays_nothing_and_goes_back(side: Side, payment: Payment) -> None:
    no = asked_no(payment.no, payment.attempt)
    side.pay(no, 9_999)
    assert take(side, side.notification(no)).verdict == "mismatch"
    assert ready.only(payment).status == Order.Status.UNPAID
    refunds.send_due(NOW)
    assert side.refunded() == [9_999]


def test_a_strangers_notification_pays_nothing(side: Side, payment: Payment) -> None:
    no = asked_no(payment.no, payment.attempt)
    side.pay(no)
    with pytest.raises(Forged):
        take(side, side.stranger(no))
    assert ready.only(payment).status == Order.Status.UNPAID
    assert Notice.objects.count() == 0


def test_a_cancelled_orders_money_goes_back_once_and_the_bill_has_it(
    side: Side, payment: Payment
) -> None:
    no = asked_no(payment.no, payment.attempt)
    side.pay(no)
    take(side, side.notification(no))
    life.cancel(member=payment.member, no=ready.only(payment).no, now=NOW)
    refunds.send_due(NOW)
    refunds.send_due(NOW + DAY)
    assert side.refunded() == [10_000]
    assert Refund.objects.get().status == Refund.Status.DONE
    side.make_bill()
    check = bills.check_day(side.provider, day_of(NOW), NOW + DAY)
    assert (check.lines, check.paid_fen, check.refunded_fen) == (2, 10_000, 10_000)
    assert list(check.differences.all()) == []


def test_money_that_came_unheard_before_the_order_was_cancelled_goes_back(
    side: Side, payment: Payment, django_capture_on_commit_callbacks: Any
) -> None:
    side.pay(asked_no(payment.no, 1))
    with django_capture_on_commit_callbacks(execute=True):
        life.cancel(member=payment.member, no=ready.only(payment).no, now=NOW)
    assert Notice.objects.get().verdict == "late"
    assert refunds.send_due(NOW) == 1
    assert side.refunded() == [10_000]


def test_a_cancelled_order_cannot_be_paid_at_the_provider_any_more(
    side: Side, payment: Payment, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        life.cancel(member=payment.member, no=ready.only(payment).no, now=NOW)
    assert not Notice.objects.exists()
    payment.refresh_from_db()
    paying.stop_asking(payment, now=NOW)  # again: nothing is wrong with that
