"""Writes of goods on their way: back to the merchant, and another piece to the member."""

from datetime import datetime

from django.db import transaction

from sharemall.aftersale import granting
from sharemall.aftersale.cases import (
    TIME,
    Action,
    Actor,
    Author,
    State,
    expect,
    hold,
    move,
    note,
    parcel,
    words,
)
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.members.models import Member
from sharemall.orders import life


@transaction.atomic
def send_back(*, member: Member, no: str, carrier: str, tracking_no: str, now: datetime) -> Case:
    """The goods are on their way to the merchant; the same parcel again changes nothing.

    Raises Case.DoesNotExist for another's, Refused (BAD_PARCEL, WRONG_STATE, LATE).
    """
    carrier, tracking_no = parcel(carrier, tracking_no)
    held = hold(no=no, member=member)
    case = held.case
    if case.state == State.SENT_BACK and case.tracking_no == tracking_no:
        return case
    expect(held, State.TO_SEND, now=now)
    case.carrier, case.tracking_no = carrier, tracking_no
    note(case, Action.SENT_BACK, Author(Actor.MEMBER, member, f"{carrier} {tracking_no}"), now)
    move(held, State.SENT_BACK, now=now)
    return case


@transaction.atomic
def receive_back(*, no: str, by: Member, text: str = "", now: datetime) -> Case:
    """The merchant has the goods and they are as they should be: the money goes back.

    Raises Case.DoesNotExist, Refused (WRONG_STATE, LATE, BAD_KIND for an exchange, TOO_LONG).
    """
    held = hold(no=no)
    expect(held, State.SENT_BACK, now=now)
    if held.case.kind != Case.Kind.RETURN:
        raise Refused(Refusal.BAD_KIND)
    author = Author(Actor.MERCHANT, by, words(text))
    note(held.case, Action.CONFIRMED, author, now)
    granting.refund(held, TIME, now=now)
    return held.case


@transaction.atomic
def resend(*, no: str, by: Member, carrier: str, tracking_no: str, now: datetime) -> Case:
    """The merchant has the goods of an exchange, and others are on their way.

    The stock stays as it is: a piece came, a piece went. Raises Case.DoesNotExist, Refused
    (BAD_PARCEL, WRONG_STATE, LATE, BAD_KIND).
    """
    carrier, tracking_no = parcel(carrier, tracking_no)
    held = hold(no=no)
    case = held.case
    if case.state == State.RESENT and case.resent_tracking_no == tracking_no:
        return case
    expect(held, State.SENT_BACK, now=now)
    if case.kind != Case.Kind.EXCHANGE:
        raise Refused(Refusal.BAD_KIND)
    case.resent_carrier, case.resent_tracking_no = carrier, tracking_no
    note(case, Action.RESENT, Author(Actor.MERCHANT, by, f"{carrier} {tracking_no}"), now)
    move(held, State.RESENT, now=now)
    return case


@transaction.atomic
def confirm(*, member: Member, no: str, now: datetime) -> Case:
    """The member has the other piece: the exchange is over; a second call changes nothing.

    Raises Case.DoesNotExist for another's, Refused(WRONG_STATE).
    """
    held = hold(no=no, member=member)
    if held.case.state == State.EXCHANGED:
        return held.case
    if held.case.state != State.RESENT:
        raise Refused(Refusal.WRONG_STATE, state=held.case.state)
    note(held.case, Action.EXCHANGED, Author(Actor.MEMBER, member), now)
    move(held, State.EXCHANGED, now=now)
    life.end_refunded(held.order, now=now)
    return held.case
