"""The goods and buyers of the order path's benchmark, and its steps."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from bench.orders import NOW, STEPS

NUMBERS = count(1)
Work = Callable[[str], str]


def fill() -> None:
    """A merchant with a commission and a freight rule, two products, one coupon."""
    from sharemall.catalogue.models import Product, Variant, Zone
    from sharemall.coupons.models import Coupon
    from sharemall.merchants.models import FreightRule, Merchant

    farm = Merchant.objects.create(
        key="farm", name_zh="农场", name_en="Farm", commission_nano=50_000_000, joined_at=NOW
    )
    zone = Zone.objects.create(key="shop", name_zh="商城", name_en="Shop")
    band = {
        "provinces": [],
        "first_grams": 1000,
        "first_fen": 800,
        "step_grams": 1000,
        "step_fen": 200,
    }
    rule = FreightRule.objects.create(merchant=farm, name="all", bands=[band])
    for number in (1, 2):
        product = Product.objects.create(
            slug=f"p{number}",
            merchant=farm,
            zone=zone,
            name_zh="货",
            name_en="Goods",
            price_fen=10_000,
            freight_rule=rule,
            returnable_days=0,
            created_at=NOW,
        )
        Variant.objects.create(
            product=product,
            sku=f"p{number}",
            price_fen=10_000,
            cost_fen=3_000,
            stock=10**8,
            weight_grams=700,
        )
    Coupon.objects.create(
        name_zh="券",
        name_en="Coupon",
        funder=Coupon.Funder.PLATFORM,
        threshold_fen=5_000,
        off_fen=500,
        quantity=10**8,
        left=10**8,
        per_member=1,
        starts_at=NOW - timedelta(days=1),
        ends_at=NOW + timedelta(days=30),
    )


def a_member() -> Any:
    """A buyer known to the ledger, with an address, the note confirmed, a coupon and a cart."""
    from sharemall.catalogue.models import Variant
    from sharemall.compliance.models import NoteConfirmation
    from sharemall.coupons.models import Coupon, CouponClaim
    from sharemall.members import addresses
    from sharemall.members.models import Member
    from sharemall.orders.models import CartLine

    number = next(NUMBERS)
    member = Member.objects.create(
        phone=f"138{number:08d}", account=f"buyer-{number}", name="Buyer", joined_at=NOW
    )
    NoteConfirmation.objects.create(member=member, version=1, language="en", confirmed_at=NOW)
    addresses.save(
        member=member,
        address_id=None,
        name="Buyer",
        phone="13800001111",
        district_code="110105",
        detail="Road 1",
        is_default=True,
        now=NOW,
    )
    CouponClaim.objects.create(coupon=Coupon.objects.get(), member=member, number=1, claimed_at=NOW)
    CartLine.objects.bulk_create(
        CartLine(member=member, variant=one, quantity=1, seen_price_fen=10_000, added_at=NOW)
        for one in Variant.objects.all()
    )
    return member


def steps(member: Any, now: datetime) -> Iterator[tuple[str, Work]]:
    """The way of the member's order: each step takes the number it goes by and gives the next."""
    from sharemall.members import addresses
    from sharemall.orders import checkout, life
    from sharemall.orders.models import Order
    from sharemall.orders.paying import take_notification
    from sharemall.orders.pricing import Choice

    address = addresses.addresses(member)[0].pk
    shown = checkout.quote(
        member=member,
        basket=checkout.basket_of_cart(member, now),
        address_id=address,
        claims=None,
        now=now,
    )
    claim = shown.orders[0].platform_claim
    assert claim is not None
    placed: list[Any] = []

    def place(_: str) -> str:
        payment = checkout.place(
            member=member,
            basket=checkout.basket_of_cart(member, now),
            address_id=address,
            claims={"farm": Choice(None, claim.pk)},
            remarks={},
            seen=shown.fingerprint,
            key=uuid4(),
            note_version=None,
            language="en",
            now=now,
        )
        placed.append(payment)
        return payment.no

    yield STEPS[0], place
    sent = signed(placed[0], now)

    def pay(no: str) -> str:
        notice = take_notification(
            provider_key="sandbox", headers=sent.headers, body=sent.body, now=now
        )
        assert notice.verdict == "paid"
        return no

    yield STEPS[1], pay
    order_no = Order.objects.values_list("no", flat=True).get(payment=placed[0])

    def ship(_: str) -> str:
        return life.ship(no=order_no, carrier="SF", tracking_no="SF1", now=now).no

    yield STEPS[2], ship
    completed: list[Any] = []

    def receive(no: str) -> str:
        completed.append(life.receive(member=member, no=no, now=now))
        assert completed[0].status == "completed"
        return no

    yield STEPS[3], receive

    def apply(no: str) -> str:
        assert not life.book(completed[0])
        return no

    yield STEPS[4], apply


def signed(payment: Any, now: datetime) -> Any:
    """What the sandbox sends when the payment succeeds: its work, not the mall's."""
    from sharemall.payments.sandbox import Sandbox

    return Sandbox().pay(
        payment_no=payment.no,
        amount_fen=payment.amount_fen,
        attempt="a",
        succeeds=True,
        now=now,
    )
