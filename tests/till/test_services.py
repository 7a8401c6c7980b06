"""Payments in person: codes, confirming, what moves, what is refused."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils.translation import override

from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant
from sharemall.messages.kinds import text_of
from sharemall.messages.models import Message
from sharemall.till import codes, selectors, services
from sharemall.till.models import Code, TillPayment
from sharemall.till.refusals import Refusal, Refused
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import books, ready
from tests.orders.ready import NOW
from tests.till import desk

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
FEN = 10_000


@pytest.fixture(autouse=True)
def _mall() -> None:
    desk.open_mall()


@pytest.fixture
def ann() -> Member:
    """¥100 of balance and about ¥210 of coins."""
    ready.give("ann", coins="1000", cash_fen=10_000)
    return desk.a_member("ann")


@pytest.fixture
def till() -> Member:
    return desk.a_member("till", is_staff=True)


def refusal_of(call: object, *given: object, **fields: object) -> Refusal:
    with pytest.raises(Refused) as refused:
        call(*given, **fields)  # type: ignore[operator]
    return refused.value.refusal


def ring_up(till: Member, code: str, **fields: object) -> TillPayment:
    asked = {"merchant_key": "platform", "amount_fen": 100, "key": uuid4(), "now": NOW}
    return services.ring_up(code=code, staff=till, **(asked | fields))  # type: ignore[arg-type]


def test_a_code_is_eighteen_digits_and_never_kept(ann: Member) -> None:
    shown = [codes.show(member=ann, now=NOW) for _ in range(12)]
    assert all(len(one.digits) == 18 and one.digits.isdigit() for one in shown)
    assert len({one.digits for one in shown}) == 12
    assert Code.objects.count() == codes.KEPT
    assert not Code.objects.filter(digest__in=[one.digits for one in shown]).exists()


def test_members_are_told_of_what_they_paid_and_of_their_password(
    ann: Member, till: Member
) -> None:
    payment = desk.confirm(desk.rung_up(ann, till, 5_000, "farm"))
    other = desk.rung_up(ann, till)
    for _ in range(5):
        with pytest.raises(Refused):
            desk.confirm(other, password="111112")
    told = list(Message.objects.filter(member=ann).order_by("id"))
    assert [one.kind for one in told] == ["till_password", "till_paid", "till_locked"]
    assert told[1].link == f"/till/payments/{payment.no}/"
    with override("en"):
        words = [text_of(one.kind, one.facts) for one in told]
    assert words[1] == "You paid ¥50.00 to farm."
    assert "locked until 2026-11-23 12:00" in words[2]


def test_balance_alone_goes_to_the_merchant(ann: Member, till: Member, tmp_path: Path) -> None:
    payment = desk.confirm(desk.rung_up(ann, till, 5_000, "farm"))
    assert payment.status == "paid"
    assert ledger.balance("ann").cash_micro == 5_000 * FEN
    assert books.merchant("farm") == (0, 5_000 * FEN)
    assert_equal_to_replay(tmp_path)


def test_coins_and_balance_go_to_the_platforms_shop(
    ann: Member, till: Member, tmp_path: Path
) -> None:
    coins = ledger.balance("ann").coins_micro
    payment = desk.confirm(desk.rung_up(ann, till, 5_000), coins_fen=2_000)
    assert (payment.coins_fen, payment.balance_fen) == (2_000, 3_000)
    balance = ledger.balance("ann")
    assert (balance.coins_micro, balance.cash_micro) == (coins - 2_000 * FEN, 7_000 * FEN)
    assert books.merchant("platform") == (2_000 * FEN, 3_000 * FEN)
    assert_equal_to_replay(tmp_path)


def test_coins_alone_move_no_cash(ann: Member, till: Member) -> None:
    desk.confirm(desk.rung_up(ann, till, 5_000), coins_fen=5_000)
    assert ledger.balance("ann").cash_micro == 10_000 * FEN
    assert books.merchant("platform") == (5_000 * FEN, 0)


def test_a_scan_begins_a_payment_that_is_confirmed_alike(ann: Member) -> None:
    payment = services.scan(member=ann, merchant_key="farm", amount_fen=1_234, key=uuid4(), now=NOW)
    assert desk.confirm(payment).status == "paid"
    assert books.merchant("farm") == (0, 1_234 * FEN)


def test_confirming_again_moves_nothing_more(ann: Member, till: Member) -> None:
    payment = desk.confirm(desk.rung_up(ann, till))
    before = Event.objects.count()
    desk.confirm(payment, coins_fen=100, password="000000")
    assert Event.objects.count() == before


def test_other_merchants_take_no_coins_until_there_is_a_licence(ann: Member, till: Member) -> None:
    payment = desk.rung_up(ann, till, 5_000, "farm")
    assert not payment.takes_coins
    assert refusal_of(desk.confirm, payment, 1) == Refusal.NO_COINS_HERE
    assert payment.status == "pending"


def test_the_same_form_again_is_the_same_payment(ann: Member, till: Member) -> None:
    code, key = codes.show(member=ann, now=NOW).digits, uuid4()
    first = ring_up(till, code, key=key)
    assert ring_up(till, code, key=key) == first
    assert refusal_of(ring_up, till, code, key=key, amount_fen=101) == Refusal.KEY_USED
    assert TillPayment.objects.count() == 1


def test_codes_that_are_used_over_or_foreign_are_refused(ann: Member, till: Member) -> None:
    used, old = codes.show(member=ann, now=NOW).digits, codes.show(member=ann, now=NOW).digits
    ring_up(till, used)
    assert refusal_of(ring_up, till, used) == Refusal.CODE_USED
    assert refusal_of(ring_up, till, old, now=NOW + MINUTE) == Refusal.CODE_EXPIRED
    assert refusal_of(ring_up, till, "1" * 18) == Refusal.UNKNOWN_CODE
    assert refusal_of(ring_up, till, "") == Refusal.UNKNOWN_CODE
    assert TillPayment.objects.count() == 1


def test_a_code_is_good_to_its_last_second_beside_newer_ones(ann: Member, till: Member) -> None:
    code = codes.show(member=ann, now=NOW).digits
    codes.show(member=ann, now=NOW)
    assert ring_up(till, code, now=NOW + timedelta(seconds=59)).member == ann


@pytest.mark.parametrize("amount_fen", [0, -1, 5_000_001])
def test_an_amount_that_cannot_be_leaves_the_code_unused(
    ann: Member, till: Member, amount_fen: int
) -> None:
    code = codes.show(member=ann, now=NOW).digits
    assert refusal_of(ring_up, till, code, amount_fen=amount_fen) == Refusal.BAD_AMOUNT
    assert ring_up(till, code)


@pytest.mark.parametrize("key", ["nobody", "escrow", "farm"])
def test_a_shop_that_is_not_open_is_paid_nothing(ann: Member, till: Member, key: str) -> None:
    Merchant.objects.filter(key="farm").update(is_open=False)
    code = codes.show(member=ann, now=NOW).digits
    assert refusal_of(ring_up, till, code, merchant_key=key) == Refusal.SHOP_CLOSED


def test_a_wrong_password_pays_nothing_and_counts(ann: Member, till: Member) -> None:
    payment = desk.rung_up(ann, till)
    for _ in range(4):
        assert refusal_of(desk.confirm, payment, password="111112") == Refusal.WRONG_PASSWORD
    assert refusal_of(desk.confirm, payment, password="111112") == Refusal.LOCKED
    assert refusal_of(desk.confirm, payment) == Refusal.LOCKED
    assert ledger.balance("ann").cash_micro == 10_000 * FEN


def test_without_a_payment_password_nothing_is_paid_in_person(till: Member) -> None:
    ready.give("bob", cash_fen=10_000)
    payment = desk.rung_up(desk.a_member("bob", pays=""), till)
    assert refusal_of(desk.confirm, payment) == Refusal.NO_PASSWORD


def test_too_little_of_either_is_refused_with_what_there_is(ann: Member, till: Member) -> None:
    payment = desk.rung_up(ann, till, 10_001)
    assert refusal_of(desk.confirm, payment) == Refusal.TOO_LITTLE_BALANCE
    more = ledger.balance("ann").coins_micro // FEN + 1
    payment = desk.rung_up(ann, till, more)
    assert refusal_of(desk.confirm, payment, more) == Refusal.TOO_FEW_COINS
    assert refusal_of(desk.confirm, payment, more + 1) == Refusal.BAD_AMOUNT
    assert refusal_of(desk.confirm, payment, -1) == Refusal.BAD_AMOUNT


def test_anothers_payment_cannot_be_confirmed_or_declined(ann: Member, till: Member) -> None:
    payment, bob = desk.rung_up(ann, till), desk.a_member("bob")
    with pytest.raises(TillPayment.DoesNotExist):
        services.confirm(member=bob, no=payment.no, coins_fen=0, password=desk.PAYS, now=NOW)
    with pytest.raises(TillPayment.DoesNotExist):
        services.decline(no=payment.no, member=bob, now=NOW)
    assert selectors.of_member(bob, payment.no) is None


def test_what_is_not_confirmed_in_time_is_over(ann: Member, till: Member) -> None:
    payment, late = desk.rung_up(ann, till), NOW + services.TO_CONFIRM
    assert refusal_of(desk.confirm, payment, now=late) == Refusal.EXPIRED
    assert services.expire_due(late - timedelta(seconds=1)) == 0
    assert services.expire_due(late) == 1
    assert refusal_of(desk.confirm, payment, now=late) == Refusal.EXPIRED


def test_what_was_declined_is_over_and_what_is_paid_stays(ann: Member, till: Member) -> None:
    declined, paid = desk.rung_up(ann, till), desk.confirm(desk.rung_up(ann, till))
    services.decline(no=declined.no, member=ann, now=NOW)
    services.decline(no=declined.no, member=ann, now=NOW)
    assert refusal_of(desk.confirm, declined) == Refusal.ENDED
    assert refusal_of(services.decline, no=paid.no, now=NOW) == Refusal.ENDED


def test_what_the_books_refuse_comes_back_and_may_be_confirmed_otherwise(
    ann: Member, till: Member, tmp_path: Path
) -> None:
    coins = ledger.balance("ann").coins_micro // FEN
    payment = desk.rung_up(ann, till, 5_000)
    services.confirm(member=ann, no=payment.no, coins_fen=4_000, password=desk.PAYS, now=NOW)
    spent = ready.choose(
        ready.place(ann, ("platform", [ready.Line(price_fen=coins)], 0)),
        ready.Plan(coins_fen=coins),
    )
    assert spent.status == "succeeded"
    services.settle(no=payment.no, now=NOW)
    writer.drain()
    payment.refresh_from_db()
    assert (payment.status, payment.refused_code) == ("pending", "insufficient_coins")
    assert ledger.balance("ann").cash_micro == 10_000 * FEN
    assert desk.confirm(payment).status == "paid"
    assert books.merchant("platform") == (0, 5_000 * FEN)
    assert_equal_to_replay(tmp_path)
