"""A small mall for the tests: one scheme, one zone by value, one by amount, goods and members."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sharemall.catalogue.models import FlashPrice, Product, Variant, Zone
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.ledger.opening import open_ledger
from sharemall.members import addresses
from sharemall.members.models import Address, Member
from sharemall.merchants.models import PLATFORM, Merchant
from sharemall.orders import checkout, paying
from sharemall.orders import items as goods
from sharemall.orders.checkout import Basket
from sharemall.orders.models import Order
from sharemall.orders.pricing import Choice, Quote
from sharemall.payments.models import Payment
from sharemall.payments.sandbox import Sandbox, Signed
from tests.orders.ready import NOW, SCHEME


def open_mall() -> None:
    """An open ledger, the zones of its scheme and the platform's own shop."""
    open_ledger(SCHEME)
    Zone.objects.create(key="wine", name_zh="酒水", name_en="Wine")
    Zone.objects.create(key="home", name_zh="家电", name_en="Appliances")
    a_merchant(PLATFORM)


def a_merchant(key: str = "winery", **fields: Any) -> Merchant:
    """A shop in the mall, without commission."""
    given = {"name_zh": f"{key}店", "name_en": key.title(), "joined_at": NOW}
    return Merchant.objects.create(key=key, **(given | fields))


def a_member(account: str = "ann", **fields: Any) -> Member:
    """A member who can be signed in by `force_login`, with an address in Beijing."""
    number = Member.objects.count()
    member = Member.objects.create_user(
        f"138{number:08d}", None, account=account, name=account.title(), joined_at=NOW, **fields
    )
    an_address(member)
    return member


def an_address(member: Member, district: str = "110105") -> Address:
    """An address of the member's, the default if it is the first."""
    return addresses.save(
        member=member,
        address_id=None,
        name="安",
        phone="13800001111",
        district_code=district,
        detail="建国路 1 号",
        is_default=False,
        now=NOW,
    )


def a_product(slug: str = "red", **fields: Any) -> Product:
    """A bottle for ¥100 that costs ¥40, ten of them, as its only variant."""
    of_variant = {"price_fen": 10_000, "cost_fen": 4_000, "stock": 10, "weight_grams": 1_000}
    of_variant |= {name: fields.pop(name) for name in list(fields) if name in of_variant}
    given = {
        "zone_id": "wine",
        "merchant_id": PLATFORM,
        "name_zh": "干红葡萄酒",
        "name_en": "Dry red wine",
        "price_fen": of_variant["price_fen"],
        "created_at": NOW,
    }
    product = Product.objects.create(slug=slug, **(given | fields))
    Variant.objects.create(product=product, sku=slug, **of_variant)
    return product


def a_flash_price(product: Product, **fields: Any) -> FlashPrice:
    """A running flash price of the product's only variant: ¥80 for two hours, three pieces."""
    given = {
        "price_fen": 8_000,
        "quantity": 3,
        "left": 3,
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(hours=1),
    }
    return FlashPrice.objects.create(variant=product.variants.get(), **(given | fields))


def a_coupon(**fields: Any) -> Coupon:
    """¥10 off goods of ¥50, of the platform and funded by it."""
    given = {
        "name_zh": "满减券",
        "name_en": "Ten off",
        "funder": Coupon.Funder.PLATFORM,
        "threshold_fen": 5_000,
        "off_fen": 1_000,
        "quantity": 100,
        "left": 100,
        "starts_at": NOW - timedelta(days=1),
        "ends_at": NOW + timedelta(days=36_500),  # pages ask the real clock
    }
    return Coupon.objects.create(**(given | fields))


def a_claim(member: Member, coupon: Coupon) -> CouponClaim:
    """The coupon in the member's hands."""
    number = CouponClaim.objects.filter(coupon=coupon, member=member).count() + 1
    return CouponClaim.objects.create(coupon=coupon, member=member, number=number, claimed_at=NOW)


def stock_of(product: Product) -> int:
    """What is left of the product's only variant."""
    return product.variants.get().stock


def basket(*wanted: tuple[Product, int], now: datetime = NOW) -> Basket:
    """So many of each product's only variant."""
    found = (goods.of_variant(one.variants.get().pk, quantity, now) for one, quantity in wanted)
    return Basket(tuple(item for item in found if item is not None))


def quote(member: Member, given: Basket, now: datetime = NOW, **fields: Any) -> Quote:
    """What the basket costs, sent to the member's first address, with the best coupons."""
    address_id = fields.pop("address_id", addresses.addresses(member)[0].pk)
    claims = fields.pop("claims", None)
    return checkout.quote(
        member=member, basket=given, address_id=address_id, claims=claims, now=now
    )


def place_all(member: Member, given: Basket, now: datetime = NOW, **fields: Any) -> Payment:
    """Place the orders of a basket as the form does: what was shown agreed to, the note ticked."""
    shown = quote(member, given, now)
    agreed: dict[str, Any] = {
        "address_id": addresses.addresses(member)[0].pk,
        "claims": choices(shown),
        "remarks": {},
        "seen": shown.fingerprint,
        "key": uuid4(),
        "note_version": 1,
        "language": "zh-hans",
        "now": now,
    }
    return checkout.place(member=member, basket=given, **(agreed | fields))


def choices(shown: Quote) -> dict[str, Choice]:
    """The coupons that a quote uses, as the form sends them."""
    return {
        order.merchant.key: Choice(
            order.merchant_claim and order.merchant_claim.pk,
            order.platform_claim and order.platform_claim.pk,
        )
        for order in shown.orders
    }


def place(member: Member, product: Product, quantity: int = 1, **fields: Any) -> Order:
    """Place an order of one product."""
    now = fields.get("now", NOW)
    payment = place_all(member, basket((product, quantity), now=now), **fields)
    return Order.objects.select_related("payment").get(payment=payment)


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
    return paying.take_notification(
        provider_key="sandbox", headers=notification.headers, body=notification.body, now=now
    ).verdict


def pay(order: Order, now: datetime = NOW) -> str:
    """Pay the order through the sandbox."""
    return deliver(signed(order, now=now), now)
