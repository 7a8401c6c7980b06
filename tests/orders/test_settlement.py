"""Where the money of a completed order goes, whatever it was paid with."""

import pytest

from sharemall.ledger import journal
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant
from sharemall.orders import life
from sharemall.orders.models import OrderLine
from sharemall.orders.paying import Plan
from tests.orders import ready
from tests.orders.books import merchant
from tests.orders.ready import NOW, Line, by_sandbox

pytestmark = pytest.mark.django_db

TWO = (("platform", [Line(3), Line(zone="home")], 500), ("farm", [Line(2, price_fen=3_333)], 801))


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def test_the_settlement_of_an_order_paid_by_everything_adds_up(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=3_000)
    line = Line(2, returnable_days=0, discount_fen=1_000, subsidy_fen=600)
    payment = ready.place(ann, ("farm", [line], 1_000))
    ready.choose(payment, by_sandbox(coins_fen=5_000, balance_fen=3_000))
    ready.pay(payment)
    order = ready.only(payment)
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert life.book(order) == []
    assert (order.total_fen, order.coins_fen) == (20_000, 5_000)
    coins_of_goods = OrderLine.objects.get().coins_fen
    assert coins_of_goods == 5_000 * 19_000 // 20_000
    assert order.contributions_fen == (19_000 - coins_of_goods) * 40 // 100
    assert order.commission_fen == 19_600 * 5 // 100
    assert order.coin_commission_fen == order.commission_fen * coins_of_goods // 19_600
    assert order.total_fen + order.subsidy_fen == (
        order.due_fen + order.contributions_fen + order.commission_fen + order.freight_fen
    )
    sale = journal.find(f"order-{order.no}-wine")
    assert sale is not None
    assert (sale["paid"], sale["cost"]) == ("142.500000", "60.000000")
    assert merchant("escrow")[0] == 0
    in_coins = order.coins_fen - order.coin_commission_fen
    assert merchant("farm") == (
        in_coins * 10_000,
        (order.due_fen + order.freight_fen - in_coins) * 10_000,
    )
    assert merchant("platform") == (order.coin_commission_fen * 10_000, 0)


def test_an_order_paid_in_coins_alone_earns_nothing_and_pays_the_merchant_in_coins(
    ann: Member,
) -> None:
    ready.give("ann", coins="1000")
    payment = ready.place(ann, ("farm", [Line(returnable_days=0)], 0))
    ready.choose(payment, Plan(coins_fen=10_000))
    order = ready.only(payment)
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert life.book(order) == []
    assert journal.find(f"order-{order.no}-wine") is None
    assert (order.contributions_fen, order.commission_fen, order.due_fen) == (0, 500, 9_500)
    assert order.coin_commission_fen == 500
    assert merchant("farm") == (95_000_000, 0)
    assert merchant("platform") == (5_000_000, 0)


def test_a_commission_raised_after_the_order_was_placed_is_not_the_orders(ann: Member) -> None:
    payment = ready.paid(ann, ("farm", [Line(returnable_days=0)], 0))
    Merchant.objects.filter(key="farm").update(commission_nano=200_000_000)
    order = ready.only(payment)
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert order.commission_fen == 10_000 * 5 // 100


def test_the_commission_yields_where_money_does_not_reach(ann: Member) -> None:
    farm = ready.a_merchant("greedy", commission_nano=900_000_000)
    payment = ready.paid(ann, (farm.key, [Line(returnable_days=0)], 700))
    order = ready.only(payment)
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert (order.contributions_fen, order.commission_fen, order.due_fen) == (4_000, 6_000, 0)
    assert life.book(order) == []
    assert merchant("greedy") == (0, 7_000_000)
