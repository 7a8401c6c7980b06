"""Writes: opening a ticket, answering it, writing again, closing it.

Source: compliance.md, "complaints": a ticket with a deadline. Each service locks the ticket alone.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction

from sharemall.members.models import Member
from sharemall.messages import services as messages
from sharemall.tickets.models import Entry, Ticket

DEADLINES = {Ticket.Kind.HELP: timedelta(days=3), Ticket.Kind.COMPLAINT: timedelta(days=15)}
LONGEST = 2000
LONGEST_ABOUT = 60
MOST_OPEN = 20  # a member
MOST_ENTRIES = 100  # a ticket


class Refusal(StrEnum):
    """Every reason a ticket service may give."""

    BAD_KIND = "bad_kind"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"  # `most` characters
    TOO_MANY = "too_many"  # `most` open ones a member
    TOO_MANY_ENTRIES = "too_many_entries"
    CLOSED = "closed"
    NO_ANSWER = "no_answer"  # the staff closes only what it has answered
    UNKNOWN = "unknown"  # the member has no ticket of this number


class Refused(Exception):
    """A service refused and changed nothing; `facts` hold the numbers of the sentence."""

    def __init__(self, refusal: Refusal, **facts: int) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.facts = facts


@transaction.atomic
def open_ticket(
    *, member: Member, kind: str, about: str, text: str, key: UUID, now: datetime
) -> Ticket:
    """A new ticket; the same key again gives the one that is there.

    Raises Refused (BAD_KIND, NO_TEXT, TOO_LONG, TOO_MANY).
    """
    if kind not in DEADLINES:
        raise Refused(Refusal.BAD_KIND)
    written = _text(text)
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    found = Ticket.objects.filter(member=member, key=key).first()
    if found is not None:
        return found
    still_open = Ticket.objects.filter(member=member).exclude(state=Ticket.State.CLOSED)
    if still_open.count() >= MOST_OPEN:
        raise Refused(Refusal.TOO_MANY, most=MOST_OPEN)
    ticket = Ticket.objects.create(
        no=_number(now),
        key=key,
        member=member,
        kind=kind,
        about=about[:LONGEST_ABOUT],
        opened_at=now,
        due_at=now + DEADLINES[Ticket.Kind(kind)],
    )
    Entry.objects.create(ticket=ticket, author=member, text=written, key=key, at=now)
    return ticket


@transaction.atomic
def write(*, member: Member, no: str, text: str, key: UUID, now: datetime) -> Ticket:
    """The member writes again: an answered ticket waits for the mall anew, with a new deadline.

    One that waits already keeps its deadline. The same key again changes nothing. Raises Refused
    (UNKNOWN, CLOSED, NO_TEXT, TOO_LONG, TOO_MANY_ENTRIES).
    """
    written = _text(text)
    ticket = _locked(no, member)
    if not _add(ticket, member, written, key, now=now):
        return ticket
    if ticket.state == Ticket.State.ANSWERED:
        ticket.state = Ticket.State.OPEN
        ticket.due_at = now + DEADLINES[Ticket.Kind(ticket.kind)]
        ticket.save(update_fields=["state", "due_at"])
    return ticket


@transaction.atomic
def answer(*, staff: Member, no: str, text: str, key: UUID, now: datetime) -> Ticket:
    """The staff answers; the member is told. The same key again changes nothing.

    Raises Refused (UNKNOWN, CLOSED, NO_TEXT, TOO_LONG, TOO_MANY_ENTRIES).
    """
    written = _text(text)
    ticket = _locked(no)
    if not _add(ticket, staff, written, key, now=now, by_staff=True):
        return ticket
    ticket.state = Ticket.State.ANSWERED
    ticket.first_answer_at = ticket.first_answer_at or now
    ticket.save(update_fields=["state", "first_answer_at"])
    _tell(ticket, "ticket_answered", f"answer-{key}", now)
    return ticket


@transaction.atomic
def close(*, member: Member, no: str, now: datetime) -> Ticket:
    """The member needs no answer any more; a second call changes nothing. Raises Refused."""
    ticket = _locked(no, member)
    if ticket.state != Ticket.State.CLOSED:
        _close(ticket, now)
    return ticket


@transaction.atomic
def close_by_staff(*, no: str, now: datetime) -> Ticket:
    """The staff closes what it has answered; the member is told.

    Raises Refused (UNKNOWN, NO_ANSWER).
    """
    ticket = _locked(no)
    if ticket.state == Ticket.State.OPEN:
        raise Refused(Refusal.NO_ANSWER)
    if ticket.state == Ticket.State.ANSWERED:
        _close(ticket, now)
        _tell(ticket, "ticket_closed", f"ticket-{no}-closed", now)
    return ticket


def _close(ticket: Ticket, now: datetime) -> None:
    ticket.state, ticket.closed_at = Ticket.State.CLOSED, now
    ticket.save(update_fields=["state", "closed_at"])


def _locked(no: str, member: Member | None = None) -> Ticket:
    found = Ticket.objects.select_for_update().filter(no=no)
    if member is not None:
        found = found.filter(member=member)
    ticket = found.first()
    if ticket is None:
        raise Refused(Refusal.UNKNOWN)
    return ticket


def _add(
    ticket: Ticket, author: Member, text: str, key: UUID, *, now: datetime, by_staff: bool = False
) -> bool:
    """Add an entry to the locked ticket; False if it is there."""
    if ticket.entries.filter(key=key).exists():
        return False
    if ticket.state == Ticket.State.CLOSED:
        raise Refused(Refusal.CLOSED)
    if ticket.entries.count() >= MOST_ENTRIES:
        raise Refused(Refusal.TOO_MANY_ENTRIES)
    try:
        with transaction.atomic():
            Entry.objects.create(
                ticket=ticket, author=author, by_staff=by_staff, text=text, key=key, at=now
            )
    except IntegrityError:  # the key of another ticket's entry: this form was sent there
        return False
    return True


def _text(given: str) -> str:
    text = "\n".join(line.rstrip() for line in given.replace("\0", "").splitlines()).strip()
    if not text:
        raise Refused(Refusal.NO_TEXT)
    if len(text) > LONGEST:
        raise Refused(Refusal.TOO_LONG, most=LONGEST)
    return text


def _tell(ticket: Ticket, kind: str, key: str, now: datetime) -> None:
    messages.send(
        member_id=ticket.member_id,
        kind=kind,
        key=key,
        facts={"no": ticket.no},
        link=f"/help/{ticket.no}/",
        now=now,
    )


def _number(now: datetime) -> str:
    """Not to be guessed and not to be counted: a day and eight digits of chance."""
    return f"T{now:%y%m%d}{secrets.randbelow(10**8):08d}"
