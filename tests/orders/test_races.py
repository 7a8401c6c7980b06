"""Many at once, each with a connection of its own: nothing is sold, moved or given back twice."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

import pytest
from django.db import connection

from sharemall.catalogue.models import Product
from sharemall.compliance.models import NoteConfirmation
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Event
from sharemall.orders import services
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments.models import Notice, Payment
from tests.orders import shop
from tests.orders.shop import NOW

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T | Refusal]:
    """Start every job at the same moment; the results in their order, a refusal as one."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | Refusal:
        try:
            gate.wait()
            return job()
        except Refused as refused:
            return refused.refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def stock_of(product: Product) -> int:
    return Product.objects.values_list("stock", flat=True).get(pk=product.pk)


def test_fifty_buyers_of_five_bottles_get_five() -> None:
    wine = shop.a_product(stock=5)
    buyers = [shop.a_member(f"buyer{number}") for number in range(50)]
    results = at_once([lambda buyer=buyer: shop.place(buyer, wine) for buyer in buyers])
    assert Counter(map(type, results)) == {Order: 5, Refusal: 45}
    assert Refusal.OUT_OF_STOCK in results
    assert stock_of(wine) == 0
    assert Order.objects.count() == Payment.objects.count() == 5
    assert NoteConfirmation.objects.count() == 5


def test_buyers_of_different_quantities_never_take_more_than_there_is() -> None:
    wine = shop.a_product(stock=17)
    buyers = [shop.a_member(f"buyer{number}") for number in range(20)]
    jobs = [
        lambda buyer=buyer, quantity=number % 4 + 1: shop.place(buyer, wine, quantity)
        for number, buyer in enumerate(buyers)
    ]
    results = at_once(jobs)
    taken = sum(one.lines.get().quantity for one in results if isinstance(one, Order))
    assert taken + stock_of(wine) == 17
    assert stock_of(wine) < 4


def test_one_form_sent_twenty_times_at_once_is_one_order() -> None:
    wine, ann, key = shop.a_product(), shop.a_member(), uuid4()
    results = at_once([lambda: shop.place(ann, wine, 2, key=key)] * 20)
    assert len({one.pk for one in results if isinstance(one, Order)}) == 1
    assert (Order.objects.count(), Payment.objects.count(), stock_of(wine)) == (1, 1, 8)


def test_one_notification_delivered_twenty_times_at_once_pays_once() -> None:
    order = shop.place(shop.a_member(), shop.a_product())
    sent = shop.signed(order)
    assert at_once([lambda: shop.deliver(sent)] * 20) == ["paid"] * 20
    assert Notice.objects.count() == 1


def test_of_twenty_trades_at_once_one_pays_and_the_others_are_marked() -> None:
    order = shop.place(shop.a_member(), shop.a_product())
    sent = [shop.signed(order, attempt=str(number)) for number in range(20)]
    verdicts = at_once([lambda one=one: shop.deliver(one) for one in sent])
    assert Counter(verdicts) == {"paid": 1, "double": 19}


def test_received_twenty_times_at_once_brings_shares_once() -> None:
    ann = shop.a_member()
    order = shop.place(ann, shop.a_product())
    shop.pay(order)

    def receive() -> list[str]:
        return services.book(services.receive(member=ann, no=order.no, now=NOW))

    assert at_once([receive] * 20) == [[]] * 20
    assert Event.objects.count() == 1
    balance = ledger.balance("ann")
    assert (balance.shares_micro, balance.quota_micro) == (21_000_000, 200_000_000)


def test_cancelling_against_paying_ends_as_one_or_the_other() -> None:
    wine, ann = shop.a_product(stock=20), shop.a_member()
    orders = [shop.place(ann, wine) for _ in range(20)]
    jobs: list[Callable[[], object]] = []
    for order in orders:
        sent = shop.signed(order)
        jobs.append(lambda sent=sent: shop.deliver(sent))
        jobs.append(lambda no=order.no: services.cancel(member=ann, no=no, now=NOW).status)
    results = at_once(jobs)
    cancelled = 0
    for paid, given_up in zip(results[::2], results[1::2], strict=True):
        assert (paid, given_up) in {("paid", Refusal.WRONG_STATE), ("late", "cancelled")}
        cancelled += given_up == "cancelled"
    assert stock_of(wine) == cancelled
    assert Order.objects.filter(status="paid").count() == 20 - cancelled
    assert Payment.objects.filter(status="succeeded").count() == 20 - cancelled


def test_several_workers_closing_unpaid_orders_give_each_stock_back_once() -> None:
    wine, ann = shop.a_product(stock=30), shop.a_member()
    for _ in range(30):
        shop.place(ann, wine)
    late = NOW + timedelta(minutes=30)
    closed = at_once([lambda: services.close_unpaid(late)] * 4)
    assert sum(one for one in closed if isinstance(one, int)) == 30
    assert stock_of(wine) == 30


def test_buying_cancelling_and_closing_at_once_keeps_every_bottle_counted() -> None:
    wine = shop.a_product(stock=8)
    buyers = [shop.a_member(f"buyer{number}") for number in range(16)]

    def buy_and_give_up(number: int) -> str:
        order = shop.place(buyers[number], wine)
        if number % 2:
            return services.cancel(member=buyers[number], no=order.no, now=NOW).status
        return order.status

    jobs: list[Callable[[], object]] = [
        lambda number=number: buy_and_give_up(number) for number in range(16)
    ]
    jobs += [lambda: services.close_unpaid(NOW + timedelta(minutes=29))] * 4
    at_once(jobs)
    held = Order.objects.filter(status="unpaid").count()
    assert stock_of(wine) + held == 8
