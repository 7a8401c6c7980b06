"""Completed orders to be reviewed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sharemall.catalogue.models import Product, Variant, Zone
from sharemall.members.models import Member
from sharemall.merchants.models import PLATFORM, Merchant
from sharemall.orders.models import Order, OrderLine
from sharemall.payments.models import Payment

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def a_member(account: str = "ann", name: str = "安然") -> Member:
    number = Member.objects.count()
    return Member.objects.create_user(
        f"138{number:08d}", None, account=account, name=name, joined_at=NOW
    )


def a_product(slug: str = "red") -> Product:
    names = {"name_zh": "平台自营", "name_en": "The mall", "joined_at": NOW}
    merchant, _ = Merchant.objects.get_or_create(key=PLATFORM, defaults=names)
    zone, _ = Zone.objects.get_or_create(key="wine", defaults={"name_zh": "酒", "name_en": "Wine"})
    product = Product.objects.create(
        slug=slug,
        merchant=merchant,
        zone=zone,
        name_zh="干红葡萄酒",
        name_en="Dry red wine",
        price_fen=10_000,
        created_at=NOW,
    )
    Variant.objects.create(product=product, sku=slug, price_fen=10_000, cost_fen=4_000)
    return product


def an_order(member: Member, *products: Product, **fields: Any) -> Order:
    """A completed order of one piece each; `fields` may make it another's state."""
    no, total = uuid4().hex, 10_000 * len(products)
    ago = NOW - timedelta(days=9)
    payment = Payment.objects.create(no=no, member=member, amount_fen=total, created_at=ago)
    completed = {
        "status": "completed",
        "due_fen": total,
        "paid_at": ago,
        "received_at": ago,
        "returnable_until": NOW,
        "completed_at": NOW,
    }
    order = Order.objects.create(
        no=no,
        member=member,
        merchant_id=PLATFORM,
        payment=payment,
        key=uuid4(),
        goods_fen=total,
        total_fen=total,
        provider_fen=total,
        scheme_version=1,
        placed_at=ago,
        expires_at=ago,
        **(completed | fields),
    )
    for position, product in enumerate(products, 1):
        OrderLine.objects.create(
            order=order,
            position=position,
            product=product,
            variant=product.variants.get(),
            zone_key="wine",
            name_zh=product.name_zh,
            name_en=product.name_en,
            quantity=1,
            price_fen=10_000,
            cost_fen=4_000,
            returnable_days=7,
        )
    return order
