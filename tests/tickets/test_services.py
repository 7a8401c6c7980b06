"""Tickets: deadlines, whose they are, what is refused, and forms sent twice or at once."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sharemall.members.models import Member
from sharemall.tickets import selectors, services
from sharemall.tickets.models import Entry, Ticket
from sharemall.tickets.services import Refusal, Refused
from tests.messages.given import NOW, a_member, told
from tests.orders.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    return a_member("ann")


@pytest.fixture
def clerk() -> Member:
    return a_member("clerk", is_staff=True)


def a_ticket(member: Member, kind: str = "complaint", **fields: object) -> Ticket:
    given = {"about": "order:1", "text": "碎了", "key": uuid4(), "now": NOW}
    return services.open_ticket(member=member, kind=kind, **(given | fields))  # type: ignore[arg-type]


def answer(
    clerk: Member, ticket: Ticket, text: str = "马上处理", key: UUID | None = None
) -> Ticket:
    return services.answer(staff=clerk, no=ticket.no, text=text, key=key or uuid4(), now=NOW)


def write(member: Member, ticket: Ticket, text: str = "还有", **fields: object) -> Ticket:
    given = {"no": ticket.no, "text": text, "key": uuid4(), "now": NOW}
    return services.write(member=member, **(given | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "days"), [("help", 3), ("complaint", 15)])
def test_a_ticket_has_the_deadline_of_its_kind(ann: Member, kind: str, days: int) -> None:
    ticket = a_ticket(ann, kind)
    assert ticket.due_at == NOW + timedelta(days=days)
    assert not ticket.is_overdue(ticket.due_at - timedelta(seconds=1))
    assert ticket.is_overdue(ticket.due_at)
    assert ticket.order_no == "1"
    assert selectors.counts(ticket.due_at) == {"open": 1, "overdue": 1}


def test_the_same_form_opens_one_ticket(ann: Member) -> None:
    key = uuid4()
    assert a_ticket(ann, key=key) == a_ticket(ann, key=key)
    assert Entry.objects.count() == 1


def test_an_answer_tells_the_member_and_ends_the_deadline(ann: Member, clerk: Member) -> None:
    ticket, key = a_ticket(ann), uuid4()
    answer(clerk, ticket, key=key)
    ticket = answer(clerk, ticket, key=key)
    assert (ticket.state, ticket.first_answer_at) == ("answered", NOW)
    assert not ticket.is_overdue(ticket.due_at)
    assert [kind for kind, _ in told(ann)] == ["ticket_answered"]
    assert ticket.entries.count() == 2
    assert selectors.waiting_for_member(ann) == 1


def test_who_writes_again_after_an_answer_gets_a_new_deadline(ann: Member, clerk: Member) -> None:
    ticket, later = a_ticket(ann), NOW + timedelta(days=5)
    assert write(ann, ticket, now=later).due_at == ticket.due_at
    answer(clerk, ticket)
    again = write(ann, ticket, now=later)
    assert (again.state, again.due_at) == ("open", later + timedelta(days=15))


def test_a_closed_ticket_takes_no_more_words(ann: Member, clerk: Member) -> None:
    ticket = a_ticket(ann)
    services.close(member=ann, no=ticket.no, now=NOW)
    assert services.close(member=ann, no=ticket.no, now=NOW).closed_at == NOW
    for attempt in (lambda: write(ann, ticket), lambda: answer(clerk, ticket)):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.refusal == Refusal.CLOSED
    assert ticket.entries.count() == 1


def test_the_staff_closes_only_what_it_answered(ann: Member, clerk: Member) -> None:
    ticket = a_ticket(ann)
    with pytest.raises(Refused) as refused:
        services.close_by_staff(no=ticket.no, now=NOW)
    assert refused.value.refusal == Refusal.NO_ANSWER
    answer(clerk, ticket)
    for _twice in range(2):
        assert services.close_by_staff(no=ticket.no, now=NOW).state == "closed"
    assert [kind for kind, _ in told(ann)] == ["ticket_answered", "ticket_closed"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "praise"}, Refusal.BAD_KIND),
        ({"text": " \n\t"}, Refusal.NO_TEXT),
        ({"text": "\0"}, Refusal.NO_TEXT),
        ({"text": "字" * 2001}, Refusal.TOO_LONG),
    ],
)
def test_what_is_no_question_is_refused(
    ann: Member, fields: dict[str, str], refusal: Refusal
) -> None:
    with pytest.raises(Refused) as refused:
        a_ticket(ann, **({"kind": "help"} | fields))
    assert refused.value.refusal == refusal
    assert not Ticket.objects.exists()


def test_a_member_has_so_many_open_tickets_and_no_more(
    ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_OPEN", 2)
    first, _second = a_ticket(ann), a_ticket(ann)
    with pytest.raises(Refused) as refused:
        a_ticket(ann)
    assert refused.value.refusal == Refusal.TOO_MANY
    services.close(member=ann, no=first.no, now=NOW)
    assert a_ticket(ann)
    assert a_ticket(a_member("ben"))


def test_nobody_sees_or_touches_anothers_ticket(ann: Member) -> None:
    ben, ticket = a_member("ben"), a_ticket(ann)
    assert selectors.ticket(ben, ticket.no) is None
    assert selectors.tickets(ben).tickets == []
    for attempt in (
        lambda: write(ben, ticket),
        lambda: services.close(member=ben, no=ticket.no, now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.refusal == Refusal.UNKNOWN
    assert ticket.entries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_forms_sent_at_once_one_opens_a_ticket_and_of_answers_one_counts() -> None:
    ann, clerk, key = a_member("ann"), a_member("clerk"), uuid4()
    opened = at_once([lambda: a_ticket(ann, key=key)] * 50)
    assert len({ticket.no for ticket in opened}) == 1  # type: ignore[union-attr]
    ticket, answer_key = Ticket.objects.get(), uuid4()
    at_once([lambda: answer(clerk, ticket, key=answer_key)] * 50)
    assert Entry.objects.count() == 2
    assert len(told(ann)) == 1
