"""Writes: an order's life from placing to completion.

Lock order, everywhere: **order → payment → product stock**. A service locks the order's row first
and then checks its state; it never asks for an earlier lock while it holds a later one. Of several
orders, the lower id first; of several products, the lower id first.

| service            | locks                                                              |
|--------------------|--------------------------------------------------------------------|
| place              | new rows (the unique form key makes a twin wait), then the stock   |
| take_notification  | the orders of the payment, then the payment                        |
| cancel             | the order, its payment, the stock of its lines                     |
| close_unpaid       | as cancel, an order at a time; an order locked by others is passed |
| receive            | the order; the journal's append locks its own new row              |
| complete_due       | as receive, an order at a time; an order locked by others is passed |
| book               | nothing here: the writer of the ledger takes its own lock          |
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from sharemall.catalogue.models import Product
from sharemall.compliance import selectors as compliance_selectors
from sharemall.compliance import services as compliance
from sharemall.ledger import journal, writer
from sharemall.members.models import Member
from sharemall.orders import rates, sales, stock
from sharemall.orders.models import Order, OrderLine
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import services as payments
from sharemall.payments.models import Notice, Payment
from sharemall.payments.providers import Forged
from sharemall.payments.registry import provider
from sharemall.payments.sandbox import Sandbox

PAY_WITHIN = timedelta(minutes=30)
MOST_OF_ONE = 999
MOST_FEN = 10**14  # what one sale may pay (rules.md, "bad_amount": 10^12 yuan)
BATCH = 200


def place(
    *,
    member: Member,
    slug: str,
    quantity: int,
    seen_price_fen: int,
    key: UUID,
    note_version: int | None,
    language: str,
    now: datetime,
) -> Order:
    """Place an unpaid order for one product and take its stock; the same key finds the same order.

    `note_version` is the version of the risk note that the form's tick confirms, or None.
    Raises Refused (every reason but WRONG_STATE), having changed nothing.
    """
    for last in (False, False, True):
        placed = Order.objects.filter(member=member, key=key).prefetch_related("lines").first()
        if placed:
            return _same(placed, slug=slug, quantity=quantity)
        try:
            with transaction.atomic():
                _settle_note(member, note_version, language=language, now=now)
                line = _line(slug, quantity, seen_price_fen)
                return _insert(member, line, key=key, now=now)
        except IntegrityError:
            # A twin of this form was faster (found above, next time round), or the number that
            # was drawn is taken (the next draw will differ).
            if last:
                raise
    raise AssertionError("the last attempt returns or raises")


def _same(placed: Order, *, slug: str, quantity: int) -> Order:
    lines = [(line.product.slug, line.quantity) for line in placed.lines.select_related("product")]
    if lines != [(slug, quantity)]:
        raise Refused(Refusal.KEY_USED, order=placed.no)
    return placed


def _settle_note(member: Member, note_version: int | None, *, language: str, now: datetime) -> None:
    if compliance_selectors.note_confirmed(member.pk):
        return
    if note_version is None:
        raise Refused(Refusal.NOTE_NEEDED)
    try:
        compliance.confirm_note(
            member_id=member.pk, version=note_version, language=language, now=now
        )
    except compliance.NoteOutdated as outdated:
        raise Refused(Refusal.NOTE_NEEDED) from outdated


def _line(slug: str, quantity: int, seen_price_fen: int) -> OrderLine:
    """The line of the order, agreed to as the shopper saw it. Raises Refused."""
    product = Product.objects.select_related("zone").filter(slug=slug).first()
    if product is None or not (product.on_sale and product.zone.on_sale):
        raise Refused(Refusal.NOT_ON_SALE)
    most = min(MOST_OF_ONE, MOST_FEN // product.price_fen)
    if not 0 < quantity <= most:
        raise Refused(Refusal.BAD_QUANTITY, most=most)
    if product.price_fen != seen_price_fen:
        raise Refused(Refusal.PRICE_CHANGED, price_fen=product.price_fen)
    return OrderLine(
        position=1,
        product=product,
        zone_key=product.zone_id,
        name_zh=product.name_zh,
        name_en=product.name_en,
        quantity=quantity,
        price_fen=product.price_fen,
        cost_fen=product.cost_fen,
        returnable_days=product.returnable_days,
    )


def _insert(member: Member, line: OrderLine, *, key: UUID, now: datetime) -> Order:
    version, scheme = rates.current()
    if line.zone_key not in scheme.zones:
        raise Refused(Refusal.NOT_ON_SALE)
    no = _number(now)
    payment = payments.open_payment(
        no=no, member_id=member.pk, provider=Sandbox.key, amount_fen=line.total_fen, now=now
    )
    line.order = order = Order.objects.create(
        no=no,
        member=member,
        payment=payment,
        key=key,
        total_fen=line.total_fen,
        scheme_version=version,
        placed_at=now,
        expires_at=now + PAY_WITHIN,
    )
    line.save(force_insert=True)
    if stock.take([line]):
        raise _why_not_taken(line)
    return order


def _why_not_taken(line: OrderLine) -> Refused:
    product = Product.objects.get(pk=line.product_id)
    if not product.on_sale:
        return Refused(Refusal.NOT_ON_SALE)
    if product.price_fen != line.price_fen or product.cost_fen != line.cost_fen:
        return Refused(Refusal.PRICE_CHANGED, price_fen=product.price_fen)
    return Refused(Refusal.OUT_OF_STOCK, left=product.stock)


def _number(now: datetime) -> str:
    """The day and twelve digits drawn at random: nobody can tell from it how much is sold."""
    day = timezone.localtime(now).strftime("%y%m%d")
    return f"{day}{secrets.randbelow(10**12):012d}"


def take_notification(
    *, provider_key: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Notice:
    """Verify a provider's notification and let its orders go on; the same one moves nothing again.

    Raises Forged or UnknownProvider, having changed nothing.
    """
    notification = provider(provider_key).read(headers, body, now)
    payment = Payment.objects.filter(no=notification.payment_no, provider=provider_key).first()
    if payment is None:
        raise Forged("the notification is for a payment that is not ours")
    with transaction.atomic():
        orders = list(
            Order.objects.select_for_update().filter(payment_id=payment.pk).order_by("id")
        )
        notice = payments.take(payment.pk, notification, now=now)
        if notice.verdict == Notice.Verdict.PAID:
            for order in orders:
                _pay(order, now=now)
    return notice


def _pay(order: Order, *, now: datetime) -> None:
    """The order keeps the rates in force now, unless its zones are gone from them."""
    if order.status != Order.Status.UNPAID:
        return
    version, scheme = rates.current()
    if all(line.zone_key in scheme.zones for line in order.lines.all()):
        order.scheme_version = version
    order.status = Order.Status.PAID
    order.paid_at = now
    order.save(update_fields=["status", "paid_at", "scheme_version"])


@transaction.atomic
def cancel(*, member: Member, no: str, now: datetime) -> Order:
    """Cancel the member's own unpaid order and put its stock back; a second call changes nothing.

    Raises Order.DoesNotExist for another's, Refused(WRONG_STATE) once it is paid.
    """
    order = Order.objects.select_for_update().get(no=no, member=member)
    if order.status == Order.Status.CANCELLED:
        return order
    if order.status != Order.Status.UNPAID:
        raise Refused(Refusal.WRONG_STATE, status=order.status)
    _cancel(order, Order.CancelReason.MEMBER, now=now)
    return order


def close_unpaid(now: datetime) -> int:
    """Cancel the orders that waited too long for their payment; how many there were."""
    due = Order.objects.filter(status=Order.Status.UNPAID, expires_at__lte=now)
    ids = list(due.order_by("expires_at").values_list("id", flat=True)[:BATCH])
    return sum(_close_expired(order_id, now=now) for order_id in ids)


@transaction.atomic
def _close_expired(order_id: int, *, now: datetime) -> bool:
    order = Order.objects.select_for_update(skip_locked=True).filter(pk=order_id).first()
    if order is None or not order.expired(now):
        return False
    _cancel(order, Order.CancelReason.EXPIRED, now=now)
    return True


def _cancel(order: Order, reason: Order.CancelReason, *, now: datetime) -> None:
    """Close the locked order with its payment; the stock goes back."""
    order.status = Order.Status.CANCELLED
    order.cancel_reason = reason
    order.cancelled_at = now
    order.save(update_fields=["status", "cancel_reason", "cancelled_at"])
    payments.close(order.payment_id, now=now)
    stock.give_back(order.lines.all())


@transaction.atomic
def receive(*, member: Member, no: str, now: datetime) -> Order:
    """The member has the goods. In the demo the order completes at once; a second call is idle.

    Raises Order.DoesNotExist for another's, Refused(WRONG_STATE) unless it is paid. After the
    commit the caller lets `book` bring what was earned into the ledger.
    """
    order = _lock_whole().get(no=no, member=member)
    if order.status in (Order.Status.RECEIVED, Order.Status.COMPLETED):
        return order
    if order.status != Order.Status.PAID:
        raise Refused(Refusal.WRONG_STATE, status=order.status)
    order.status = Order.Status.RECEIVED
    order.received_at = now
    order.returnable_until = now + _return_period(order)
    order.save(update_fields=["status", "received_at", "returnable_until"])
    if order.returnable_until <= now:
        _complete(order, now=now)
    return order


def _lock_whole(*, skip_locked: bool = False) -> QuerySet[Order]:
    """Lock an order's own row; what its completion reads of others comes along unlocked."""
    locked = Order.objects.select_for_update(of=("self",), skip_locked=skip_locked)
    return locked.select_related("member__referrer").prefetch_related("lines")


