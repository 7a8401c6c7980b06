"""Paying: plans of means, the wallet by legs, and providers' money however it comes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from sharemall.ledger import journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from sharemall.orders import life, paying
from sharemall.orders.cashier import cashier, quote_shares
from sharemall.orders.models import OrderLine
from sharemall.orders.paying import Plan
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import refunds
from sharemall.payments.models import Notice, Payment, Refund
from sharemall.payments.providers import Redirect
from tests.orders import ready
from tests.orders.books import held, means, merchant
from tests.orders.ready import DAY, NOW, Line, by_sandbox

pytestmark = pytest.mark.django_db

TWO = (("platform", [Line(3), Line(zone="home")], 500), ("farm", [Line(2, price_fen=3_333)], 801))


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def refused_by(payment: Payment, plan: Plan, **fields: object) -> Refused:
    with pytest.raises(Refused) as refused:
        ready.choose(payment, plan, **fields)  # type: ignore[arg-type]
    return refused.value


def test_a_provider_alone_pays_all_orders_of_the_payment_once(ann: Member) -> None:
    payment = ready.choose(ready.place(ann, *TWO), by_sandbox())
    assert (payment.wallet, payment.provider, payment.way) == ("none", "sandbox", "page")
    sent = ready.news(payment)
    assert ready.deliver(sent) == "paid"
    assert ready.deliver(sent, NOW + timedelta(minutes=1)) == "paid"
    for order in ready.orders_of(payment):
        assert (order.status, order.paid_at) == ("paid", NOW)
        assert means(order) == (0, 0, 0, order.total_fen)
    payment.refresh_from_db()
    assert (payment.status, payment.paid_at) == ("succeeded", NOW)
    assert Notice.objects.get().asked_no == f"{payment.no}_1"
    assert not Refund.objects.exists()


def test_the_whole_wallet_pays_and_the_coins_wait_in_the_escrow(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=3_000)
    ready.give("ann", shares="3000")
    coins, cash = held("ann")
    shares = ledger.balance("ann").shares_micro
    payment = ready.place(ann, *TWO)
    plan = Plan(coins_fen=10_007, balance_fen=3_000, shares_fen=payment.amount_fen - 13_007)
    payment = ready.choose(payment, plan)
    assert (payment.status, payment.wallet, payment.trade_no) == ("succeeded", "held", None)
    assert held("ann")[0] == coins - 100_070_000
    # What selling the fewest shares brought beyond what was needed stays in the balance.
    assert 0 <= held("ann")[1] - (cash - 30_000_000) < 10
    assert ledger.balance("ann").shares_micro == shares - payment.shares_micro
    assert merchant("escrow")[0] == 100_070_000
    orders = ready.orders_of(payment)
    assert [order.status for order in orders] == ["paid", "paid"]
    for order in orders:
        assert sum(means(order)) == order.total_fen
        in_lines = sum(line.coins_fen for line in OrderLine.objects.filter(order=order))
        assert 0 <= order.coins_fen - in_lines <= order.freight_fen
    assert sum(order.coins_fen for order in orders) == 10_007
    assert sum(order.shares_fen for order in orders) == payment.shares_fen


def test_wallet_and_provider_share_a_payment(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=3_000)
    payment = ready.choose(ready.place(ann), by_sandbox(coins_fen=1_000, balance_fen=3_000))
    order = ready.only(payment)
    assert (order.status, payment.wallet, payment.status) == ("unpaid", "held", "pending")
    assert means(order) == (1_000, 3_000, 0, 6_000)
    assert ready.pay(payment) == "paid"
    order = ready.only(payment)
    assert (order.status, means(order)) == ("paid", (1_000, 3_000, 0, 6_000))


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        (Plan(coins_fen=-1, provider="sandbox", way="page"), Refusal.BAD_PLAN),
        (Plan(balance_fen=10_001), Refusal.BAD_PLAN),
        (Plan(coins_fen=10**30), Refusal.BAD_PLAN),
        (Plan(), Refusal.NO_PROVIDER),
        (Plan(provider="sandbox", way="by-post"), Refusal.NO_PROVIDER),
        (Plan(provider="nobody", way="page"), Refusal.NO_PROVIDER),
        (Plan(coins_fen=10_000), Refusal.TOO_FEW_COINS),
        (Plan(balance_fen=10_000), Refusal.TOO_LITTLE_BALANCE),
        (Plan(shares_fen=10_000), Refusal.TOO_FEW_SHARES),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_changes_nothing(
    ann: Member, plan: Plan, refusal: Refusal
) -> None:
    payment = ready.place(ann)
    assert refused_by(payment, plan).refusal == refusal
    payment.refresh_from_db()
    assert (payment.attempt, payment.wallet, payment.plan_key) == (0, "none", None)
    assert not Event.objects.exists()


def test_more_shares_than_were_shown_are_not_sold(ann: Member) -> None:
    ready.give("ann", shares="1000")
    payment = ready.place(ann)
    shown = quote_shares(member=ann, amount_fen=5_000).shares_micro
    refused = refused_by(payment, by_sandbox(shares_fen=5_000, most_shares_micro=shown - 1))
    assert refused.facts == {"shares_micro": shown}
    ready.choose(payment, by_sandbox(shares_fen=5_000, most_shares_micro=shown))
    payment.refresh_from_db()
    assert payment.shares_micro == shown


@pytest.mark.parametrize("amount_fen", [0, -1, 10**30])
def test_no_amount_that_is_none_is_quoted(ann: Member, amount_fen: int) -> None:
    with pytest.raises(Refused):
        quote_shares(member=ann, amount_fen=amount_fen)


def test_the_same_plan_sent_twice_moves_nothing_twice(ann: Member) -> None:
    ready.give("ann", cash_fen=20_000)
    payment, key = ready.place(ann), uuid4()
    for _ in range(3):
        ready.choose(payment, Plan(balance_fen=10_000), key)
    assert held("ann")[1] == 100_000_000
    assert ready.only(payment).status == "paid"
    refused = refused_by(payment, Plan(balance_fen=10_000))
    assert (refused.refusal, refused.facts) == (Refusal.WRONG_STATE, {"status": "paid"})


def test_while_a_plan_is_moving_no_other_is_begun_and_nothing_is_cancelled(ann: Member) -> None:
    ready.give("ann", cash_fen=20_000)
    payment = ready.place(ann)
    plan = by_sandbox(balance_fen=5_000)
    paying.begin(member=ann, no=payment.no, plan=plan, key=uuid4(), now=NOW)
    order = ready.only(payment)
    assert order.status == "paying"
    assert refused_by(payment, plan).refusal == Refusal.PLAN_MOVING
    with pytest.raises(Refused) as refused:
        life.cancel(member=ann, no=order.no, now=NOW)
    assert refused.value.facts == {"status": "paying"}
    assert life.close_unpaid(NOW + DAY) == 0
    assert paying.settle_moving(NOW) == 1
    assert ready.only(payment).status == "unpaid"
    assert life.close_unpaid(NOW + DAY) == 1
    writer.drain()
    assert held("ann")[1] == 200_000_000


def test_a_member_who_thinks_again_gets_back_what_was_held_and_begins_anew(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=6_000)
    coins, cash = held("ann")
    payment = ready.place(ann)
    ready.choose(payment, by_sandbox(coins_fen=5_000, balance_fen=5_000 - 1))
    assert ready.choose(payment, by_sandbox(balance_fen=6_000)).attempt == 2
    assert held("ann") == (coins, cash - 60_000_000)
    assert means(ready.only(payment)) == (0, 6_000, 0, 4_000)
    assert ready.choose(payment, by_sandbox()).wallet == "none"
    writer.drain()
    assert held("ann") == (coins, cash)
    assert means(ready.only(payment)) == (0, 0, 0, 10_000)
    assert OrderLine.objects.get().coins_fen == 0
    assert ready.pay(payment) == "paid"


def test_another_way_to_pay_the_rest_leaves_the_held_part_alone(ann: Member) -> None:
    ready.give("ann", coins="1000", shares="1000")
    ready.give("ann", shares="1000")
    payment = ready.choose(ready.place(ann), by_sandbox(coins_fen=1_000, shares_fen=2_000))
    early, events = ready.news(payment), Event.objects.count()
    payment = ready.choose(payment, by_sandbox(coins_fen=1_000, shares_fen=2_000))
    assert (payment.attempt, payment.wallet, Event.objects.count()) == (2, "held", events)
    assert ready.deliver(early) == "paid"  # the same amount, asked for under the first number
    assert ready.pay(payment, attempt="b") == "double"


def test_shares_sold_for_one_plan_are_not_sold_again_for_the_next(ann: Member) -> None:
    ready.give("ann", shares="1000")
    payment = ready.choose(ready.place(ann), by_sandbox(shares_fen=3_000))
    left = ledger.balance("ann").shares_micro
    payment = ready.choose(payment, by_sandbox(shares_fen=2_000))
    assert means(ready.only(payment)) == (0, 2_000, 0, 8_000)
    assert ledger.balance("ann").shares_micro == left
    payment = ready.choose(ready.place(ann), by_sandbox(shares_fen=1_000))
    sold = payment.shares_micro
    payment = ready.choose(payment, by_sandbox(shares_fen=2_000))
    assert means(ready.only(payment)) == (0, 1_000, 1_000, 8_000)
    assert ledger.balance("ann").shares_micro == left - sold - payment.shares_micro
    life.cancel(member=ann, no=ready.only(payment).no, now=NOW)
    writer.drain()
    assert merchant("escrow")[0] == 0


def test_money_for_an_earlier_plan_goes_back(ann: Member) -> None:
    ready.give("ann", cash_fen=6_000)
    payment = ready.choose(ready.place(ann), by_sandbox())
    early = ready.news(payment)
    ready.choose(payment, by_sandbox(balance_fen=6_000))
    assert ready.deliver(early) == "mismatch"
    assert Refund.objects.get().amount_fen == 10_000
    assert refunds.send_due(NOW) == 1
    assert Refund.objects.get().status == "done"
    assert ready.pay(payment, attempt="b") == "paid"


def test_what_the_journal_refuses_comes_back_and_the_order_is_unpaid_again(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=5_000)
    coins = held("ann")[0]
    payment = ready.place(ann)
    plan = by_sandbox(coins_fen=2_000, balance_fen=5_000)
    paying.begin(member=ann, no=payment.no, plan=plan, key=uuid4(), now=NOW)
    spent = {"id": "spent", "type": "cash_out", "amount": "1", "reason": "x", "member": "ann"}
    journal.append(spent | {"at": "2026-11-22T10:00:00+08:00"})
    paying.settle(no=payment.no, now=NOW)
    payment.refresh_from_db()
    assert (payment.wallet, payment.refused_code) == ("none", "insufficient_cash")
    assert means(ready.only(payment)) == (0, 0, 0, 10_000)
    assert ready.only(payment).status == "unpaid"
    life.cancel(member=ann, no=ready.only(payment).no, now=NOW)
    writer.drain()
    assert held("ann") == (coins, 49_000_000)
    assert merchant("escrow")[0] == 0


def test_what_expired_cannot_be_planned_and_money_that_comes_before_it_closes_counts(
    ann: Member,
) -> None:
    payment = ready.place(ann)
    late = NOW + timedelta(minutes=30)
    assert refused_by(payment, by_sandbox(), now=late).refusal == Refusal.EXPIRED
    assert ready.pay(payment, now=late) == "paid"


def test_the_provider_is_asked_for_its_part_until_the_orders_expire(ann: Member) -> None:
    ready.give("ann", cash_fen=6_000)
    payment = ready.choose(ready.place(ann), by_sandbox(balance_fen=6_000))
    where = {"notify_url": "https://mall.example/n", "return_url": "https://mall.example/r"}
    started = paying.start(member=ann, no=payment.no, now=NOW, **where)
    assert isinstance(started, Redirect)
    assert f"{payment.no}_1" in started.url
    with pytest.raises(Refused) as refused:
        paying.start(member=ann, no=payment.no, now=NOW + DAY, **where)
    assert refused.value.refusal == Refusal.EXPIRED
    with pytest.raises(Payment.DoesNotExist):
        paying.start(member=ready.a_member("ben"), no=payment.no, now=NOW, **where)


def test_the_cashier_counts_what_an_earlier_plan_holds(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=6_000)
    ready.give("ann", shares="1000")
    payment = ready.place(ann)
    before = cashier(member=ann, no=payment.no).means
    ready.choose(payment, by_sandbox(coins_fen=1_000, balance_fen=2_000))
    now = cashier(member=ann, no=payment.no)
    assert (now.means, [one.key for one in now.providers]) == (before, ["sandbox"])
    assert quote_shares(member=ann, amount_fen=before.shares_fen)
    with pytest.raises(Refused):
        quote_shares(member=ann, amount_fen=before.shares_fen + 1)
    with pytest.raises(Payment.DoesNotExist):
        cashier(member=ready.a_member("ben"), no=payment.no)


def test_nobody_plans_anothers_payment(ann: Member) -> None:
    payment = ready.place(ann)
    with pytest.raises(Payment.DoesNotExist):
        paying.begin(
            member=ready.a_member("ben"), no=payment.no, plan=by_sandbox(), key=uuid4(), now=NOW
        )
