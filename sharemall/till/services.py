"""Writes: payments in person: rung up by staff or begun by a scan, confirmed, declined, moved."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from sharemall.ledger import failpoints, writer
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import FEN_MICRO
from sharemall.members.models import Member
from sharemall.merchants import selectors as merchants
from sharemall.payments import rounds
from sharemall.till import codes, legs, passwords
from sharemall.till.locks import locked
from sharemall.till.models import TillPayment
from sharemall.till.refusals import Refusal, Refused

MOST_FEN = 5_000_000  # ¥50,000 at once
TO_CONFIRM = timedelta(minutes=5)

Status, Origin = TillPayment.Status, TillPayment.Origin


def ring_up(
    *, code: str, merchant_key: str, amount_fen: int, staff: Member, key: UUID, now: datetime
) -> TillPayment:
    """Take a member's code for an amount at a merchant's till: the member has to confirm it.

    A code is taken once. The same key again gives the payment that it made. Raises Refused
    (SHOP_CLOSED, BAD_AMOUNT, UNKNOWN_CODE, CODE_USED, CODE_EXPIRED, KEY_USED).
    """
    asked = {"merchant_id": merchant_key, "amount_fen": amount_fen, "staff": staff}
    return _make(asked, key, now, origin=Origin.CODE, code=code)


def scan(
    *, member: Member, merchant_key: str, amount_fen: int, key: UUID, now: datetime
) -> TillPayment:
    """Begin to pay at the merchant whose code the member scanned: it still has to confirm it.

    The same key again gives the payment that it made. Raises Refused (SHOP_CLOSED, BAD_AMOUNT,
    KEY_USED).
    """
    asked = {"merchant_id": merchant_key, "amount_fen": amount_fen, "member": member}
    return _make(asked, key, now, origin=Origin.QR)


def _make(
    asked: dict[str, Any], key: UUID, now: datetime, *, origin: TillPayment.Origin, code: str = ""
) -> TillPayment:
    _check_amount(asked["merchant_id"], asked["amount_fen"])
    try:
        with transaction.atomic():
            if (found := _made_by(key, asked)) is not None:
                return found
            fields = dict(asked)
            if origin == Origin.CODE:
                fields["member"] = codes.take(code, now=now).member
            return TillPayment.objects.create(
                no=_number(now),
                key=key,
                origin=origin,
                created_at=now,
                expires_at=now + TO_CONFIRM,
                **fields,
            )
    except (IntegrityError, Refused):
        # The other half of a double click was quicker: what it made is there now.
        if (found := _made_by(key, asked)) is not None:
            return found
        raise


def _made_by(key: UUID, asked: dict[str, Any]) -> TillPayment | None:
    found = TillPayment.objects.filter(key=key).select_related("member").first()
    if found is not None and any(getattr(found, name) != asked[name] for name in asked):
        raise Refused(Refusal.KEY_USED)
    return found


def _check_amount(merchant_key: str, amount_fen: int) -> None:
    if merchants.merchant(merchant_key) is None:
        raise Refused(Refusal.SHOP_CLOSED)
    if not 0 < amount_fen <= MOST_FEN:
        raise Refused(Refusal.BAD_AMOUNT, most_fen=MOST_FEN)


def confirm(*, member: Member, no: str, coins_fen: int, password: str, now: datetime) -> None:
    """Pay the member's own payment: so much in coins, the rest from the balance.

    After the commit the caller lets `settle` move it. Confirming it again changes nothing. Must not
    be called inside a transaction, for a wrong password is counted. Raises TillPayment.DoesNotExist
    for another's; Refused (NO_PASSWORD, WRONG_PASSWORD, LOCKED, EXPIRED, ENDED, SHOP_CLOSED,
    NO_COINS_HERE, BAD_AMOUNT, TOO_FEW_COINS, TOO_LITTLE_BALANCE), having moved nothing.
    """
    if _is_confirmed(TillPayment.objects.get(no=no, member=member)):
        return
    passwords.check(member=member, password=password, now=now)
    with transaction.atomic():
        payment = locked(no=no, member=member)
        if _is_confirmed(payment):
            return
        _check_waits(payment, now)
        _check_means(payment, coins_fen)
        legs.begin(payment, coins_fen=coins_fen, now=now)


def _is_confirmed(payment: TillPayment) -> bool:
    return payment.status in (Status.MOVING, Status.PAID)


def _check_waits(payment: TillPayment, now: datetime) -> None:
    if payment.status == Status.EXPIRED:
        raise Refused(Refusal.EXPIRED)
    if payment.status != Status.PENDING:
        raise Refused(Refusal.ENDED)
    if payment.expires_at <= now:
        raise Refused(Refusal.EXPIRED)
    if merchants.merchant(payment.merchant_id) is None:
        raise Refused(Refusal.SHOP_CLOSED)


def _check_means(payment: TillPayment, coins_fen: int) -> None:
    """What the member holds must do. The journal has the last word; this spares it a try."""
    if coins_fen and not payment.takes_coins:
        raise Refused(Refusal.NO_COINS_HERE)
    if not 0 <= coins_fen <= payment.amount_fen:
        raise Refused(Refusal.BAD_AMOUNT, most_fen=payment.amount_fen)
    held = ledger.balance(payment.member.account)
    if coins_fen > (left_fen := held.coins_micro // FEN_MICRO):
        raise Refused(Refusal.TOO_FEW_COINS, left_fen=left_fen)
    if payment.amount_fen - coins_fen > (left_fen := held.cash_micro // FEN_MICRO):
        raise Refused(Refusal.TOO_LITTLE_BALANCE, left_fen=left_fen)


def settle(*, no: str, now: datetime) -> None:
    """Move a confirmed payment to its end: paid, or refused with everything given back.

    Must not be called inside a transaction. If the process dies, the worker goes on here.
    """
    failpoints.reached("till-begun")
    while (waiting := _advance(no, now)) is not None:
        leg = waiting.rpartition("-")[2]
        failpoints.reached(f"till-{leg}-appended")
        writer.settle(waiting)
        failpoints.reached(f"till-{leg}-applied")


@transaction.atomic
def _advance(no: str, now: datetime) -> str | None:
    return legs.advance(locked(no=no), now=now)


def decline(*, no: str, now: datetime, **whose: Member) -> None:
    """Call off a payment that waits: by its member (`member`) or by the staff who rang it up.

    Again: nothing. Raises TillPayment.DoesNotExist for another's, Refused (ENDED).
    """
    with transaction.atomic():
        payment = locked(no=no, **whose)
        if payment.status in (Status.DECLINED, Status.EXPIRED):
            return
        if payment.status != Status.PENDING:
            raise Refused(Refusal.ENDED)
        payment.status, payment.ended_at = Status.DECLINED, now
        payment.save(update_fields=["status", "ended_at"])


def expire_due(now: datetime) -> int:
    """End what nobody confirmed in time; how many that were. For the worker."""
    due = TillPayment.objects.filter(status=Status.PENDING, expires_at__lte=now)
    return due.update(status=Status.EXPIRED, ended_at=now)


def settle_moving(now: datetime) -> int:
    """Take every payment that is on its way to its end; how many there were. For the worker."""
    moving = TillPayment.objects.filter(status=Status.MOVING).order_by("id")
    return rounds.each(moving.values_list("pk", flat=True), lambda pk: _settle_one(pk, now))


def _settle_one(payment_id: int, now: datetime) -> bool:
    settle(no=TillPayment.objects.values_list("no", flat=True).get(pk=payment_id), now=now)
    return True


def _number(now: datetime) -> str:
    """The day and twelve digits drawn at random: nobody can tell from it how much is paid."""
    return f"T{timezone.localtime(now):%y%m%d}{secrets.randbelow(10**12):012d}"
