"""The mall at a glance, and what needs somebody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharemall.catalogue.models import Variant
from sharemall.insight import alerts as alerting
from sharemall.insight.alerts import Alert, Kind, alerts
from sharemall.insight.overview import overview
from sharemall.ledger import events, journal, selectors, tallies, writer
from sharemall.ledger.models import CloseRun
from sharemall.ledger.verify import verify
from sharemall.orders import life
from sharemall.payments.models import BillCheck, BillDifference, Refund
from sharemall.schemes import effect
from sharemall.tickets.models import Ticket
from tests.orders.ready import NOW, Line, a_member, a_variant, give, only, open_mall, paid, ship
from tests.schemes import given as schemes

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def close(day: date) -> None:
    at = events.timestamp(datetime.combine(day, NOW.time(), UTC))
    journal.append(events.close_day(at=at, day=day))
    writer.drain()


@pytest.fixture
def mall() -> None:
    """A mall that was closed and checked, in which nothing needs anybody."""
    open_mall()
    give("ann", shares="1000", coins="")
    give("bob", coins="500")
    close(TODAY)
    tallies.add_up_due()


def kinds(now: datetime = NOW) -> list[Kind]:
    return [alert.kind for alert in alerts(now)]


@pytest.mark.usefixtures("mall")
def test_turnover_counts_orders_on_the_day_they_were_paid() -> None:
    paid(a_member(), ("platform", [Line(2)], 0))
    look = overview(NOW)
    assert look.today == TODAY
    assert len(look.turnover) == 30
    assert (look.turnover[-1].day, look.turnover[-1].orders) == (TODAY, 1)
    assert look.turnover[-1].paid_fen == 20_000
    assert sum(row.orders for row in look.turnover[:-1]) == 0
    assert look.joined[-1] == (TODAY, 1)
    assert look.members == 1


@pytest.mark.usefixtures("mall")
def test_the_reserve_covers_shares_and_coins() -> None:
    look, pool = overview(NOW), selectors.pool()
    cover = look.cover
    assert cover.reserve_micro == pool.reserve_micro
    assert cover.coins_micro == pool.coins_micro > 0
    assert cover.coins_net_micro == pool.coins_micro * 9 // 10
    assert cover.left_micro >= 0
    assert cover.left_net_micro - cover.left_micro == pool.coins_micro - cover.coins_net_micro


@pytest.mark.usefixtures("mall")
def test_dividends_prices_and_holders_come_from_the_closes() -> None:
    look = overview(NOW)
    ((day, rate),) = look.dividends
    assert day == TODAY
    assert rate > 0
    assert look.prices[-1] == (TODAY, selectors.pool().price_micro)
    assert look.tally is not None
    assert look.tally.holders == 1
    assert look.paid_permille == 1000 * look.pool.quota_paid_micro // look.pool.quota_granted_micro
    assert look.forced_exits == 0


@pytest.mark.usefixtures("mall")
def test_a_look_takes_few_queries() -> None:
    with CaptureQueriesContext(connection) as queries:
        overview(NOW)
    assert len(queries) <= 11
    with CaptureQueriesContext(connection) as queries:
        alerts(NOW)
    assert len(queries) <= 18


@pytest.mark.usefixtures("mall")
def test_before_the_opening_there_is_nothing_to_look_at() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_schemeversion")
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(selectors.LedgerClosed):
        overview(NOW)
    with pytest.raises(selectors.LedgerClosed):
        alerts(NOW)


@pytest.mark.usefixtures("mall")
def test_a_mall_in_order_needs_nobody() -> None:
    assert kinds() == kinds(NOW + DAY) == []


@pytest.mark.usefixtures("mall")
def test_a_close_that_no_check_followed_is_told_until_one_does() -> None:
    found = alerts(NOW + 2 * DAY)
    assert [(alert.kind, alert.is_grave) for alert in found] == [(Kind.VERIFICATION, False)]
    assert verify() == []
    assert kinds(NOW + 2 * DAY) == []


def _is_late() -> None:
    give("cat", cash_fen=100)


def _run_failed() -> None:
    CloseRun.objects.create(day=TODAY - DAY, started_at=NOW - DAY)


def _does_not_add_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_pool SET paid_micro = paid_micro + 1")
    assert verify()


def _lags() -> None:
    at = events.timestamp(NOW - timedelta(minutes=10))
    journal.append(
        events.cash_in(id="slow", at=at, member="ann", cash_micro=1_000_000, reason="test")
    )


def _refund_failed() -> None:
    payment = paid(a_member("dan"))
    Refund.objects.create(
        no="r1",
        payment=payment,
        means="provider",
        provider="sandbox",
        trade_no="t",
        amount_fen=1,
        reason="x",
        status="failed",
        created_at=NOW,
    )


def _bill_differs() -> None:
    check = BillCheck.objects.create(
        provider="sandbox", day=TODAY, checked_at=NOW, lines=1, paid_fen=1, refunded_fen=0
    )
    BillDifference.objects.create(
        check_of=check, kind="amount", is_refund=False, payment_no="p", trade_no="t"
    )


def _ticket(due: timedelta) -> None:
    Ticket.objects.create(
        no="T1",
        key="8b8a7bb0-b4a5-4f4c-9c39-6d7cbb1a7b0f",
        member=a_member("eve"),
        kind="help",
        opened_at=NOW - 10 * DAY,
        due_at=NOW + due,
    )


def _ticket_is_late() -> None:
    _ticket(-timedelta(hours=1))


def _ticket_is_due() -> None:
    _ticket(timedelta(hours=1))


def _costs_too_much() -> None:
    variant = a_variant()
    Variant.objects.filter(pk=variant.pk).update(cost_fen=variant.price_fen)


def _rules_are_late() -> None:
    schemes.published(now=NOW - 8 * DAY)


def _rules_are_refused() -> None:
    change = schemes.published(now=NOW - 8 * DAY)
    schemes.tampered(change, change.toml.replace('"1000000"', '"2"'))
    effect.take_effect_due(NOW)


def _rules_wait_for_approval() -> None:
    schemes.submitted(now=NOW)


CASES: list[tuple[Callable[[], None], timedelta, Kind, bool]] = [
    (_is_late, 2 * DAY, Kind.LATE_CLOSE, True),
    (_run_failed, timedelta(), Kind.FAILED_CLOSE, True),
    (_does_not_add_up, timedelta(), Kind.VERIFICATION, True),
    (_lags, timedelta(), Kind.LAG, True),
    (_refund_failed, timedelta(), Kind.REFUNDS, True),
    (_bill_differs, timedelta(), Kind.BILLS, False),
    (_ticket_is_late, timedelta(), Kind.TICKETS, True),
    (_ticket_is_due, timedelta(), Kind.TICKETS, False),
    (_costs_too_much, timedelta(), Kind.MISFITS, True),
    (_rules_are_late, timedelta(), Kind.RULES, True),
    (_rules_are_refused, timedelta(), Kind.RULES, True),
    (_rules_wait_for_approval, timedelta(), Kind.RULES, False),
]


@pytest.mark.usefixtures("mall")
@pytest.mark.parametrize(("trouble", "later", "kind", "grave"), CASES)
def test_each_trouble_says_what_happened_and_what_to_do(
    trouble: Callable[[], None], later: timedelta, kind: Kind, grave: bool
) -> None:
    before = [alert for alert in alerts(NOW) if alert.kind == kind and alert.is_grave]
    assert before == []
    trouble()
    found: list[Alert] = [alert for alert in alerts(NOW + later) if alert.kind == kind]
    assert [alert.is_grave for alert in found] == [grave]
    assert found[0].what
    assert found[0].to_do


@pytest.mark.usefixtures("mall")
def test_grave_alerts_come_first() -> None:
    _bill_differs()
    _ticket_is_late()
    graves = [alert.is_grave for alert in alerts(NOW)]
    assert graves == sorted(graves, reverse=True)


@pytest.mark.usefixtures("mall")
def test_a_run_that_has_just_begun_is_no_trouble() -> None:
    CloseRun.objects.create(day=TODAY, started_at=NOW - alerting.RUNNING_FOR / 2)
    assert Kind.FAILED_CLOSE not in kinds()


@pytest.mark.usefixtures("mall")
def test_an_order_that_is_on_its_way_changes_no_points() -> None:
    order = only(paid(a_member()))
    ship(order)
    life.receive(no=order.no, member=order.member, now=NOW)
    assert overview(NOW).lag.pending == 0
