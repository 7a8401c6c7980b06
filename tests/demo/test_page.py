"""The demo's page: ten days pass at once, parcels are sent; sent twice, a form does nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings

from sharemall.clock.services import now
from sharemall.ledger import selectors as ledger
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.schemes.models import Change
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders.shop import a_member, a_product, open_mall, pay, place
from tests.schemes import given as schemes

pytestmark = pytest.mark.django_db(transaction=True)


def a_paid_order(account: str = "ann") -> Order:
    """An order that waits to be sent."""
    moment = now()
    order = place(a_member(account), a_product(), now=moment)
    pay(order, moment)
    return order


def midnight(client: Client) -> str:
    """What the page's form says."""
    return client.get("/demo/").content.decode().split('name="midnight" value="')[1].split('"')[0]


def test_sending_what_is_paid_sends_every_paid_order_and_then_none(client: Client) -> None:
    open_mall()
    order = a_paid_order()
    client.post("/demo/", {"ship": "1"})
    order.refresh_from_db()
    assert order.status == Order.Status.SHIPPED
    assert order.tracking_no
    assert "已发出 1 笔订单" in client.get("/demo/").content.decode()
    client.post("/demo/", {"ship": "1"})
    assert "没有待发货的订单" in client.get("/demo/").content.decode()


def test_ten_days_pass_once_and_bring_what_is_due(client: Client) -> None:
    open_mall()
    order = a_paid_order()
    life.ship(no=order.no, carrier="a", tracking_no="1", now=now())
    before, shown = now(), midnight(client)
    client.post("/demo/", {"midnight": shown, "days": "10"})
    client.post("/demo/", {"midnight": shown, "days": "10"})
    assert timedelta(days=9) < now() - before <= timedelta(days=10, minutes=1)
    client.post("/demo/", {"midnight": midnight(client), "days": "10"})
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED
    assert ledger.balance(order.member.account).shares_micro > 0


def test_announced_rules_come_into_force_on_their_day_and_earlier_orders_keep_theirs(
    client: Client, tmp_path: Path
) -> None:
    open_mall()
    schemes.published(now=now())
    earlier = a_paid_order("zoe")
    life.ship(no=earlier.no, carrier="a", tracking_no="1", now=now())
    for _ in range(2):
        client.post("/demo/", {"midnight": midnight(client), "days": "10"})
    change = Change.objects.get()
    assert (change.state, change.version) == ("in_force", 2)
    assert change.effective_at is not None
    assert change.journalled_at is not None
    assert change.journalled_at - change.effective_at < timedelta(days=1, minutes=1)
    earlier.refresh_from_db()
    later = place(earlier.member, a_product("late"), now=now())
    pay(later, now())
    later.refresh_from_db()
    assert (earlier.status, earlier.scheme_version) == (Order.Status.COMPLETED, 1)
    assert later.scheme_version == 2
    assert_equal_to_replay(tmp_path)


def test_a_number_of_days_that_the_page_does_not_offer_is_one(client: Client) -> None:
    open_mall()
    before = now()
    client.post("/demo/", {"midnight": midnight(client), "days": "100000"})
    assert now() - before <= timedelta(days=1, minutes=1)


def test_a_live_mall_sends_nothing_from_a_page(client: Client) -> None:
    open_mall()
    order = a_paid_order()
    with override_settings(MODE="live"):
        assert client.post("/demo/", {"ship": "1"}).status_code == 404
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
