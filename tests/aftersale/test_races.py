"""Fifty at once, each with a connection of its own: nothing is refunded twice, nothing half."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from sharemall.aftersale import answering, asking, deadlines, granting, refusals, returning
from sharemall.aftersale.models import Case
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.payments.models import Refund
from tests.aftersale import given
from tests.orders import books, ready
from tests.orders import together as orders_together
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50
GIVEN_COINS, GIVEN_CASH = "20000", 1_000_000


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Start every job at the same moment; a refusal of after-sale as its code."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except refusals.Refused as refused:
            return str(refused.refusal)

    return list(orders_together.at_once([lambda job=job: run(job) for job in jobs]))


def mixed(ann: Member, lines: int = 1) -> list[Order]:
    """Two orders of one payment, paid by coins, balance and provider; with a wallet to check."""
    group = [Line(3, price_fen=3_337, discount_fen=101, subsidy_fen=50) for _ in range(lines)]
    payment = ready.place(ann, ("farm", group, 489), ("platform", group, 0))
    amount = payment.amount_fen
    ready.choose(payment, ready.by_sandbox(coins_fen=amount // 3, balance_fen=amount // 4))
    ready.pay(payment)
    return ready.orders_of(payment)


def wallet(ann: Member) -> dict[str, tuple[int, int]]:
    ready.give("ann", coins=GIVEN_COINS, cash_fen=GIVEN_CASH)
    balance = ledger.balance("ann")
    return {"ann": (balance.coins_micro, balance.cash_micro)}


def assert_balanced(start: dict[str, tuple[int, int]]) -> None:
    books.assert_balanced(start, {"ann": {}})


def test_one_line_asked_for_fifty_times_at_once_is_refunded_once(ann: Member) -> None:
    start = wallet(ann)
    order = mixed(ann)[0]
    results = at_once([lambda: given.ask(order, quantity=3).state] * MANY)
    assert Counter(results) == {"refunded": 1, "wrong_state": MANY - 1}
    order.refresh_from_db()
    assert (order.status, order.refunded_fen) == ("cancelled", order.total_fen)
    assert_balanced(start)


def test_one_form_sent_fifty_times_at_once_is_one_case(ann: Member) -> None:
    order, key = given.a_sent_order(ann), uuid4()
    results = at_once([lambda: given.ask(order, key=key).no] * MANY)
    assert set(results) == {f"{order.no}-1"}
    assert (Case.objects.count(), ready.only(order.payment).open_cases) == (1, 1)


def test_one_case_answered_fifty_times_at_once_is_refunded_once(ann: Member) -> None:
    start = wallet(ann)
    order = ready.ship(mixed(ann)[0])
    case, by = given.ask(order, quantity=2), given.staff()
    jobs: list[Callable[[], object]] = []
    for number in range(MANY):
        if number % 2:
            jobs.append(lambda: answering.accept(no=case.no, by=by, now=NOW).state)
        else:
            jobs.append(lambda: answering.decline(no=case.no, by=by, text="不", now=NOW).state)
    results = Counter(at_once(jobs))
    assert results.pop("wrong_state") == MANY - 1
    assert results in ({"refunded": 1}, {"declined": 1})
    assert_balanced(start)


def test_pieces_refunded_one_by_one_at_once_are_never_more_than_there_were(ann: Member) -> None:
    start = wallet(ann)
    orders = mixed(ann, lines=3)
    jobs = [
        lambda order=order, place=place: given.ask(order, position=place).state
        for order in orders
        for place in (1, 2, 3)
        for _ in range(8)
    ]
    results = Counter(at_once(jobs))
    assert results["refunded"] == 18
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}
    assert_balanced(start)


def test_refunding_against_cancelling_gives_everything_back_once(ann: Member) -> None:
    start = wallet(ann)
    orders = [order for _ in range(12) for order in mixed(ann)]
    jobs: list[Callable[[], object]] = []
    for order in orders:
        jobs.append(lambda order=order: given.ask(order, quantity=2).state)
        jobs.append(lambda no=order.no: life.cancel(member=ann, no=no, now=NOW).status)
    results = at_once(jobs)
    for asked, cancelled in zip(results[::2], results[1::2], strict=True):
        assert asked in ("refunded", "wrong_state")
        assert cancelled == "cancelled"
    for order in Order.objects.all():
        assert (order.status, order.refunded_fen) == ("cancelled", order.total_fen)
    assert_balanced(start)


def test_refunding_against_shipping_is_at_once_or_asked(ann: Member) -> None:
    start = wallet(ann)
    orders = [order for _ in range(12) for order in mixed(ann)]
    jobs: list[Callable[[], object]] = []
    for order in orders:
        jobs.append(lambda order=order: given.ask(order, quantity=3).state)
        jobs.append(lambda order=order: ready.ship(order).status)
    results = at_once(jobs)
    for pair in zip(results[::2], results[1::2], strict=True):
        assert pair in {("refunded", "wrong_state"), ("asked", "shipped")}
    assert_balanced(start)


def test_asking_against_completion_ends_as_one_or_the_other(ann: Member) -> None:
    start = wallet(ann)
    orders = [order for _ in range(21) for order in mixed(ann)]
    for order in orders:
        ready.ship(order)
        life.receive(member=ann, no=order.no, now=NOW)
    # The return period ends between the two: who asks looks at a clock that is a moment behind.
    end, before = NOW + 7 * DAY, NOW + 7 * DAY - timedelta(seconds=1)
    jobs: list[Callable[[], object]] = [
        lambda order=order: given.ask(order, quantity=2, now=before).is_goodwill for order in orders
    ]
    at_once([*jobs, *[lambda: life.complete_due(end)] * 8])
    while life.complete_due(end):
        pass
    for case in Case.objects.select_related("order"):
        assert case.order.status == ("completed" if case.is_goodwill else "received")
    assert_balanced(start)
    deadlines.act_due(end + 2 * DAY)
    while life.complete_due(end + 2 * DAY):
        pass
    assert set(Order.objects.values_list("status", flat=True)) == {"completed"}
    assert_balanced(start)


def test_several_workers_act_on_each_due_case_once(ann: Member) -> None:
    start = wallet(ann)
    for _ in range(12):
        for order in mixed(ann):
            given.ask(ready.ship(order))
    late = NOW + 2 * DAY
    done = at_once([lambda: deadlines.act_due(late)] * 6)
    while left := deadlines.act_due(late):
        done.append(left)
    assert sum(one for one in done if isinstance(one, int)) == 24
    assert set(Case.objects.values_list("state", flat=True)) == {"refunded"}
    assert_balanced(start)


def test_an_answer_and_the_deadline_at_once_are_one_refund(ann: Member) -> None:
    start = wallet(ann)
    cases = [given.ask(ready.ship(order)) for _ in range(12) for order in mixed(ann)]
    late, by = NOW + 2 * DAY, given.staff()
    jobs: list[Callable[[], object]] = [
        lambda no=case.no: answering.accept(no=no, by=by, now=late - timedelta(seconds=1)).state
        for case in cases
    ]
    at_once([*jobs, *[lambda: deadlines.act_due(late)] * 4])
    while deadlines.act_due(late):
        pass
    assert set(Case.objects.values_list("state", flat=True)) == {"refunded"}
    assert Refund.objects.values("order_no", "means").distinct().count() == Refund.objects.count()
    assert_balanced(start)


def test_goodwill_paid_by_many_at_once_leaves_the_merchant_once(ann: Member) -> None:
    start = wallet(ann)
    orders = [order for _ in range(2) for order in mixed(ann)]
    for order in orders:
        ready.ship(order)
        life.receive(member=ann, no=order.no, now=NOW)
    while life.complete_due(NOW + 7 * DAY):
        pass
    writer.drain()
    case, by = given.ask(orders[0]), given.staff()

    def pay() -> str:
        try:
            answering.accept(no=case.no, by=by, now=NOW)
        finally:
            granting.settle(no=case.no, now=NOW)
        return "paid"

    results = Counter(at_once([pay] * MANY))
    assert results == {"paid": 1, "wrong_state": MANY - 1}
    assert (given.fresh(case).state, given.fresh(case).attempt) == ("refunded", 1)
    assert_balanced(start)


def test_sending_back_against_withdrawing_ends_as_one_or_the_other(ann: Member) -> None:
    order = given.a_received_order(ann)
    case = given.accept(given.ask(order, kind="return"))
    jobs: list[Callable[[], object]] = []
    for _ in range(MANY // 2):
        jobs.append(lambda: given.send_back(case).state)
        jobs.append(lambda: asking.withdraw(member=ann, no=case.no, now=NOW).state)
    results = Counter(at_once(jobs))
    assert set(results) in ({"sent_back", "wrong_state"}, {"closed", "wrong_state"})
    case = given.fresh(case)
    assert ready.only(order.payment).open_cases == case.is_open
    if case.is_open:
        returning.receive_back(no=case.no, by=given.staff(), now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(stock) FROM catalogue_variant")
            assert cursor.fetchone()[0] == 101
