"""A small mall for the tests: one scheme, one zone by value, one by amount, goods and members."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sharemall.catalogue.models import Product, Zone
from sharemall.ledger.opening import open_ledger
from sharemall.members.models import Member
from sharemall.orders import services
from sharemall.orders.models import Order
from sharemall.payments.sandbox import Sandbox, Signed

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

SCHEME = """
[scheme]
name = "test"
share_cap = "1000000"

[zones.wine]
reserve = "0.30"
dividend = "0.10"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"
referrer = "0.10"

[zones.home]
base = "profit"
reserve = "0.40"
quota = "1"
[zones.home.issue]
by = "amount"
yuan_per_share = "200"
"""


def open_mall() -> None:
    """An open ledger and the zones of its scheme."""
    open_ledger(SCHEME)
    Zone.objects.create(key="wine", name_zh="酒水", name_en="Wine")
    Zone.objects.create(key="home", name_zh="家电", name_en="Appliances")


def a_member(account: str = "ann", **fields: Any) -> Member:
    """A member who can be signed in by `force_login`."""
    number = Member.objects.count()
    return Member.objects.create_user(
        f"138{number:08d}", None, account=account, name=account.title(), joined_at=NOW, **fields
    )


def a_product(slug: str = "red", **fields: Any) -> Product:
    """A bottle for ¥100 that costs ¥40, ten of them."""
    given = {
        "zone_id": "wine",
        "name_zh": "干红葡萄酒",
        "name_en": "Dry red wine",
        "price_fen": 10_000,
        "cost_fen": 4_000,
        "stock": 10,
        "created_at": NOW,
    }
    return Product.objects.create(slug=slug, **(given | fields))


def place(member: Member, product: Product, quantity: int = 1, **fields: Any) -> Order:
    """Place an order as the form does, the risk note ticked."""
    given: dict[str, Any] = {
        "seen_price_fen": product.price_fen,
        "key": uuid4(),
        "note_version": 1,
        "language": "zh-hans",
        "now": NOW,
    }
    return services.place(member=member, slug=product.slug, quantity=quantity, **(given | fields))


def signed(
    order: Order, *, succeeds: bool = True, attempt: UUID | str = "a", **fields: Any
) -> Signed:
    """What the sandbox sends when an attempt to pay the order ends."""
    given: dict[str, Any] = {
        "payment_no": order.payment.no,
        "amount_fen": order.payment.amount_fen,
        "now": NOW,
    }
    return Sandbox().pay(attempt=str(attempt), succeeds=succeeds, **(given | fields))


def deliver(notification: Signed, now: datetime = NOW) -> str:
    """Bring a notification to the mall; its verdict."""
    return services.take_notification(
        provider_key="sandbox", headers=notification.headers, body=notification.body, now=now
    ).verdict


def pay(order: Order, now: datetime = NOW) -> str:
    """Pay the order through the sandbox."""
    return deliver(signed(order, now=now), now)
