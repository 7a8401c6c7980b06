"""Money on its way back: refunds of an order by its means, and of money nobody asked for.

A refund's number is made from what it is for, so that it is made once, and is the key under which
the provider and the journal move it once. A refund to the wallet is an event of the journal,
appended with the row. One through a provider is sent by the worker.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Sum

from sharemall.ledger import events, journal
from sharemall.ledger.events import FEN_MICRO
from sharemall.merchants.models import ESCROW
from sharemall.payments.models import Notice, Payment, Refund

Means = Refund.Means


class MoreThanPaid(Exception):
    """A refund by a means would be more than was paid by it: nothing is done."""


def make(
    payment: Payment, parts: Mapping[Means, int], *, order_no: str, cause: str, now: datetime
) -> list[Refund]:
    """Refund parts (fen by means) of an order of the locked, paid payment, once for each cause.

    What came out of the balance or out of shares that were sold goes to the balance. Raises
    MoreThanPaid.
    """
    wanted = {means: fen for means, fen in parts.items() if fen}
    _check(payment, wanted)
    made = [
        _refund(
            payment,
            no=f"{order_no}-{cause}-{means}",
            means=means,
            fen=fen,
            order_no=order_no,
            reason=cause,
            now=now,
        )
        for means, fen in wanted.items()
    ]
    Refund.objects.bulk_create(made)
    journal.append_many(
        _event(payment, refund, now) for refund in made if refund.means != Means.PROVIDER
    )
    return made


def make_stray(payment: Payment, notice: Notice, *, now: datetime) -> Refund:
    """Send back the money of a trade that the mall did not expect, once for each trade."""
    trade = hashlib.sha256(f"{notice.provider} {notice.trade_no}".encode()).hexdigest()[:16]
    refund, _ = Refund.objects.get_or_create(
        no=f"{payment.no}-{trade}",
        defaults={
            "payment": payment,
            "means": Means.PROVIDER,
            "provider": notice.provider,
            "trade_no": notice.trade_no,
            "amount_fen": notice.amount_fen,
            "reason": notice.verdict,
            "status": Refund.Status.WAITING,
            "next_try_at": now,
            "created_at": now,
        },
    )
    return refund


def _check(payment: Payment, wanted: Mapping[Means, int]) -> None:
    """Σ of the refunds by a means is at most what was paid by it; the payment's lock holds it so.

    A refund of money that was not expected belongs to no order and does not count.
    """
    before = dict(
        payment.refunds.exclude(order_no="")
        .order_by("means")
        .values_list("means")
        .annotate(Sum("amount_fen"))
    )
    paid = {
        Means.PROVIDER: payment.provider_fen if payment.trade_no else 0,
        Means.BALANCE: payment.balance_fen + payment.shares_fen,
        Means.COINS: payment.coins_fen,
    }
    for means, fen in wanted.items():
        if before.get(means, 0) + fen > paid[means]:
            raise MoreThanPaid(f"{payment.no}: {fen} fen by {means} of {paid[means]}")


def _refund(payment: Payment, *, means: Means, fen: int, now: datetime, **fields: Any) -> Refund:
    """The row: done at once where the journal moves it, else waiting to be sent."""
    refund = Refund(
        payment=payment,
        means=means,
        amount_fen=fen,
        status=Refund.Status.DONE,
        created_at=now,
        done_at=now,
        **fields,
    )
    if means == Means.PROVIDER:
        refund.provider, refund.trade_no = payment.provider, payment.trade_no or ""
        refund.status, refund.done_at, refund.next_try_at = Refund.Status.WAITING, None, now
    return refund


def _event(payment: Payment, refund: Refund, now: datetime) -> events.Event:
    given: dict[str, Any] = {
        "id": f"refund-{refund.no}",
        "at": events.timestamp(now),
        "member": payment.member.account,
    }
    micro = refund.amount_fen * FEN_MICRO
    if refund.means == Means.COINS:
        return events.return_coins(merchant=ESCROW, coins_micro=micro, **given)
    return events.cash_in(cash_micro=micro, reason="refund", **given)
