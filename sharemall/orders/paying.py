"""Writes: paying a payment's orders: the wallet's part first, then the provider's.

A plan says by which means. Its wallet part goes through the journal leg by leg (payments/wallet.py)
while the orders are `paying`; when it is held they wait for the provider's money, or are paid if
nothing is left. What the journal refuses is given back, and the orders are unpaid again.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sharemall.ledger import failpoints, writer
from sharemall.members.models import Member
from sharemall.orders import amounts, locks, rates
from sharemall.orders.models import Order, OrderLine
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import rounds, wallet
from sharemall.payments import services as payments
from sharemall.payments.models import Notice, Payment
from sharemall.payments.providers import Forged, UnknownProvider
from sharemall.payments.registry import provider
from sharemall.payments.wallet import Plan

__all__ = ["Plan", "begin", "settle", "settle_moving", "take_notification"]

PLANNED = [
    "coins_fen",
    "balance_fen",
    "shares_fen",
    "shares_micro",
    "wallet",
    "attempt",
    "plan_key",
    "refused_code",
    "provider",
    "way",
]


@transaction.atomic
def begin(*, member: Member, no: str, plan: Plan, key: UUID, now: datetime) -> Payment:
    """Choose the means of the member's own payment and start to move the wallet's part.

    The same key again changes nothing. Another plan replaces one that is held: what that holds is
    given back first. After the commit the caller lets `settle` move the wallet's part. Raises
    Payment.DoesNotExist for another's, Refused (WRONG_STATE, EXPIRED, PLAN_MOVING, BAD_PLAN,
    NO_PROVIDER, MORE_SHARES, or what is too little), having changed nothing.
    """
    payment = locks.payment(no=no, member=member)
    if payment is None:
        raise Payment.DoesNotExist
    if payment.plan_key == key:
        return payment
    orders = locks.orders_of(payment)
    _check_open(payment, orders, now)
    _check_plan(payment, plan)
    shares_micro = _shares(plan)
    _check_means(payment, plan, shares_micro)
    planned = payment.wallet_fen or plan.wallet_fen
    wallet.begin(payment, plan, shares_micro=shares_micro, now=now)
    payment.plan_key, payment.way = key, plan.way
    payment.provider = plan.provider if payment.provider_fen else ""
    payment.save(update_fields=PLANNED)
    if planned:
        _write_means(payment, orders)
    return payment


def _check_open(payment: Payment, orders: list[Order], now: datetime) -> None:
    if payment.wallet == Payment.Wallet.MOVING:
        raise Refused(Refusal.PLAN_MOVING)
    if payment.status != Payment.Status.PENDING:
        raise Refused(Refusal.WRONG_STATE, status=orders[0].status)
    if any(order.expires_at <= now for order in orders):
        raise Refused(Refusal.EXPIRED)


def _check_plan(payment: Payment, plan: Plan) -> None:
    if min(plan.coins_fen, plan.balance_fen, plan.shares_fen) < 0:
        raise Refused(Refusal.BAD_PLAN)
    if plan.wallet_fen > payment.amount_fen:
        raise Refused(Refusal.BAD_PLAN)
    if plan.wallet_fen == payment.amount_fen:
        return
    try:
        provider(plan.provider)
    except UnknownProvider as unknown:
        raise Refused(Refusal.NO_PROVIDER) from unknown


def _shares(plan: Plan) -> int:
    """How many micro-shares the plan sells: exactly as many as its cash needs."""
    if not plan.shares_fen:
        return 0
    quote = wallet.quote_shares(plan.shares_fen)
    if quote is None:
        raise Refused(Refusal.TOO_FEW_SHARES)
    most = plan.most_shares_micro
    if most is not None and quote.shares_micro > most:
        raise Refused(Refusal.MORE_SHARES, shares_micro=quote.shares_micro)
    return quote.shares_micro


def _check_means(payment: Payment, plan: Plan, shares_micro: int) -> None:
    """What the member holds, and what an earlier plan would give back, must do.

    The journal has the last word; this keeps what cannot be from being tried.
    """
    if not plan.wallet_fen:
        return
    means = wallet.means_of(payment.member.account)
    held = payment if payment.wallet == Payment.Wallet.HELD else Payment()
    coins_fen = means.coins_fen + held.coins_fen
    balance_fen = means.balance_fen + held.balance_fen + held.shares_fen
    if plan.coins_fen > coins_fen:
        raise Refused(Refusal.TOO_FEW_COINS, left_fen=coins_fen)
    if plan.balance_fen > balance_fen:
        raise Refused(Refusal.TOO_LITTLE_BALANCE, left_fen=balance_fen)
    if shares_micro > means.shares_micro:
        raise Refused(Refusal.TOO_FEW_SHARES)


def _write_means(payment: Payment, orders: list[Order]) -> None:
    """Split the payment's means over its orders and their lines."""
    lines = list(OrderLine.objects.filter(order__in=orders).order_by("order_id", "position"))
    amounts.split_means(payment, orders, lines)
    moving = payment.wallet == Payment.Wallet.MOVING
    for order in orders:
        order.status = Order.Status.PAYING if moving else Order.Status.UNPAID
    Order.objects.bulk_update(
        orders, ["status", "coins_fen", "balance_fen", "shares_fen", "provider_fen"]
    )
    OrderLine.objects.bulk_update(lines, ["coins_fen"])


