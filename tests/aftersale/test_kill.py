"""A process killed anywhere on a goodwill refund's way loses nothing: the worker ends it, once."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sharemall.aftersale.models import Case
from sharemall.cli import working
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from tests.aftersale import given
from tests.ledger.helpers import assert_equal_to_replay, environment_of
from tests.orders import ready
from tests.orders.ready import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPT = """
import sys
import django
django.setup()
from datetime import datetime
from sharemall.aftersale import answering, granting
from sharemall.members.models import Member
no, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
staff = Member.objects.get(is_staff=True)
answering.accept(no=no, by=staff, now=now, return_to="")
granting.settle(no=no, now=now)
"""


@pytest.fixture
def case() -> Case:
    """Goodwill of ¥100 asked of a merchant that has ¥110."""
    given.open_mall()
    ann = ready.a_member("ann")
    first = given.a_completed_order(ann)
    given.a_completed_order(ann)
    given.staff()
    writer.drain()
    return given.ask(first)


def accept_and_die(case: Case, failpoint: str) -> int:
    """Accept in a process of its own that is killed at the failpoint; its exit status."""
    command = [sys.executable, "-c", ACCEPT, case.no, NOW.isoformat()]
    return subprocess.run(command, env=environment_of(failpoint), timeout=60).returncode


@pytest.mark.parametrize("failpoint", ["goodwill-begun", "goodwill-applied", "goodwill-granted"])
def test_killed_at_any_place_the_worker_ends_the_refund_once(
    case: Case, failpoint: str, tmp_path: Path
) -> None:
    before = ledger.balance("ann").cash_micro
    assert accept_and_die(case, failpoint) == -signal.SIGKILL
    for _ in range(2):
        working.do_round(NOW)
        writer.drain()
    ended = given.fresh(case)
    assert (ended.state, ended.balance_fen, ended.attempt) == ("refunded", 10_000, 1)
    assert ledger.balance("ann").cash_micro - before == 100_000_000
    assert [step.action for step in ended.steps.all()] == ["asked", "accepted", "refunded"]
    assert_equal_to_replay(tmp_path)


def test_one_that_is_not_killed_ends_well(case: Case) -> None:
    assert accept_and_die(case, "nowhere") == 0
    assert given.fresh(case).state == "refunded"
    assert Member.objects.filter(is_staff=True).count() == 1
