"""An order's life after placing: sent, received, completed, cancelled; and what each refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from sharemall.catalogue.models import Product, Variant
from sharemall.ledger import journal
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import life, rates
from sharemall.orders.models import Bought, Order, OrderLine
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments.models import Payment, Refund
from tests.orders import ready
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def stock() -> list[int]:
    return list(Variant.objects.order_by("id").values_list("stock", flat=True))


def test_an_order_goes_from_paid_to_completed_and_its_sale_is_journalled(ann: Member) -> None:
    order = ready.only(ready.paid(ann))
    assert (order.status, order.paid_at, order.provider_fen) == ("paid", NOW, 10_000)
    order = ready.ship(order, NOW + DAY)
    assert (order.status, order.shipped_at, order.receive_by) == (
        "shipped",
        NOW + DAY,
        NOW + 11 * DAY,
    )
    for _ in range(2):
        order = life.receive(member=ann, no=order.no, now=NOW + 3 * DAY)
    assert (order.status, order.returnable_until) == ("received", NOW + 10 * DAY)
    assert life.complete_due(NOW + 10 * DAY - timedelta(seconds=1)) == 0
    assert journal.find(f"order-{order.no}-wine") is None
    assert life.complete_due(NOW + 10 * DAY) == 1
    assert life.complete_due(NOW + 11 * DAY) == 0
    order.refresh_from_db()
    assert (order.status, order.completed_at) == ("completed", NOW + 10 * DAY)
    assert (order.contributions_fen, order.commission_fen, order.due_fen) == (4_000, 0, 6_000)
    assert journal.find(f"order-{order.no}-wine") == {
        "id": f"order-{order.no}-wine",
        "type": "sale",
        "at": "2026-12-02T12:00:00+08:00",
        "member": "ann",
        "zone": "wine",
        "paid": "100.000000",
        "cost": "40.000000",
        "merchant": "platform",
        "scheme": "1",
    }
    assert journal.find(f"order-{order.no}.due") == {
        "id": f"order-{order.no}.due",
        "type": "cash_in",
        "at": "2026-12-02T12:00:00+08:00",
        "merchant": "platform",
        "amount": "60.000000",
        "reason": "order",
    }


def test_the_direct_referrer_is_in_the_journalled_sale_and_nobody_above() -> None:
    first = ready.a_member("first")
    second = ready.a_member("second", referrer=first)
    third = ready.a_member("third", referrer=second)
    order = ready.only(ready.paid(third, ("platform", [Line(returnable_days=0)], 0)))
    ready.ship(order)
    life.receive(member=third, no=order.no, now=NOW)
    event = journal.find(f"order-{order.no}-wine")
    assert event is not None
    assert event["referrer"] == "second"
    assert "first" not in event.values()


def test_goods_that_cannot_be_sent_back_complete_on_receipt(ann: Member) -> None:
    order = ready.only(ready.paid(ann, ("platform", [Line(returnable_days=0)], 0)))
    ready.ship(order)
    assert life.receive(member=ann, no=order.no, now=NOW).status == "completed"


def test_the_longest_return_period_of_the_lines_is_the_orders(ann: Member) -> None:
    lines = [Line(returnable_days=0), Line(returnable_days=15), Line(returnable_days=7)]
    order = ready.only(ready.paid(ann, ("platform", lines, 0)))
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert order.returnable_until == NOW + 15 * DAY


def test_what_nobody_confirms_is_received_ten_days_after_it_was_sent(ann: Member) -> None:
    order = ready.only(ready.paid(ann))
    ready.ship(order)
    assert life.receive_due(NOW + 10 * DAY - timedelta(seconds=1)) == 0
    assert life.receive_due(NOW + 10 * DAY) == 1
    assert life.receive_due(NOW + 10 * DAY) == 0
    order.refresh_from_db()
    assert (order.status, order.received_at) == ("received", NOW + 10 * DAY)


def test_the_same_parcel_twice_is_sent_once_and_another_is_refused(ann: Member) -> None:
    order = ready.only(ready.paid(ann))
    ready.ship(order)
    assert ready.ship(order, NOW + DAY).shipped_at == NOW
    with pytest.raises(Refused) as refused:
        life.ship(no=order.no, carrier="顺丰", tracking_no="SF2", now=NOW)
    assert refused.value.facts == {"status": "shipped"}


def test_a_product_counts_what_completed_orders_sold_of_it(ann: Member) -> None:
    for quantity in (2, 3):
        order = ready.only(ready.paid(ann, ("farm", [Line(quantity, returnable_days=0)], 0)))
        OrderLine.objects.update(product=Product.objects.first())
        ready.ship(order)
        life.receive(member=ann, no=order.no, now=NOW)
    life.cancel_by_staff(no=ready.only(ready.paid(ann)).no, now=NOW)
    assert list(Product.objects.order_by("id").values_list("sold", flat=True)) == [5, 0, 0]


@pytest.mark.parametrize(
    ("carrier", "tracking_no"),
    [("", "1"), ("顺丰", " "), ("x" * 41, "1"), ("顺丰", "1" * 41), ("顺丰", "1\0"), ("a\nb", "1")],
)
def test_a_parcel_without_a_proper_carrier_and_number_is_refused(
    ann: Member, carrier: str, tracking_no: str
) -> None:
    order = ready.only(ready.paid(ann))
    with pytest.raises(Refused) as refused:
        life.ship(no=order.no, carrier=carrier, tracking_no=tracking_no, now=NOW)
    assert refused.value.refusal == Refusal.BAD_PARCEL
    assert ready.only(order.payment).status == "paid"


def test_what_is_not_paid_is_not_sent_and_what_is_not_sent_is_not_received(ann: Member) -> None:
    order = ready.only(ready.place(ann))
    with pytest.raises(Refused) as refused:
        ready.ship(order)
    assert refused.value.facts == {"status": "unpaid"}
    ready.pay(order.payment)
    with pytest.raises(Refused) as refused:
        life.receive(member=ann, no=order.no, now=NOW)
    assert refused.value.facts == {"status": "paid"}


def test_cancelling_an_unpaid_order_closes_all_of_its_payment_and_gives_all_back(
    ann: Member,
) -> None:
    payment = ready.place(ann, ("platform", [Line(3, limited=True)], 500), ("farm", [Line(2)], 0))
    first, second = ready.orders_of(payment)
    for _ in range(2):
        life.cancel(member=ann, no=first.no, now=NOW)
    for order in ready.orders_of(payment):
        assert (order.status, order.cancel_reason, order.cancelled_at) == (
            "cancelled",
            "member",
            NOW,
        )
    payment.refresh_from_db()
    assert (payment.status, payment.closed_at) == ("closed", NOW)
    assert stock() == [103, 102]
    assert Bought.objects.get().quantity == 0
    assert life.cancel(member=ann, no=second.no, now=NOW).status == "cancelled"
    assert stock() == [103, 102]


def test_cancelling_one_paid_order_refunds_it_and_leaves_the_others(ann: Member) -> None:
    payment = ready.paid(ann, ("platform", [Line(3)], 500), ("farm", [Line(2)], 0))
    first, second = ready.orders_of(payment)
    for _ in range(2):
        first = life.cancel(member=ann, no=first.no, now=NOW + DAY)
    assert (first.status, first.refunded_fen) == ("cancelled", 30_500)
    refund = Refund.objects.get()
    assert (refund.order_no, refund.means, refund.amount_fen) == (first.no, "provider", 30_500)
    assert (refund.status, refund.provider, refund.next_try_at) == (
        "waiting",
        "sandbox",
        NOW + DAY,
    )
    assert stock() == [103, 100]
    second.refresh_from_db()
    assert second.status == "paid"
    payment.refresh_from_db()
    assert payment.status == "succeeded"


def test_the_staff_cancels_what_cannot_be_delivered(ann: Member) -> None:
    order = ready.only(ready.paid(ann))
    order = life.cancel_by_staff(no=order.no, now=NOW)
    assert (order.cancel_reason, order.refunded_fen) == ("merchant", 10_000)


def test_what_is_sent_cannot_be_cancelled(ann: Member) -> None:
    order = ready.only(ready.paid(ann))
    ready.ship(order)
    for cancel in (
        lambda: life.cancel(member=ann, no=order.no, now=NOW),
        lambda: life.cancel_by_staff(no=order.no, now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            cancel()
        assert refused.value.facts == {"status": "shipped"}
    assert not Refund.objects.exists()


def test_unpaid_orders_close_after_half_an_hour(ann: Member) -> None:
    late, other, paid = (ready.place(ann) for _ in range(3))
    ready.pay(paid)
    Order.objects.filter(payment=other).update(expires_at=NOW + timedelta(minutes=31))
    at = NOW + timedelta(minutes=30)
    assert life.close_unpaid(at - timedelta(microseconds=1)) == 0
    assert life.close_unpaid(at) == 1
    assert life.close_unpaid(at) == 0
    order = ready.only(late)
    assert (order.status, order.cancel_reason, order.cancelled_at) == ("cancelled", "expired", at)
    assert stock() == [101, 100, 100]


def test_a_row_that_fails_stops_no_other(ann: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = ready.place(ann), ready.place(ann)
    Payment.objects.filter(pk=bad.pk).update(no="\u2603")
    close = life._close

    def fragile(payment: Payment, *rest: object, **more: object) -> None:
        if payment.no == "\u2603":
            raise RuntimeError("this row is broken")
        close(payment, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(life, "_close", fragile)
    assert life.close_unpaid(NOW + DAY) == 1
    assert ready.only(good).status == "cancelled"
    assert ready.only(bad).status == "unpaid"


def test_nobody_touches_anothers_order(ann: Member) -> None:
    order = ready.only(ready.place(ann))
    ben = ready.a_member("ben")
    with pytest.raises(Order.DoesNotExist):
        life.cancel(member=ben, no=order.no, now=NOW)
    ready.pay(order.payment)
    ready.ship(order)
    with pytest.raises(Order.DoesNotExist):
        life.receive(member=ben, no=order.no, now=NOW)
    with pytest.raises(Order.DoesNotExist):
        life.ship(no="nothing", carrier="a", tracking_no="b", now=NOW)


def test_what_an_order_brought_is_booked_and_booking_again_changes_nothing(
    ann: Member,
) -> None:
    order = ready.only(ready.paid(ann, ("farm", [Line(returnable_days=0)], 800)))
    ready.ship(order)
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert order.status == "completed"
    assert ledger.codes([f"order-{order.no}-wine"]) == {f"order-{order.no}-wine": None}


@pytest.mark.parametrize(
    "change",
    [
        {"status": "paid"},
        {"status": "received"},
        {"status": "completed"},
        {"status": "cancelled"},
        {"status": "shipped"},
        {"paid_at": NOW},
        {"completed_at": NOW},
        {"cancelled_at": NOW},
        {"total_fen": 0},
        {"returnable_until": NOW},
        {"refunded_fen": 20_000},
        {"due_fen": 1},
    ],
)
def test_the_database_refuses_an_order_whose_state_times_and_amounts_disagree(
    ann: Member, change: dict[str, object]
) -> None:
    order = ready.only(ready.place(ann))
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**change)


def test_the_way_from_notification_to_completion_is_a_few_statements(ann: Member) -> None:
    """The ledger's writer comes on top."""
    two_lines = ("farm", [Line(2, returnable_days=0), Line(returnable_days=0, zone="home")], 800)
    rates.of(1)  # a scheme is read once a process
    payment = ready.place(ann, two_lines)
    sent = ready.news(payment)
    with ready.counted() as paying:
        ready.deliver(sent)
    order = ready.only(payment)
    with ready.counted() as shipping:
        ready.ship(order)
    with ready.counted() as receiving:
        life.receive(member=ann, no=order.no, now=NOW)
    counts = [ready.statements(one) for one in (paying, shipping, receiving)]
    assert counts == [5, 2, 5]
