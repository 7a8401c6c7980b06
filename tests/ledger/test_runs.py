"""Runs that close days are on record, and so are verifications that fail."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection

from sharemall.ledger import closing, journal, runs, writer
from sharemall.ledger.models import CloseRun, CloseRunEnd, FailedVerification, Tally
from sharemall.ledger.verify import verify
from tests.ledger.helpers import feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 1, 1)
THAT_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def busy() -> None:
    opened()
    feed([sale("1"), sale("2", "bob")])


@pytest.mark.usefixtures("busy")
def test_a_close_is_on_record_with_its_beginning_and_its_end() -> None:
    outcome = closing.close_day(DAY)
    (run,) = runs.of_days([DAY])[DAY]
    assert run.succeeded
    assert run.ended_at is not None
    assert run.ended_at >= run.started_at
    assert (run.took_ms or 0) >= 0
    assert CloseRunEnd.objects.get().position == outcome.position
    assert runs.unfinished(LONG_AGO) == []


@pytest.mark.usefixtures("busy")
def test_a_second_close_of_a_day_is_no_run() -> None:
    closing.close_day(DAY)
    closing.close_day(DAY)
    assert CloseRun.objects.count() == 1


@pytest.mark.usefixtures("busy")
def test_a_close_that_fails_says_why_until_one_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(event_id: str) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(writer, "settle", broken)
        with pytest.raises(RuntimeError):
            closing.close_day(DAY)
    (failed,) = runs.unfinished(LONG_AGO)
    assert failed.fault == "RuntimeError: the disk is full"
    assert not failed.succeeded
    closing.close_day(DAY)
    assert runs.unfinished(LONG_AGO) == []
    assert [run.succeeded for run in runs.of_days([DAY])[DAY]] == [False, True]


@pytest.mark.usefixtures("busy")
def test_a_run_without_an_end_is_not_forgotten() -> None:
    CloseRun.objects.create(day=DAY, started_at=THAT_DAY)
    (died,) = runs.unfinished(LONG_AGO)
    assert died.ended_at is None
    assert runs.unfinished(THAT_DAY + timedelta(days=1)) == []


@pytest.mark.usefixtures("busy")
def test_runs_are_never_changed() -> None:
    closing.close_day(DAY)
    for change in (CloseRun.objects.all().delete, lambda: CloseRunEnd.objects.update(took_ms=0)):
        with pytest.raises(DatabaseError, match="never changed"):
            change()


@pytest.mark.usefixtures("busy")
def test_closing_what_is_due_adds_it_up() -> None:
    with time_machine.travel(THAT_DAY + timedelta(days=1), tick=False):
        (outcome,) = closing.close_due(datetime.now(UTC))
    assert Tally.objects.get().position == outcome.position


@pytest.mark.usefixtures("busy")
def test_a_verification_that_fails_is_on_record() -> None:
    assert verify() == []
    assert not FailedVerification.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_pool SET paid_micro = paid_micro + 1")
    faults = verify()
    assert FailedVerification.objects.get().faults == faults
    assert len(faults) == 1


def test_appending_a_close_by_hand_is_no_run() -> None:
    opened()
    journal.append(
        {"id": "close", "type": "close_day", "at": "2026-01-02T00:00:00Z", "date": "2026-01-01"}
    )
    writer.drain()
    assert not CloseRun.objects.exists()
