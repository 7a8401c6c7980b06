"""A process killed anywhere in a batch or a close loses nothing and doubles nothing."""

import signal
from pathlib import Path

import pytest

from sharemall.ledger import journal, selectors, writer
from tests.ledger.helpers import EXITING, assert_equal_to_replay, close, drained, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)


def append_a_day() -> None:
    journal.append_many(
        [
            sale("1"),
            sale("2", "bob", "500", referrer="ann"),
            close("2026-01-01"),
            sale("3", "cat", "70"),
            close("2026-01-02"),
        ]
    )


@pytest.mark.parametrize("failpoint", ["inside-batch", "before-dequeue", "before-commit"])
def test_killed_inside_a_batch_nothing_of_it_happened(failpoint: str, tmp_path: Path) -> None:
    opened(EXITING)
    append_a_day()
    assert drained(failpoint) == -signal.SIGKILL
    assert selectors.pool().position == 0
    assert writer.drain() == 5
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


def test_killed_after_a_batch_all_of_it_happened_once(tmp_path: Path) -> None:
    opened()
    append_a_day()
    assert drained("after-commit") == -signal.SIGKILL
    assert selectors.pool().position == 2
    assert writer.drain() == 3
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


@pytest.mark.parametrize(
    "failpoint", ["close-paid", "inside-close", "close-written", "before-commit"]
)
def test_killed_inside_a_day_close_nothing_of_it_happened(failpoint: str, tmp_path: Path) -> None:
    opened(EXITING)
    feed([sale("1"), sale("2", "bob", "500", referrer="ann")])
    journal.append(close("2026-01-01"))
    assert drained(failpoint) == -signal.SIGKILL
    assert selectors.pool().position == 2
    assert selectors.pool().last_closed is None
    assert writer.drain() == 1
    state = assert_equal_to_replay(tmp_path)
    assert len(state["days"]) == 1
    assert state["days"][0]["dividend_paid"] != "0.000000"


def test_a_drain_that_is_not_killed_ends_well() -> None:
    opened()
    append_a_day()
    assert drained("nowhere") == 0
    assert selectors.pool().position == 5
