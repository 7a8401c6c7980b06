"""Reads for the staff's screens: everything of all merchants, a page at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import models
from django.db.models import Count, Prefetch, QuerySet

from sharemall.catalogue.models import Category, FlashPrice, Product, Variant
from sharemall.console.models import StockChange
from sharemall.merchants.models import FreightRule, Merchant
from sharemall.orders.models import Order
from sharemall.payments.models import BillCheck, BillDifference, Notice, Payment, Refund
from sharemall.tickets import selectors as tickets
from sharemall.till.models import TillPayment

PAGE = 50
LOW_STOCK = 10  # pieces: from here down someone should think of ordering more
RECENT = timedelta(days=30)
UNPAID = [Order.Status.UNPAID, Order.Status.PAYING]
UNEXPECTED = [Notice.Verdict.LATE, Notice.Verdict.DOUBLE, Notice.Verdict.MISMATCH]

Model = TypeVar("Model", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Model]):
    """Rows, the newest first; `before` is the mark that earlier ones are asked for with."""

    rows: list[Model]
    before: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody."""

    to_ship: int
    unpaid: int
    received: int
    failed_payments: int
    failed_refunds: int
    differences: int
    low_stock: int
    off_sale: int
    tickets: int
    overdue_tickets: int


def waiting(now: datetime) -> Waiting:
    """What waits for the staff, in seven queries."""
    by_status = dict(
        Order.objects.filter(status__in=[*UNPAID, Order.Status.PAID, Order.Status.RECEIVED])
        .order_by("status")
        .values_list("status")
        .annotate(Count("pk"))
    )
    questions = tickets.counts(now)
    return Waiting(
        to_ship=by_status.get(Order.Status.PAID, 0),
        unpaid=sum(by_status.get(status, 0) for status in UNPAID),
        received=by_status.get(Order.Status.RECEIVED, 0),
        failed_payments=_failed_payments().count(),
        failed_refunds=Refund.objects.filter(status=Refund.Status.FAILED).count(),
        differences=BillDifference.objects.filter(check_of__checked_at__gt=now - RECENT).count(),
        low_stock=_low_stock().count(),
        off_sale=Product.objects.filter(on_sale=False).count(),
        tickets=questions["open"],
        overdue_tickets=questions["overdue"],
    )


def product(slug: str) -> Product | None:
    """A product, on sale or not, with what its sheet shows."""
    variants = Prefetch("variants", Variant.objects.order_by("position", "pk"))
    rows = Product.objects.select_related("merchant", "zone", "category")
    return rows.prefetch_related(variants, "pictures").filter(slug=slug).first()


def picture_names(product: Product) -> list[str]:
    """The names of its stored pictures, the first one first."""
    files = [product.picture, *(row.picture for row in product.pictures.all())]
    return [file.name for file in files if file.name]


def variant(variant_id: int) -> Variant | None:
    """A variant with its product."""
    return Variant.objects.select_related("product").filter(pk=variant_id).first()


def stock_changes(variant_id: int) -> list[StockChange]:
    """The latest changes of a stock by hand, with who made them."""
    rows = StockChange.objects.filter(variant_id=variant_id).select_related("member")
    return list(rows[:PAGE])


def order(no: str) -> Order | None:
    """An order with everything around it."""
    rows = Order.objects.select_related(
        "merchant", "member", "payment", "merchant_claim__coupon", "platform_claim__coupon"
    )
    return rows.prefetch_related("lines__variant", "payment__orders").filter(no=no).first()


def refunds_of(order: Order) -> list[Refund]:
    """The refunds of an order, in order of time."""
    return list(Refund.objects.filter(order_no=order.no).order_by("pk"))


def notices_of(order: Order) -> list[Notice]:
    """What providers told about the payment of an order, in order of time."""
    return list(Notice.objects.filter(payment=order.payment_id).order_by("pk"))


def refund(no: str) -> Refund | None:
    """A refund by its number."""
    return Refund.objects.filter(no=no).first()


def bill_checks(before: int | None = None) -> Page[BillCheck]:
    """The comparisons with the providers' bills, the newest first, with their differences."""
    return _page(BillCheck.objects.prefetch_related("differences"), before)


def till_payments(before: int | None = None) -> Page[TillPayment]:
    """Payments in person at all tills, the newest first."""
    return _page(TillPayment.objects.select_related("merchant", "member"), before)


def flash_price(flash_id: int) -> FlashPrice | None:
    """A flash price with its variant and product."""
    return FlashPrice.objects.select_related("variant__product").filter(pk=flash_id).first()


def merchant(key: str) -> Merchant | None:
    """A merchant, closed or not."""
    return Merchant.objects.filter(key=key).first()


def freight_rules() -> list[FreightRule]:
    """All freight rules with their merchants, merchant by merchant."""
    return list(FreightRule.objects.select_related("merchant").order_by("merchant_id", "pk"))


def freight_rule(rule_id: int) -> FreightRule | None:
    """A freight rule with its merchant."""
    return FreightRule.objects.select_related("merchant").filter(pk=rule_id).first()


def categories() -> list[tuple[int, Category]]:
    """All categories with their floor (from 0), each behind its parent."""
    children: dict[int | None, list[Category]] = {}
    for row in Category.objects.annotate(product_count=Count("products")):
        children.setdefault(row.parent_id, []).append(row)
    return _below(None, 0, children)


def _below(
    parent_id: int | None, floor: int, children: dict[int | None, list[Category]]
) -> list[tuple[int, Category]]:
    found = []
    for row in children.get(parent_id, []):
        found += [(floor, row), *_below(row.pk, floor + 1, children)]
    return found


def category(slug: str) -> Category | None:
    """A category, on sale or not."""
    return Category.objects.select_related("parent").filter(slug=slug).first()


def _failed_payments() -> QuerySet[Payment]:
    return Payment.objects.filter(status=Payment.Status.PENDING, failed_at__isnull=False)


def _low_stock() -> QuerySet[Variant]:
    return Variant.objects.filter(on_sale=True, product__on_sale=True, stock__lt=LOW_STOCK)


def _page(found: QuerySet[Model], before: int | None) -> Page[Model]:
    """Seeks by id: a page deep in the list costs what the first costs."""
    rows = found.order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: PAGE + 1])
    return Page(page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None)
