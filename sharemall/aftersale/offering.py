"""Writes of the merchant's third answer: it offers less, and the member takes that or does not."""

from datetime import datetime

from django.db import transaction

from sharemall.aftersale.answering import agree_freight, grant, set_address
from sharemall.aftersale.cases import (
    TIME,
    Action,
    Actor,
    Author,
    Held,
    State,
    expect,
    hold,
    move,
    note,
    words,
)
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.members.models import Member
from sharemall.orders import amounts


@transaction.atomic
def offer(
    *,
    no: str,
    by: Member,
    fen: int | None = None,
    quantity: int | None = None,
    freight_fen: int = 0,
    return_to: str = "",
    text: str,
    now: datetime,
) -> Case:
    """The merchant offers less money or fewer pieces than were asked for, and says why.

    `quantity` None offers all pieces, `fen` None all that they cost, at most what was asked. An
    exchange can be offered for fewer pieces alone. Freight counts before goods are on their way
    back. Nothing moves before the member takes it, or its time to answer is over. Raises
    Case.DoesNotExist, Refused (WRONG_STATE, LATE, AGREED, BAD_KIND, BAD_QUANTITY, BAD_AMOUNT,
    NOT_LESS, NO_ADDRESS, NO_TEXT, TOO_LONG).
    """
    held = hold(no=no)
    expect(held, State.ASKED, State.SENT_BACK, now=now)
    author = Author(Actor.MERCHANT, by, words(text, needed=True))
    _check_free(held.case)
    _write(held, fen, quantity)
    if held.case.state == State.ASKED:
        agree_freight(held, freight_fen)
    set_address(held, return_to)
    note(held.case, Action.OFFERED, author, now)
    move(held, State.OFFERED, now=now)
    return held.case


def is_free(case: Case) -> bool:
    """Whether less can still be offered. What a balance was too low for is owed as agreed."""
    return not case.took_offer and not case.refused_code


def _check_free(case: Case) -> None:
    if not is_free(case):
        raise Refused(Refusal.AGREED)
    if case.kind == Case.Kind.EXCHANGE and case.tracking_no:
        raise Refused(Refusal.BAD_KIND)


def _write(held: Held, fen: int | None, quantity: int | None) -> None:
    case, is_exchange = held.case, held.case.kind == Case.Kind.EXCHANGE
    pieces = case.quantity if quantity is None else quantity
    if not 0 < pieces <= case.quantity:
        raise Refused(Refusal.BAD_QUANTITY, left=case.quantity)
    most = min(case.asked_fen, amounts.refundable_fen(held.line, pieces))
    offered = most if fen is None or is_exchange else fen
    if offered > most or not (offered > 0 or is_exchange):
        raise Refused(Refusal.BAD_AMOUNT, most_fen=most)
    if pieces == case.quantity and offered == case.asked_fen:
        raise Refused(Refusal.NOT_LESS)
    case.offered_quantity, case.offered_fen = pieces, offered


@transaction.atomic
def take(*, member: Member, no: str, now: datetime) -> Case:
    """The member takes the offer: the money goes back, or the goods first.

    A second call changes nothing. A goodwill refund only begins here: after the commit the caller
    lets `granting.settle` end it. Raises Case.DoesNotExist for another's, Refused (WRONG_STATE,
    LATE).
    """
    held = hold(no=no, member=member)
    if held.case.took_offer:
        return held.case
    expect(held, State.OFFERED, now=now)
    _take(held, Author(Actor.MEMBER, member), now)
    return held.case


def take_by_time(held: Held, now: datetime) -> None:
    """Nobody answered the offer in time: it counts as taken."""
    _take(held, TIME, now)


def _take(held: Held, author: Author, now: datetime) -> None:
    held.case.took_offer = True
    grant(held, Action.TOOK, author, now=now)
