"""Writes of the member: asking for money or goods, withdrawing it, asking for arbitration."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from sharemall.aftersale import granting
from sharemall.aftersale.cases import (
    TIME,
    Action,
    Actor,
    Author,
    Held,
    State,
    close,
    expect,
    hold,
    hold_order,
    move,
    note,
    words,
)
from sharemall.aftersale.models import MOST_PICTURES, OPEN, Case, CasePicture
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.catalogue import pictures as pictures_of
from sharemall.members.models import Member
from sharemall.orders import amounts
from sharemall.orders.models import Order, OrderLine

FOLDER = "aftersale"
GOODWILL_WITHIN = timedelta(days=90)  # after completion, there is an end to asking

Kind: TypeAlias = Case.Kind
Status: TypeAlias = Order.Status
ASKABLE = (Status.PAID, Status.SHIPPED, Status.RECEIVED, Status.COMPLETED)


def ask(
    *,
    member: Member,
    order_no: str,
    position: int,
    kind: str,
    quantity: int,
    asked_fen: int | None = None,
    reason: str,
    text: str = "",
    pictures: Sequence["File[bytes]"] = (),
    key: UUID,
    now: datetime,
) -> Case:
    """Ask for something with pieces of a line of the member's own order, once for each key.

    `asked_fen` None asks for all that the pieces cost. What is not sent yet is refunded at once,
    as it could be cancelled; else the merchant answers. Raises Order.DoesNotExist for another's,
    OrderLine.DoesNotExist, UnreadablePicture (catalogue.pictures) and Refused, having changed
    nothing.
    """
    text = words(text)
    if len(pictures) > MOST_PICTURES:
        raise Refused(Refusal.TOO_MANY_PICTURES, most=MOST_PICTURES)
    if kind not in Kind.values:
        raise Refused(Refusal.BAD_KIND)
    if reason not in Case.Reason.values:
        raise Refused(Refusal.BAD_REASON)
    names: list[str] = []
    try:
        # Pictures are drawn anew before the transaction: it takes a moment.
        for picture in pictures:
            names.append(pictures_of.store(picture, FOLDER, drawings=False))
        case, is_new = _ask(
            member,
            order_no,
            position,
            Case(
                member=member,
                key=key,
                kind=kind,
                quantity=quantity,
                asked_fen=-1 if asked_fen is None else asked_fen,
                reason=reason,
                text=text,
                asked_at=now,
            ),
            names,
            now,
        )
    except BaseException:
        _discard(names)
        raise
    if not is_new:
        _discard(names)
    return case


def _discard(names: Sequence[str]) -> None:
    for name in names:
        pictures_of.discard(name)


@transaction.atomic
def _ask(
    member: Member, order_no: str, position: int, case: Case, names: Sequence[str], now: datetime
) -> tuple[Case, bool]:
    payment, order = hold_order(order_no, member)
    if twin := Case.objects.filter(member=member, key=case.key).first():
        return twin, False
    line = next((one for one in order.lines.all() if one.position == position), None)
    if line is None:
        raise OrderLine.DoesNotExist
    check_kind(order, line, case.kind, now)
    _check_free(line)
    _check_amounts(order, line, case)
    return _open(Held(payment, order, line, case), names, now), True


def check_kind(order: Order, line: OrderLine, kind: str, now: datetime) -> None:
    """Whether this can be asked for as the order stands. Raises Refused."""
    if order.status not in ASKABLE:
        raise Refused(Refusal.WRONG_STATE, state=order.status)
    if order.status == Status.PAID and kind != Kind.REFUND:
        raise Refused(Refusal.BAD_KIND)
    if order.status == Status.RECEIVED:
        until = order.returnable_until if kind == Kind.REFUND else _returnable_until(order, line)
        if until is None or until <= now:
            raise Refused(Refusal.PERIOD_OVER)
    if order.completed_at is not None and order.completed_at + GOODWILL_WITHIN <= now:
        raise Refused(Refusal.PERIOD_OVER)


def _returnable_until(order: Order, line: OrderLine) -> datetime | None:
    """The end of the line's own return period; the order's is that of its longest line."""
    if order.received_at is None:
        return None
    return order.received_at + timedelta(days=line.returnable_days)


def _check_free(line: OrderLine) -> None:
    open_no = Case.objects.filter(line=line, state__in=OPEN).values_list("no", flat=True).first()
    if open_no:
        raise Refused(Refusal.OPEN_ALREADY, no=open_no)


def _check_amounts(order: Order, line: OrderLine, case: Case) -> None:
    """Pieces and money that are left; fills in all of the money where none was named."""
    left = line.quantity - line.refunded_quantity
    if not left:
        raise Refused(Refusal.NOTHING_LEFT)
    if not 0 < case.quantity <= left:
        raise Refused(Refusal.BAD_QUANTITY, left=left)
    most = amounts.refundable_fen(line, case.quantity)
    # Only a part can be asked for where the goods stay with the member.
    partly = case.kind == Kind.REFUND and order.status != Status.PAID
    if case.asked_fen == -1 or not partly:
        case.asked_fen = most
    if not 0 <= case.asked_fen <= most or not (case.asked_fen or case.kind == Kind.EXCHANGE):
        raise Refused(Refusal.BAD_AMOUNT, most_fen=most)


def _open(held: Held, names: Sequence[str], now: datetime) -> Case:
    case, order = held.case, held.order
    case.number = Case.objects.filter(order=order).count() + 1
    case.no = f"{order.no}-{case.number}"
    case.order, case.line, case.merchant = order, held.line, order.merchant
    case.is_goodwill = order.status == Status.COMPLETED
    case.agreed_fen = 0
    unsent = order.status == Status.PAID
    if unsent:
        # It ends in this transaction: an order that is not sent never has an open case.
        case.state, case.ended_at = State.REFUNDED, now
        case.save()
    else:
        order.open_cases += 1
        order.save(update_fields=["open_cases"])
        move(held, State.ASKED, now=now)
    _keep_pictures(case, names)
    author = Author(Actor.MEMBER, case.member, case.text)
    note(case, Action.ASKED, author, now)
    if unsent:
        case.agreed_fen = case.asked_fen
        granting.refund(held, TIME, now=now)
    return case


def _keep_pictures(case: Case, names: Sequence[str]) -> None:
    rows = []
    for place, name in enumerate(names):
        width, height = pictures_of.size(name) or (0, 0)
        rows.append(
            CasePicture(case=case, picture=name, width=width, height=height, position=place)
        )
    CasePicture.objects.bulk_create(rows)


@transaction.atomic
def withdraw(*, member: Member, no: str, now: datetime) -> Case:
    """Take back what was asked for, while the goods are not on their way back.

    A second call changes nothing. Raises Case.DoesNotExist for another's, Refused(WRONG_STATE).
    """
    held = hold(no=no, member=member)
    if held.case.closed_because == Case.Closed.WITHDRAWN:
        return held.case
    free = (State.ASKED, State.OFFERED, State.DECLINED, State.ARBITRATION, State.TO_SEND)
    expect(held, *free, now=now)
    if held.case.tracking_no:
        raise Refused(Refusal.WRONG_STATE, state=held.case.state)
    close(held, Case.Closed.WITHDRAWN, Author(Actor.MEMBER, member), now=now)
    return held.case


@transaction.atomic
def appeal(*, member: Member, no: str, text: str, now: datetime) -> Case:
    """Ask the platform to decide what the merchant declined, or offers too little for.

    Raises Case.DoesNotExist for another's, Refused (WRONG_STATE, LATE, UP_TO_SHOP, NO_TEXT,
    TOO_LONG).
    """
    held = hold(no=no, member=member)
    expect(held, State.OFFERED, State.DECLINED, now=now)
    if not held.case.can_appeal:
        raise Refused(Refusal.UP_TO_SHOP)
    author = Author(Actor.MEMBER, member, words(text, needed=True))
    if not held.case.tracking_no:
        held.case.freight_fen = 0  # it was a part of the offer
    note(held.case, Action.APPEALED, author, now)
    move(held, State.ARBITRATION, now=now)
    return held.case
