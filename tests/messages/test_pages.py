"""A member's messages and questions, as a browser without scripts."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.messages import services
from sharemall.messages.models import Message
from sharemall.orders.models import Order
from sharemall.tickets.models import Ticket
from tests.messages.given import a_member
from tests.orders import ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    ready.open_mall()
    return a_member("ann")


@pytest.fixture
def browser(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.force_login(ann)
    client.cookies["django_language"] = "en"
    return client


def english(page: Client, url: str) -> str:
    return page.get(url).content.decode()


def test_messages_are_shown_counted_and_read(browser: Client, ann: Member) -> None:
    for number in range(3):
        services.send(
            member_id=ann.pk,
            kind="level",
            key=f"level-{number}",
            facts={"level": number + 1},
            link="/honour/",
            now=clock.now(),
        )
    page = english(browser, reverse("messages"))
    assert "You reached V3" in page
    assert page.count("is-unread") == 3
    assert re.search(r'class="cart-badge">3<span class="sr-only"> unread messages', page)
    newest = Message.objects.order_by("-pk")[0]
    url = reverse("message", kwargs={"message_id": newest.pk})
    assert browser.get(url).headers["Location"] == "/honour/"
    assert english(browser, reverse("messages")).count("is-unread") == 2
    browser.post(reverse("messages-read"), {"up_to": newest.pk})
    assert "is-unread" not in english(browser, reverse("messages"))
    assert "You reached" not in english(browser, reverse("messages") + "?group=orders")
    for query in ("?group=nothing", "?before=x"):
        assert browser.get(reverse("messages") + query).status_code == 404


def test_a_message_never_leads_out_of_the_mall(browser: Client, ann: Member) -> None:
    for link in ("https://evil.example/", "//evil.example/", ""):
        services.send(member_id=ann.pk, kind="level", key=f"k{link}", link=link, now=clock.now())
    for message in Message.objects.all():
        url = reverse("message", kwargs={"message_id": message.pk})
        assert browser.get(url).headers["Location"] == reverse("messages")


def test_a_complaint_is_opened_from_an_order_and_answered_to(browser: Client, ann: Member) -> None:
    order: Order = ready.only(ready.place(ann))
    assert f"about=order%3A{order.no}" in english(
        browser, reverse("order", kwargs={"no": order.no})
    )
    url = f"{reverse('help-new')}?about=order:{order.no}"
    assert f"Order {order.no}" in english(browser, url)
    key = str(uuid4())
    form = {"kind": "complaint", "text": "It broke.", "key": key, "about": f"order:{order.no}"}
    assert [browser.post(reverse("help-new"), form).status_code for _ in range(2)] == [302, 302]
    ticket = Ticket.objects.get()
    assert (ticket.order_no, ticket.kind) == (order.no, "complaint")
    page = reverse("ticket", kwargs={"no": ticket.no})
    assert "It broke." in english(browser, page)
    assert browser.post(page, {"text": " ", "key": uuid4()}).status_code == 422
    assert browser.post(page, {"text": "Still.", "key": uuid4()}).status_code == 302
    browser.post(reverse("ticket-close", kwargs={"no": ticket.no}))
    response = browser.post(page, {"text": "More", "key": uuid4()})
    assert response.status_code == 422
    assert "This ticket is closed" in response.content.decode()


def test_anothers_order_is_nothing_to_complain_about(browser: Client) -> None:
    order = ready.only(ready.place(a_member("ben")))
    for about in (f"order:{order.no}", "order:", "nonsense", "x" * 500):
        form = {"kind": "help", "text": "?", "key": str(uuid4()), "about": about[:60]}
        browser.post(reverse("help-new"), form)
    assert set(Ticket.objects.values_list("about", flat=True)) == {""}


@pytest.mark.parametrize(
    "form", [{}, {"kind": "praise", "text": "x"}, {"kind": "help", "key": "?"}]
)
def test_a_question_that_is_none_is_asked_again(browser: Client, form: dict[str, str]) -> None:
    assert browser.post(reverse("help-new"), form).status_code == 422
    assert not Ticket.objects.exists()


ASSETS = [
    *("equity", "equity-dividends", "equity-movements", "equity-sell", "honour", "transparency"),
    *("wallet", "wallet-coins", "till", "invitees"),
]


@pytest.mark.parametrize("name", ASSETS)
def test_every_asset_page_leads_to_a_question(browser: Client, name: str) -> None:
    assert f"{reverse('help-new')}?about=" in english(browser, reverse(name))
