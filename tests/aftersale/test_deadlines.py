"""What happens by itself when nobody acts in time, and never a moment earlier."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from sharemall.aftersale import deadlines
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.cli import working
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant
from sharemall.orders.models import Order
from tests.aftersale import given
from tests.orders import ready
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db

MOMENT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def returning(ann: Member) -> Case:
    order = given.a_received_order(ann, Line(2))
    return given.accept(given.ask(order, kind="return"))


STAGES: dict[str, tuple[Callable[[Member], Case], timedelta, tuple[str, str]]] = {
    "no answer counts as a yes to money": (
        lambda ann: given.ask(given.a_sent_order(ann)),
        timedelta(hours=48),
        ("refunded", ""),
    ),
    "no answer counts as a yes to a return": (
        lambda ann: given.ask(given.a_received_order(ann), kind="return"),
        timedelta(hours=48),
        ("to_send", ""),
    ),
    "no answer to goodwill counts as a no": (
        lambda ann: given.ask(given.a_completed_order(ann)),
        timedelta(hours=48),
        ("closed", "not_answered"),
    ),
    "a decline that is left at that ends": (
        lambda ann: given.decline(given.ask(given.a_sent_order(ann))),
        7 * DAY,
        ("closed", "not_appealed"),
    ),
    "arbitration that takes too long is for the member": (
        lambda ann: given.appeal(given.decline(given.ask(given.a_sent_order(ann)))),
        7 * DAY,
        ("refunded", ""),
    ),
    "what is not sent back ends": (returning, 7 * DAY, ("closed", "not_sent")),
    "what was sent back and is not confirmed is refunded": (
        lambda ann: given.send_back(returning(ann)),
        10 * DAY,
        ("refunded", ""),
    ),
    "an exchange that the merchant leaves lying is refunded": (
        lambda ann: given.send_back(
            given.accept(given.ask(given.a_received_order(ann), kind="exchange"))
        ),
        10 * DAY,
        ("refunded", ""),
    ),
    "the other piece counts as arrived": (
        lambda ann: given.resend(
            given.send_back(given.accept(given.ask(given.a_received_order(ann), kind="exchange")))
        ),
        10 * DAY,
        ("exchanged", ""),
    ),
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_case_goes_on_by_itself_when_its_time_is_over(ann: Member, stage: str) -> None:
    make, after, expected = STAGES[stage]
    case = make(ann)
    assert case.due_at == NOW + after
    assert deadlines.act_due(NOW + after - MOMENT) == 0
    assert deadlines.act_due(NOW + after) == 1
    assert deadlines.act_due(NOW + after) == 0
    case = given.fresh(case)
    assert (case.state, case.closed_because) == expected
    assert case.steps.order_by("id").reverse()[0].actor == "time"
    assert Order.objects.get().open_cases == case.is_open


def test_goods_go_to_where_the_merchant_takes_them_when_nobody_answered(ann: Member) -> None:
    Merchant.objects.filter(key="farm").update(return_to="烟台 1 号")
    case = given.ask(given.a_received_order(ann), kind="return")
    deadlines.act_due(NOW + 2 * DAY)
    assert given.fresh(case).return_to == "烟台 1 号"


@pytest.mark.django_db(transaction=True)
def test_one_round_of_the_worker_refunds_completes_and_pays_goodwill(ann: Member) -> None:
    order = given.a_received_order(ann, Line(2))
    given.send_back(given.accept(given.ask(order, kind="return")))
    late = NOW + 10 * DAY
    working.do_round(late)
    writer.drain()
    order = ready.only(order.payment)
    assert (order.status, order.refunded_fen, order.open_cases) == ("completed", 10_000, 0)
    assert ledger.balance("ann").quota_micro == 200_000_000

    old = given.a_completed_order(ann)
    case = given.send_back(given.accept(given.ask(old, kind="return", now=late), late), late)
    working.do_round(late + 10 * DAY)
    writer.drain()
    assert given.fresh(case).state == "refunded"
    assert ledger.balance("ann").cash_micro == 100_000_000


@pytest.mark.django_db(transaction=True)
def test_goodwill_that_is_owed_is_tried_again_every_day_until_it_can_be_paid(ann: Member) -> None:
    case = given.ask(given.a_completed_order(ann), kind="return")
    case = given.send_back(given.accept(case))
    at = NOW + 10 * DAY
    working.do_round(at)
    case = given.fresh(case)
    assert (case.state, case.refused_code, case.due_at) == (
        "sent_back",
        "insufficient_cash",
        at + DAY,
    )
    given.a_completed_order(ann)
    working.do_round(at + DAY)
    assert given.fresh(case).state == "refunded"


@pytest.mark.django_db(transaction=True)
def test_goodwill_money_that_was_agreed_is_tried_again_too_and_cannot_be_declined(
    ann: Member,
) -> None:
    case = given.accept(given.ask(given.a_completed_order(ann)))
    assert (case.state, case.refused_code) == ("asked", "insufficient_cash")
    assert case.due_at == NOW + DAY
    with pytest.raises(Refused) as refused:
        given.decline(case)
    assert refused.value.refusal == Refusal.AGREED
    working.do_round(NOW + DAY)
    assert given.fresh(case).due_at == NOW + 2 * DAY
    given.a_completed_order(ann)
    working.do_round(NOW + 2 * DAY)
    assert given.fresh(case).state == "refunded"


def test_a_round_without_anything_due_is_one_statement(ann: Member) -> None:
    given.ask(given.a_sent_order(ann))
    with ready.counted() as counted:
        deadlines.act_due(NOW)
    assert ready.statements(counted) == 1


def test_due_cases_are_found_by_an_index(ann: Member) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = Case.objects.filter(due_at__lte=NOW).order_by("due_at", "pk")
        assert "case_due" in found.explain()
