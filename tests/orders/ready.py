"""Orders that are placed already, written as rows: for what comes after placing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharemall.catalogue.models import Product, Variant, Zone
from sharemall.ledger import journal, writer
from sharemall.ledger.opening import open_ledger
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant
from sharemall.orders import life, paying
from sharemall.orders.models import Bought, Order, OrderLine
from sharemall.orders.paying import Plan
from sharemall.payments.models import Payment
from sharemall.payments.providers import asked_no
from sharemall.payments.sandbox import Sandbox, Signed

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FEN_MICRO = 10_000

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


@dataclass(frozen=True)
class Line:
    """A line to be: so many at a price, in fen."""

    quantity: int = 1
    price_fen: int = 10_000
    cost_fen: int = 4_000
    zone: str = "wine"
    discount_fen: int = 0
    subsidy_fen: int = 0
    returnable_days: int = 7
    limited: bool = False


def open_mall() -> None:
    """An open ledger, the zones of its scheme and two merchants: the platform's shop and a farm."""
    open_ledger(SCHEME)
    Zone.objects.create(key="wine", name_zh="酒水", name_en="Wine")
    Zone.objects.create(key="home", name_zh="家电", name_en="Appliances")
    a_merchant("platform")
    a_merchant("farm", commission_nano=50_000_000)


def a_merchant(key: str, commission_nano: int = 0) -> Merchant:
    """A shop in the mall."""
    return Merchant.objects.create(
        key=key, name_zh=key, name_en=key, commission_nano=commission_nano, joined_at=NOW
    )


def a_member(account: str = "ann", **fields: Any) -> Member:
    """A member; `account` is its name in the journal."""
    number = Member.objects.count()
    return Member.objects.create_user(
        f"138{number:08d}", None, account=account, name=account.title(), joined_at=NOW, **fields
    )


def a_variant(merchant: str = "platform", line: Line = Line(), stock: int = 100) -> Variant:
    """Something to buy: its stock is what is left once the orders are placed."""
    slug = f"thing-{Variant.objects.count()}"
    product = Product.objects.create(
        slug=slug,
        merchant_id=merchant,
        zone_id=line.zone,
        name_zh="东西",
        name_en="Thing",
        price_fen=line.price_fen,
        created_at=NOW,
    )
    return Variant.objects.create(
        product=product, sku=slug, price_fen=line.price_fen, cost_fen=line.cost_fen, stock=stock
    )


_numbers = count(1)


def place(
    member: Member,
    *parts: tuple[str, Sequence[Line], int],
    now: datetime = NOW,
) -> Payment:
    """One payment for orders given as (merchant, lines, freight); by default one of a bottle."""
    groups = parts or (("platform", [Line()], 0),)
    totals = [_total(lines) + freight for _, lines, freight in groups]
    number = next(_numbers)
    payment = Payment.objects.create(
        no=f"P{number}", member=member, amount_fen=sum(totals), created_at=now
    )
    for place_no, ((merchant, lines, freight), total) in enumerate(
        zip(groups, totals, strict=True)
    ):
        order = Order.objects.create(
            no=f"{number}-{place_no}",
            member=member,
            merchant_id=merchant,
            commission_nano=Merchant.objects.get(key=merchant).commission_nano,
            payment=payment,
            key=uuid4(),
            goods_fen=sum(line.quantity * line.price_fen for line in lines),
            discount_fen=sum(line.discount_fen for line in lines),
            subsidy_fen=sum(line.subsidy_fen for line in lines),
            freight_fen=freight,
            total_fen=total,
            scheme_version=1,
            placed_at=now,
            expires_at=now + timedelta(minutes=30),
        )
        for position, line in enumerate(lines, 1):
            _write_line(order, position, merchant, line)
    return payment


def _total(lines: Sequence[Line]) -> int:
    return sum(line.quantity * line.price_fen - line.discount_fen for line in lines)