def _return_period(order: Order) -> timedelta:
    """None in the demo, which has nothing to send back."""
    return timedelta(days=0 if settings.MODE == "demo" else order.return_days)


def complete_due(now: datetime) -> int:
    """Complete the received orders whose return period is over; how many there were."""
    due = Order.objects.filter(status=Order.Status.RECEIVED, returnable_until__lte=now)
    ids = list(due.order_by("returnable_until").values_list("id", flat=True)[:BATCH])
    return sum(_complete_due(order_id, now=now) for order_id in ids)


@transaction.atomic
def _complete_due(order_id: int, *, now: datetime) -> bool:
    order = _lock_whole(skip_locked=True).filter(pk=order_id).first()
    if order is None or order.status != Order.Status.RECEIVED:
        return False
    _complete(order, now=now)
    return True


def _complete(order: Order, *, now: datetime) -> None:
    """Complete the locked order and journal its sales, in this one transaction."""
    order.status = Order.Status.COMPLETED
    order.completed_at = now
    order.save(update_fields=["status", "completed_at"])
    for event in sales.events_of(order):
        journal.append(event)


def book(order: Order) -> list[str]:
    """Let the ledger apply what a completed order journalled; the codes of what it refused.

    Call it after the commit. If the process dies before, the worker does the same.
    """
    if order.status != Order.Status.COMPLETED:
        return []
    outcomes = [writer.settle(event_id) for event_id in sales.event_ids(order)]
    return [outcome.code for outcome in outcomes if outcome.code]
