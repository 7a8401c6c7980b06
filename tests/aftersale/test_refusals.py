"""What is refused at each step of a case, with nothing changed; what the database holds."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from sharemall.aftersale import answering, asking, returning
from sharemall.aftersale.models import Case, CasePicture
from sharemall.aftersale.refusals import Refusal
from sharemall.catalogue.pictures import UnreadablePicture
from sharemall.members.models import Member
from sharemall.orders.models import Order, OrderLine
from tests.aftersale import given
from tests.aftersale.given import refused
from tests.orders import ready
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def test_the_same_form_twice_is_one_case_and_a_line_has_one_open_case(ann: Member) -> None:
    order, key = given.a_sent_order(ann, Line(3), Line()), uuid4()
    first = given.ask(order, key=key)
    assert given.ask(order, key=key).pk == first.pk
    found = refused(lambda: given.ask(order))
    assert found == (Refusal.OPEN_ALREADY, {"no": first.no})
    assert given.ask(order, position=2).number == 2
    assert ready.only(order.payment).open_cases == 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quantity": 0}, (Refusal.BAD_QUANTITY, {"left": 2})),
        ({"quantity": 3}, (Refusal.BAD_QUANTITY, {"left": 2})),
        ({"quantity": -1}, (Refusal.BAD_QUANTITY, {"left": 2})),
        ({"asked_fen": 10_001}, (Refusal.BAD_AMOUNT, {"most_fen": 10_000})),
        ({"asked_fen": 0}, (Refusal.BAD_AMOUNT, {"most_fen": 10_000})),
        ({"asked_fen": -5}, (Refusal.BAD_AMOUNT, {"most_fen": 10_000})),
        ({"kind": "gift"}, (Refusal.BAD_KIND, {})),
        ({"reason": "mood"}, (Refusal.BAD_REASON, {})),
        ({"text": "长" * 501}, (Refusal.TOO_LONG, {"most": 500})),
        ({"pictures": [None] * 7}, (Refusal.TOO_MANY_PICTURES, {"most": 6})),
    ],
)
def test_what_makes_no_sense_is_not_asked_for(
    ann: Member, fields: dict[str, Any], expected: tuple[Refusal, dict[str, int]]
) -> None:
    order = given.a_sent_order(ann, Line(2))
    assert refused(lambda: given.ask(order, **fields)) == expected
    assert not Case.objects.exists()


def test_a_second_refund_of_the_same_pieces_is_refused(ann: Member) -> None:
    order = given.a_sent_order(ann, Line(2), Line())
    given.accept(given.ask(order, quantity=2, asked_fen=5))
    assert refused(lambda: given.ask(order)) == (Refusal.NOTHING_LEFT, {})


def test_only_money_can_be_asked_for_before_the_goods_are_sent(ann: Member) -> None:
    order = given.a_paid_order(ann)
    for kind in ("return", "exchange"):
        assert refused(lambda kind=kind: given.ask(order, kind=kind)) == (Refusal.BAD_KIND, {})
    unpaid = ready.only(ready.place(ann))
    found = refused(lambda: given.ask(unpaid))
    assert found == (Refusal.WRONG_STATE, {"state": "unpaid"})


def test_after_a_lines_own_return_period_its_goods_do_not_go_back(ann: Member) -> None:
    order = given.a_received_order(ann, Line(returnable_days=0), Line(returnable_days=7))
    for kind in ("return", "exchange"):
        found = refused(lambda kind=kind: given.ask(order, kind=kind))
        assert found == (Refusal.PERIOD_OVER, {})
    assert given.ask(order, kind="refund").state == "asked"
    late = NOW + 7 * DAY
    for kind in ("return", "refund"):
        found = refused(lambda kind=kind: given.ask(order, position=2, kind=kind, now=late))
        assert found == (Refusal.PERIOD_OVER, {})


def test_an_answer_after_the_deadline_is_refused(ann: Member) -> None:
    order = given.a_received_order(ann)
    case, late = given.ask(order, kind="return"), NOW + 2 * DAY
    assert refused(lambda: given.accept(case, late)) == (Refusal.LATE, {})
    assert refused(lambda: given.decline(case, late)) == (Refusal.LATE, {})
    case = given.accept(case)
    assert refused(lambda: given.send_back(case, NOW + 7 * DAY)) == (Refusal.LATE, {})
    case = given.send_back(case)
    for work in (given.receive_back, given.decline, given.resend):
        assert refused(lambda work=work: work(case, NOW + 10 * DAY)) == (Refusal.LATE, {})
    case = given.decline(case)
    assert refused(lambda: given.appeal(case, NOW + 7 * DAY)) == (Refusal.LATE, {})
    case = given.appeal(case)
    assert refused(lambda: given.decide(case, NOW + 7 * DAY)) == (Refusal.LATE, {})


def test_no_step_is_taken_out_of_turn(ann: Member) -> None:
    order = given.a_received_order(ann)
    case = given.ask(order, kind="return")
    asked = (Refusal.WRONG_STATE, {"state": "asked"})
    for work in (given.appeal, given.decide, given.send_back, given.receive_back, given.resend):
        assert refused(lambda work=work: work(case)) == asked
    assert refused(lambda: returning.confirm(member=ann, no=case.no, now=NOW)) == asked
    case = given.receive_back(given.send_back(given.accept(case)))
    done = (Refusal.WRONG_STATE, {"state": "refunded"})
    for work in (given.accept, given.decline, given.appeal, given.send_back, given.receive_back):
        assert refused(lambda work=work: work(case)) == done
    assert refused(lambda: asking.withdraw(member=ann, no=case.no, now=NOW)) == done


def test_answers_need_what_they_need(ann: Member) -> None:
    order = given.a_received_order(ann, freight=300)
    case, by = given.ask(order, kind="return"), given.staff()
    found = refused(lambda: answering.decline(no=case.no, by=by, text=" \n", now=NOW))
    assert found == (Refusal.NO_TEXT, {})
    for address in ("", "x" * 201, "a\nb"):
        found = refused(lambda address=address: given.accept(case, return_to=address))
        assert found == (Refusal.NO_ADDRESS, {})
    for fen in (301, -1):
        found = refused(lambda fen=fen: given.accept(case, freight_fen=fen))
        assert found == (Refusal.BAD_AMOUNT, {"most_fen": 300})
    case = given.accept(case, freight_fen=300)
    for parcel in ({"carrier": ""}, {"tracking_no": " "}, {"tracking_no": "1" * 41}):
        found = refused(lambda parcel=parcel: given.send_back(case, **parcel))
        assert found == (Refusal.BAD_PARCEL, {})
    assert given.receive_back(given.send_back(case)).refunded_fen == 10_300


def test_freight_that_two_cases_were_promised_comes_back_once(ann: Member) -> None:
    order = given.a_received_order(ann, Line(), Line(), Line(), freight=300)
    cases = [given.ask(order, position=place, kind="return") for place in (1, 2)]
    cases = [given.accept(case, freight_fen=200) for case in cases]
    refunded = [given.receive_back(given.send_back(case)).refunded_fen for case in cases]
    assert refunded == [10_200, 10_100]


def test_withdrawing_closes_the_case_and_the_line_is_free_again(ann: Member) -> None:
    order = given.a_received_order(ann)
    case = given.accept(given.ask(order, kind="return"))
    for _ in range(2):
        case = asking.withdraw(member=ann, no=case.no, now=NOW)
    assert (case.state, case.closed_because) == ("closed", "withdrawn")
    assert ready.only(order.payment).open_cases == 0
    case = given.send_back(given.accept(given.ask(order, kind="return")))
    found = refused(lambda: asking.withdraw(member=ann, no=case.no, now=NOW))
    assert found == (Refusal.WRONG_STATE, {"state": "sent_back"})


def test_nobody_touches_anothers_case(ann: Member) -> None:
    order = given.a_received_order(ann)
    ben = ready.a_member("ben")
    with pytest.raises(Order.DoesNotExist):
        asking.ask(
            member=ben,
            order_no=order.no,
            position=1,
            kind="refund",
            quantity=1,
            reason="other",
            key=uuid4(),
            now=NOW,
        )
    with pytest.raises(OrderLine.DoesNotExist):
        given.ask(order, position=2)
    case = given.accept(given.ask(order, kind="return"))
    of_ben: dict[str, Any] = {"member": ben, "no": case.no, "now": NOW}
    for work in (
        lambda: asking.withdraw(**of_ben),
        lambda: asking.appeal(**of_ben, text="x"),
        lambda: returning.send_back(**of_ben, **given.PARCEL),
        lambda: returning.confirm(**of_ben),
        lambda: answering.accept(no="nothing", by=ben, now=NOW),
    ):
        with pytest.raises(Case.DoesNotExist):
            work()


def test_pictures_are_kept_with_the_case_and_none_is_left_of_one_that_was_refused(
    ann: Member, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    order = given.a_sent_order(ann)
    good, bad = SimpleUploadedFile("a.png", given.PNG), SimpleUploadedFile("b.png", b"no picture")
    with pytest.raises(UnreadablePicture):
        given.ask(order, pictures=[good, bad])
    assert refused(
        lambda: given.ask(order, quantity=9, pictures=[SimpleUploadedFile("a", given.PNG)])
    )
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    key = uuid4()
    for _ in range(2):
        case = given.ask(order, key=key, pictures=[SimpleUploadedFile("a.png", given.PNG)])
    picture = CasePicture.objects.get()
    assert (picture.case_id, picture.width, picture.height) == (case.pk, 1, 1)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"state": "refunded"},
        {"state": "closed"},
        {"due_at": None},
        {"agreed_fen": 10_001},
        {"provider_fen": 1},
        {"ended_at": NOW},
        {"state": "paying", "due_at": None},
        {"closed_because": "withdrawn"},
        {"quantity": 0},
    ],
)
def test_the_database_refuses_a_case_whose_state_times_and_amounts_disagree(
    ann: Member, change: dict[str, object]
) -> None:
    case = given.ask(given.a_sent_order(ann))
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"refunded_fen": 10_001},
        {"refunded_fen": 1, "refunded_coins_fen": 1},
        {"freight_refunded_fen": 1},
        {"subsidy_back_fen": 1},
    ],
)
def test_the_database_refuses_to_refund_more_than_was_paid(
    ann: Member, change: dict[str, object]
) -> None:
    order = given.a_sent_order(ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**change)
    of_line = {"refunded_fen": 10_001, "refunded_quantity": 2, "returned_quantity": 1}
    for name, value in of_line.items():
        with pytest.raises(IntegrityError), transaction.atomic():
            OrderLine.objects.filter(order=order).update(**{name: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(payment=ready.paid(ann)).update(open_cases=1)
