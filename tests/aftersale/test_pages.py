"""The member's and the staff's pages of after-sale: each form's refusals beside its way."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sharemall.aftersale.models import Case
from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders.models import Order
from tests.aftersale import given
from tests.office import given as staff
from tests.orders import ready
from tests.orders.ready import DAY, Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    given.open_mall()
    return clock.now()


@pytest.fixture
def ann(now: datetime) -> Member:
    return ready.a_member("ann")


def browser(member: Member) -> Client:
    client = staff.sign_in(Client(), member)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def client(ann: Member) -> Client:
    return browser(ann)


@pytest.fixture
def office(now: datetime) -> Client:
    return browser(given.staff())


def words(response: HttpResponse) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def form(**fields: Any) -> dict[str, Any]:
    filled = {"kind": "refund", "quantity": 1, "amount": "", "reason": "faulty", "text": "x"}
    return filled | {"key": uuid4()} | fields


def ask_url(order: Order, position: int = 1) -> str:
    return reverse("case-ask", kwargs={"no": order.no, "position": position})


def url(name: str, case: Case) -> str:
    return reverse(name, kwargs={"no": case.no})


def test_a_member_asks_from_the_order_and_finds_the_case(
    client: Client, ann: Member, now: datetime
) -> None:
    order = given.a_sent_order(ann, Line(2), now=now)
    page = client.get(reverse("order", kwargs={"no": order.no}))
    assert ask_url(order) in page.content.decode()
    text = words(client.get(ask_url(order)))
    assert "Comes back ¥200.00 Through" in text
    assert "48 hours" in text
    sent = form(quantity=2, amount="150", text="<b>broken</b>")
    response = client.post(ask_url(order), sent, follow=True)
    case = Case.objects.get()
    assert response.redirect_chain == [(url("case", case), 302)]
    text = words(response)
    for part in ("Waiting for the shop", "It is faulty", "¥150.00", "<b>broken</b>"):
        assert part in text
    assert "<b>broken" not in response.content.decode()
    assert f"?about=order%3A{order.no}" in response.content.decode()
    assert "After-sale under way" in words(client.get(reverse("order", kwargs={"no": order.no})))
    assert client.get(ask_url(order)).headers["Location"] == url("case", case)
    assert case.no in client.get(reverse("cases")).content.decode()
    assert client.post(ask_url(order), sent).status_code == 302
    assert Case.objects.count() == 1


def test_what_would_come_back_follows_the_quantity(
    client: Client, ann: Member, now: datetime
) -> None:
    order = given.a_sent_order(ann, Line(3), now=now)
    htmx = {"HX-Request": "true"}
    asked = {"kind": "refund", "quantity": 2, "amount": ""}
    page = client.get(ask_url(order), asked, headers=htmx)
    assert "<html" not in page.content.decode()
    assert "¥200.00" in words(page)
    for wrong in ({"amount": "200.01"}, {"amount": "x"}):
        assert "At most" in words(client.get(ask_url(order), asked | wrong, headers=htmx))
    for quantity in ("9", "0", "x", "-1", "9" * 40):
        page = client.get(ask_url(order), asked | {"quantity": quantity}, headers=htmx)
        assert page.status_code == 200
    page = client.get(ask_url(order), asked | {"kind": "exchange"}, headers=htmx)
    assert "No money moves" in words(page)


def test_goods_that_are_not_sent_are_refunded_on_the_page_at_once(
    client: Client, ann: Member, now: datetime
) -> None:
    order = given.a_paid_order(ann, Line(2), freight=500, now=now)
    assert "goes back at once" in words(client.get(ask_url(order)))
    text = words(client.post(ask_url(order), form(), follow=True))
    assert "¥100.00 went back." in text
    text = words(client.get(reverse("order", kwargs={"no": order.no})))
    assert "1 piece refunded" in text
    # Cancelling now gives back the rest, and says so.
    assert "as it was paid ¥105.00" in text
    client.post(ask_url(order), form(), follow=True)
    assert "All of it was refunded before it was sent." in words(
        client.get(reverse("order", kwargs={"no": order.no}))
    )
    assert (
        ask_url(order) not in client.get(reverse("order", kwargs={"no": order.no})).content.decode()
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quantity": 3}, "Choose between 1 and 2 pieces."),
        ({"quantity": "x"}, "Choose between 1 and 2 pieces."),
        ({"amount": "100.01"}, "Enter an amount up to ¥100.00."),
        ({"amount": "many"}, "Enter an amount in yuan"),
        ({"amount": "0"}, "Enter an amount up to ¥100.00."),
        ({"kind": "gift"}, "Choose another way."),
        ({"reason": ""}, "Choose a reason."),
        ({"text": "x" * 501}, "At most 500 characters."),
    ],
)
def test_what_cannot_be_asked_for_gets_a_sentence(
    client: Client, ann: Member, now: datetime, fields: dict[str, Any], sentence: str
) -> None:
    order = given.a_sent_order(ann, Line(2), now=now)
    response = client.post(ask_url(order), form(**fields))
    assert response.status_code == 422
    assert sentence in words(response)
    assert not Case.objects.exists()


def test_a_file_that_is_no_picture_is_named_and_nothing_is_asked_for(
    client: Client, ann: Member, now: datetime, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    order = given.a_sent_order(ann, now=now)
    response = client.post(
        ask_url(order), form(pictures=SimpleUploadedFile("x.png", b"not a picture"))
    )
    assert response.status_code == 422
    assert "no picture that can be shown" in words(response)
    response = client.post(
        ask_url(order), form(pictures=SimpleUploadedFile("x.png", given.PNG)), follow=True
    )
    assert "aftersale/" in response.content.decode()


def test_nothing_is_asked_for_an_order_that_is_unpaid_or_over(
    client: Client, ann: Member, now: datetime
) -> None:
    unpaid = ready.only(ready.place(ann, now=now))
    assert client.get(ask_url(unpaid)).status_code == 404
    old = given.a_received_order(ann, now=now - 8 * DAY)
    text = words(client.get(ask_url(old)))
    assert "Nothing can be asked for here" in text
    response = client.post(ask_url(old), form())
    assert response.status_code == 422
    assert "The time for returning these goods is over." in words(response)
    assert client.get(ask_url(old, 2)).status_code == 404


def test_a_return_goes_through_the_pages_of_both_sides(
    client: Client, office: Client, ann: Member, now: datetime
) -> None:
    order = given.a_received_order(ann, Line(2), freight=800, now=now)
    client.post(ask_url(order), form(kind="return", reason="unwanted"))
    case = Case.objects.get()
    assert case.no in words(office.get(reverse("console-cases"), {"state": "asked"}))
    assert "1 After-sale to answer" in words(office.get(reverse("console")))
    answer = {"answer": "accept", "return_to": "", "freight_fen": "8", "text": "请寄回"}
    response = office.post(url("console-case-answer", case), answer)
    assert response.status_code == 422
    assert "in one line" in words(response)
    answer |= {"return_to": given.WAREHOUSE}
    response = office.post(url("console-case-answer", case), answer | {"freight_fen": "8.01"})
    assert "Enter an amount up to ¥8.00." in words(response)
    assert office.post(url("console-case-answer", case), answer).status_code == 302
    text = words(client.get(url("case", case)))
    for part in (given.WAREHOUSE, "请寄回", "To be sent back"):
        assert part in text
    response = client.post(url("case-send-back", case), {"carrier": "", "tracking_no": "1"})
    assert response.status_code == 422
    assert "Enter carrier and tracking number" in words(response)
    client.post(url("case-send-back", case), given.PARCEL)
    assert "1 Returned goods to confirm" in words(office.get(reverse("console")))
    response = office.post(url("console-case-receipt", case), {"answer": "accept", "text": ""})
    assert response.status_code == 302
    text = words(client.get(url("case", case)))
    assert "¥108.00 went back." in text
    assert "¥8.00 of it is freight." in text
    assert "1 refunded" in words(office.get(reverse("console-order", kwargs={"no": order.no})))


def test_an_exchange_goes_through_the_pages_of_both_sides(
    client: Client, office: Client, ann: Member, now: datetime
) -> None:
    case = given.sent_back(ann, "exchange", now)
    text = words(office.get(url("console-case", case)))
    assert "send another piece" in text
    assert "They are as they should be" not in text
    reject = {"answer": "accept", "text": ""}
    assert office.post(url("console-case-receipt", case), reject).status_code == 422
    parcel = {"carrier": "", "other": "", "tracking_no": ""}
    assert office.post(url("console-case-replace", case), parcel).status_code == 422
    parcel = {"carrier": "顺丰速运", "other": "", "tracking_no": "SF10"}
    assert office.post(url("console-case-replace", case), parcel).status_code == 302
    assert "SF10" in words(client.get(url("case", case)))
    assert "The replacement has arrived." in words(
        client.post(url("case-confirm", case), follow=True)
    )


def test_a_decline_goes_to_the_platform_through_the_pages(
    client: Client, office: Client, ann: Member, now: datetime
) -> None:
    case = given.ask(given.a_sent_order(ann, now=now), now=now)
    decline = {"answer": "decline", "text": ""}
    assert "Say why" in words(office.post(url("console-case-answer", case), decline))
    office.post(url("console-case-answer", case), decline | {"text": "没有问题"})
    text = words(client.get(url("case", case)))
    assert "没有问题" in text
    assert "You can ask the platform" in text
    assert client.post(url("case-appeal", case), {"text": " "}).status_code == 422
    client.post(url("case-appeal", case), {"text": "确实坏了"})
    assert "1 Cases to decide" in words(office.get(reverse("console")))
    decision = {"decision": "member", "fen": "100.01", "return_to": "", "text": "支持"}
    response = office.post(url("console-case-decide", case), decision)
    assert "Enter an amount up to ¥100.00." in words(response)
    assert office.post(url("console-case-decide", case), {"decision": "member"}).status_code == 422
    office.post(url("console-case-decide", case), decision | {"fen": "40"})
    assert "¥40.00 went back." in words(client.get(url("case", case)))


@pytest.mark.django_db(transaction=True)
def test_goodwill_that_cannot_be_paid_is_said_to_the_staff(
    client: Client, office: Client, ann: Member, now: datetime
) -> None:
    order = given.a_completed_order(ann, Line(returnable_days=0), now=now)
    case = given.ask(order, now=now)
    assert "It need not" in words(client.get(url("case", case)))
    answer = {"answer": "accept", "text": ""}
    response = office.post(url("console-case-answer", case), answer, follow=True)
    assert "The shop's balance is too low for this refund." in words(response)
    given.a_completed_order(ann, Line(returnable_days=0), now=now)
    response = office.post(url("console-case-answer", case), answer, follow=True)
    assert "Refunded" in words(response)
    assert ledger.balance("ann").cash_micro == 100_000_000


def test_withdrawing_from_the_page(client: Client, ann: Member, now: datetime) -> None:
    case = given.ask(given.a_sent_order(ann, now=now), now=now)
    text = words(client.post(url("case-withdraw", case), follow=True))
    assert "It was withdrawn." in text
    assert case.no in words(client.get(reverse("cases"), {"state": "ended"}))
    assert case.no not in words(client.get(reverse("cases"), {"state": "open"}))


def test_a_button_of_an_outdated_page_gets_a_sentence(
    client: Client, office: Client, ann: Member, now: datetime
) -> None:
    case = given.ask(given.a_sent_order(ann, now=now), now=now)
    for name in ("case-appeal", "case-send-back", "case-confirm"):
        response = client.post(url(name, case), given.PARCEL | {"text": "x"})
        assert response.status_code == 422, name
        assert "It has moved on meanwhile" in words(response)
    Case.objects.update(due_at=clock.now() - timedelta(seconds=1))
    answer = {"answer": "accept", "text": ""}
    response = office.post(url("console-case-answer", case), answer)
    assert response.status_code == 422
    assert "The time for this is over." in words(response)
    assert "goes on by itself" in words(client.get(url("case", case)))


def test_lists_are_read_a_page_at_a_time_and_refuse_senseless_marks(
    client: Client, office: Client, ann: Member, now: datetime
) -> None:
    order = given.a_paid_order(ann, Line(22), now=now)
    numbers = [given.ask(order, now=now).no for _ in range(21)][::-1]
    first = client.get(reverse("cases")).content.decode()
    assert re.findall(r'id="case-([\d-]+)"', first) == numbers[:20]
    following = re.search(r'href="(\?before=\d+)"', first)
    assert following is not None
    second = client.get(reverse("cases") + following[1]).content.decode()
    assert re.findall(r'id="case-([\d-]+)"', second) == numbers[20:]
    for wrong in ({"before": "x"}, {"state": "none"}):
        assert client.get(reverse("cases"), wrong).status_code == 404
    found = office.get(reverse("console-cases"), {"q": numbers[3]}).content.decode()
    assert numbers[3] in found
    assert numbers[5] + "<" not in found
    assert office.get(reverse("console-cases"), {"state": "x", "before": "y"}).status_code == 200


def test_pages_speak_chinese_by_default(ann: Member, now: datetime) -> None:
    chinese = Client()
    chinese.force_login(ann)
    order = given.a_sent_order(ann, now=now)
    assert "申请售后" in chinese.get(ask_url(order)).content.decode()
    case = given.ask(order, now=now)
    text = chinese.get(url("case", case)).content.decode()
    for part in ("待商家处理", "逾期未处理视为同意", "商品有质量问题"):
        assert part in text


def test_pages_need_few_queries_however_many_cases_there_are(
    client: Client,
    office: Client,
    ann: Member,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    order = given.a_sent_order(ann, *[Line(2) for _ in range(12)], now=now)
    for place in range(1, 12):
        case = given.ask(order, position=place, now=now)
    pages = {
        (client, reverse("cases")): 7,
        (client, url("case", case)): 10,
        (client, ask_url(order, 12)): 9,
        (client, reverse("order", kwargs={"no": order.no})): 12,
        (office, reverse("console-cases")): 9,
        (office, url("console-case", case)): 11,
    }
    client.get("/zones/")  # the process has read the frame
    for (who, address), most in pages.items():
        with django_assert_max_num_queries(most):
            assert who.get(address).status_code == 200
