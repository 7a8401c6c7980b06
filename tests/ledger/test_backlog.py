"""A queue of many batches: worked out ahead, and thrown away where another process came between."""

from pathlib import Path

import pytest
from django.db import connection

from sharemall.ledger import backlog, batch, books, journal, queue, selectors, writer
from sharemall.ledger.batch import Overtaken
from sharemall.ledger.models import Application
from tests.ledger.helpers import (
    EXITING,
    assert_equal_to_replay,
    at_once,
    close,
    event,
    feed,
    opened,
    sale,
)
from tests.ledger.random_journal import Journal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH", 7)
    monkeypatch.setattr(writer, "AHEAD", 11)


@pytest.mark.parametrize("most_accounts", [0, 12, 100_000])
def test_a_backlog_gives_the_state_of_its_replay(
    most_accounts: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MOST_ACCOUNTS", most_accounts)
    made = Journal(4)
    opened(made.scheme)
    events = made.events(300)
    journal.append_many(events)
    assert writer.drain() == 300
    assert_equal_to_replay(tmp_path)
    positions = Application.objects.order_by("position").values_list("event_id", flat=True)
    assert list(positions) == [event["id"] for event in events]


def test_a_wind_up_far_down_the_queue_pays_those_whom_no_event_names(tmp_path: Path) -> None:
    opened()
    feed([sale("early", "zoe", "3")])
    journal.append_many([sale(f"{number}", f"m{number}", "0.10") for number in range(30)])
    sells = [event(f"out-{n}", "sell", member=f"m{n}", shares="all") for n in range(30)]
    journal.append_many([*sells, event("out", "sell", member="zoe", shares="0.6")])
    assert writer.drain() == 61
    assert selectors.pool().outstanding_micro == 0
    assert_equal_to_replay(tmp_path)


def test_what_was_worked_out_ahead_is_void_once_another_process_came_between() -> None:
    opened()
    feed([sale("0")])
    journal.append_many([sale(str(number), "ann") for number in range(1, 15)])
    ahead = books.opened()
    with connection.cursor() as cursor:
        queued = queue.following(cursor, 0, 7)
        made = batch.work(cursor, ahead, queued, batch.gather(cursor, ahead, queued))
    writer.settle("14")
    with pytest.raises(Overtaken):
        writer._commit(made)
    assert selectors.pool().position == 15
    assert Application.objects.count() == 15


def test_a_backlog_that_is_overtaken_is_left_to_the_caller_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer applies two events between every two of our batches."""
    opened()
    journal.append_many([sale(str(number), f"m{number % 5}") for number in range(70)])
    commit = writer._commit

    def overtaken(made: batch.Batch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(writer, "BATCH", 2)
            writer._apply_batch()
        commit(made)

    monkeypatch.setattr(writer, "_commit", overtaken)
    assert writer.drain() < 70
    monkeypatch.setattr(writer, "_commit", commit)
    writer.drain()
    assert selectors.pool().position == 70
    assert_equal_to_replay(tmp_path)


def test_two_drains_of_one_backlog_apply_each_event_once(tmp_path: Path) -> None:
    opened(EXITING)
    events = [sale(str(number), f"m{number % 9}", f"{number + 1}") for number in range(200)]
    for number in range(1, 4):
        events.insert(number * 50, close(f"2026-01-0{number}"))
    journal.append_many(events)
    assert sum(at_once(2, writer.drain)) == 203
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 3


@pytest.mark.django_db(transaction=False)
def test_batches_of_one_transaction_do_not_mix() -> None:
    """Only tests do this: their batches are parts of one transaction that is rolled back."""
    opened()
    for number in range(5):
        feed([sale(str(number), "ann", f"{number + 1}")])
    assert selectors.balance("ann").granted_micro == 30_000_000
