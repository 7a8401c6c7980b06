"""What no licence is on record for stays shut."""

import pytest

from sharemall.compliance import licences
from sharemall.members.models import Member
from sharemall.orders.cashier import cashier
from sharemall.orders.paying import Plan
from sharemall.orders.refusals import Refusal, Refused
from tests.orders import ready
from tests.orders.ready import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    ready.open_mall()
    member = ready.a_member("ann")
    ready.give("ann", coins="3000")
    return member


def test_no_other_merchant_takes_coins() -> None:
    assert not licences.third_party_coins()


def test_coins_pay_for_the_own_shops_order_and_not_for_the_farms(ann: Member) -> None:
    payment = ready.place(ann, ("platform", [Line()], 0), ("farm", [Line(2)], 0))
    shown = cashier(member=ann, no=payment.no)
    assert (shown.takes_coins_fen, shown.means.coins_fen) == (10_000, 10_000)
    with pytest.raises(Refused) as refused:
        ready.choose(payment, ready.by_sandbox(coins_fen=10_001))
    assert refused.value.refusal == Refusal.TOO_FEW_COINS
    assert refused.value.facts == {"left_fen": 10_000}
    ready.choose(payment, ready.by_sandbox(coins_fen=10_000))
    ready.pay(payment)
    assert [(one.merchant_id, one.coins_fen) for one in ready.orders_of(payment)] == [
        ("platform", 10_000),
        ("farm", 0),
    ]


def test_an_order_of_another_merchant_takes_none(ann: Member) -> None:
    payment = ready.place(ann, ("farm", [Line()], 0))
    with pytest.raises(Refused) as refused:
        ready.choose(payment, Plan(coins_fen=1, provider="sandbox", way="page"))
    assert refused.value.facts == {"left_fen": 0}
