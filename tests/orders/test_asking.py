"""Money whose notification was lost: the provider is asked, and nothing stays unknown."""

from datetime import timedelta

import pytest

from sharemall.members.models import Member
from sharemall.orders import life, paying
from sharemall.payments.models import Notice, Payment, Refund
from tests.orders import ready
from tests.orders.ready import NOW

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member()


def waiting(member: Member) -> Payment:
    """A payment that waits for the sandbox's money."""
    return ready.choose(ready.place(member), ready.by_sandbox())


def test_money_that_nobody_told_of_is_found_by_asking(ann: Member) -> None:
    payment = waiting(ann)
    ready.news(payment)  # the sandbox has the money, the mall hears nothing
    assert paying.ask_open(NOW + MINUTE / 2) == 0
    assert paying.ask_open(NOW + MINUTE) == 1
    assert ready.only(payment).status == "paid"
    assert paying.ask_open(NOW + 10 * MINUTE) == 0


def test_a_payment_without_money_is_asked_for_once_a_minute(ann: Member) -> None:
    payment = waiting(ann)
    asked = [paying.ask_open(NOW + seconds * MINUTE / 60) for seconds in (60, 90, 119, 120, 150)]
    assert asked == [1, 0, 0, 1, 0]
    assert ready.only(payment).status == "unpaid"


def test_what_the_provider_is_not_chosen_for_is_not_asked_for(ann: Member) -> None:
    ready.place(ann)
    assert paying.ask_open(NOW + 10 * MINUTE) == 0


def test_money_that_came_before_the_close_and_was_not_told_goes_back(ann: Member) -> None:
    payment = waiting(ann)
    ready.news(payment)
    late = NOW + 30 * MINUTE
    assert life.close_unpaid(late) == 1
    assert paying.ask_open(late + MINUTE / 2) == 0
    assert paying.ask_open(late + MINUTE) == 1
    assert Notice.objects.get().verdict == "late"
    assert Refund.objects.get().amount_fen == payment.amount_fen
    assert paying.ask_open(late + 10 * MINUTE) == 0


def test_a_provider_that_is_away_is_asked_again(
    ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = waiting(ann)
    ready.news(payment)
    with monkeypatch.context() as away:
        away.setattr("sharemall.payments.sandbox.Sandbox.query", _away)
        assert paying.ask_open(NOW + MINUTE) == 1
    assert ready.only(payment).status == "unpaid"
    assert paying.ask_open(NOW + 2 * MINUTE) == 1
    assert ready.only(payment).status == "paid"


def _away(*_: object, **__: object) -> None:
    from sharemall.payments.providers import Unreachable

    raise Unreachable("away")
