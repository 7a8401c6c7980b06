"""Reads of orders: lists by state, timelines, what is pending and what was earned."""

from datetime import timedelta

import pytest

from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import life, selectors
from sharemall.orders.models import Order
from sharemall.orders.selectors import Step
from tests.orders import ready
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def one_in_each_state(member: Member) -> dict[str, Order]:
    """An order of the member in each state that pages list."""
    goods = ("farm", [Line(returnable_days=7)], 0)
    found = {"unpaid": ready.only(ready.place(member, goods))}
    for state in ("paid", "shipped", "received", "completed", "cancelled"):
        found[state] = ready.only(ready.paid(member, goods))
    for state in ("shipped", "received", "completed"):
        ready.ship(found[state])
    for state in ("received", "completed"):
        life.receive(member=member, no=found[state].no, now=NOW + DAY)
    Order.objects.filter(pk=found["received"].pk).update(returnable_until=NOW + 30 * DAY)
    life.complete_due(NOW + 8 * DAY)
    life.cancel(member=member, no=found["cancelled"].no, now=NOW + DAY)
    for order in found.values():
        order.refresh_from_db()
    return found


def test_orders_are_listed_by_state_and_counted(ann: Member) -> None:
    found = one_in_each_state(ann)
    one_in_each_state(ready.a_member("ben"))
    assert selectors.counts(ann) == dict.fromkeys(selectors.STATES, 1)
    for state, order in found.items():
        page = selectors.orders(ann, state=state)
        assert ([one.no for one in page.orders], page.before) == ([order.no], None)
    assert len(selectors.orders(ann).orders) == 6
    with pytest.raises(KeyError):
        selectors.orders(ann, state="nonsense")


def test_a_late_page_goes_on_where_the_one_before_ended(ann: Member) -> None:
    nos = [ready.only(ready.place(ann)).no for _ in range(5)][::-1]
    first = selectors.orders(ann, limit=2)
    second = selectors.orders(ann, limit=2, before=first.before)
    last = selectors.orders(ann, limit=2, before=second.before)
    pages = [[one.no for one in page.orders] for page in (first, second, last)]
    assert pages == [nos[:2], nos[2:4], nos[4:]]
    assert last.before is None


def test_nobody_sees_anothers_order_but_the_staff_sees_all(ann: Member) -> None:
    found = one_in_each_state(ann)
    ben = ready.a_member("ben")
    assert selectors.order(ben, found["paid"].no) is None
    assert selectors.order(ann, found["paid"].no) == found["paid"]
    assert selectors.staff_order(found["paid"].no) == found["paid"]
    assert [one.no for one in selectors.staff_orders(state="paid").orders] == [found["paid"].no]
    assert selectors.staff_orders(merchant="platform").orders == []
    assert selectors.staff_orders(no=found["unpaid"].no).orders == [found["unpaid"]]
    assert selectors.staff_counts() == {"unpaid": 1, "paid": 1, "shipped": 1, "received": 1}


def test_a_timeline_tells_what_happened_and_what_comes_by_itself(ann: Member) -> None:
    found = one_in_each_state(ann)
    told = {state: selectors.timeline(order) for state, order in found.items()}
    steps = {state: [one.step for one in moments] for state, moments in told.items()}
    assert steps == {
        "unpaid": [Step.PLACED, Step.CANCELLED],
        "paid": [Step.PLACED, Step.PAID],
        "shipped": [Step.PLACED, Step.PAID, Step.SHIPPED, Step.RECEIVED],
        "received": [Step.PLACED, Step.PAID, Step.SHIPPED, Step.RECEIVED, Step.COMPLETED],
        "completed": [Step.PLACED, Step.PAID, Step.SHIPPED, Step.RECEIVED, Step.COMPLETED],
        "cancelled": [Step.PLACED, Step.PAID, Step.CANCELLED, Step.REFUNDED],
    }
    ahead = {state: moments[-1].at for state, moments in told.items() if moments[-1].is_due}
    assert ahead == {
        "unpaid": NOW + timedelta(minutes=30),
        "shipped": NOW + 10 * DAY,
        "received": NOW + 30 * DAY,
    }


def test_what_is_pending_says_the_day_it_is_due(ann: Member) -> None:
    found = one_in_each_state(ann)
    pool = ledger.pool()
    due = {state: selectors.pending(order, pool).due_at for state, order in found.items()}
    assert due["paid"] is None
    assert due["shipped"] == NOW + 17 * DAY
    assert due["received"] == NOW + 30 * DAY
    pending = selectors.pending(found["paid"], pool)
    assert (pending.shares_micro, pending.quota_micro) == (21_000_000, 200_000_000)
    states = [order.status for order in selectors.pending_of(ann)]
    assert states == ["received", "shipped", "paid"]


def test_what_is_paid_in_coins_is_not_pending(ann: Member) -> None:
    ready.give("ann", coins="1000")
    payment = ready.choose(ready.place(ann), ready.by_sandbox(coins_fen=4_000))
    pending = selectors.pending(ready.only(payment), ledger.pool())
    assert pending.quota_micro == 120_000_000


def test_what_was_earned_is_told_once_it_is_booked(ann: Member) -> None:
    order = ready.only(ready.paid(ann, ("farm", [Line(returnable_days=0)], 0)))
    assert selectors.earned(order, "ann") is None
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert selectors.earned(order, "ann") is None
    assert life.book(order) == []
    earned = selectors.earned(order, "ann")
    assert earned is not None
    assert (earned.shares_micro, earned.quota_micro, earned.codes) == (21_000_000, 200_000_000, ())


def test_an_order_paid_in_coins_earned_nothing(ann: Member) -> None:
    ready.give("ann", coins="1000")
    payment = ready.place(ann, ("farm", [Line(returnable_days=0)], 0))
    ready.choose(payment, ready.Plan(coins_fen=10_000))
    order = ready.only(payment)
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    life.book(order)
    earned = selectors.earned(order, "ann")
    assert earned is not None
    assert (earned.shares_micro, earned.quota_micro) == (0, 0)
