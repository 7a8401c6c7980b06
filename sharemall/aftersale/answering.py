"""Writes of the merchant's and the platform's side: answering, deciding. The staff acts for both.

A goodwill refund only begins here: after the commit the caller lets `granting.settle` end it.
"""

from datetime import datetime

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
    move,
    note,
    words,
)
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.members.models import Member

LONGEST_ADDRESS = 200


@transaction.atomic
def accept(
    *,
    no: str,
    by: Member,
    freight_fen: int = 0,
    return_to: str = "",
    text: str = "",
    now: datetime,
) -> Case:
    """The merchant agrees: the money goes back, or the goods first (to `return_to`).

    `freight_fen` of the order's freight goes back with the money. Raises Case.DoesNotExist,
    Refused (WRONG_STATE, LATE, NO_ADDRESS, BAD_AMOUNT, TOO_LONG).
    """
    held = hold(no=no)
    expect(held, State.ASKED, now=now)
    agree_freight(held, freight_fen)
    set_address(held, return_to)
    grant(held, Action.ACCEPTED, Author(Actor.MERCHANT, by, words(text)), now=now)
    return held.case


def grant(
    held: Held, action: Action, author: Author, *, fen: int | None = None, now: datetime
) -> None:
    """The case is agreed to: the goods are to come back if they must and did not, else refund."""
    case = held.case
    case.agreed_fen = case.most_fen if fen is None else fen
    note(case, action, author, now)
    if case.kind == Case.Kind.REFUND or case.tracking_no:
        granting.refund(held, TIME, now=now)
        return
    case.return_to = case.return_to or held.order.merchant.return_to
    move(held, State.TO_SEND, now=now)


def agree_freight(held: Held, freight_fen: int) -> None:
    """So much of the order's freight would go back as well. Raises Refused(BAD_AMOUNT)."""
    order, case = held.order, held.case
    bears = not case.is_goodwill and case.kind != Case.Kind.EXCHANGE
    most = order.freight_fen - order.freight_refunded_fen if bears else 0
    if not 0 <= freight_fen <= most:
        raise Refused(Refusal.BAD_AMOUNT, most_fen=most)
    case.freight_fen = freight_fen


def set_address(held: Held, return_to: str) -> None:
    """Where the goods go: as it was said now, or as the merchant has it once for all.

    Raises Refused(NO_ADDRESS).
    """
    case = held.case
    if case.kind == Case.Kind.REFUND or case.tracking_no:
        return
    return_to = return_to.strip() or held.order.merchant.return_to
    if not return_to or len(return_to) > LONGEST_ADDRESS or not return_to.isprintable():
        raise Refused(Refusal.NO_ADDRESS)
    case.return_to = return_to


@transaction.atomic
def decline(*, no: str, by: Member, text: str, now: datetime) -> Case:
    """The merchant says no and why, to the case or to what came back.

    The member may ask the platform then; not for goodwill that was never agreed to. What was agreed
    to and could not be paid yet stays agreed. Raises Case.DoesNotExist, Refused (WRONG_STATE, LATE,
    AGREED, NO_TEXT, TOO_LONG).
    """
    held = hold(no=no)
    expect(held, State.ASKED, State.SENT_BACK, now=now)
    if held.case.refused_code:
        raise Refused(Refusal.AGREED)
    author = Author(Actor.MERCHANT, by, words(text, needed=True))
    if held.case.is_goodwill and held.case.state == State.ASKED:
        close(held, Case.Closed.NOT_GIVEN, author, now=now)
        return held.case
    note(held.case, Action.DECLINED, author, now)
    move(held, State.DECLINED, now=now)
    return held.case


@transaction.atomic
def decide(
    *,
    no: str,
    by: Member,
    for_member: bool,
    fen: int | None = None,
    freight_fen: int = 0,
    return_to: str = "",
    text: str,
    now: datetime,
) -> Case:
    """The platform decides: for the member (`fen` of `most_fen`; None: all), or against.

    Raises Case.DoesNotExist, Refused (WRONG_STATE, LATE, NO_TEXT, TOO_LONG, BAD_AMOUNT,
    NO_ADDRESS).
    """
    held = hold(no=no)
    expect(held, State.ARBITRATION, now=now)
    author = Author(Actor.PLATFORM, by, words(text, needed=True))
    if not for_member:
        close(held, Case.Closed.REJECTED, author, now=now)
        return held.case
    most = held.case.most_fen
    if fen is not None and not 0 < fen <= most:
        raise Refused(Refusal.BAD_AMOUNT, most_fen=most)
    agree_freight(held, freight_fen)
    set_address(held, return_to)
    grant(held, Action.GRANTED, author, fen=fen, now=now)
    return held.case
