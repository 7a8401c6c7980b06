"""The merchant offers less than was asked for: taken, taken by time, or decided by the platform."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from sharemall.aftersale import answering, asking, deadlines, granting, offering
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.messages import kinds
from sharemall.messages.models import Message
from tests.aftersale import given
from tests.aftersale.given import refused
from tests.office import given as staff
from tests.orders import books, ready
from tests.orders import together as orders_together
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def asked(ann: Member, pieces: int = 3, **fields: Any) -> Case:
    """A case about all pieces of a line that was received, ¥100 each."""
    order = given.a_received_order(ann, Line(pieces))
    return given.ask(order, quantity=pieces, **fields)


def told(member: Member) -> list[str]:
    found = Message.objects.filter(member=member, kind="case").order_by("id")
    with translation.override("en"):
        return [kinds.text_of(one.kind, one.facts).partition(": ")[2] for one in found]


def test_an_offer_moves_nothing_until_the_member_takes_it(ann: Member) -> None:
    case = given.offer(asked(ann), fen=12_000)
    assert (case.state, case.due_at, case.refunded_fen) == ("offered", NOW + 7 * DAY, 0)
    taken = given.take(case)
    assert (taken.state, taken.refunded_fen, taken.line.refunded_quantity) == (
        "refunded",
        12_000,
        3,
    )
    assert given.take(case).state == "refunded"
    assert given.steps(case) == [
        ("member", "asked"),
        ("merchant", "offered"),
        ("member", "took"),
        ("time", "refunded"),
    ]
    assert told(ann) == [
        "the shop offers ¥120.00. Please answer in time.",
        "¥120.00 goes back the way it came.",
    ]
    books.assert_balanced({"ann": (0, 0)}, {"ann": {}})


def test_fewer_pieces_leave_the_others_to_be_asked_for_again(ann: Member) -> None:
    case = given.take(given.offer(asked(ann), quantity=1))
    assert (case.refunded_fen, case.line.refunded_quantity) == (10_000, 1)
    again = given.ask(case.order, quantity=2)
    assert (again.asked_fen, given.accept(again).refunded_fen) == (20_000, 20_000)
    books.assert_balanced({"ann": (0, 0)}, {"ann": {}})


def test_freight_can_be_a_part_of_an_offer_and_falls_with_it(ann: Member) -> None:
    order = given.a_sent_order(ann, Line(), freight=800)
    case = given.offer(given.ask(order), fen=5_000, freight_fen=300)
    given.appeal(case)
    deadlines.act_due(NOW + 7 * DAY)
    assert given.fresh(case).refunded_fen == 10_000
    other = given.ask(given.a_sent_order(ann, Line(), freight=800))
    taken = given.take(given.offer(other, fen=5_000, freight_fen=300))
    assert (taken.refunded_fen, taken.freight_fen) == (5_300, 300)


def test_an_offer_for_a_return_is_taken_before_the_goods_go_back(ann: Member) -> None:
    case = given.take(given.offer(asked(ann, kind="return"), fen=15_000, quantity=2))
    assert (case.state, case.return_to) == ("to_send", given.WAREHOUSE)
    case = given.receive_back(given.send_back(case))
    assert (case.refunded_fen, case.line.returned_quantity) == (15_000, 2)
    books.assert_balanced({"ann": (0, 0)}, {"ann": {}})


def test_what_came_back_can_be_worth_less_than_was_agreed(ann: Member) -> None:
    case = given.offer(given.sent_back(ann), fen=7_000)
    assert case.state == "offered"
    assert refused(lambda: asking.withdraw(member=ann, no=case.no, now=NOW))[0] == "wrong_state"
    assert given.take(case).refunded_fen == 7_000
    books.assert_balanced({"ann": (0, 0)}, {"ann": {}})


def test_an_exchange_is_offered_for_fewer_pieces(ann: Member) -> None:
    case = given.offer(asked(ann, kind="exchange"), quantity=2)
    assert told(ann) == ["the shop offers to exchange 2 of them. Please answer in time."]
    case = given.take(case)
    given.resend(given.send_back(case))
    assert given.fresh(case).pieces == 2
    other = given.sent_back(ann, "exchange")
    found = refused(lambda: given.offer(other, quantity=1))
    assert found[0] == Refusal.BAD_KIND


def test_the_platform_decides_what_the_member_did_not_take(ann: Member) -> None:
    case = given.appeal(given.offer(asked(ann), fen=5_000))
    assert case.state == "arbitration"
    assert given.decide(case, fen=20_000).refunded_fen == 20_000


def test_after_an_offer_was_taken_the_platform_decides_within_it(ann: Member) -> None:
    case = given.take(given.offer(asked(ann, kind="return"), fen=15_000, quantity=2))
    given.appeal(given.decline(given.send_back(case)))
    assert refused(lambda: given.decide(case, fen=15_001)) == (
        Refusal.BAD_AMOUNT,
        {"most_fen": 15_000},
    )
    deadlines.act_due(NOW + 7 * DAY)
    case = given.fresh(case)
    assert (case.refunded_fen, case.line.refunded_quantity) == (15_000, 2)


@pytest.mark.parametrize(("kind", "state"), [("refund", "refunded"), ("return", "to_send")])
def test_an_offer_that_nobody_answers_counts_as_taken(ann: Member, kind: str, state: str) -> None:
    case = given.offer(asked(ann, kind=kind), fen=9_000)
    deadlines.act_due(NOW + 7 * DAY - timedelta(microseconds=1))
    assert given.fresh(case).state == "offered"
    assert refused(lambda: given.take(case, NOW + 7 * DAY))[0] == Refusal.LATE
    assert refused(lambda: given.appeal(case, NOW + 7 * DAY))[0] == Refusal.LATE
    deadlines.act_due(NOW + 7 * DAY)
    case = given.fresh(case)
    assert (case.state, case.agreed_fen) == (state, 9_000)
    late = "the shop's offer counts as taken. Please send the goods back in time."
    assert (late in told(ann)) == (kind == "return")


def test_goodwill_is_offered_and_taken_but_not_for_the_platform_to_decide(ann: Member) -> None:
    case = given.offer(given.ask(given.a_completed_order(ann)), fen=3_000)
    assert not case.can_appeal
    assert refused(lambda: given.appeal(case))[0] == Refusal.UP_TO_SHOP
    taken = given.take(case)
    assert (taken.state, taken.balance_fen) == ("refunded", 3_000)
    other = given.offer(given.ask(given.a_completed_order(ann)), fen=3_000)
    assert asking.withdraw(member=ann, no=other.no, now=NOW).closed_because == "withdrawn"
    books.assert_balanced({"ann": (0, 0)}, {"ann": {}})


def test_what_was_agreed_stands_while_the_balance_is_too_low(ann: Member) -> None:
    order = given.a_completed_order(ann)  # the farm has ¥55 of its ¥100
    case = given.take(given.offer(given.ask(order), fen=9_000))
    assert (case.state, case.refused_code) == ("asked", "insufficient_cash")
    assert refused(lambda: given.offer(case, fen=1_000))[0] == Refusal.AGREED
    given.a_completed_order(ann)
    assert given.accept(case).refunded_fen == 9_000
    books.assert_balanced({"ann": (0, 0)}, {"ann": {}})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"fen": 30_000}, (Refusal.NOT_LESS, {})),
        ({}, (Refusal.NOT_LESS, {})),
        ({"fen": 30_001}, (Refusal.BAD_AMOUNT, {"most_fen": 30_000})),
        ({"fen": 0}, (Refusal.BAD_AMOUNT, {"most_fen": 30_000})),
        ({"fen": -1}, (Refusal.BAD_AMOUNT, {"most_fen": 30_000})),
        ({"fen": 20_001, "quantity": 2}, (Refusal.BAD_AMOUNT, {"most_fen": 20_000})),
        ({"quantity": 0}, (Refusal.BAD_QUANTITY, {"left": 3})),
        ({"quantity": 4}, (Refusal.BAD_QUANTITY, {"left": 3})),
        ({"fen": 1, "text": " "}, (Refusal.NO_TEXT, {})),
        ({"fen": 1, "freight_fen": 1}, (Refusal.BAD_AMOUNT, {"most_fen": 0})),
        ({"fen": 1, "now": NOW + 2 * DAY}, (Refusal.LATE, {})),
    ],
)
def test_an_offer_is_less_than_was_asked_for_and_says_why(
    ann: Member, fields: dict[str, Any], expected: tuple[Refusal, dict[str, int | str]]
) -> None:
    case = asked(ann)
    assert refused(lambda: given.offer(case, **fields)) == expected
    assert given.fresh(case).state == "asked"
    assert case.steps.count() == 1


def test_only_what_waits_for_the_merchant_can_be_offered_less(ann: Member) -> None:
    case = given.offer(asked(ann), fen=9_000)
    assert refused(lambda: given.offer(case, fen=1)) == (
        Refusal.WRONG_STATE,
        {"state": "offered"},
    )
    ben = ready.a_member("ben")
    with pytest.raises(Case.DoesNotExist):
        offering.take(member=ben, no=case.no, now=NOW)
    assert refused(lambda: given.take(given.appeal(case)))[0] == Refusal.WRONG_STATE


@pytest.mark.parametrize(
    "changes",
    [
        {"offered_fen": 30_001},
        {"offered_quantity": 4},
        {"offered_quantity": 0},
        {"took_offer": True},
    ],
)
def test_the_database_refuses_an_offer_of_more(ann: Member, changes: dict[str, Any]) -> None:
    case = given.offer(asked(ann), fen=9_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**changes)


def test_taking_appealing_and_withdrawing_fifty_times_at_once_end_as_one(ann: Member) -> None:
    case = given.offer(asked(ann), fen=9_000)

    def tried(work: Callable[[], object]) -> object:
        try:
            return work()
        except Refused as refusal:
            return str(refusal.refusal)

    kinds_of: list[Callable[[], object]] = [
        lambda: offering.take(member=ann, no=case.no, now=NOW).state,
        lambda: asking.appeal(member=ann, no=case.no, text="x", now=NOW).state,
        lambda: asking.withdraw(member=ann, no=case.no, now=NOW).state,
        lambda: answering.decline(no=case.no, by=ann, text="x", now=NOW).state,
        lambda: deadlines.act_due(NOW + 7 * DAY),
    ]
    jobs = [lambda job=kinds_of[n % 5]: tried(job) for n in range(MANY)]
    Counter(orders_together.at_once(jobs))
    deadlines.act_due(NOW + 14 * DAY)
    granting.settle(no=case.no, now=NOW)
    case = given.fresh(case)
    assert (case.state, case.refunded_fen) in {
        ("refunded", 9_000),
        ("refunded", 30_000),
        ("closed", 0),
    }
    books.assert_balanced({"ann": (0, 0)}, {"ann": {}})


def browser(member: Member) -> Client:
    client = staff.sign_in(Client(), member)
    client.cookies["django_language"] = "en"
    return client


def words(response: Any) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def test_the_pages_lead_from_the_offer_to_the_refund(ann: Member) -> None:
    now = clock.now()
    order = given.a_received_order(ann, Line(3), now=now)
    case = given.ask(order, quantity=3, now=now)
    office, mine = browser(given.staff()), browser(ann)
    url = reverse("console-case-answer", kwargs={"no": case.no})
    page = office.get(reverse("console-case", kwargs={"no": case.no}))
    assert "Offer less" in words(page)
    for wrong, sentence in (
        ({"fen": "300", "text": "x"}, "That is all that was asked for."),
        ({"fen": "300.01", "text": "x"}, "Enter an amount up to ¥300.00."),
        ({"quantity": "4", "text": "x"}, "Choose between 1 and 3 pieces."),
        ({"fen": "50", "text": ""}, "Say why, in a few words."),
    ):
        answer = office.post(url, {"answer": "offer"} | wrong)
        assert (answer.status_code, sentence in words(answer)) == (422, True)
    assert given.fresh(case).state == "asked"
    office.post(url, {"answer": "offer", "fen": "120", "quantity": "2", "text": "a scratch"})
    text = words(mine.get(reverse("case", kwargs={"no": case.no})))
    for part in ("The shop offers less", "Take ¥120.00", "a scratch", "¥120.00 · 2 pieces"):
        assert part in text
    assert (
        mine.post(reverse("case-appeal", kwargs={"no": case.no}), {"text": ""}).status_code == 422
    )
    assert mine.post(reverse("case-take", kwargs={"no": case.no})).status_code == 302
    text = words(mine.get(reverse("case", kwargs={"no": case.no})))
    assert "¥120.00 went back." in text
    assert "Agreed on" in text


def test_a_goodwill_offer_has_no_way_to_the_platform(ann: Member) -> None:
    now = clock.now()
    case = given.ask(given.a_completed_order(ann, now=now), now=now)
    given.offer(case, fen=3_000, now=now)
    mine = browser(ann)
    text = words(mine.get(reverse("case", kwargs={"no": case.no})))
    assert "it is up to the shop" in text
    assert "Let the platform decide" not in text
    answer = mine.post(reverse("case-appeal", kwargs={"no": case.no}), {"text": "x"})
    assert answer.status_code == 422
    assert mine.post(reverse("case-take", kwargs={"no": case.no})).status_code == 302
    assert given.fresh(case).balance_fen == 3_000


def test_what_came_back_is_offered_less_for_on_its_page(ann: Member) -> None:
    now = clock.now()
    case = given.sent_back(ann, now=now)
    office = browser(given.staff())
    url = reverse("console-case-receipt", kwargs={"no": case.no})
    answer = office.post(url, {"answer": "offer", "fen": "40", "text": "worn"})
    assert answer.status_code == 302
    assert (given.fresh(case).state, given.fresh(case).offered_fen) == ("offered", 4_000)
