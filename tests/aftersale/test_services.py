"""A case from asking to its end, and what each step refuses."""

from datetime import timedelta

import pytest

from sharemall.aftersale import asking, returning
from sharemall.aftersale.refusals import Refusal
from sharemall.catalogue.models import Product
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import life, selectors
from sharemall.orders.models import Bought, OrderLine
from tests.aftersale import given
from tests.aftersale.given import by_three_means, refunds, refused, stock
from tests.orders import ready
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db

THREE = Line(3, price_fen=3_334, cost_fen=1_000, discount_fen=2, subsidy_fen=1)


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def test_what_is_not_sent_is_refunded_at_once_and_its_stock_comes_back(ann: Member) -> None:
    order = given.a_paid_order(ann, Line(3, limited=True), Line(), freight=800)
    case = given.ask(order, quantity=2)
    assert (case.state, case.provider_fen, case.due_at) == ("refunded", 20_000, None)
    assert given.steps(case) == [("member", "asked"), ("time", "refunded")]
    order.refresh_from_db()
    assert (order.status, order.refunded_fen, order.open_cases) == ("paid", 20_000, 0)
    assert refunds() == [("provider", 20_000)]
    assert stock() == [102, 100]
    assert Bought.objects.get().quantity == 1
    order = ready.ship(order)
    assert order.status == "shipped"


def test_refunded_line_by_line_before_it_is_sent_an_order_ends_with_its_freight(
    ann: Member,
) -> None:
    order = given.a_paid_order(ann, Line(2), Line(limited=True), freight=800)
    given.ask(order, quantity=2)
    case = given.ask(order, position=2)
    assert (case.refunded_fen, case.freight_fen) == (10_800, 800)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "returned")
    assert order.refunded_fen == order.total_fen == 30_800
    assert stock() == [102, 101]
    assert Bought.objects.get().quantity == 0
    found = refused(lambda: given.ask(order))
    assert found == (Refusal.WRONG_STATE, {"state": "cancelled"})


def test_cancelling_after_a_part_was_refunded_gives_back_the_rest_only(ann: Member) -> None:
    order = given.a_paid_order(ann, THREE, freight=100)
    given.ask(order)
    order = life.cancel(member=ann, no=order.no, now=NOW)
    assert (order.status, order.refunded_fen) == ("cancelled", 10_100)
    assert refunds() == [("provider", 3_333), ("provider", 6_767)]
    assert stock() == [103]


def test_money_for_goods_that_were_sent_needs_the_merchants_yes(ann: Member) -> None:
    order = given.a_sent_order(ann, THREE, freight=100)
    case = given.ask(order, quantity=2, text=" 两瓶碎了\r\n ")
    assert (case.state, case.asked_fen, case.due_at) == ("asked", 6_666, NOW + 2 * DAY)
    assert (case.text, case.no) == ("两瓶碎了", f"{order.no}-1")
    assert not refunds()
    case = given.accept(case, freight_fen=60)
    assert (case.state, case.refunded_fen) == ("refunded", 6_726)
    line = OrderLine.objects.get()
    assert (line.refunded_quantity, line.returned_quantity) == (2, 0)
    assert (line.refunded_fen, line.subsidy_back_fen) == (6_666, 1)
    assert stock() == [100]
    order.refresh_from_db()
    assert (order.status, order.refunded_fen, order.freight_refunded_fen) == ("shipped", 6_726, 60)


def test_each_part_goes_back_by_the_means_that_it_was_paid_with(ann: Member) -> None:
    order = by_three_means(ann, Line(3, price_fen=3_337), freight=489)
    coins = ledger.balance("ann").coins_micro
    for quantity in (1, 2):
        given.accept(given.ask(order, quantity=quantity), freight_fen=244)
    writer.drain()
    order.refresh_from_db()
    sums: dict[str, int] = {}
    for means, fen in refunds():
        sums[means] = sums.get(means, 0) + fen
    assert order.refunded_fen == 10_499
    assert sums["coins"] == order.refunded_coins_fen
    assert ledger.balance("ann").coins_micro - coins == sums["coins"] * 10_000
    assert sum(sums.values()) == 10_499
    assert abs(sums["balance"] * order.provider_fen - sums["provider"] * order.balance_fen) < 10_000
    # All goods came back: nothing to wait for, and the merchant keeps one fen of the freight.
    assert (order.status, order.due_fen, order.contributions_fen) == ("completed", 0, 0)


