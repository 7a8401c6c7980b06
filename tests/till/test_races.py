"""Fifty at once at the till, and a process killed anywhere on a payment's way."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from sharemall.cli import working
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.till import codes, services
from sharemall.till.models import TillPayment
from sharemall.till.refusals import Refusal
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


@pytest.fixture
def ann() -> Member:
    """¥100 of balance and more than ¥200 of coins."""
    ready.give("ann", coins="1000", cash_fen=10_000)
    return desk.a_member("ann")


@pytest.fixture
def till() -> Member:
    return desk.a_member("till", is_staff=True)


def test_one_code_taken_fifty_times_at_once_is_taken_once(ann: Member, till: Member) -> None:
    code = codes.show(member=ann, now=NOW).digits

    def take() -> str:
        services.ring_up(
            code=code,
            merchant_key="platform",
            amount_fen=100,
            staff=till,
            key=uuid4(),
            now=NOW,
        )
        return "taken"

    answers = Counter(desk.at_once([take] * MANY))
    assert answers == {"taken": 1, Refusal.CODE_USED: MANY - 1}
    assert TillPayment.objects.count() == 1


def test_one_form_sent_fifty_times_at_once_makes_one_payment(ann: Member, till: Member) -> None:
    code, key = codes.show(member=ann, now=NOW).digits, uuid4()

    def take() -> str:
        return services.ring_up(
            code=code, merchant_key="platform", amount_fen=100, staff=till, key=key, now=NOW
        ).no

    assert len(set(desk.at_once([take] * MANY))) == 1
    assert TillPayment.objects.count() == 1


def test_one_scan_sent_fifty_times_at_once_makes_one_payment(ann: Member) -> None:
    key = uuid4()

    def scan() -> str:
        return services.scan(member=ann, merchant_key="farm", amount_fen=100, key=key, now=NOW).no

    assert len(set(desk.at_once([scan] * MANY))) == 1


def test_one_payment_confirmed_fifty_times_at_once_is_paid_once(
    ann: Member, till: Member, tmp_path: Path
) -> None:
    coins = ledger.balance("ann").coins_micro
    payment = desk.rung_up(ann, till, 6_000)
    answers = desk.at_once([lambda: desk.confirm(TillPayment.objects.get(), 2_000).status] * MANY)
    assert set(answers) <= {"paid", "moving"}
    payment.refresh_from_db()
    assert payment.status == "paid"
    balance = ledger.balance("ann")
    assert (balance.coins_micro, balance.cash_micro) == (coins - 2_000 * FEN, 6_000 * FEN)
    assert books.merchant("platform") == (2_000 * FEN, 4_000 * FEN)
    assert_equal_to_replay(tmp_path)


@pytest.mark.parametrize("means", ["coins", "balance"])
def test_the_same_coins_or_money_spent_fifty_times_at_once_are_spent_once(
    ann: Member, till: Member, tmp_path: Path, means: str
) -> None:
    coins = ledger.balance("ann").coins_micro // FEN
    amount, in_coins = (coins, coins) if means == "coins" else (10_000, 0)
    payments = [desk.rung_up(ann, till, amount) for _ in range(MANY)]
    desk.at_once([lambda one=one: desk.confirm(one, in_coins).status for one in payments])
    services.settle_moving(NOW)
    writer.drain()
    assert Counter(TillPayment.objects.values_list("status", flat=True)) == {
        "paid": 1,
        "pending": MANY - 1,
    }
    held = {"coins": books.merchant("platform")[0], "balance": books.merchant("platform")[1]}
    assert held[means] == amount * FEN
    assert_equal_to_replay(tmp_path)


def test_coins_spent_at_the_till_and_in_the_mall_at_once_are_spent_once(
    ann: Member, till: Member, tmp_path: Path
) -> None:
    coins = ledger.balance("ann").coins_micro // FEN
    at_till = [desk.rung_up(ann, till, coins) for _ in range(10)]
    in_mall = [ready.place(ann, ("farm", [ready.Line(price_fen=coins)], 0)) for _ in range(10)]
    jobs = [lambda one=one: desk.confirm(one, coins).status for one in at_till]
    plan = ready.Plan(coins_fen=coins)
    jobs += [lambda one=one: ready.choose(one, plan).status for one in in_mall]
    desk.at_once(jobs)
    working.do_round(NOW)
    writer.drain()
    assert ledger.balance("ann").coins_micro // FEN == 0
    assert books.merchant("platform")[0] + books.merchant("escrow")[0] == coins * FEN
    assert_equal_to_replay(tmp_path)


def test_confirming_against_declining_ends_as_one_or_the_other(ann: Member, till: Member) -> None:
    payments = [desk.rung_up(ann, till, 100) for _ in range(20)]
    jobs = [lambda one=one: desk.confirm(one).status for one in payments]
    jobs += [lambda one=one: services.decline(no=one.no, now=NOW) for one in payments]
    desk.at_once(jobs)
    paid = TillPayment.objects.filter(status="paid").count()
    assert TillPayment.objects.filter(status="declined").count() == 20 - paid
    assert ledger.balance("ann").cash_micro == (10_000 - 100 * paid) * FEN


PAY = """
import sys
import django
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as the tests do
django.setup()
from datetime import datetime
from sharemall.members.models import Member
from sharemall.till import services
no, password, now = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])
ann = Member.objects.get(account="ann")
services.confirm(member=ann, no=no, coins_fen=2_000, password=password, now=now)
services.settle(no=no, now=now)
"""


def pay_and_die(payment: TillPayment, failpoint: str) -> int:
    """Pay in a process of its own that is killed at the failpoint; its exit status."""
    command = [sys.executable, "-c", PAY, payment.no, desk.PAYS, NOW.isoformat()]
    return subprocess.run(command, env=environment_of(failpoint), timeout=60).returncode


@pytest.mark.parametrize(
    "failpoint",
    [
        "till-begun",
        *(
            f"till-{leg}-{state}"
            for leg in ("balance", "coins")
            for state in ("appended", "applied")
        ),
        "till-due-appended",
        "till-due-applied",
    ],
)
def test_killed_anywhere_the_worker_ends_the_payment(
    ann: Member, till: Member, failpoint: str, tmp_path: Path
) -> None:
    coins = ledger.balance("ann").coins_micro
    payment = desk.rung_up(ann, till, 5_000)
    assert pay_and_die(payment, failpoint) == -signal.SIGKILL
    working.do_round(NOW)
    writer.drain()
    payment.refresh_from_db()
    assert payment.status == "paid"
    balance = ledger.balance("ann")
    assert (balance.coins_micro, balance.cash_micro) == (coins - 2_000 * FEN, 7_000 * FEN)
    assert books.merchant("platform") == (2_000 * FEN, 3_000 * FEN)
    assert_equal_to_replay(tmp_path)