def _write_line(order: Order, position: int, merchant: str, line: Line) -> None:
    variant = a_variant(merchant, line)
    OrderLine.objects.create(
        order=order,
        position=position,
        product=variant.product,
        variant=variant,
        zone_key=line.zone,
        name_zh="东西",
        name_en="Thing",
        quantity=line.quantity,
        price_fen=line.price_fen,
        cost_fen=line.cost_fen,
        discount_fen=line.discount_fen,
        subsidy_fen=line.subsidy_fen,
        limited=line.limited,
        returnable_days=line.returnable_days,
    )
    if line.limited:
        Bought.objects.create(member=order.member, product=variant.product, quantity=line.quantity)


def only(payment: Payment) -> Order:
    """The one order of a payment, as it is now."""
    return Order.objects.get(payment=payment)


def orders_of(payment: Payment) -> list[Order]:
    """The orders of a payment, as they are now."""
    return list(Order.objects.filter(payment=payment).order_by("id"))


def give(account: str, *, cash_fen: int = 0, shares: str = "", coins: str = "") -> None:
    """Fill a member's wallet: cash as it is, shares bought dearly, coins out of shares."""
    at = "2026-11-22T10:00:00+08:00"
    tag = next(_numbers)
    given: dict[str, Any] = {"at": at, "member": account}
    if cash_fen:
        amount = f"{cash_fen // 100}.{cash_fen % 100:02d}"
        journal.append(
            {"id": f"give-{tag}", "type": "cash_in", "amount": amount, "reason": "test", **given}
        )
    for name, what in (("shares", shares), ("coins", coins)):
        if what:
            sale = {"id": f"buy-{tag}-{name}", "type": "sale", "zone": "wine", "paid": what}
            journal.append(sale | given)
    if coins:
        journal.append({"id": f"coins-{tag}", "type": "to_coins", "shares": "all", **given})
    writer.drain()


def news(payment: Payment, now: datetime = NOW, **fields: Any) -> Signed:
    """What the sandbox sends when an attempt to pay ends."""
    payment.refresh_from_db()
    given: dict[str, Any] = {
        "payment_no": asked_no(payment.no, payment.attempt),
        "amount_fen": payment.provider_fen,
        "attempt": "a",
        "succeeds": True,
        "now": now,
    }
    return Sandbox().pay(**(given | fields))


def deliver(sent: Signed, now: datetime = NOW) -> str:
    """Bring the sandbox's news to the mall; its verdict."""
    notice = paying.take_notification(
        provider_key="sandbox", headers=sent.headers, body=sent.body, now=now
    )
    assert notice is not None
    return notice.verdict


def pay(payment: Payment, now: datetime = NOW, **fields: Any) -> str:
    """Pay through the sandbox; the verdict."""
    return deliver(news(payment, now, **fields), now)


def choose(payment: Payment, plan: Plan, key: UUID | None = None, now: datetime = NOW) -> Payment:
    """Choose the means and let the wallet's part move to its end."""
    paying.begin(member=payment.member, no=payment.no, plan=plan, key=key or uuid4(), now=now)
    paying.settle(no=payment.no, now=now)
    payment.refresh_from_db()
    return payment


def by_sandbox(**fields: Any) -> Plan:
    """A plan whose rest the sandbox takes."""
    return Plan(provider="sandbox", way="page", **fields)


def ship(order: Order, now: datetime = NOW) -> Order:
    """Send an order."""
    return life.ship(no=order.no, carrier="顺丰", tracking_no="SF1", now=now)


def paid(member: Member, *parts: tuple[str, Sequence[Line], int]) -> Payment:
    """A payment that is paid through the sandbox."""
    payment = place(member, *parts)
    assert pay(payment) == "paid"
    return payment


def statements(captured: CaptureQueriesContext) -> int:
    """How many statements, not counting those that begin and end transactions."""
    own = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(own) for query in captured.captured_queries)


def counted() -> CaptureQueriesContext:
    """Count the statements of a block."""
    return CaptureQueriesContext(connection)
