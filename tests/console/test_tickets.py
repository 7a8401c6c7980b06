"""Tickets on the staff's desk: the most urgent first, overdue ones flagged, answered once."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.messages.models import Message
from sharemall.tickets.models import Ticket
from tests.console import given


def url_of(ticket: Ticket, name: str = "console-ticket") -> str:
    return reverse(name, kwargs={"no": ticket.no})


def listed(office: Client, state: str = "open") -> str:
    return office.get(f"{reverse('console-tickets')}?state={state}").content.decode()


def test_the_most_urgent_is_first_and_what_is_overdue_is_flagged(office: Client) -> None:
    slow = given.a_ticket()
    quick = given.a_ticket(kind="help")
    page = listed(office)
    assert page.index(quick.no) < page.index(slow.no)
    assert ">Overdue</span>" not in page
    late = given.a_ticket(now=clock.now() - timedelta(days=16))
    page = listed(office)
    assert page.index(late.no) < page.index(quick.no)
    assert "Overdue" in page
    assert "Tickets to answer, 1 overdue" in office.get("/console/").content.decode()


def test_an_answer_counts_once_and_reaches_the_member(office: Client) -> None:
    ticket, form = given.a_ticket(), {"text": "We send another.", "key": str(uuid4())}
    for _twice in range(2):
        assert office.post(url_of(ticket), form).status_code == 302
    assert ticket.entries.count() == 2
    assert Message.objects.get().member == ticket.member
    assert "We send another." in office.get(url_of(ticket)).content.decode()
    assert ticket.no not in listed(office)
    assert ticket.no in listed(office, "answered")


def test_an_empty_or_too_long_answer_is_asked_again(office: Client) -> None:
    ticket = given.a_ticket()
    for text in ("", " ", "x" * 2001):
        assert office.post(url_of(ticket), {"text": text, "key": uuid4()}).status_code == 422
    assert ticket.entries.count() == 1


def test_only_what_was_answered_is_closed_and_then_takes_no_answer(office: Client) -> None:
    ticket = given.a_ticket()
    close = url_of(ticket, "console-ticket-close")
    assert "Answer it first." in office.post(close, follow=True).content.decode()
    office.post(url_of(ticket), {"text": "Done.", "key": uuid4()})
    assert "The ticket is closed." in office.post(close, follow=True).content.decode()
    response = office.post(url_of(ticket), {"text": "More.", "key": uuid4()})
    assert response.status_code == 422
    assert "This ticket is closed" in response.content.decode()
    assert ticket.no in listed(office, "closed")
    assert ticket.no in listed(office, "all")


def test_long_lists_cost_no_more_queries_and_go_on(
    office: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(60):
        given.a_ticket(f"asker{number}")
    assert "before=" in listed(office, "all")
    office.get("/console/factor/own/")  # what is kept for all pages
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        listed(office, "all")
