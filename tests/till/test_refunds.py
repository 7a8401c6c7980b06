"""A payment in person goes back: the way it came, never more than was paid, whatever happens."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharemall.cli import working
from sharemall.ledger import selectors as ledger
from sharemall.ledger import statements, writer
from sharemall.members.models import Member
from sharemall.messages.kinds import text_of
from sharemall.messages.models import Message
from sharemall.storefront import origins
from sharemall.till import refunding
from sharemall.till.models import TillPayment, TillRefund
from sharemall.till.refusals import Refusal, Refused
from tests.ledger.helpers import assert_equal_to_replay, environment_of
from tests.orders import books, ready
from tests.orders.ready import NOW
from tests.till import desk

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50
FEN = 10_000


@pytest.fixture(autouse=True)
def _mall() -> None:
    desk.open_mall()


def back(
    payment: TillPayment, amount_fen: int | None = None, *, key: UUID | None = None, text: str = ""
) -> TillRefund:
    """Give so much back and let it move to its end; the refund as it is then."""
    staff = Member.objects.get(account="till")
    made = refunding.refund(
        no=payment.no, amount_fen=amount_fen, by=staff, key=key or uuid4(), text=text, now=NOW
    )
    refunding.settle(no=payment.no, now=NOW)
    made.refresh_from_db()
    payment.refresh_from_db()
    return made


def refused(payment: TillPayment, amount_fen: int | None, key: UUID | None = None) -> Refusal:
    with pytest.raises(Refused) as caught:
        back(payment, amount_fen, key=key)
    return caught.value.refusal


def test_all_of_it_goes_back_the_way_it_came(
    ann: Member, paid: TillPayment, tmp_path: Path
) -> None:
    before = ledger.balance("ann")
    made = back(paid, text="wrong size")
    assert (made.status, made.coins_fen, made.balance_fen) == ("done", 2_000, 3_000)
    after = ledger.balance("ann")
    assert after.coins_micro - before.coins_micro == 2_000 * FEN
    assert after.cash_micro - before.cash_micro == 3_000 * FEN
    assert books.merchant("platform") == (0, 0)
    assert (paid.left_fen, paid.refunded_fen) == (0, 5_000)
    assert refused(paid, 1) == Refusal.NOTHING_LEFT
    assert refused(paid, None) == Refusal.NOTHING_LEFT
    assert_equal_to_replay(tmp_path)


def test_parts_bring_back_their_part_of_each_of_the_means(paid: TillPayment) -> None:
    parts = [back(paid, 3_333), back(paid, 1), back(paid, None)]
    assert [(one.coins_fen, one.balance_fen) for one in parts] == [
        (1_333, 2_000),
        (0, 1),
        (667, 999),
    ]
    assert refused(paid, None) == Refusal.NOTHING_LEFT


@pytest.mark.parametrize("amount_fen", [0, -1, 5_001, 10**12])
def test_more_than_is_left_is_refused(paid: TillPayment, amount_fen: int) -> None:
    assert refused(paid, amount_fen) == Refusal.BAD_AMOUNT
    back(paid, 4_000)
    with pytest.raises(Refused) as caught:
        back(paid, 1_001)
    assert caught.value.facts == {"most_fen": 1_000}
    assert TillRefund.objects.count() == 1


def test_only_what_was_paid_goes_back(ann: Member, till: Member) -> None:
    waiting = desk.rung_up(ann, till)
    assert refused(waiting, 100) == Refusal.NOT_PAID
    with pytest.raises(TillPayment.DoesNotExist):
        refunding.refund(no="T0", amount_fen=1, by=till, key=uuid4(), now=NOW)


def test_the_same_form_again_gives_back_nothing_more(
    ann: Member, till: Member, paid: TillPayment
) -> None:
    key = uuid4()
    first = back(paid, 1_000, key=key)
    assert back(paid, 1_000, key=key).pk == first.pk
    assert refused(paid, 1_001, key) == Refusal.KEY_USED
    other = desk.confirm(desk.rung_up(ann, till))
    assert refused(other, 1_000, key) == Refusal.KEY_USED
    assert paid.refunded_fen == 1_000


def test_what_the_merchant_has_no_more_is_refused_with_nothing_moved(
    paid: TillPayment, tmp_path: Path
) -> None:
    start, before = books.merchant("platform"), ledger.balance("ann")
    ready.journal.append(
        {
            "id": "spent",
            "type": "to_shares",
            "at": "2026-01-10T10:00:00+08:00",
            "merchant": "platform",
            "coins": "10",
        }
    )
    writer.drain()
    made = back(paid)
    assert (made.status, made.refused_code) == ("refused", "insufficient_coins")
    assert books.merchant("platform") == (start[0] - 1_000 * FEN, start[1])
    assert ledger.balance("ann") == before
    assert (paid.left_fen, paid.refunded_fen) == (5_000, 0)
    again = back(paid, 2_500)  # ¥10 of it in coins, which the shop still has
    assert (again.status, again.number) == ("done", 2)
    assert_equal_to_replay(tmp_path)


def test_a_balance_that_is_too_low_is_refused_too(ann: Member, till: Member) -> None:
    payment = desk.confirm(desk.rung_up(ann, till, merchant="farm"))
    ready.journal.append(
        {
            "id": "out",
            "type": "cash_out",
            "at": "2026-01-10T10:00:00+08:00",
            "merchant": "farm",
            "amount": "0.01",
            "reason": "test",
        }
    )
    writer.drain()
    assert back(payment).refused_code == "insufficient_cash"
    assert back(payment, 4_999).status == "done"


def test_the_member_is_told_and_the_wallet_says_of_whom(ann: Member, paid: TillPayment) -> None:
    back(paid)
    message = Message.objects.get(kind="till_back")
    with translation.override("en"):
        assert text_of(message.kind, message.facts) == "platform gave ¥50.00 back to you."
        moves, _ = statements.movements("ann", unit="", before=None)
        rows = [row for row in origins.rows(moves) if row.reason == "Given back"]
    assert [(row.what, row.move.cash_micro, row.move.coin_micro) for row in rows] == [
        ("platform", 3_000 * FEN, 0),
        ("platform", 0, 2_000 * FEN),
    ]
    assert rows[0].href == reverse("till-payment", kwargs={"no": paid.no})


@pytest.mark.parametrize(
    "changes",
    [
        {"refunded_coins_fen": 2_001},
        {"refunded_balance_fen": 3_001},
        {"refunded_coins_fen": -1},
        {"status": "declined", "coins_fen": 0, "balance_fen": 0, "refunded_coins_fen": 1},
    ],
)
def test_the_database_refuses_more_than_was_paid(
    paid: TillPayment, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TillPayment.objects.filter(pk=paid.pk).update(**changes)


@pytest.mark.parametrize("amount_fen", [5_000, 700])
def test_fifty_refunds_at_once_never_give_back_more_than_was_paid(
    paid: TillPayment, amount_fen: int, tmp_path: Path
) -> None:
    before = ledger.balance("ann")
    answers = desk.at_once(
        [lambda: back(TillPayment.objects.get(pk=paid.pk), amount_fen).status] * MANY
    )
    working.do_round(NOW)
    writer.drain()
    done = Counter(answers)["done"]
    assert 1 <= done <= 5_000 // amount_fen
    assert set(answers) <= {
        *("done", Refusal.REFUNDING, Refusal.NOTHING_LEFT, Refusal.BAD_AMOUNT),
    }
    given_back = sum(TillRefund.objects.values_list("amount_fen", flat=True))
    paid.refresh_from_db()
    assert given_back == paid.refunded_fen == done * amount_fen
    after = ledger.balance("ann")
    gained = after.cash_micro - before.cash_micro + after.coins_micro - before.coins_micro
    assert gained == given_back * FEN
    assert sum(books.merchant("platform")) == (5_000 - given_back) * FEN
    assert_equal_to_replay(tmp_path)


def test_one_form_sent_fifty_times_at_once_gives_back_once(paid: TillPayment) -> None:
    key = uuid4()
    found = desk.at_once(
        [lambda: back(TillPayment.objects.get(pk=paid.pk), 1_000, key=key).number] * MANY
    )
    assert set(found) == {1}
    paid.refresh_from_db()
    assert paid.refunded_fen == 1_000


def test_fifty_payments_given_back_at_once_take_no_more_than_the_merchant_has(
    ann: Member, till: Member, tmp_path: Path
) -> None:
    payments = [desk.confirm(desk.rung_up(ann, till, 200, "farm")) for _ in range(MANY)]
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
    answers = Counter(desk.at_once([lambda one=one: back(one).status for one in payments]))
    assert answers == {"done": 25, "refused": 25}
    assert ledger.balance("ann").cash_micro == 5_000 * FEN
    assert books.merchant("farm") == (0, 0)
    assert_equal_to_replay(tmp_path)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    coins=st.integers(0, 5_000),
    asked=st.lists(st.integers(1, 5_000), min_size=1, max_size=8),
)
def test_any_parts_bring_back_of_each_of_the_means_at_most_what_was_paid(
    coins: int, asked: list[int]
) -> None:
    payment = TillPayment(
        amount_fen=5_000, coins_fen=coins, balance_fen=5_000 - coins, status="paid"
    )
    for amount in asked:
        amount = min(amount, payment.left_fen)
        if not amount:
            continue
        part = refunding.coins_of(payment, amount)
        assert 0 <= part <= amount
        payment.refunded_coins_fen += part
        payment.refunded_balance_fen += amount - part
        assert payment.refunded_coins_fen <= payment.coins_fen
        assert payment.refunded_balance_fen <= payment.balance_fen
    if not payment.left_fen:
        assert payment.refunded_coins_fen == coins


BACK = """
import sys
import django
django.setup()
from datetime import datetime
from uuid import uuid4
from sharemall.members.models import Member
from sharemall.till import refunding
no, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
by = Member.objects.get(account="till")
refunding.refund(no=no, amount_fen=None, by=by, key=uuid4(), now=now)
refunding.settle(no=no, now=now)
"""


@pytest.mark.parametrize(
    "failpoint",
    [
        "till-refund-begun",
        *(
            f"till-refund-{leg}-{state}"
            for leg in ("out", "coins", "in")
            for state in ("appended", "applied")
        ),
    ],
)
def test_killed_anywhere_the_worker_ends_the_refund(
    ann: Member, paid: TillPayment, failpoint: str, tmp_path: Path
) -> None:
    before = ledger.balance("ann")
    command = [sys.executable, "-c", BACK, paid.no, NOW.isoformat()]
    ended = subprocess.run(command, env=environment_of(failpoint), timeout=60).returncode
    assert ended == -signal.SIGKILL
    working.do_round(NOW)
    writer.drain()
    assert TillRefund.objects.get().status == "done"
    after = ledger.balance("ann")
    assert after.cash_micro - before.cash_micro == 3_000 * FEN
    assert after.coins_micro - before.coins_micro == 2_000 * FEN
    assert books.merchant("platform") == (0, 0)
    assert Message.objects.filter(kind="till_back").count() == 1
    assert_equal_to_replay(tmp_path)
