"""Reads: a member's tickets, and what waits for the staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from sharemall.members.models import Member
from sharemall.tickets.models import Ticket

PAGE = 20

State = Ticket.State


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Tickets; `before` asks for the next page (None: there is none)."""

    tickets: list[Ticket]
    before: int | None


def tickets(member: Member, *, before: int | None = None, limit: int = PAGE) -> TicketPage:
    """A page of the member's own tickets, newest first."""
    return _page(Ticket.objects.filter(member=member), before, limit)


def ticket(member: Member, no: str) -> Ticket | None:
    """The member's own ticket of this number, with its entries."""
    return Ticket.objects.filter(member=member, no=no).prefetch_related("entries").first()


def waiting_for_member(member: Member) -> int:
    """How many of the member's tickets are answered and not closed."""
    return Ticket.objects.filter(member=member, state=State.ANSWERED).count()


def staff_ticket(no: str) -> Ticket | None:
    """The ticket of this number for the staff, with its member and entries."""
    found = Ticket.objects.select_related("member").prefetch_related("entries__author")
    return found.filter(no=no).first()


def counts(now: datetime) -> dict[str, int]:
    """How many tickets wait for an answer ("open"), and how many of them are "overdue"."""
    overdue = Count("pk", filter=Q(due_at__lte=now))
    waiting = Ticket.objects.filter(state=State.OPEN).order_by()
    return waiting.aggregate(open=Count("pk"), overdue=overdue)


def nearing(now: datetime, within: timedelta) -> tuple[int, int]:
    """How many open tickets are overdue, and how many more will be within this time."""
    overdue = Count("pk", filter=Q(due_at__lte=now))
    soon = Ticket.objects.filter(state=State.OPEN, due_at__lte=now + within).order_by()
    found = soon.aggregate(all=Count("pk"), overdue=overdue)
    return found["overdue"], found["all"] - found["overdue"]


def _page(found: QuerySet[Ticket], before: int | None, limit: int) -> TicketPage:
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: limit + 1])
    return TicketPage(rows[:limit], rows[limit - 1].pk if len(rows) > limit else None)
