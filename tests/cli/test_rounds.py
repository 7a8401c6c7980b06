"""A round of the worker: what is due for orders and payments, part by part."""

from datetime import timedelta

import pytest

from sharemall.cli import working
from sharemall.orders import life
from sharemall.payments.models import Refund, SandboxNotice
from sharemall.payments.sandbox import Sandbox
from tests.orders import ready
from tests.orders.ready import DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


def test_a_round_closes_receives_completes_and_refunds_what_is_due() -> None:
    ann = ready.a_member()
    unpaid, given_up, sent = ready.place(ann), ready.paid(ann), ready.paid(ann)
    life.cancel(member=ann, no=ready.only(given_up).no, now=NOW)
    ready.ship(ready.only(sent))
    working.do_round(NOW + 10 * DAY)
    working.ask_providers(NOW + 10 * DAY)
    assert ready.only(unpaid).status == "cancelled"
    assert ready.only(sent).status == "received"
    assert Refund.objects.get().status == "done"
    working.do_round(NOW + 17 * DAY)
    assert ready.only(sent).status == "completed"


def test_a_round_brings_what_the_sandbox_held_back() -> None:
    payment = ready.place(ready.a_member())
    Sandbox().pay_later(
        payment_no=payment.no,
        amount_fen=payment.amount_fen,
        attempt="a",
        succeeds=True,
        now=NOW,
        due_at=NOW + timedelta(minutes=2),
    )
    working.do_round(NOW + timedelta(minutes=1))
    assert ready.only(payment).status == "unpaid"
    working.do_round(NOW + timedelta(minutes=2))
    assert ready.only(payment).status == "paid"
    assert not SandboxNotice.objects.exists()


def test_news_for_a_payment_that_nobody_knows_is_dropped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    payment = ready.place(ready.a_member())
    for no in ("nobodys", payment.no):
        Sandbox().pay_later(
            payment_no=no, amount_fen=10_000, attempt="a", succeeds=True, now=NOW, due_at=NOW
        )
    working.do_round(NOW)
    assert "for nobody" in caplog.text
    assert ready.only(payment).status == "paid"


def test_a_part_that_fails_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    payment = ready.place(ready.a_member())

    def broken(now: object) -> int:
        raise RuntimeError("this part is broken")

    monkeypatch.setattr("sharemall.orders.paying.settle_moving", broken)
    working.do_round(NOW + DAY)
    assert "broken failed" in caplog.text
    assert ready.only(payment).status == "cancelled"