def settle(*, no: str, now: datetime) -> None:
    """Move the wallet's part of a payment until it is held or refused.

    Must not be called inside a transaction. If the process dies, the worker goes on here.
    """
    failpoints.reached("wallet-begun")
    while (waiting := _advance(no, now=now)) is not None:
        leg = waiting.rpartition("-")[2]
        failpoints.reached(f"wallet-{leg}-appended")
        writer.settle(waiting)
        failpoints.reached(f"wallet-{leg}-applied")


@transaction.atomic
def _advance(no: str, *, now: datetime) -> str | None:
    """A leg further, and what follows for the orders; the event that has to be applied next."""
    payment = locks.payment(no=no)
    if payment is None or payment.wallet != Payment.Wallet.MOVING:
        return None
    waiting = wallet.advance(payment, now=now)
    if waiting is not None:
        return waiting
    orders = locks.orders_of(payment)
    if payment.wallet != Payment.Wallet.HELD:
        _write_means(payment, orders)
    elif payment.provider_fen:
        Order.objects.filter(payment=payment).update(status=Order.Status.UNPAID)
    else:
        payments.succeed(payment, now=now)
        _pay(orders, now=now)
    return None


def settle_moving(now: datetime) -> int:
    """Take every payment whose wallet part is on its way to its end; how many there were."""
    moving = Payment.objects.filter(wallet=Payment.Wallet.MOVING).order_by("id")
    return rounds.each(moving.values_list("pk", flat=True), lambda pk: _settle_one(pk, now))


def _settle_one(payment_id: int, now: datetime) -> bool:
    settle(no=Payment.objects.values_list("no", flat=True).get(pk=payment_id), now=now)
    return True


def take_notification(
    *, provider_key: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Notice:
    """Verify a provider's notification and let its orders go on; the same one moves nothing again.

    Raises Forged or UnknownProvider, having changed nothing.
    """
    notification = provider(provider_key).read(headers, body, now)
    with transaction.atomic():
        payment = locks.payment(no=notification.payment_no)
        if payment is None:
            raise Forged("the notification is for a payment that is not ours")
        notice, is_new = payments.take(payment, notification, provider=provider_key, now=now)
        if is_new and notice.verdict == Notice.Verdict.PAID:
            _pay(locks.orders_of(payment), now=now)
    return notice


def _pay(orders: list[Order], *, now: datetime) -> None:
    """Each order keeps the rates in force now, unless its zones are gone from them."""
    version, scheme = rates.current()
    changed = {"status": Order.Status.PAID, "paid_at": now}
    kept = [order for order in orders if not scheme.zones.keys() >= locks.zones_of(order)]
    taken = [order for order in orders if order not in kept]
    if taken:
        locks.write_paid(taken, scheme_version=version, **changed)
    if kept:
        locks.write_paid(kept, **changed)
