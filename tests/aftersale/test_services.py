"""A case from asking to its end, and what each step refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from sharemall.aftersale import answering, asking, returning
from sharemall.aftersale.models import Case, CasePicture
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.catalogue.models import Product, Variant
from sharemall.catalogue.pictures import UnreadablePicture
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import life, selectors
from sharemall.orders.models import Bought, Order, OrderLine
from sharemall.payments.models import Refund
from tests.aftersale import given
from tests.orders import ready
from tests.orders.ready import DAY, NOW, Line

pytestmark = pytest.mark.django_db

THREE = Line(3, price_fen=3_334, cost_fen=1_000, discount_fen=2, subsidy_fen=1)


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def refused(work: Callable[[], object]) -> tuple[Refusal, dict[str, int | str]]:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.refusal, caught.value.facts


def stock() -> list[int]:
    return list(Variant.objects.order_by("id").values_list("stock", flat=True))


def refunds() -> list[tuple[str, int]]:
    return list(Refund.objects.order_by("id").values_list("means", "amount_fen"))


def by_three_means(member: Member, *lines: Line, freight: int = 0) -> Order:
    """Half of it in coins, a fifth from the balance, the rest through the sandbox; sent."""
    ready.give(member.account, coins="1000", cash_fen=100_000)
    payment = ready.place(member, ("farm", list(lines), freight))
    amount = payment.amount_fen
    ready.choose(payment, ready.by_sandbox(coins_fen=amount // 2, balance_fen=amount // 5))
    ready.pay(payment)
    return ready.ship(ready.only(payment))


def test_what_is_not_sent_is_refunded_at_once_and_its_stock_comes_back(ann: Member) -> None:
    order = given.a_paid_order(ann, Line(3, limited=True), Line(), freight=800)
    case = given.ask(order, quantity=2)
    assert (case.state, case.provider_fen, case.due_at) == ("refunded", 20_000, None)
    assert given.steps(case) == [("member", "asked"), ("time", "refunded")]
    order.refresh_from_db()
    assert (order.status, order.refunded_fen, order.open_cases) == ("paid", 20_000, 0)
    assert refunds() == [("provider", 20_000)]
    assert stock() == [102, 100]
    assert Bought.objects.get().quantity == 1
    order = ready.ship(order)
    assert order.status == "shipped"


def test_refunded_line_by_line_before_it_is_sent_an_order_ends_with_its_freight(
    ann: Member,
) -> None:
    order = given.a_paid_order(ann, Line(2), Line(limited=True), freight=800)
    given.ask(order, quantity=2)
    case = given.ask(order, position=2)
    assert (case.refunded_fen, case.freight_fen) == (10_800, 800)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "returned")
    assert order.refunded_fen == order.total_fen == 30_800
    assert stock() == [102, 101]
    assert Bought.objects.get().quantity == 0
    found = refused(lambda: given.ask(order))
    assert found == (Refusal.WRONG_STATE, {"state": "cancelled"})


def test_cancelling_after_a_part_was_refunded_gives_back_the_rest_only(ann: Member) -> None:
    order = given.a_paid_order(ann, THREE, freight=100)
    given.ask(order)
    order = life.cancel(member=ann, no=order.no, now=NOW)
    assert (order.status, order.refunded_fen) == ("cancelled", 10_100)
    assert refunds() == [("provider", 3_333), ("provider", 6_767)]
    assert stock() == [103]


def test_money_for_goods_that_were_sent_needs_the_merchants_yes(ann: Member) -> None:
    order = given.a_sent_order(ann, THREE, freight=100)
    case = given.ask(order, quantity=2, text=" 两瓶碎了\r\n ")
    assert (case.state, case.asked_fen, case.due_at) == ("asked", 6_666, NOW + 2 * DAY)
    assert (case.text, case.no) == ("两瓶碎了", f"{order.no}-1")
    assert not refunds()
    case = given.accept(case, freight_fen=60)
    assert (case.state, case.refunded_fen) == ("refunded", 6_726)
    line = OrderLine.objects.get()
    assert (line.refunded_quantity, line.returned_quantity) == (2, 0)
    assert (line.refunded_fen, line.subsidy_back_fen) == (6_666, 1)
    assert stock() == [100]
    order.refresh_from_db()
    assert (order.status, order.refunded_fen, order.freight_refunded_fen) == ("shipped", 6_726, 60)


def test_each_part_goes_back_by_the_means_that_it_was_paid_with(ann: Member) -> None:
    order = by_three_means(ann, Line(3, price_fen=3_337), freight=489)
    coins = ledger.balance("ann").coins_micro
    for quantity in (1, 2):
        given.accept(given.ask(order, quantity=quantity), freight_fen=244)
    writer.drain()
    order.refresh_from_db()
    sums: dict[str, int] = {}
    for means, fen in refunds():
        sums[means] = sums.get(means, 0) + fen
    assert order.refunded_fen == 10_499
    assert sums["coins"] == order.refunded_coins_fen
    assert ledger.balance("ann").coins_micro - coins == sums["coins"] * 10_000
    assert sum(sums.values()) == 10_499
    assert abs(sums["balance"] * order.provider_fen - sums["provider"] * order.balance_fen) < 10_000
    # All goods came back: nothing to wait for, and the merchant keeps one fen of the freight.
    assert (order.status, order.due_fen, order.contributions_fen) == ("completed", 0, 0)


def test_pending_rewards_shrink_with_what_was_refunded(ann: Member) -> None:
    order = given.a_received_order(ann, Line(2))
    before = selectors.pending(selectors.order(ann, order.no) or order, ledger.pool())
    given.accept(given.ask(order))
    half = selectors.pending(selectors.order(ann, order.no) or order, ledger.pool())
    assert half.quota_micro * 2 == before.quota_micro
    given.accept(given.ask(order, asked_fen=9_999))
    rest = selectors.pending(selectors.order(ann, order.no) or order, ledger.pool())
    assert rest.quota_micro == 20_000


def test_returned_goods_are_refunded_when_the_merchant_has_them(ann: Member) -> None:
    order = given.a_received_order(ann, Line(2), Line())
    case = given.accept(given.ask(order, kind="return", reason="unwanted"))
    assert (case.state, case.due_at, case.return_to) == (
        "to_send",
        NOW + 7 * DAY,
        given.WAREHOUSE,
    )
    for _ in range(2):
        case = given.send_back(case, NOW + DAY)
    assert (case.state, case.due_at) == ("sent_back", NOW + 11 * DAY)
    assert stock() == [100, 100]
    case = given.receive_back(case)
    assert (case.state, case.provider_fen) == ("refunded", 10_000)
    assert given.steps(case)[-2:] == [("merchant", "confirmed"), ("time", "refunded")]
    assert stock() == [101, 100]
    assert OrderLine.objects.get(position=1).returned_quantity == 1


def test_an_exchange_moves_no_money_and_ends_when_the_other_piece_arrived(ann: Member) -> None:
    order = given.a_received_order(ann)
    case = given.send_back(given.accept(given.ask(order, kind="exchange")))
    assert refused(lambda: given.receive_back(case)) == (Refusal.BAD_KIND, {})
    for _ in range(2):
        case = given.resend(case)
    assert (case.state, case.due_at) == ("resent", NOW + 10 * DAY)
    for _ in range(2):
        case = returning.confirm(member=ann, no=case.no, now=NOW)
    assert (case.state, case.ended_at, case.due_at) == ("exchanged", NOW, None)
    order.refresh_from_db()
    assert (order.open_cases, order.refunded_fen) == (0, 0)
    assert stock() == [100]
    assert given.ask(order, kind="return").number == 2


def test_an_order_completes_only_when_no_case_of_it_is_open(ann: Member) -> None:
    order = given.a_received_order(ann, Line(2))
    case = given.ask(order, kind="return")
    late = NOW + 30 * DAY
    assert life.complete_due(late) == 0
    asking.withdraw(member=ann, no=case.no, now=NOW)
    assert life.complete_due(late) == 1
    order.refresh_from_db()
    assert (order.status, order.contributions_fen) == ("completed", 8_000)


def test_what_was_refunded_brings_no_reward_and_no_dues(ann: Member) -> None:
    order = given.a_received_order(ann, Line(3, discount_fen=3_000, subsidy_fen=3_000))
    given.accept(given.ask(order, quantity=2))
    assert life.complete_due(NOW + 7 * DAY) == 1
    writer.drain()
    order.refresh_from_db()
    assert (order.refunded_fen, order.subsidy_back_fen) == (18_000, 2_000)
    # 9 000 paid and 1 000 of subsidy: 3 600 to the scheme, 5 % of 10 000 to the platform.
    assert (order.contributions_fen, order.commission_fen, order.due_fen) == (3_600, 500, 5_900)
    balance = ledger.balance("ann")
    assert (balance.quota_micro, balance.shares_micro) == (180_000_000, 18_900_000)
    assert Product.objects.get().sold == 3


def test_goods_without_a_return_period_still_wait_for_their_case(ann: Member) -> None:
    order = given.a_sent_order(ann, Line(2, returnable_days=0))
    case = given.ask(order, reason="not_arrived")
    order = life.receive(member=ann, no=order.no, now=NOW)
    assert order.status == "received"
    given.accept(case)
    assert life.complete_due(NOW) == 1


def test_when_all_goods_that_were_sent_are_refunded_the_order_completes_with_its_freight(
    ann: Member,
) -> None:
    order = given.a_sent_order(ann, freight=800)
    given.accept(given.ask(order, reason="not_arrived"))
    order.refresh_from_db()
    assert (order.status, order.due_fen, order.refunded_fen) == ("completed", 0, 10_000)
    writer.drain()
    assert ledger.codes([f"order-{order.no}.due"]) == {f"order-{order.no}.due": ""}
    assert ledger.balance("ann").shares_micro == 0


def test_a_decline_can_be_taken_to_the_platform_which_grants_a_part(ann: Member) -> None:
    order = given.a_sent_order(ann)
    case = given.decline(given.ask(order))
    assert (case.state, case.due_at) == ("declined", NOW + 7 * DAY)
    case = given.appeal(case, NOW + DAY)
    assert (case.state, case.due_at) == ("arbitration", NOW + 8 * DAY)
    for fen in (0, -1, 10_001):
        found = refused(lambda fen=fen: given.decide(case, fen=fen))
        assert found == (Refusal.BAD_AMOUNT, {"most_fen": 10_000})
    case = given.decide(case, fen=4_000)
    assert (case.state, case.asked_fen, case.refunded_fen) == ("refunded", 10_000, 4_000)
    assert given.steps(case) == [
        ("member", "asked"),
        ("merchant", "declined"),
        ("member", "appealed"),
        ("platform", "granted"),
        ("time", "refunded"),
    ]


def test_the_platform_may_decide_against_the_member(ann: Member) -> None:
    order = given.a_sent_order(ann)
    case = given.decide(given.appeal(given.decline(given.ask(order))), for_member=False)
    assert (case.state, case.closed_because) == ("closed", "rejected")
    order.refresh_from_db()
    assert (order.open_cases, order.refunded_fen) == (0, 0)


def test_goods_that_came_back_wrong_are_declined_and_decided_on_without_another_parcel(
    ann: Member,
) -> None:
    order = given.a_received_order(ann)
    case = given.send_back(given.accept(given.ask(order, kind="return")))
    case = given.decline(case)
    assert refused(lambda: asking.withdraw(member=ann, no=case.no, now=NOW))[0] == (
        Refusal.WRONG_STATE
    )
    case = given.decide(given.appeal(case), return_to="")
    assert case.state == "refunded"
    assert stock() == [101]


def test_after_completion_the_merchant_pays_of_its_own_and_no_reward_is_touched(
    ann: Member,
) -> None:
    order = given.a_completed_order(ann, Line(2))
    writer.drain()
    before = ledger.balance("ann")
    case = given.ask(order, kind="return", now=NOW + 20 * DAY)
    assert case.is_goodwill
    case = given.accept(case, NOW + 20 * DAY)
    case = given.receive_back(given.send_back(case, NOW + 21 * DAY), NOW + 22 * DAY)
    assert (case.state, case.balance_fen, case.refunded_fen) == ("refunded", 10_000, 10_000)
    writer.drain()
    after = ledger.balance("ann")
    assert after.cash_micro - before.cash_micro == 100_000_000
    assert (after.shares_micro, after.quota_micro) == (before.shares_micro, before.quota_micro)
    assert not refunds()
    line, order = OrderLine.objects.get(), ready.only(order.payment)
    assert (line.goodwill_fen, line.refunded_quantity, line.refunded_fen) == (10_000, 1, 0)
    assert (order.refunded_fen, order.open_cases) == (0, 0)
    assert stock() == [101]
    found = refused(lambda: given.ask(order, quantity=2, now=NOW + 22 * DAY))
    assert found == (Refusal.BAD_QUANTITY, {"left": 1})


def test_goodwill_that_the_merchant_cannot_pay_is_not_given_and_can_be_tried_again(
    ann: Member,
) -> None:
    order = given.a_completed_order(ann)  # the farm has ¥55 of its ¥100
    case = given.accept(given.ask(order))
    assert (case.state, case.refused_code) == ("asked", "insufficient_cash")
    assert given.steps(case)[-1] == ("time", "not_paid")
    assert ledger.balance("ann").cash_micro == 0
    given.a_completed_order(ann)
    case = given.accept(case)
    assert (case.state, case.attempt, case.refused_code) == ("refunded", 2, "")
    writer.drain()
    assert ledger.balance("ann").cash_micro == 100_000_000


def test_goodwill_that_is_declined_ends_there(ann: Member) -> None:
    case = given.decline(given.ask(given.a_completed_order(ann)))
    assert (case.state, case.closed_because) == ("closed", "not_given")
    assert refused(lambda: given.appeal(case)) == (Refusal.WRONG_STATE, {"state": "closed"})


def test_three_months_after_completion_there_is_nothing_to_ask_for(ann: Member) -> None:
    order = given.a_completed_order(ann, Line(2, returnable_days=0))
    given.decline(given.ask(order, now=NOW + 90 * DAY - timedelta(seconds=1)), NOW + 90 * DAY)
    found = refused(lambda: given.ask(order, now=NOW + 90 * DAY))
    assert found == (Refusal.PERIOD_OVER, {})


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


PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\r"
    b"IDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def test_pictures_are_kept_with_the_case_and_none_is_left_of_one_that_was_refused(
    ann: Member, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    order = given.a_sent_order(ann)
    good, bad = SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", b"no picture")
    with pytest.raises(UnreadablePicture):
        given.ask(order, pictures=[good, bad])
    assert refused(lambda: given.ask(order, quantity=9, pictures=[SimpleUploadedFile("a", PNG)]))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    key = uuid4()
    for _ in range(2):
        case = given.ask(order, key=key, pictures=[SimpleUploadedFile("a.png", PNG)])
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
