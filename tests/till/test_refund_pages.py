"""Refunds of payments in person, in the pages of both sides."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.office.models import Role
from sharemall.till.models import TillRefund
from tests.office import given as staff
from tests.orders import ready
from tests.till import desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _mall() -> None:
    desk.open_mall()


def browser(member: Member) -> Client:
    client = staff.sign_in(Client(), member)
    client.cookies["django_language"] = "en"
    return client


def words(response: Any) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def test_staff_give_back_and_both_sides_keep_it(ann: Member, till: Member) -> None:
    payment = desk.confirm(desk.rung_up(ann, till, now=clock.now()), 2_000, now=clock.now())
    office, mine = browser(staff.employ(till)), browser(ann)
    page = reverse("console-till-payment", kwargs={"no": payment.no})
    url = reverse("console-till-refund", kwargs={"no": payment.no})
    assert "Give back" in words(office.get(page))
    for wrong, sentence in (
        ({"amount": "50.01"}, "Enter an amount above 0 and up to ¥50.00."),
        ({"amount": "0"}, "Enter an amount above 0 and up to ¥50.00."),
        ({"amount": "x"}, "Enter an amount in yuan as a plain number"),
    ):
        answer = office.post(url, {"key": uuid4()} | wrong)
        assert (answer.status_code, sentence in words(answer)) == (422, True)
    assert not TillRefund.objects.exists()
    sent = {"key": uuid4(), "amount": "30", "text": "<b>half</b>"}
    assert office.post(url, sent).status_code == 302
    assert office.post(url, sent).status_code == 302
    assert TillRefund.objects.count() == 1
    receipt = words(mine.get(reverse("till-payment", kwargs={"no": payment.no})))
    for text in (receipt, words(office.get(page))):
        for part in ("Partly given back", "¥30.00", "¥12.00", "¥18.00", "<b>half</b>"):
            assert part in text
    office.post(url, {"key": uuid4(), "amount": ""})
    assert "Give back" not in words(office.get(page))
    assert "Given back" in words(mine.get(reverse("till")))
    answer = office.post(url, {"key": uuid4(), "amount": "1"})
    assert (answer.status_code, "All of it was given back already." in words(answer)) == (422, True)


def test_a_shop_without_money_is_said_to_the_staff(ann: Member, till: Member) -> None:
    now = clock.now()
    payment = desk.confirm(desk.rung_up(ann, till, merchant="farm", now=now), now=now)
    ready.journal.append(
        {
            "id": "out",
            "type": "cash_out",
            "at": "2026-01-10T10:00:00+08:00",
            "merchant": "farm",
            "amount": "50",
            "reason": "test",
        }
    )
    writer.drain()
    office = browser(staff.employ(till))
    url = reverse("console-till-refund", kwargs={"no": payment.no})
    page = words(office.post(url, {"key": uuid4()}, follow=True))
    assert "too little for this refund" in page
    assert "Not given back" in page


def test_who_may_not_give_back_sees_the_receipt_without_a_form(ann: Member, till: Member) -> None:
    payment = desk.confirm(desk.rung_up(ann, till, now=clock.now()), now=clock.now())
    office = browser(staff.employ(desk.a_member("auditor"), Role.AUDITOR))
    assert "Give back" not in words(
        office.get(reverse("console-till-payment", kwargs={"no": payment.no}))
    )
    url = reverse("console-till-refund", kwargs={"no": payment.no})
    assert office.post(url, {"key": uuid4()}).status_code == 403
    assert not TillRefund.objects.exists()
