"""Writes: another provider for the part of a payment that the wallet has left."""

from datetime import datetime

from django.db import transaction

from sharemall.members.models import Member
from sharemall.orders import locks
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments.models import Payment
from sharemall.payments.providers import UnknownProvider
from sharemall.payments.registry import provider as open_provider


@transaction.atomic
def choose_provider(*, member: Member, no: str, provider: str, way: str, now: datetime) -> Payment:
    """Let another provider, or the same by another way, take the rest; the wallet's part stays.

    The same choice again changes nothing. Another one counts as an attempt of its own: providers
    take no two ways under one number. Locks the payment. Raises Payment.DoesNotExist for
    another's, Refused (PLAN_MOVING, WRONG_STATE, EXPIRED, NO_PROVIDER), having changed nothing.
    """
    payment = locks.payment(no=no, member=member)
    if payment is None:
        raise Payment.DoesNotExist
    if payment.wallet == Payment.Wallet.MOVING:
        raise Refused(Refusal.PLAN_MOVING)
    if payment.status != Payment.Status.PENDING or not payment.provider_fen:
        raise Refused(Refusal.WRONG_STATE, status=payment.status)
    if any(order.expires_at <= now for order in locks.orders_of(payment)):
        raise Refused(Refusal.EXPIRED)
    try:
        ways = {one.key for one in open_provider(provider).ways}
    except UnknownProvider as unknown:
        raise Refused(Refusal.NO_PROVIDER) from unknown
    if way not in ways:
        raise Refused(Refusal.NO_PROVIDER)
    if (payment.provider, payment.way) != (provider, way):
        payment.provider, payment.way = provider, way
        payment.attempt += 1
        payment.save(update_fields=["provider", "way", "attempt"])
    return payment
