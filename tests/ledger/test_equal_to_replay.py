"""The database and the engine agree on every journal, however it is batched or raced."""

import threading
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction

from sharemall.clock.services import now
from sharemall.ledger import closing, journal, selectors, writer
from sharemall.ledger.report import state
from tests.ledger.helpers import SCHEME, assert_equal_to_replay, at_once, feed, opened, sale
from tests.ledger.random_journal import Journal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", range(8))
def test_a_random_journal_gives_the_engines_state(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "BATCH", 1 + 13 * seed)
    monkeypatch.setattr(writer, "AHEAD", 1 + 29 * seed)
    made = Journal(seed)
    opened(made.scheme)
    feed(made.events(220))
    state = assert_equal_to_replay(tmp_path)
    assert state["days"]
    assert state["rejected"]


def test_fifty_threads_at_once_leave_a_journal_that_replays_to_the_same(tmp_path: Path) -> None:
    opened()
    feed([sale(f"first-{number}", f"m{number % 10}") for number in range(20)])
    today = selectors.business_day(now())
    errors: list[Exception] = []

    def work(number: int) -> None:
        try:
            _buy_sell_and_close(number, today)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    state = assert_equal_to_replay(tmp_path)
    assert 1 <= len(state["days"]) <= 3
    assert selectors.pool().position >= 20 + 50 * 4 + len(state["days"])


def _buy_sell_and_close(number: int, today: date) -> None:
    member = f"m{number % 10}"
    for turn in range(2):
        bought, sold = f"buy-{number}-{turn}", f"sell-{number}-{turn}"
        with transaction.atomic():
            journal.append(sale(bought, member, f"{10 + number}.50"))
        with transaction.atomic():
            event = sale(sold) | {"type": "sell", "member": member, "shares": "0.25"}
            journal.append({key: event[key] for key in ("id", "type", "at", "member", "shares")})
        assert writer.settle(bought).code == ""
        assert writer.settle(sold).code == ""
    if number % 17 == 0:
        with suppress(closing.DayNotClosable):  # a later day was closed first
            closing.close_day(today - timedelta(days=2 - number // 17))


def test_a_state_read_while_the_writer_works_is_of_one_moment() -> None:
    opened()
    feed([sale("first", "m0")])

    def work() -> None:
        try:
            for number in range(40):
                feed([sale(f"{number}-{member}", f"m{member}") for member in range(20)])
        finally:
            connection.close()

    writing = threading.Thread(target=work)
    writing.start()
    try:
        reads = 0
        while writing.is_alive() or not reads:
            read, reads = state(), reads + 1
            held = sum(Decimal(member["shares"]) for member in read["members"].values())
            pool = read["pool"]
            assert Decimal(pool["outstanding"]) == Decimal(pool["treasury"]) + held
    finally:
        writing.join()
    assert selectors.pool().position == 1 + 40 * 20


def test_the_same_event_appended_twice_at_once_applies_once() -> None:
    opened()

    def work() -> bool:
        with transaction.atomic():
            added = journal.append(sale("same"))
        writer.settle("same")
        return added

    assert sorted(at_once(2, work)) == [False, True]
    assert selectors.pool().position == 1
    assert selectors.pool().reserve_micro == 30_000_000


def test_an_event_whose_transaction_is_rolled_back_never_happened() -> None:
    opened(SCHEME)
    with transaction.atomic():
        journal.append(sale("gone"))
        transaction.set_rollback(True)
    assert writer.drain() == 0
    assert journal.find("gone") is None
