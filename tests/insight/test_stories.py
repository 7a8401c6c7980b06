"""What happened to an order and to a member, with the way from each event to what caused it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharemall.insight import stories, tracing
from sharemall.insight.tracing import Trace
from sharemall.ledger import selectors, writer
from sharemall.ledger import stories as ledger_stories
from sharemall.ledger.models import Account
from sharemall.ledger.stories import Held, Line
from sharemall.orders import life
from sharemall.orders.models import Order
from tests.ledger.helpers import EXITING, SCHEME, close, event, feed, opened, sale
from tests.ledger.random_journal import MEMBERS, Journal
from tests.orders.ready import (
    NOW,
    a_member,
    by_sandbox,
    choose,
    give,
    only,
    open_mall,
    orders_of,
    pay,
    place,
    ship,
)
from tests.orders.ready import Line as Piece

pytestmark = pytest.mark.django_db(transaction=True)

LATER = "2026-01-02T10:00:00+08:00"


@pytest.fixture
def completed() -> Order:
    """An order that ann paid with coins, balance, shares and a provider, and got, and kept."""
    open_mall()
    referrer = a_member("bob")
    member = a_member("ann", referrer=referrer)
    give("ann", cash_fen=3_000, shares="1000", coins="100")
    payment = place(member, ("platform", [Piece(2)], 500))
    choose(payment, by_sandbox(coins_fen=1_000, balance_fen=2_000))
    assert pay(payment) == "paid"
    order = ship(only(payment))
    life.receive(no=order.no, member=member, now=NOW)
    life.complete_due(NOW + timedelta(days=8))
    writer.drain()
    order.refresh_from_db()
    return order


def whole(key: str, limit: int = 30) -> list[Line]:
    lines: list[Line] = []
    before = None
    while True:
        page = ledger_stories.story(key, before=before, limit=limit)
        lines += page.lines
        if page.before is None:
            return lines
        before = page.before


def test_an_orders_story_has_every_event_that_came_of_it(completed: Order) -> None:
    story = stories.order_story(completed.no)
    assert story is not None
    assert {found.event_id for found in story.events} == {
        f"pay-{completed.payment.no}-1-coins",
        f"pay-{completed.payment.no}-1-balance",
        f"order-{completed.no}-wine",
        f"order-{completed.no}.due",
        f"order-{completed.no}.coins",
    }
    assert all(found.code == "" for found in story.events)
    bought = next(found for found in story.events if found.type == "sale")
    assert {row.account for row in bought.entries} >= {"m:ann", "m:bob", ".reserve"}
    assert [moment.step for moment in story.timeline][-1] == "completed"
    assert len(story.notices) == 1
    assert story.siblings == []


def test_an_orders_story_takes_few_queries(completed: Order) -> None:
    with CaptureQueriesContext(connection) as queries:
        stories.order_story(completed.no)
    assert len(queries) <= 15


def test_every_event_leads_back_to_its_order_and_each_order_to_its_events(
    completed: Order,
) -> None:
    story = stories.order_story(completed.no)
    assert story is not None
    found = tracing.traces(row.event_id for row in story.events)
    assert set(found.values()) == {Trace(orders=(completed.no,))}


def test_orders_paid_together_know_of_each_other() -> None:
    open_mall()
    payment = place(a_member(), ("platform", [Piece()], 0), ("farm", [Piece()], 0))
    pay(payment)
    first, second = orders_of(payment)
    story = stories.order_story(first.no)
    assert story is not None
    assert story.siblings == [second.no]
    assert tracing.trace(f"pay-{payment.no}-1-balance").orders == (first.no, second.no)


def test_a_cancelled_orders_refunds_are_in_its_story() -> None:
    open_mall()
    member = a_member()
    give("ann", cash_fen=30_000)
    payment = place(member)
    choose(payment, by_sandbox(balance_fen=10_000))
    order = only(payment)
    life.cancel(no=order.no, member=member, now=NOW)
    story = stories.order_story(order.no)
    assert story is not None
    (refund,) = story.refunds
    ids = [row.event_id for row in story.events]
    assert f"refund-{refund.no}" in ids
    assert tracing.trace(f"refund-{refund.no}").orders == (order.no,)


def test_other_ids_lead_where_they_say() -> None:
    open_mall()
    a_member()
    found = tracing.traces(
        [
            f"sell-ann-{uuid4()}",
            f"coins-ann-{uuid4()}",
            "close-2026-01-01",
            "close-x",
            "import",
            "-",
        ]
    )
    assert list(found.values()) == [
        Trace(account="ann"),
        Trace(account="ann"),
        Trace(day=date(2026, 1, 1)),
        Trace(),
        Trace(),
        Trace(),
    ]
    assert not tracing.trace("order-999-wine").leads_somewhere


def test_there_is_no_story_of_nobody() -> None:
    open_mall()
    assert stories.order_story("nothing") is None
    assert stories.member_story("nobody") is None
    a_member()
    story = stories.member_story("ann")
    assert story is not None
    assert story.now == Held()
    assert story.story.lines == ()


def test_a_members_story_explains_each_balance(completed: Order) -> None:
    story = stories.member_story("ann")
    assert story is not None
    balance = selectors.balance("ann")
    assert story.now == Held(
        balance.cash_micro, balance.shares_micro, balance.coins_micro, balance.quota_micro
    )
    assert story.story.lines[0].held == story.now
    assert story.orders == 1
    oldest = whole("m:ann")[-1]
    assert oldest.held.before(oldest.moved) == Held()


@pytest.mark.parametrize("scheme", [SCHEME, EXITING])
def test_dividends_stand_among_the_movements(scheme: str) -> None:
    opened(scheme)
    feed([sale("1"), sale("2", "bob", "500"), close("2026-01-01"), sale("3", at=LATER)])
    feed([event("4", "sell", member="ann", shares="all", at=LATER)])
    reasons = [line.moved.reason for line in whole("m:ann", limit=2)]
    paid = next(line for line in whole("m:ann") if line.moved.reason == "dividend")
    assert paid.day == date(2026, 1, 1)
    assert reasons.count("dividend") == 1
    assert reasons[-1] == "sale"


@pytest.mark.parametrize("seed", range(3))
def test_every_line_of_a_random_story_leads_to_the_next(seed: int) -> None:
    journal = Journal(seed)
    opened(journal.scheme)
    feed(journal.events(120))
    for key in Account.objects.filter(key__startswith="m:").values_list("key", flat=True):
        assert key[2:] in MEMBERS
        lines = whole(key, limit=7)
        balance = selectors.balance(key[2:])
        held = Held(
            balance.cash_micro, balance.shares_micro, balance.coins_micro, balance.quota_micro
        )
        for line in lines:
            assert line.held == held
            held = held.before(line.moved)
        assert held == Held()


def test_a_merchants_story_is_told_as_well(completed: Order) -> None:
    lines = whole("s:platform")
    assert {line.moved.reason for line in lines} == {"cash_in", "pass_coins"}
