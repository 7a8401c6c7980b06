"""An order's life: what each step changes, and what it refuses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from sharemall.catalogue.models import Product
from sharemall.compliance.models import NoteConfirmation
from sharemall.ledger import journal
from sharemall.members.models import Member
from sharemall.orders import services
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments.models import Notice, Payment
from sharemall.payments.providers import Forged, UnknownProvider
from tests.orders import shop
from tests.orders.shop import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


@pytest.fixture
def ann() -> Member:
    return shop.a_member("ann")


@pytest.fixture
def wine() -> Product:
    return shop.a_product()


def stock_of(product: Product) -> int:
    return Product.objects.values_list("stock", flat=True).get(pk=product.pk)


def test_placing_takes_stock_and_asks_for_the_money(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine, 3)
    assert stock_of(wine) == 7
    assert (order.status, order.total_fen, order.scheme_version) == ("unpaid", 30_000, 1)
    assert order.expires_at == NOW + timedelta(minutes=30)
    assert (order.payment.status, order.payment.amount_fen) == ("pending", 30_000)
    line = order.lines.get()
    assert (line.zone_key, line.price_fen, line.cost_fen, line.quantity) == ("wine", 10000, 4000, 3)


def test_the_same_form_sent_twice_is_one_order(ann: Member, wine: Product) -> None:
    key = uuid4()
    first = shop.place(ann, wine, 2, key=key)
    assert shop.place(ann, wine, 2, key=key) == first
    assert (Order.objects.count(), Payment.objects.count(), stock_of(wine)) == (1, 1, 8)


def test_a_form_sent_again_with_another_content_is_refused(ann: Member, wine: Product) -> None:
    key = uuid4()
    first = shop.place(ann, wine, 2, key=key)
    with pytest.raises(Refused) as refused:
        shop.place(ann, wine, 5, key=key)
    assert refused.value.refusal == Refusal.KEY_USED
    assert refused.value.facts == {"order": first.no}
    assert stock_of(wine) == 8


def test_one_members_form_key_says_nothing_about_anothers(ann: Member, wine: Product) -> None:
    key = uuid4()
    mine = shop.place(ann, wine, key=key)
    assert shop.place(shop.a_member("ben"), wine, key=key) != mine


@pytest.mark.parametrize(
    ("quantity", "refusal", "facts"),
    [
        (11, Refusal.OUT_OF_STOCK, {"left": 10}),
        (0, Refusal.BAD_QUANTITY, {"most": 999}),
        (-1, Refusal.BAD_QUANTITY, {"most": 999}),
        (1000, Refusal.BAD_QUANTITY, {"most": 999}),
    ],
)
def test_a_quantity_that_cannot_be_had_changes_nothing(
    ann: Member, wine: Product, quantity: int, refusal: Refusal, facts: dict[str, int]
) -> None:
    with pytest.raises(Refused) as refused:
        shop.place(ann, wine, quantity)
    assert (refused.value.refusal, refused.value.facts) == (refusal, facts)
    assert (Order.objects.count(), Payment.objects.count(), stock_of(wine)) == (0, 0, 10)
    assert not NoteConfirmation.objects.exists()


def test_an_order_above_what_one_sale_may_pay_is_refused(ann: Member) -> None:
    dear = shop.a_product("dear", price_fen=4 * 10**13)
    with pytest.raises(Refused) as refused:
        shop.place(ann, dear, 3)
    assert refused.value.facts == {"most": 2}


def test_a_price_that_changed_since_it_was_shown_is_not_charged(ann: Member, wine: Product) -> None:
    with pytest.raises(Refused) as refused:
        shop.place(ann, wine, seen_price_fen=9_900)
    assert refused.value.refusal == Refusal.PRICE_CHANGED
    assert refused.value.facts == {"price_fen": 10_000}
    assert stock_of(wine) == 10


@pytest.mark.parametrize("where", ["product", "zone", "scheme", "nowhere"])
def test_what_is_not_on_sale_cannot_be_ordered(ann: Member, wine: Product, where: str) -> None:
    if where == "product":
        Product.objects.update(on_sale=False)
    elif where == "zone":
        type(wine.zone).objects.update(on_sale=False)
    elif where == "scheme":
        zone = type(wine.zone).objects.create(key="books", name_zh="图书", name_en="Books")
        Product.objects.update(zone=zone)
    else:
        wine.slug = "no-such-thing"
    with pytest.raises(Refused) as refused:
        shop.place(ann, wine)
    assert refused.value.refusal == Refusal.NOT_ON_SALE
    assert not Payment.objects.exists()


def test_the_first_purchase_waits_for_the_risk_note(ann: Member, wine: Product) -> None:
    for version in (None, 0, 2):
        with pytest.raises(Refused) as refused:
            shop.place(ann, wine, note_version=version)
        assert refused.value.refusal == Refusal.NOTE_NEEDED
    shop.place(ann, wine, note_version=1)
    shop.place(ann, wine, note_version=None)
    confirmation = NoteConfirmation.objects.get()
    assert (confirmation.member, confirmation.version, confirmation.language) == (ann, 1, "zh-hans")


def test_paying_moves_the_order_on_once(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine)
    sent = shop.signed(order)
    assert shop.deliver(sent) == "paid"
    assert shop.deliver(sent, NOW + timedelta(minutes=1)) == "paid"
    order.refresh_from_db()
    assert (order.status, order.paid_at) == ("paid", NOW)
    assert (order.payment.status, order.payment.paid_at) == ("succeeded", NOW)
    assert Notice.objects.count() == 1


def test_a_failed_attempt_leaves_the_order_to_be_paid(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine)
    assert shop.deliver(shop.signed(order, succeeds=False, attempt="1")) == "failed"
    order.refresh_from_db()
    assert (order.status, order.payment.failed_at) == ("unpaid", NOW)
    assert shop.deliver(shop.signed(order, attempt="2")) == "paid"
    order.refresh_from_db()
    assert order.status == "paid"


def test_money_for_a_closed_order_is_kept_in_sight_and_pays_nothing(
    ann: Member, wine: Product
) -> None:
    order = shop.place(ann, wine)
    services.cancel(member=ann, no=order.no, now=NOW)
    assert shop.pay(order) == "late"
    order.refresh_from_db()
    assert (order.status, stock_of(wine)) == ("cancelled", 10)


def test_a_second_trade_for_a_paid_order_is_marked_as_double(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine)
    assert shop.deliver(shop.signed(order, attempt="1")) == "paid"
    assert shop.deliver(shop.signed(order, attempt="2")) == "double"
    assert list(Notice.objects.order_by("id").values_list("verdict", flat=True)) == [
        "paid",
        "double",
    ]


@pytest.mark.parametrize("amount_fen", [9_999, 10_001, 0, -10_000])
def test_another_amount_than_asked_for_pays_nothing(
    ann: Member, wine: Product, amount_fen: int
) -> None:
    order = shop.place(ann, wine)
    assert shop.deliver(shop.signed(order, amount_fen=amount_fen)) == "mismatch"
    order.refresh_from_db()
    assert (order.status, order.payment.status) == ("unpaid", "pending")


def test_a_notification_for_an_unknown_payment_is_refused(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine)
    with pytest.raises(Forged, match="not ours"):
        shop.deliver(shop.signed(order, payment_no="20260101000000000000"))
    assert not Notice.objects.exists()


def test_the_sandbox_is_closed_in_a_live_mall(
    ann: Member, wine: Product, settings: Settings
) -> None:
    order = shop.place(ann, wine)
    settings.MODE = "live"
    with pytest.raises(UnknownProvider):
        shop.pay(order)


def test_cancelling_puts_the_stock_back_once(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine, 4)
    for _ in range(2):
        order = services.cancel(member=ann, no=order.no, now=NOW)
    assert (order.status, order.cancel_reason, stock_of(wine)) == ("cancelled", "member", 10)
    order.payment.refresh_from_db()
    assert (order.payment.status, order.payment.closed_at) == ("closed", NOW)


def test_a_paid_order_cannot_be_cancelled_here(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine)
    shop.pay(order)
    with pytest.raises(Refused) as refused:
        services.cancel(member=ann, no=order.no, now=NOW)
    assert refused.value.facts == {"status": "paid"}
    assert stock_of(wine) == 9


def test_unpaid_orders_close_after_half_an_hour(ann: Member, wine: Product) -> None:
    late, fresh, paid = (shop.place(ann, wine) for _ in range(3))
    shop.pay(paid)
    Order.objects.filter(pk=fresh.pk).update(expires_at=NOW + timedelta(minutes=31))
    assert services.close_unpaid(NOW + timedelta(minutes=30) - timedelta(microseconds=1)) == 0
    assert services.close_unpaid(NOW + timedelta(minutes=30)) == 1
    assert services.close_unpaid(NOW + timedelta(minutes=30)) == 0
    late.refresh_from_db()
    assert (late.status, late.cancel_reason, stock_of(wine)) == ("cancelled", "expired", 8)
    assert late.cancelled_at == NOW + timedelta(minutes=30)


def test_in_the_demo_receiving_completes_and_journals_the_sale(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine, 2)
    shop.pay(order)
    later = NOW + timedelta(hours=3)
    for _ in range(2):
        order = services.receive(member=ann, no=order.no, now=later)
    assert (order.status, order.received_at, order.completed_at) == ("completed", later, later)
    assert journal.find(f"order-{order.no}-wine") == {
        "id": f"order-{order.no}-wine",
        "type": "sale",
        "at": "2026-11-22T15:00:00+08:00",
        "member": "ann",
        "zone": "wine",
        "paid": "200.000000",
        "cost": "80.000000",
        "merchant": "platform",
        "scheme": "1",
    }


def test_the_direct_referrer_is_in_the_journalled_sale(wine: Product) -> None:
    first = shop.a_member("first")
    second = shop.a_member("second", referrer=first)
    third = shop.a_member("third", referrer=second)
    order = shop.place(third, wine)
    shop.pay(order)
    order = services.receive(member=third, no=order.no, now=NOW)
    event = journal.find(f"order-{order.no}-wine")
    assert event is not None
    assert event["referrer"] == "second"
    assert "first" not in event.values()


def test_in_a_live_mall_the_sale_waits_for_the_end_of_the_return_period(
    ann: Member, wine: Product, settings: Settings
) -> None:
    order = shop.place(ann, wine)
    shop.pay(order)
    settings.MODE = "live"
    order = services.receive(member=ann, no=order.no, now=NOW)
    assert (order.status, order.returnable_until) == ("received", NOW + timedelta(days=7))
    assert services.complete_due(NOW + timedelta(days=7) - timedelta(seconds=1)) == 0
    assert journal.find(f"order-{order.no}-wine") is None
    assert services.complete_due(NOW + timedelta(days=7)) == 1
    assert services.complete_due(NOW + timedelta(days=8)) == 0
    order.refresh_from_db()
    assert (order.status, order.completed_at) == ("completed", NOW + timedelta(days=7))
    assert journal.find(f"order-{order.no}-wine") is not None


def test_goods_that_cannot_be_returned_complete_on_receipt(ann: Member, settings: Settings) -> None:
    fish = shop.a_product("fish", returnable_days=0)
    order = shop.place(ann, fish)
    shop.pay(order)
    settings.MODE = "live"
    assert services.receive(member=ann, no=order.no, now=NOW).status == "completed"


@pytest.mark.parametrize("state", ["unpaid", "cancelled"])
def test_what_is_not_paid_cannot_be_received(ann: Member, wine: Product, state: str) -> None:
    order = shop.place(ann, wine)
    if state == "cancelled":
        services.cancel(member=ann, no=order.no, now=NOW)
    with pytest.raises(Refused) as refused:
        services.receive(member=ann, no=order.no, now=NOW)
    assert refused.value.facts == {"status": state}


def test_nobody_touches_anothers_order(ann: Member, wine: Product) -> None:
    order = shop.place(ann, wine)
    ben = shop.a_member("ben")
    with pytest.raises(Order.DoesNotExist):
        services.cancel(member=ben, no=order.no, now=NOW)
    shop.pay(order)
    with pytest.raises(Order.DoesNotExist):
        services.receive(member=ben, no=order.no, now=NOW)
    order.refresh_from_db()
    assert order.status == "paid"


def test_a_completed_order_keeps_what_was_agreed_when_the_product_changes(
    ann: Member, wine: Product
) -> None:
    order = shop.place(ann, wine)
    Product.objects.update(price_fen=99_900, cost_fen=1, name_zh="别的酒")
    line = order.lines.get()
    assert (line.name, line.price_fen, line.cost_fen) == ("干红葡萄酒", 10_000, 4_000)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "paid"},
        {"status": "received"},
        {"status": "completed"},
        {"status": "cancelled"},
        {"paid_at": NOW},
        {"completed_at": NOW},
        {"cancelled_at": NOW},
        {"total_fen": 0},
        {"returnable_until": NOW},
    ],
)
def test_the_database_refuses_an_order_whose_state_and_times_disagree(
    ann: Member, wine: Product, change: dict[str, object]
) -> None:
    order = shop.place(ann, wine)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**change)


def test_the_whole_way_of_an_order_is_a_few_dozen_statements(ann: Member, wine: Product) -> None:
    """Placing, paying, receiving and journalling; the ledger's writer comes on top."""
    shop.place(ann, wine)
    with CaptureQueriesContext(
        connection,
    ) as placing:
        order = shop.place(ann, wine)
    sent = shop.signed(order)
    with CaptureQueriesContext(connection) as paying:
        shop.deliver(sent)
    with CaptureQueriesContext(connection) as receiving:
        services.receive(member=ann, no=order.no, now=NOW)
    counts = [_statements(captured) for captured in (placing, paying, receiving)]
    assert counts == [8, 9, 5]


def _statements(captured: CaptureQueriesContext) -> int:
    own = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(own) for query in captured.captured_queries)


def test_a_number_that_is_taken_is_drawn_again(
    ann: Member, wine: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = shop.place(ann, wine)
    draws = iter([taken.no, taken.no, "26112200"])
    monkeypatch.setattr(services, "_number", lambda now: next(draws))
    assert shop.place(ann, wine).no == "26112200"
    assert stock_of(wine) == 8
