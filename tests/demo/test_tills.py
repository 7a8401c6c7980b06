"""The demo's payments in person: paid, declined, forgotten; once, however often it is loaded."""

from datetime import timedelta

import pytest

from sharemall.demo import people, tills
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from sharemall.till.models import TillPayment
from tests.orders import ready
from tests.orders.ready import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payer() -> Member:
    ready.open_mall()
    ready.give("holder", coins="1000", cash_fen=20_000)
    ready.a_member("till")
    Member.objects.filter(account="till").update(phone=people.STAFF, is_staff=True)
    member = ready.a_member("holder")
    member.phone = tills.PAYER
    member.set_password(people.PASSWORD)
    member.save()
    return member


def play() -> None:
    for at, do in sorted(tills.steps(NOW), key=lambda step: step[0]):
        do(at)


def test_the_payer_has_payments_in_every_state(payer: Member) -> None:
    play()
    found = TillPayment.objects.order_by("id")
    assert [row.status for row in found] == ["paid", "paid", "declined", "expired"]
    assert [(row.coins_fen, row.balance_fen) for row in found[:2]] == [(2_000, 2_680), (0, 12_800)]
    assert [row.merchant_id for row in found[:2]] == ["platform", "farm"]
    assert all(row.created_at < NOW - timedelta(hours=1) for row in found)


def test_loading_again_changes_nothing(payer: Member) -> None:
    play()
    before = list(TillPayment.objects.values()), Event.objects.count()
    play()
    assert (list(TillPayment.objects.values()), Event.objects.count()) == before


def test_a_load_that_was_cut_off_goes_on(payer: Member) -> None:
    (first, set_password), (second, _pay), *_rest = tills.steps(NOW)
    set_password(first)
    assert tills._rung_up(1, payer, "platform", 4_680, second) is not None
    play()
    assert TillPayment.objects.count() == 4
    assert TillPayment.objects.filter(status="paid").count() == 2


def test_a_demo_without_the_payer_has_none(db: None) -> None:
    ready.open_mall()
    play()
    assert not TillPayment.objects.exists()


def test_a_payer_without_money_pays_nothing(payer: Member) -> None:
    ready.choose(
        ready.place(payer, ("platform", [ready.Line(price_fen=20_000)], 0)),
        ready.Plan(balance_fen=20_000),
    )
    play()
    assert TillPayment.objects.filter(status="paid").count() == 1
