"""Fifty at once, each with a connection of its own: nothing moves twice, nothing half."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from sharemall.orders import life, paying
from sharemall.orders.models import Order
from sharemall.orders.paying import Plan
from sharemall.orders.refusals import Refusal
from sharemall.payments import refunds
from sharemall.payments.models import Notice, Payment, Refund, SandboxTrade
from tests.orders import ready
from tests.orders.ready import NOW, Line
from tests.orders.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def stock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(stock), 0) FROM catalogue_variant")
        return int(cursor.fetchone()[0])


def test_one_notification_delivered_fifty_times_at_once_pays_once(ann: Member) -> None:
    payment = ready.place(ann)
    sent = ready.news(payment)
    assert at_once([lambda: ready.deliver(sent)] * MANY) == ["paid"] * MANY
    assert Notice.objects.count() == 1
    assert not Refund.objects.exists()


def test_of_fifty_trades_at_once_one_pays_and_each_other_is_refunded_once(ann: Member) -> None:
    payment = ready.place(ann)
    sent = [ready.news(payment, attempt=str(number)) for number in range(MANY)]
    verdicts = at_once([lambda one=one: ready.deliver(one) for one in sent])
    assert Counter(verdicts) == {"paid": 1, "double": MANY - 1}
    done = at_once([lambda: refunds.send_due(NOW)] * 4)
    while left := refunds.send_due(NOW):
        done.append(left)
    assert sum(one for one in done if isinstance(one, int)) == MANY - 1
    assert set(Refund.objects.values_list("status", "tries")) == {("done", 1)}
    assert SandboxTrade.objects.exclude(refund_no="").count() == MANY - 1


def test_received_fifty_times_at_once_brings_shares_and_money_once(ann: Member) -> None:
    order = ready.only(ready.paid(ann, ("farm", [Line(returnable_days=0)], 0)))
    ready.ship(order)

    def receive() -> list[str]:
        return life.book(life.receive(member=ann, no=order.no, now=NOW))

    assert at_once([receive] * MANY) == [[]] * MANY
    assert Event.objects.count() == 2
    balance = ledger.balance("ann")
    assert (balance.shares_micro, balance.quota_micro) == (21_000_000, 200_000_000)


def test_received_by_hand_and_by_itself_at_once_is_received_once(ann: Member) -> None:
    orders = [ready.only(ready.paid(ann)) for _ in range(10)]
    for order in orders:
        ready.ship(order)
    late = NOW + timedelta(days=10)
    jobs: list[Callable[[], object]] = [
        lambda no=order.no: life.receive(member=ann, no=no, now=late).status for order in orders
    ]
    at_once([*jobs, *[lambda: life.receive_due(late)] * 4])
    found = set(Order.objects.values_list("status", "received_at"))
    assert found == {("received", late)}


def test_cancelling_against_paying_ends_as_one_or_the_other(ann: Member) -> None:
    payments = [ready.place(ann) for _ in range(25)]
    jobs: list[Callable[[], object]] = []
    for payment in payments:
        sent, no = ready.news(payment), ready.only(payment).no
        jobs.append(lambda sent=sent: ready.deliver(sent))
        jobs.append(lambda no=no: life.cancel(member=ann, no=no, now=NOW).cancel_reason)
    results = at_once(jobs)
    for payment, paid, given_up in zip(payments, results[::2], results[1::2], strict=True):
        order = ready.only(payment)
        assert (order.status, given_up) == ("cancelled", "member")
        # Whichever came first, the money goes back once: as late, or with the order.
        refund = Refund.objects.get(payment=payment)
        assert (paid, refund.order_no) in {("late", ""), ("paid", order.no)}
    assert stock() == 25 * 101


def test_cancelling_against_shipping_ends_as_one_or_the_other(ann: Member) -> None:
    orders = [ready.only(ready.paid(ann)) for _ in range(25)]
    jobs: list[Callable[[], object]] = []
    for order in orders:
        jobs.append(lambda order=order: ready.ship(order).status)
        jobs.append(lambda no=order.no: life.cancel_by_staff(no=no, now=NOW).status)
    results = at_once(jobs)
    for pair in zip(results[::2], results[1::2], strict=True):
        assert pair in {("shipped", Refusal.WRONG_STATE), (Refusal.WRONG_STATE, "cancelled")}
    assert Refund.objects.count() == results[1::2].count("cancelled")


def test_one_plan_sent_fifty_times_at_once_takes_the_money_once(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=10_000)
    coins = ledger.balance("ann").coins_micro
    payment, key = ready.place(ann), uuid4()
    plan = Plan(coins_fen=4_000, balance_fen=6_000)
    at_once([lambda: ready.choose(payment, plan, key)] * MANY)
    balance = ledger.balance("ann")
    assert (balance.coins_micro, balance.cash_micro) == (coins - 40_000_000, 40_000_000)
    assert ready.only(payment).status == "paid"


def test_of_fifty_plans_at_once_one_holds_and_the_others_are_refused_or_replaced(
    ann: Member,
) -> None:
    ready.give("ann", cash_fen=10_000)
    payment = ready.place(ann)
    at_once([lambda: ready.choose(payment, ready.by_sandbox(balance_fen=4_000))] * MANY)
    paying.settle_moving(NOW)
    writer.drain()
    payment = Payment.objects.get(pk=payment.pk)
    assert (payment.wallet, payment.balance_fen) == ("held", 4_000)
    assert ledger.balance("ann").cash_micro == 60_000_000


def test_two_orders_for_the_same_balance_are_not_both_paid(ann: Member) -> None:
    ready.give("ann", cash_fen=10_000)
    payments = [ready.place(ann) for _ in range(10)]
    at_once([lambda one=one: ready.choose(one, Plan(balance_fen=10_000)) for one in payments])
    paying.settle_moving(NOW)
    writer.drain()
    paid = Order.objects.filter(status="paid").count()
    assert (paid, Order.objects.filter(status="unpaid").count()) == (1, 9)
    assert ledger.balance("ann").cash_micro == 0


def test_planning_against_cancelling_gives_everything_back_or_pays(ann: Member) -> None:
    ready.give("ann", coins="9000")
    coins = ledger.balance("ann").coins_micro
    payments = [ready.place(ann) for _ in range(25)]
    jobs: list[Callable[[], object]] = []
    for payment in payments:
        no = ready.only(payment).no
        jobs.append(lambda one=payment: ready.choose(one, Plan(coins_fen=10_000)).status)
        jobs.append(lambda no=no: life.cancel(member=ann, no=no, now=NOW).status)
    at_once(jobs)
    paying.settle_moving(NOW)
    writer.drain()
    paid = Order.objects.filter(status="paid").count()
    assert Order.objects.filter(status="cancelled").count() == 25 - paid
    assert ledger.balance("ann").coins_micro == coins - paid * 100_000_000


def test_several_workers_closing_unpaid_orders_give_each_stock_back_once(ann: Member) -> None:
    for _ in range(30):
        ready.place(ann)
    late = NOW + timedelta(minutes=30)
    closed = at_once([lambda: life.close_unpaid(late)] * 4)
    while left := life.close_unpaid(late):
        closed.append(left)
    assert sum(one for one in closed if isinstance(one, int)) == 30
    assert stock() == 30 * 101
