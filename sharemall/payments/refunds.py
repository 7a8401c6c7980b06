"""Money on its way back: refunds of an order by its means, and of money nobody asked for.

A refund's number is made from what it is for, so that it is made once, and is the key under which
the provider and the journal move it once. A refund to the wallet is an event of the journal,
appended with the row. One through a provider is sent by the worker.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from sharemall.ledger import events, journal
from sharemall.ledger.events import FEN_MICRO
from sharemall.merchants.models import ESCROW
from sharemall.payments import rounds
from sharemall.payments.models import Notice, Payment, Refund
from sharemall.payments.providers import (
    RefundResult,
    RefundStatus,
    UnknownProvider,
    Unreachable,
)
from sharemall.payments.registry import provider

Means = Refund.Means

OPEN = (Refund.Status.WAITING, Refund.Status.SENT)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_A_ROUND = 20  # each may wait for the network
LONGEST_FAULT = 200


class MoreThanPaid(Exception):
    """A refund by a means would be more than was paid by it: nothing is done."""


def make(
    payment: Payment,
    parts: Mapping[Means, int],
    *,
    order_no: str,
    cause: str,
    reason: str = "",
    now: datetime,
) -> list[Refund]:
    """Refund parts (fen by means) of an order of the locked, paid payment, once for each cause.

    `reason` is what pages and providers are told; by default the cause.

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
            reason=reason or cause,
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


def send_due(now: datetime) -> int:
    """Send the refunds that are due to their providers, or ask how they stand; how many ended.

    Waits for the network: must not be called inside a transaction. A refund is put off before it
    is sent, so that no other process sends it meanwhile; if this one dies, it is sent again under
    the same number, which the provider pays once. One that does not answer is asked once a round.
    """
    away = set[str]()
    due = Refund.objects.filter(status__in=OPEN, next_try_at__lte=now)
    keys = due.order_by("next_try_at", "pk").values_list("pk", flat=True)
    return rounds.each(keys, lambda pk: _send(pk, now, away), most=MOST_A_ROUND)


def _send(refund_id: int, now: datetime, away: set[str]) -> bool:
    refund = _put_off(refund_id, now, away)
    if refund is None:
        return False
    try:
        result = _ask(refund, now)
    except (Unreachable, UnknownProvider) as error:
        away.add(refund.provider)
        Refund.objects.filter(pk=refund_id).update(fault=str(error)[:LONGEST_FAULT])
        return False
    ended = result.status != RefundStatus.SENT
    Refund.objects.filter(pk=refund_id, status__in=OPEN).update(
        status=Refund.Status(result.status),
        fault=result.fault[:LONGEST_FAULT],
        done_at=now if result.status == RefundStatus.DONE else None,
    )
    return ended


@transaction.atomic
def _put_off(refund_id: int, now: datetime, away: set[str]) -> Refund | None:
    """Count a try and set the next one, later each time.

    None, with nothing changed, if another process is at it or its provider is away.
    """
    locked = Refund.objects.select_for_update(of=("self",), skip_locked=True)
    due = locked.filter(pk=refund_id, status__in=OPEN, next_try_at__lte=now)
    refund = due.select_related("payment").first()
    if refund is None or refund.provider in away:
        return None
    refund.next_try_at = now + min(FIRST_WAIT * 2 ** min(refund.tries, 20), LONGEST_WAIT)
    refund.tries += 1
    refund.save(update_fields=["next_try_at", "tries"])
    return refund


def _ask(refund: Refund, now: datetime) -> RefundResult:
    trade = Notice.objects.get(
        payment=refund.payment, provider=refund.provider, trade_no=refund.trade_no, succeeded=True
    )
    return provider(refund.provider).refund(
        refund_no=refund.no,
        payment_no=trade.asked_no or refund.payment.no,
        trade_no=refund.trade_no,
        amount_fen=refund.amount_fen,
        total_fen=trade.amount_fen,
        reason=refund.reason,
        now=now,
    )


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
        "id": _event_id(refund),
        "at": events.timestamp(now),
        "member": payment.member.account,
    }
    micro = refund.amount_fen * FEN_MICRO
    if refund.means == Means.COINS:
        return events.return_coins(merchant=ESCROW, coins_micro=micro, **given)
    return events.cash_in(cash_micro=micro, reason="refund", **given)


def _event_id(refund: Refund) -> str:
    return f"refund-{refund.no}"
