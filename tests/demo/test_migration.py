"""A mall of before variants, merchants and means of payment: its orders keep their amounts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sharemall.catalogue import search
from sharemall.catalogue.models import Product, Variant
from sharemall.ledger.opening import open_ledger
from sharemall.orders import life
from sharemall.orders.models import Order
from tests.orders.ready import SCHEME

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_machine]

BEFORE = [
    ("catalogue", "0002_zone_picture"),
    ("orders", "0001_initial"),
    ("payments", "0001_initial"),
]
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
PRICE, COST, PIECES = 10_000, 4_000, 2
PAID = ("paid", "received", "completed")


def migrate(targets: list[tuple[str, str | None]]) -> Any:
    """Bring the database to these migrations; the models as they were there."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old() -> Iterator[Any]:
    """The models of before; the newest tables are back afterwards, whatever happens."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        yield migrate(list(BEFORE))
    finally:
        migrate(list(newest))


def an_old_order(apps: Any, status: str, number: int) -> None:
    """Two bottles, in this state, as the first version wrote it."""
    member, _ = apps.get_model("members", "Member").objects.get_or_create(
        phone="13800000001", defaults={"account": "ann", "name": "安", "joined_at": NOW}
    )
    product = apps.get_model("catalogue", "Product").objects.get(slug="red")
    paid = status in PAID
    payment = apps.get_model("payments", "Payment").objects.create(
        no=f"P{number}",
        member_id=member.pk,
        amount_fen=PRICE * PIECES,
        provider="sandbox",
        status="succeeded" if paid else "closed" if status == "cancelled" else "pending",
        trade_no=f"T{number}" if paid else None,
        created_at=NOW,
        paid_at=NOW if paid else None,
        closed_at=NOW if status == "cancelled" else None,
    )
    received = status in ("received", "completed")
    order = apps.get_model("orders", "Order").objects.create(
        no=f"O{number}",
        member_id=member.pk,
        payment_id=payment.pk,
        key=uuid4(),
        status=status,
        total_fen=PRICE * PIECES,
        scheme_version=1,
        placed_at=NOW,
        expires_at=NOW + timedelta(minutes=30),
        paid_at=NOW if paid else None,
        received_at=NOW if received else None,
        returnable_until=NOW if received else None,
        completed_at=NOW if status == "completed" else None,
        cancelled_at=NOW if status == "cancelled" else None,
        cancel_reason="member" if status == "cancelled" else "",
    )
    apps.get_model("orders", "OrderLine").objects.create(
        order_id=order.pk,
        position=1,
        product_id=product.pk,
        zone_key="wine",
        name_zh=product.name_zh,
        name_en=product.name_en,
        quantity=PIECES,
        price_fen=PRICE,
        cost_fen=COST,
        returnable_days=7,
    )


def test_orders_in_every_state_keep_their_amounts_and_go_on(old: Any) -> None:
    open_ledger(SCHEME)
    zone = old.get_model("catalogue", "Zone").objects.create(
        key="wine", name_zh="酒水", name_en="Wine"
    )
    old.get_model("catalogue", "Product").objects.create(
        slug="red",
        zone_id=zone.pk,
        name_zh="干红葡萄酒",
        name_en="Dry red wine",
        description_zh="第一段\n\n第二段 <b>",
        price_fen=PRICE,
        cost_fen=COST,
        stock=7,
        created_at=NOW,
    )
    states = ("unpaid", "paid", "received", "completed", "cancelled")
    for number, status in enumerate(states):
        an_old_order(old, status, number)
    migrate(list(MigrationExecutor(connection).loader.graph.leaf_nodes()))

    variant = Variant.objects.get()
    assert (variant.price_fen, variant.cost_fen, variant.stock) == (PRICE, COST, 7)
    product = Product.objects.get()
    assert product.merchant_id == "platform"
    assert product.description_zh == "<p>第一段</p><p>第二段 &lt;b&gt;</p>"
    assert set(search.asked("葡萄")) <= set(product.terms)
    orders = {order.status: order for order in Order.objects.all()}
    assert set(orders) == set(states)
    for status, order in orders.items():
        assert order.total_fen == order.goods_fen == PRICE * PIECES
        assert order.provider_fen == (order.total_fen if status in PAID else 0)
        assert order.lines.get().variant == variant
    done = orders["completed"]
    # 30 % and 10 % of what was paid.
    assert (done.contributions_fen, done.due_fen) == (8_000, 12_000)
    assert life.complete_due(NOW + timedelta(days=8)) == 1
    assert Order.objects.get(no=orders["received"].no).due_fen == 12_000
