"""Dividends that were written ahead of their day: nobody's, and discarded."""

import signal
import threading
from datetime import date

import pytest
from django.db import Error, connection, transaction

from sharemall.ledger import (
    explaining,
    journal,
    months,
    past,
    reworking,
    rights,
    selectors,
    statements,
    writer,
)
from sharemall.ledger.models import Dividend, Payout
from sharemall.ledger.verify import verify
from tests.ledger.dying import (
    FIRST,
    LATE,
    SALES,
    SECOND,
    WAITING,
    asked,
    died_ahead,
    first_day_closed_second_queued,
    late_session,
    run,
    written,
)
from tests.ledger.helpers import close, drained, feed, opened, sale

# On Citus a close has one connection: the shards are written at once as it is.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_machine]


def test_no_reader_shows_what_was_written_ahead() -> None:
    died_ahead()
    assert [row.day for row in selectors.dividends("ann")] == [FIRST]
    assert sum(row.fund_micro + row.honour_micro for row in months.by_month(10)) == (
        selectors.balance("ann").dividends_micro
    )
    moved, _ = statements.movements("ann")
    assert [row.reason for row in moved].count("dividend") == 1
    (chunk,) = statements.statement("ann", FIRST, date(2026, 1, 31)).chunks
    assert [row.reason for row in chunk].count("dividend") == 1
    assert {row.day for row in Dividend.objects.all()} == {FIRST}
    assert verify() == []


def test_what_looks_back_does_not_see_what_was_written_ahead() -> None:
    died_ahead()
    explained = explaining.explain("ann", FIRST)
    assert explained is not None
    assert explained.agrees
    assert explaining.explain("ann", SECOND) is None
    reworked = reworking.rework(FIRST)
    assert reworked is not None
    assert reworked.agrees
    before = past.read(FIRST)
    assert list(before.members.quota) == [0] * len(before.members.quota)


def test_a_month_is_added_up_without_what_was_written_ahead() -> None:
    opened()
    feed([*SALES, close("2026-01-31"), sale("4", "dan", "60")])
    journal.append(close("2026-02-01"))
    assert drained("dividends-ahead", many=0) == -signal.SIGKILL
    assert months.add_up_due() == []
    assert len(months.by_month(10)) == 1
    writer.drain()
    assert months.add_up_due() == [FIRST]
    assert len(months.by_month(10)) == 2
    assert verify() == []


def test_nothing_of_a_closed_day_is_ever_discarded() -> None:
    died_ahead()
    first = asked("SELECT count(*) FROM ledger_dividend WHERE day = '2026-01-01'")
    run("SELECT ledger_discard_ahead()")
    run("SELECT ledger_discard_ahead()")
    assert written() == 0
    assert asked("SELECT count(*) FROM ledger_dividend") == first > 0
    assert list(Payout.objects.values_list("day", flat=True)) == [FIRST]
    with pytest.raises(Error, match="is refused"):
        run("DELETE FROM ledger_dividend_202601")
    with pytest.raises(Error, match="is refused"):
        run("DELETE FROM ledger_payout")
    assert verify() == []


def test_what_was_written_ahead_is_not_discarded_by_whoever_sees_an_earlier_moment() -> None:
    died_ahead()
    with transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(Error, match="READ COMMITTED only"):
            run("SELECT ledger_discard_ahead()")
        transaction.set_rollback(True)
    assert written() > 0


def discard() -> None:
    """In a thread of its own."""
    try:
        run("SELECT ledger_discard_ahead()")
    finally:
        connection.close()


def test_discarding_waits_for_a_close_that_is_about_to_end() -> None:
    died_ahead()
    with late_session(f"SELECT pg_advisory_xact_lock({writer.LOCK})") as late:
        discarding = threading.Thread(target=discard)
        discarding.start()
        while not asked(WAITING):
            assert discarding.is_alive()
        assert written() > 0
        late.rollback()
        discarding.join(timeout=60)
    assert written() == 0


def test_a_days_dividends_are_written_once() -> None:
    died_ahead()
    with pytest.raises(Error, match="are written already"):
        run(LATE)


def test_a_payout_grows_in_the_transaction_that_made_it_and_in_no_other() -> None:
    first_day_closed_second_queued()
    with transaction.atomic():
        run("INSERT INTO ledger_dividend VALUES (1, '2026-01-02', 5, 2)")
        run("INSERT INTO ledger_dividend VALUES (2, '2026-01-02', 6, 1)")
    paid = Payout.objects.get(day=SECOND)
    assert (paid.fund_micro, paid.honour_micro) == (11, 3)
    with pytest.raises(Error, match="are written already"):
        run("INSERT INTO ledger_dividend VALUES (3, '2026-01-02', 7, 0)")
    with pytest.raises(Error, match="UPDATE of ledger_payout is refused"):
        run("UPDATE ledger_payout SET fund_micro = 18 WHERE day = '2026-01-02'")


def test_a_statement_writes_one_days_dividends() -> None:
    first_day_closed_second_queued()
    with pytest.raises(Error, match="dividends of one day, not of 2026-01-02 to 2026-01-03"):
        run(f"{LATE}, (10, '2026-01-03', 5, 0)")
    run("INSERT INTO ledger_dividend SELECT 10, '2026-01-02', 5, 0 WHERE false")
    assert Payout.objects.count() == 1


def test_a_callers_own_tables_are_not_taken_for_the_ledgers() -> None:
    died_ahead()
    run("CREATE TEMP TABLE ledger_day (day date)")
    run("CREATE TEMP TABLE ledger_payout (day date, fund_micro bigint, honour_micro bigint)")
    try:
        run("SELECT ledger_discard_ahead()")
        assert asked("SELECT count(*) FROM ledger_dividend WHERE day = '2026-01-01'") > 0
        assert written() == 0
        with pytest.raises(Error, match="takes no more"):
            run(LATE.replace("2026-01-02", "2026-01-01"))
    finally:
        run("DROP TABLE pg_temp.ledger_day, pg_temp.ledger_payout")
    assert [payout.day for payout in Payout.objects.all()] == [FIRST]


def test_the_application_adds_up_nothing_itself() -> None:
    opened()
    run("CREATE ROLE beside_clerk")
    try:
        rights.grant("beside_clerk")
        for deed in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            may = f"SELECT has_table_privilege('beside_clerk', 'ledger_payout', '{deed}')::int"
            assert asked(may) == 0
        with transaction.atomic():
            run("SET LOCAL ROLE beside_clerk")
            run("SELECT ledger_dividend_month('2026-01-02')")
            run(LATE)
            run("SELECT ledger_discard_ahead()")
        assert written() == 0
    finally:
        run("DROP OWNED BY beside_clerk")
        run("DROP ROLE beside_clerk")
