"""Writes: paying a payment's orders: the wallet's part first, then the provider's.

A plan says by which means. Its wallet part goes through the journal leg by leg (payments/wallet.py)
while the orders are `paying`; when it is held they wait for the provider's money, or are paid if
nothing is left. What the journal refuses is given back, and the orders are unpaid again.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from sharemall.ledger import failpoints, writer
from sharemall.members.models import Member
from sharemall.orders import amounts, locks, rates
from sharemall.orders.cashier import usable
from sharemall.orders.models import Order, OrderLine
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import rounds, wallet
from sharemall.payments import services as payments
from sharemall.payments.models import Notice, Payment
from sharemall.payments.providers import (
    AlreadyPaid,
    Charge,
    Forged,
    Notification,
    Provider,
    RefusedByProvider,
    Start,
    UnknownProvider,
    Unreachable,
    asked_no,
    payment_no_of,
)
from sharemall.payments.registry import provider
from sharemall.payments.wallet import Plan
from sharemall.referral import services as referral
from sharemall.till import passwords

LOG = logging.getLogger(__name__)
LONGEST_TITLE = 60
ASK_EVERY = timedelta(minutes=1)
ASK_FOR = timedelta(hours=2)  # far longer than an order waits to be paid
MOST_ASKED = 20  # a round

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


def confirm(
    *, member: Member, no: str, plan: Plan, key: UUID, password: str, now: datetime
) -> Payment:
    """`begin` as a member asks for it: what its wallet pays, it confirms with its payment password.

    Who never set one pays without. A wrong one is counted, so this must not be called inside a
    transaction. Raises what `begin` raises, and till.refusals.Refused (WRONG_PASSWORD, LOCKED).
    """
    if plan.wallet_fen:
        passwords.check_if_set(member=member, password=password, now=now)
    return begin(member=member, no=no, plan=plan, key=key, now=now)


@transaction.atomic
def begin(*, member: Member, no: str, plan: Plan, key: UUID, now: datetime) -> Payment:
    """Choose the means of the member's own payment and start to move the wallet's part.

    The same key again changes nothing. Another plan replaces one that is held: what that holds is
    given back first, unless the new one wants the same of the wallet; cash of shares that were sold
    for it is used before more are sold. After the commit the caller lets `settle` move the
    wallet's part. Raises Payment.DoesNotExist for another's, Refused (WRONG_STATE, EXPIRED,
    PLAN_MOVING, BAD_PLAN, NO_PROVIDER, MORE_SHARES, or what is too little), having changed nothing.
    """
    payment = locks.payment(no=no, member=member)
    if payment is None:
        raise Payment.DoesNotExist
    if payment.plan_key == key:
        return payment
    orders = locks.orders_of(payment)
    _check_open(payment, orders, now)
    _check_plan(payment, plan)
    if wallet.holds(payment, plan):
        payment.attempt += 1  # another way to pay the rest is asked for under another number
    else:
        _begin_wallet(payment, orders, wallet.with_cash_of_shares(payment, plan), now)
    payment.plan_key = key
    payment.provider, payment.way = (plan.provider, plan.way) if payment.provider_fen else ("", "")
    payment.save(update_fields=PLANNED)
    return payment


def _begin_wallet(payment: Payment, orders: list[Order], plan: Plan, now: datetime) -> None:
    shares_micro = _shares(plan)
    _check_means(payment, orders, plan, shares_micro)
    planned = payment.wallet_fen or plan.wallet_fen
    wallet.begin(payment, plan, shares_micro=shares_micro, now=now)
    if planned:
        _write_means(payment, orders)


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
    if plan.way not in [way.key for way in _provider(plan.provider).ways]:
        raise Refused(Refusal.NO_PROVIDER)


def _provider(key: str) -> Provider:
    try:
        return provider(key)
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


def _check_means(payment: Payment, orders: list[Order], plan: Plan, shares_micro: int) -> None:
    """What the member can use must do. The journal has the last word; this spares it a try."""
    if not plan.wallet_fen:
        return
    means = usable(payment, orders)
    if plan.coins_fen > means.coins_fen:
        raise Refused(Refusal.TOO_FEW_COINS, left_fen=means.coins_fen)
    if plan.balance_fen > means.balance_fen:
        raise Refused(Refusal.TOO_LITTLE_BALANCE, left_fen=means.balance_fen)
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
    orders = locks.orders_of(payment)
    waiting = wallet.advance(payment, now=now)
    if waiting is not None:
        return waiting
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


def start(
    *,
    member: Member,
    no: str,
    notify_url: str,
    return_url: str,
    payer_id: str = "",
    payer_address: str = "",
    now: datetime,
) -> Start:
    """Ask the chosen provider for its part; how the shopper goes on there.

    Waits for the network: must not be called inside a transaction. Raises Payment.DoesNotExist for
    another's; Refused (PLAN_MOVING, WRONG_STATE, EXPIRED, NO_PROVIDER, PROVIDER_AWAY).
    """
    payment = Payment.objects.get(no=no, member=member)
    orders = list(Order.objects.filter(payment=payment).prefetch_related("lines").order_by("id"))
    _check_open(payment, orders, now)
    charge = Charge(
        payment_no=asked_no(payment.no, payment.attempt),
        amount_fen=payment.provider_fen,
        title=orders[0].lines.all()[0].name_zh[:LONGEST_TITLE],
        way=payment.way,
        notify_url=notify_url,
        return_url=return_url,
        expires_at=min(order.expires_at for order in orders),
        payer_id=payer_id,
        payer_address=payer_address,
    )
    try:
        return _provider(payment.provider).start(charge, now)
    except (Unreachable, RefusedByProvider) as error:
        LOG.warning("%s was not started: %s", charge.payment_no, error)
        raise Refused(Refusal.PROVIDER_AWAY) from error


def ask(*, no: str, now: datetime) -> Notice | None:
    """Ask the provider whether the money came, for a notification that is late or lost.

    None if it did not, or if nobody can tell now. Waits for the network: must not be called inside
    a transaction. Raises Payment.DoesNotExist.
    """
    payment = Payment.objects.get(no=no)
    try:
        asked = asked_no(payment.no, payment.attempt)
        notification = provider(payment.provider).query(asked, now)
    except (Unreachable, RefusedByProvider, UnknownProvider) as error:
        LOG.warning("%s could not be asked for: %s", payment.no, error)
        return None
    return None if notification is None else _take(payment.provider, notification, now=now)


def ask_open(now: datetime) -> int:
    """Ask the providers about payments whose notification may be lost; how many were asked for.

    An open one once a minute; a closed one once more when money can hardly come any more: what
    came is late then, and goes back. Waits for the network.
    """
    recent = Payment.objects.filter(created_at__gt=now - ASK_FOR).exclude(provider="")
    due = Q(status=Payment.Status.PENDING) & (
        Q(asked_at__isnull=True, created_at__lte=now - ASK_EVERY) | Q(asked_at__lte=now - ASK_EVERY)
    )
    late = Q(status=Payment.Status.CLOSED, closed_at__lte=now - ASK_EVERY) & (
        Q(asked_at__isnull=True) | Q(asked_at__lt=F("closed_at") + ASK_EVERY)
    )
    keys = recent.filter(due | late).order_by("created_at", "pk").values_list("pk", flat=True)
    return rounds.each(keys, lambda pk: _ask_open(pk, now=now), most=MOST_ASKED)


def _ask_open(payment_id: int, *, now: datetime) -> bool:
    payment = Payment.objects.get(pk=payment_id)
    Payment.objects.filter(pk=payment_id).update(asked_at=now)
    ask(no=payment.no, now=now)
    return True


def stop_asking(payment: Payment, *, now: datetime) -> None:
    """Tell the provider that nobody may pay the closed payment any more; harmless if it fails.

    Money that came in the meantime is late, and refunded. Waits for the network.
    """
    if not payment.provider:
        return
    try:
        provider(payment.provider).close(asked_no(payment.no, payment.attempt), now)
    except AlreadyPaid:
        ask(no=payment.no, now=now)
    except (Unreachable, RefusedByProvider, UnknownProvider) as error:
        LOG.warning("%s stays open at its provider: %s", payment.no, error)


def take_notification(
    *, provider_key: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Notice | None:
    """Verify a provider's notification and let its orders go on; the same one moves nothing again.

    None for one that says nothing of money that came. Raises Forged or UnknownProvider, having
    changed nothing.
    """
    notification = provider(provider_key).read(headers, body, now)
    return None if notification is None else _take(provider_key, notification, now=now)


@transaction.atomic
def _take(provider_key: str, notification: Notification, *, now: datetime) -> Notice:
    payment = locks.payment(no=payment_no_of(notification.payment_no))
    if payment is None:
        raise Forged("the notification is for a payment that is not ours")
    notice, is_new = payments.take(payment, notification, provider=provider_key, now=now)
    if is_new and notice.verdict == Notice.Verdict.PAID:
        _pay(locks.orders_of(payment), now=now)
        if notification.payer_id:
            referral.saw_payer(
                member_id=payment.member_id,
                payer=f"{provider_key}:{notification.payer_id}",
                ordered_at=payment.created_at,
                now=now,
            )
    return notice


def _pay(orders: list[Order], *, now: datetime) -> None:
    """Each order keeps the rates in force now; those it was placed under if it does not fit them.

    The shopper was told of these, and the goods fitted them: what has come since may have taken
    their zone away, or ask for more than the price carries.
    """
    version = locks.version_with(orders[0])
    changed = {"status": Order.Status.PAID, "paid_at": now}
    before = [order for order in orders if order.scheme_version != version]
    unfit = rates.unfit(before, rates.of(version)) if before else set()
    kept = [order for order in orders if order.pk in unfit]
    taken = [order for order in orders if order.pk not in unfit]
    if taken:
        locks.write_paid(taken, scheme_version=version, **changed)
    if kept:
        locks.write_paid(kept, **changed)