def test_pending_rewards_shrink_with_what_was_refunded(ann: Member) -> None:
    order = given.a_received_order(ann, Line(2))
    before = selectors.pending(selectors.order(ann, order.no) or order, ledger.pool())
    given.accept(given.ask(order))
    half = selectors.pending(selectors.order(ann, order.no) or order, ledger.pool())
    assert half.quota_micro * 2 == before.quota_micro
    given.accept(given.ask(order, asked_fen=9_999))
    rest = selectors.pending(selectors.order(ann, order.no) or order, ledger.pool())
    assert rest.quota_micro == 20_000


def test_returned_goods_are_refunded_when_the_merchant_has_them(ann: Member) -> None:
    order = given.a_received_order(ann, Line(2), Line())
    case = given.accept(given.ask(order, kind="return", reason="unwanted"))
    assert (case.state, case.due_at, case.return_to) == (
        "to_send",
        NOW + 7 * DAY,
        given.WAREHOUSE,
    )
    for _ in range(2):
        case = given.send_back(case, NOW + DAY)
    assert (case.state, case.due_at) == ("sent_back", NOW + 11 * DAY)
    assert stock() == [100, 100]
    case = given.receive_back(case)
    assert (case.state, case.provider_fen) == ("refunded", 10_000)
    assert given.steps(case)[-2:] == [("merchant", "confirmed"), ("time", "refunded")]
    assert stock() == [101, 100]
    assert OrderLine.objects.get(position=1).returned_quantity == 1


def test_an_exchange_moves_no_money_and_ends_when_the_other_piece_arrived(ann: Member) -> None:
    order = given.a_received_order(ann)
    case = given.send_back(given.accept(given.ask(order, kind="exchange")))
    assert refused(lambda: given.receive_back(case)) == (Refusal.BAD_KIND, {})
    for _ in range(2):
        case = given.resend(case)
    assert (case.state, case.due_at) == ("resent", NOW + 10 * DAY)
    for _ in range(2):
        case = returning.confirm(member=ann, no=case.no, now=NOW)
    assert (case.state, case.ended_at, case.due_at) == ("exchanged", NOW, None)
    order.refresh_from_db()
    assert (order.open_cases, order.refunded_fen) == (0, 0)
    assert stock() == [100]
    assert given.ask(order, kind="return").number == 2


def test_an_order_completes_only_when_no_case_of_it_is_open(ann: Member) -> None:
    order = given.a_received_order(ann, Line(2))
    case = given.ask(order, kind="return")
    late = NOW + 30 * DAY
    assert life.complete_due(late) == 0
    asking.withdraw(member=ann, no=case.no, now=NOW)
    assert life.complete_due(late) == 1
    order.refresh_from_db()
    assert (order.status, order.contributions_fen) == ("completed", 8_000)


def test_what_was_refunded_brings_no_reward_and_no_dues(ann: Member) -> None:
    order = given.a_received_order(ann, Line(3, discount_fen=3_000, subsidy_fen=3_000))
    given.accept(given.ask(order, quantity=2))
    assert life.complete_due(NOW + 7 * DAY) == 1
    writer.drain()
    order.refresh_from_db()
    assert (order.refunded_fen, order.subsidy_back_fen) == (18_000, 2_000)
    # 9 000 paid and 1 000 of subsidy: 3 600 to the scheme, 5 % of 10 000 to the platform.
    assert (order.contributions_fen, order.commission_fen, order.due_fen) == (3_600, 500, 5_900)
    balance = ledger.balance("ann")
    assert (balance.quota_micro, balance.shares_micro) == (180_000_000, 18_900_000)
    assert Product.objects.get().sold == 3


def test_goods_without_a_return_period_still_wait_for_their_case(ann: Member) -> None:
    order = given.a_sent_order(ann, Line(2, returnable_days=0))
    case = given.ask(order, reason="not_arrived")
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert order.status == "received"
    given.accept(case)
    assert life.complete_due(NOW) == 1


def test_when_all_goods_that_were_sent_are_refunded_the_order_completes_with_its_freight(
    ann: Member,
) -> None:
    order = given.a_sent_order(ann, freight=800)
    given.accept(given.ask(order, reason="not_arrived"))
    order.refresh_from_db()
    assert (order.status, order.due_fen, order.refunded_fen) == ("completed", 0, 10_000)
    writer.drain()
    assert ledger.codes([f"order-{order.no}.due"]) == {f"order-{order.no}.due": ""}
    assert ledger.balance("ann").shares_micro == 0


