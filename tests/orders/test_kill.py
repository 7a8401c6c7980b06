"""A process killed anywhere on a wallet's way loses nothing: the worker ends what it began."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sharemall.cli import working
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders.models import Order
from sharemall.payments.models import Payment
from tests.ledger.helpers import assert_equal_to_replay, environment_of
from tests.orders import ready
from tests.orders.ready import NOW

pytestmark = pytest.mark.django_db(transaction=True)

PAY = """
import sys
import django
django.setup()
from datetime import datetime
from uuid import uuid4
from sharemall.members.models import Member
from sharemall.orders import paying
no, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
plan = paying.Plan(coins_fen=2_000, balance_fen=3_000, shares_fen=5_000)
paying.begin(member=Member.objects.get(), no=no, plan=plan, key=uuid4(), now=now)
paying.settle(no=no, now=now)
"""


@pytest.fixture
def ann() -> Member:
    ready.open_mall()
    ann = ready.a_member("ann")
    ready.give("ann", coins="1000", cash_fen=3_000)
    ready.give("ann", shares="3000")
    return ann


def pay_and_die(payment: Payment, failpoint: str) -> int:
    """Pay in a process of its own that is killed at the failpoint; its exit status."""
    command = [sys.executable, "-c", PAY, payment.no, NOW.isoformat()]
    return subprocess.run(command, env=environment_of(failpoint), timeout=60).returncode


@pytest.mark.parametrize(
    "failpoint",
    [
        "wallet-begun",
        *(
            f"wallet-{leg}-{state}"
            for leg in ("coins", "balance", "sell", "shares")
            for state in ("appended", "applied")
        ),
    ],
)
def test_killed_at_any_leg_the_worker_ends_the_payment(
    ann: Member, failpoint: str, tmp_path: Path
) -> None:
    coins = ledger.balance("ann").coins_micro
    payment = ready.place(ann)
    assert pay_and_die(payment, failpoint) == -signal.SIGKILL
    assert ready.only(payment).status == "paying"
    working.do_round(NOW)
    payment.refresh_from_db()
    assert (payment.status, payment.wallet) == ("succeeded", "held")
    assert ready.only(payment).status == "paid"
    balance = ledger.balance("ann")
    assert balance.coins_micro == coins - 20_000_000
    assert 0 <= balance.cash_micro < 10
    assert_equal_to_replay(tmp_path)


def test_killed_before_a_leg_that_is_refused_all_comes_back(ann: Member, tmp_path: Path) -> None:
    coins, payment, other = ledger.balance("ann").coins_micro, ready.place(ann), ready.place(ann)
    assert pay_and_die(payment, "wallet-coins-appended") == -signal.SIGKILL
    ready.choose(other, ready.by_sandbox(balance_fen=3_000))
    working.do_round(NOW)
    payment.refresh_from_db()
    assert (payment.wallet, payment.refused_code) == ("none", "insufficient_cash")
    assert set(Order.objects.values_list("status", flat=True)) == {"unpaid"}
    ready.give("ann", cash_fen=1)
    assert ledger.balance("ann").coins_micro == coins
    assert_equal_to_replay(tmp_path)


def test_one_that_is_not_killed_ends_well(ann: Member) -> None:
    payment = ready.place(ann)
    assert pay_and_die(payment, "nowhere") == 0
    assert ready.only(payment).status == "paid"
