"""What members are told of their cases: every step of somebody else's, once."""

import pytest
from django.utils import translation

from sharemall.members.models import Member
from sharemall.messages import kinds
from sharemall.messages.models import Message
from tests.aftersale import given
from tests.orders import ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def told(member: Member, language: str = "en") -> list[str]:
    found = Message.objects.filter(member=member, kind="case").order_by("id")
    with translation.override(language):
        return [kinds.text_of(one.kind, one.facts) for one in found]


def test_a_refund_of_what_is_sent_is_told_once_with_its_amount(ann: Member) -> None:
    case = given.ask(given.a_sent_order(ann))
    assert told(ann) == []
    given.accept(case)
    assert [text.partition(": ")[2] for text in told(ann)] == ["¥100.00 goes back the way it came."]
    assert "¥100.00 将原路退回" in told(ann, "zh-hans")[0]


def test_no_arbitration_and_return_are_told_step_by_step(ann: Member) -> None:
    case = given.ask(given.a_received_order(ann), kind="return")
    given.appeal(given.decline(case))
    given.receive_back(given.send_back(given.decide(given.fresh(case))))
    assert [text.partition(": ")[2] for text in told(ann)] == [
        "the shop declined. You may ask the platform to decide.",
        "the platform decided for you.",
        "what you sent back has arrived at the shop.",
        "¥100.00 goes back the way it came.",
    ]
    message = Message.objects.filter(kind="case").first()
    assert message is not None
    assert message.link == f"/me/after-sale/{case.no}/"


def test_goodwill_is_told_as_what_it_is(ann: Member) -> None:
    order = given.a_completed_order(ann)  # the farm has ¥55 of its ¥100
    case = given.accept(given.ask(order))
    given.a_completed_order(ann)
    given.accept(case)
    assert [text.partition(": ")[2] for text in told(ann)] == [
        "the shop's balance was too low for the refund.",
        "the shop paid ¥100.00 into your cash balance.",
    ]
