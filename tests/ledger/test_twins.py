"""Two transactions append the same events at once: the second waits, then finds them there."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from sharemall.ledger import journal
from sharemall.ledger.models import Pending
from tests.ledger.helpers import sale

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
Events = list[dict[str, str]]


def beside(work: Callable[[], int]) -> tuple[threading.Thread, list[Any]]:
    """`work` in a thread of its own with its own connection, and where its result will be."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except journal.IdConflict as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def wait_until_one_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(20_000):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("count", [1, journal.MANY])
def test_a_twin_waits_and_then_finds_the_events_there(count: int) -> None:
    events = [sale(str(number)) for number in range(count)]
    with transaction.atomic():
        assert journal.append_many(events) == count
        thread, results = beside(lambda: journal.append_many(events))
        wait_until_one_waits()
    thread.join(timeout=60)
    assert results == [0]
    assert Pending.objects.count() == count


@pytest.mark.parametrize("count", [1, journal.MANY])
def test_a_twin_takes_over_what_the_first_takes_back(count: int) -> None:
    events = [sale(str(number)) for number in range(count)]
    with transaction.atomic():
        journal.append_many(events)
        thread, results = beside(lambda: journal.append_many(events))
        wait_until_one_waits()
        transaction.set_rollback(True)
    thread.join(timeout=60)
    assert results == [count]
    assert Pending.objects.count() == count


@pytest.mark.parametrize("count", [1, journal.MANY])
def test_a_twin_with_another_content_is_refused_whole(count: int) -> None:
    events = [sale(str(number)) for number in range(count)]
    others = [sale("first"), *events[:-1], events[-1] | {"paid": "7"}]
    with transaction.atomic():
        journal.append_many(events)
        thread, results = beside(lambda: journal.append_many(others))
        wait_until_one_waits()
    thread.join(timeout=60)
    assert isinstance(results[0], journal.IdConflict)
    assert journal.find("first") is None
