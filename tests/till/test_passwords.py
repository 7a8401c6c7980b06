"""The payment password: what it may be, who may set it, how often it may be wrong."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from sharemall.members.models import Member, SignInFailure
from sharemall.orders import paying
from sharemall.till import passwords
from sharemall.till.models import PaymentPassword
from sharemall.till.refusals import Refusal, Refused
from tests.orders import ready
from tests.orders.ready import NOW
from tests.till import desk

pytestmark = pytest.mark.django_db(transaction=True)

WRONG = "111112"


@pytest.fixture
def ann() -> Member:
    return desk.a_member("ann")


def tried(member: Member, password: str, after: timedelta = timedelta()) -> Refusal | None:
    """What a try comes to: None if the password is right."""
    try:
        passwords.check(member=member, password=password, now=NOW + after)
    except Refused as refused:
        return refused.refusal
    return None


def refusal_of(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.refusal


def test_the_right_one_is_right_and_is_kept_as_a_hash(ann: Member) -> None:
    assert tried(ann, desk.PAYS) is None
    assert desk.PAYS not in PaymentPassword.objects.get().hash


@pytest.mark.parametrize("password", ["", "12345", "1234567", "12345a", "１２３４５６", "28 619"])
def test_only_six_digits_are_a_payment_password(ann: Member, password: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.set_password(ann, password)
    assert refused.value.refusal == Refusal.NO_DIGITS


@pytest.mark.parametrize("password", ["000000", "123456", "987654", "890123", "phone"])
def test_what_anybody_would_guess_is_refused(ann: Member, password: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.set_password(ann, ann.phone[-6:] if password == "phone" else password)
    assert refused.value.refusal == Refusal.EASY


def test_it_is_changed_after_the_sign_in_password(ann: Member) -> None:
    desk.set_password(ann, "640209")
    assert tried(ann, "640209") is None
    assert tried(ann, desk.PAYS) == Refusal.WRONG_PASSWORD


def test_a_wrong_sign_in_password_changes_nothing_and_counts(ann: Member) -> None:
    for _ in range(8):
        with pytest.raises(Refused) as refused:
            desk.set_password(ann, "640209", sign_in="guess")
        assert refused.value.refusal == Refusal.WRONG_SIGN_IN
    assert SignInFailure.objects.count() == 8
    with pytest.raises(Refused) as refused:
        desk.set_password(ann, "640209", sign_in=desk.SIGN_IN)
    assert refused.value.refusal == Refusal.SIGN_IN_RESTS
    assert tried(ann, desk.PAYS) is None


def test_five_wrong_ones_lock_it_for_a_day_even_for_the_right_one(ann: Member) -> None:
    answers = [tried(ann, WRONG) for _ in range(5)]
    assert answers == [*[Refusal.WRONG_PASSWORD] * 4, Refusal.LOCKED]
    almost = timedelta(hours=24) - timedelta(seconds=1)
    assert tried(ann, desk.PAYS, almost) == Refusal.LOCKED
    assert passwords.locked_until(ann, NOW) == NOW + timedelta(hours=24)
    assert tried(ann, desk.PAYS, timedelta(hours=24)) is None
    assert passwords.locked_until(ann, NOW + timedelta(hours=24)) is None


def test_each_refusal_says_how_many_tries_are_left(ann: Member) -> None:
    left = []
    for _ in range(4):
        with pytest.raises(Refused) as refused:
            passwords.check(member=ann, password=WRONG, now=NOW)
        left.append(refused.value.facts["left"])
    assert left == [4, 3, 2, 1]


def test_the_right_one_begins_the_count_anew(ann: Member) -> None:
    for _ in range(3):
        assert [tried(ann, WRONG) for _ in range(4)] == [Refusal.WRONG_PASSWORD] * 4
        assert tried(ann, desk.PAYS) is None


def test_after_a_lock_there_are_five_tries_again(ann: Member) -> None:
    for _ in range(5):
        tried(ann, WRONG)
    later = timedelta(hours=25)
    answers = [tried(ann, WRONG, later) for _ in range(5)]
    assert answers == [*[Refusal.WRONG_PASSWORD] * 4, Refusal.LOCKED]


def test_a_change_does_not_lift_the_lock(ann: Member) -> None:
    for _ in range(5):
        tried(ann, WRONG)
    desk.set_password(ann, "640209")
    assert tried(ann, "640209") == Refusal.LOCKED


def test_fifty_guesses_at_once_are_five(ann: Member) -> None:
    guesses = [f"{number:06d}" for number in range(1, 50)]
    jobs = [lambda guess=guess: tried(ann, guess) for guess in [*guesses, desk.PAYS]]
    answers = Counter(desk.at_once(jobs))
    right = answers.pop(None, 0)
    assert answers[Refusal.WRONG_PASSWORD] in ({4} if not right else range(4, 9))
    assert tried(ann, desk.PAYS) == Refusal.LOCKED


def test_who_has_none_is_told_so_and_may_pay_in_the_mall_without(ann: Member) -> None:
    bob = desk.a_member("bob", pays="")
    assert not passwords.is_set(bob)
    assert tried(bob, desk.PAYS) == Refusal.NO_PASSWORD
    passwords.check_if_set(member=bob, password="", now=NOW)
    with pytest.raises(Refused):
        passwords.check_if_set(member=ann, password="", now=NOW)


def test_who_has_none_is_hashed_for_all_the_same(
    ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    monkeypatch.setattr(passwords, "make_password", hashed.append)
    tried(desk.ready.a_member("bob"), "640209")
    assert hashed == ["640209"]


def test_one_members_failures_are_nobody_elses(ann: Member) -> None:
    bob = desk.a_member("bob")
    for _ in range(5):
        tried(ann, WRONG)
    assert tried(bob, desk.PAYS) is None


def test_the_wallet_pays_an_order_only_with_the_payment_password(ann: Member) -> None:
    desk.open_mall()
    ready.give("ann", cash_fen=20_000)
    payment = ready.place(ann, ("farm", [ready.Line(price_fen=10_000)], 0))

    def pay(plan: ready.Plan, password: str) -> object:
        return paying.confirm(
            member=ann, no=payment.no, plan=plan, key=uuid4(), password=password, now=NOW
        )

    by_balance = ready.Plan(balance_fen=10_000)
    for wrong in ("", "280618"):
        assert refusal_of(lambda wrong=wrong: pay(by_balance, wrong)) == Refusal.WRONG_PASSWORD
    payment.refresh_from_db()
    assert (payment.wallet, payment.plan_key) == ("none", None)
    pay(ready.by_sandbox(), "")  # nothing of the wallet, nothing to confirm
    pay(by_balance, desk.PAYS)
    payment.refresh_from_db()
    assert payment.wallet == "moving"


def test_five_wrong_ones_lock_the_cashier_and_the_till_alike(ann: Member) -> None:
    desk.open_mall()
    ready.give("ann", cash_fen=20_000)
    payment = ready.place(ann, ("farm", [ready.Line(price_fen=10_000)], 0))
    plan = ready.Plan(balance_fen=10_000)
    given = {"member": ann, "no": payment.no, "plan": plan, "now": NOW}
    for _ in range(5):
        with pytest.raises(Refused):
            paying.confirm(key=uuid4(), password="111111", **given)
    assert (
        refusal_of(lambda: paying.confirm(key=uuid4(), password=desk.PAYS, **given))
        == Refusal.LOCKED
    )
    rung = desk.rung_up(ann, desk.a_member("till", is_staff=True))
    assert refusal_of(lambda: desk.confirm(rung)) == Refusal.LOCKED