def test_a_decline_can_be_taken_to_the_platform_which_grants_a_part(ann: Member) -> None:
    order = given.a_sent_order(ann)
    case = given.decline(given.ask(order))
    assert (case.state, case.due_at) == ("declined", NOW + 7 * DAY)
    case = given.appeal(case, NOW + DAY)
    assert (case.state, case.due_at) == ("arbitration", NOW + 8 * DAY)
    for fen in (0, -1, 10_001):
        found = refused(lambda fen=fen: given.decide(case, fen=fen))
        assert found == (Refusal.BAD_AMOUNT, {"most_fen": 10_000})
    case = given.decide(case, fen=4_000)
    assert (case.state, case.asked_fen, case.refunded_fen) == ("refunded", 10_000, 4_000)
    assert given.steps(case) == [
        ("member", "asked"),
        ("merchant", "declined"),
        ("member", "appealed"),
        ("platform", "granted"),
        ("time", "refunded"),
    ]


def test_the_platform_may_decide_against_the_member(ann: Member) -> None:
    order = given.a_sent_order(ann)
    case = given.decide(given.appeal(given.decline(given.ask(order))), for_member=False)
    assert (case.state, case.closed_because) == ("closed", "rejected")
    order.refresh_from_db()
    assert (order.open_cases, order.refunded_fen) == (0, 0)


def test_goods_that_came_back_wrong_are_declined_and_decided_on_without_another_parcel(
    ann: Member,
) -> None:
    order = given.a_received_order(ann)
    case = given.send_back(given.accept(given.ask(order, kind="return")))
    case = given.decline(case)
    assert refused(lambda: asking.withdraw(member=ann, no=case.no, now=NOW))[0] == (
        Refusal.WRONG_STATE
    )
    case = given.decide(given.appeal(case), return_to="")
    assert case.state == "refunded"
    assert stock() == [101]


def test_after_completion_the_merchant_pays_of_its_own_and_no_reward_is_touched(
    ann: Member,
) -> None:
    order = given.a_completed_order(ann, Line(2))
    writer.drain()
    before = ledger.balance("ann")
    case = given.ask(order, kind="return", now=NOW + 20 * DAY)
    assert case.is_goodwill
    case = given.accept(case, NOW + 20 * DAY)
    case = given.receive_back(given.send_back(case, NOW + 21 * DAY), NOW + 22 * DAY)
    assert (case.state, case.balance_fen, case.refunded_fen) == ("refunded", 10_000, 10_000)
    writer.drain()
    after = ledger.balance("ann")
    assert after.cash_micro - before.cash_micro == 100_000_000
    assert (after.shares_micro, after.quota_micro) == (before.shares_micro, before.quota_micro)
    assert not refunds()
    line, order = OrderLine.objects.get(), ready.only(order.payment)
    assert (line.goodwill_fen, line.refunded_quantity, line.refunded_fen) == (10_000, 1, 0)
    assert (order.refunded_fen, order.open_cases) == (0, 0)
    assert stock() == [101]
    found = refused(lambda: given.ask(order, quantity=2, now=NOW + 22 * DAY))
    assert found == (Refusal.BAD_QUANTITY, {"left": 1})


def test_goodwill_that_the_merchant_cannot_pay_is_not_given_and_can_be_tried_again(
    ann: Member,
) -> None:
    order = given.a_completed_order(ann)  # the farm has ¥55 of its ¥100
    case = given.accept(given.ask(order))
    assert (case.state, case.refused_code) == ("asked", "insufficient_cash")
    assert given.steps(case)[-1] == ("time", "not_paid")
    assert ledger.balance("ann").cash_micro == 0
    given.a_completed_order(ann)
    case = given.accept(case)
    assert (case.state, case.attempt, case.refused_code) == ("refunded", 2, "")
    writer.drain()
    assert ledger.balance("ann").cash_micro == 100_000_000


def test_goodwill_that_is_declined_ends_there(ann: Member) -> None:
    case = given.decline(given.ask(given.a_completed_order(ann)))
    assert (case.state, case.closed_because) == ("closed", "not_given")
    assert refused(lambda: given.appeal(case)) == (Refusal.WRONG_STATE, {"state": "closed"})


def test_three_months_after_completion_there_is_nothing_to_ask_for(ann: Member) -> None:
    order = given.a_completed_order(ann, Line(2, returnable_days=0))
    given.decline(given.ask(order, now=NOW + 90 * DAY - timedelta(seconds=1)), NOW + 90 * DAY)
    found = refused(lambda: given.ask(order, now=NOW + 90 * DAY))
    assert found == (Refusal.PERIOD_OVER, {})
