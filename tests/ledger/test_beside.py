"""A close over two connections: equal to one over one, killed anywhere, and what it leaves then."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import Error, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from sharemall.ledger import (
    closing_step,
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
from tests.ledger.helpers import EXITING, assert_equal_to_replay, close, drainer, feed, opened, sale
from tests.ledger.random_journal import Journal

# On Citus a close has one connection: the shards are written at once as it is.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_machine]

FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)
SALES = [sale("1"), sale("2", "bob", "500", referrer="ann"), sale("3", "cat", "70")]
BESIDE = pytest.mark.parametrize("many", [0, 10**9], ids=["two connections", "one connection"])
WAITING = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_stat_activity WHERE datname = current_database())
"""
LATE = "INSERT INTO ledger_dividend VALUES (10, '2026-01-02', 5, 0)"


@pytest.fixture
def always_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing_step, "MANY", 0)


def asked(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def written() -> int:
    """How many dividends of the second day lie there, closed or not."""
    return asked("SELECT count(*) FROM ledger_dividend WHERE day = '2026-01-02'")


def first_day_closed_second_queued() -> None:
    opened(EXITING)
    feed([*SALES, close("2026-01-01"), sale("4", "dan", "60"), sale("5", "bob", "9")])
    journal.append(close("2026-01-02"))


def died_ahead() -> None:
    """A close of the second day was killed when its dividends were committed, and not the day."""
    first_day_closed_second_queued()
    assert drainer("dividends-ahead", many=0).wait(timeout=60) == -signal.SIGKILL
    assert selectors.pool().last_closed == FIRST
    assert written() > 0


@contextmanager
def late_session(statement: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection beside this one, in a transaction that has executed the statement."""
    late = connection.copy()
    late.set_autocommit(False)
    try:
        with late.cursor() as cursor:
            cursor.execute(statement)
        yield late
    finally:
        late.close()


def until_it_waits(process: "subprocess.Popen[bytes]") -> None:
    """Return when a statement of this database waits for another session."""
    while not asked(WAITING):
        assert process.poll() is None


@pytest.mark.usefixtures("always_beside")
@pytest.mark.parametrize("seed", range(6))
def test_a_random_journal_gives_the_engines_state(seed: int, tmp_path: Path) -> None:
    made = Journal(seed)
    opened(made.scheme)
    feed(made.events(220))
    assert assert_equal_to_replay(tmp_path)["days"]


@pytest.mark.usefixtures("always_beside")
def test_a_day_on_which_nothing_came_in_is_closed_too(tmp_path: Path) -> None:
    opened()
    feed([close("2026-01-01"), *SALES, close("2026-01-02"), close("2026-02-01")])
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 3
    assert Payout.objects.count() == 3


@pytest.mark.parametrize(
    ("failpoint", "are_ahead"),
    [
        ("close-paid", False),
        ("inside-close", False),
        ("dividends-inserted", False),
        ("dividends-ahead", True),
        ("close-written", True),
        ("before-commit", True),
    ],
)
def test_killed_inside_a_close_the_day_is_not_closed_and_the_next_closes_it(
    failpoint: str, are_ahead: bool, tmp_path: Path
) -> None:
    first_day_closed_second_queued()
    assert drainer(failpoint, many=0).wait(timeout=60) == -signal.SIGKILL
    assert selectors.pool().last_closed == FIRST
    assert bool(written()) == are_ahead
    assert writer.drain() == 1
    state = assert_equal_to_replay(tmp_path)
    assert [day["date"] for day in state["days"]] == ["2026-01-01", "2026-01-02"]
    assert state["days"][1]["dividend_paid"] != "0.000000"
    assert Dividend.objects.filter(day=SECOND).count() == written()


def test_killed_again_and_again_it_is_closed_in_the_end(tmp_path: Path) -> None:
    died_ahead()
    for failpoint in ("close-paid", "close-written", "before-commit"):
        assert drainer(failpoint, many=0).wait(timeout=60) == -signal.SIGKILL
        assert written() > 0
    assert drainer(many=0).wait(timeout=60) == 0
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


def test_killed_while_the_other_connection_inserts_nothing_of_it_is_left(tmp_path: Path) -> None:
    first_day_closed_second_queued()
    with late_session("INSERT INTO ledger_payout VALUES ('2026-01-02', 0, 0)"):
        dying = drainer(many=0)
        until_it_waits(dying)
        dying.kill()
        assert dying.wait(timeout=60) == -signal.SIGKILL
    assert writer.drain() == 1
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


@BESIDE
def test_what_comes_first_after_all_is_in_the_close_that_follows(
    many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event with a lower number in the queue is committed after the close has died."""
    monkeypatch.setattr(closing_step, "MANY", many)
    opened(EXITING)
    feed([*SALES, close("2026-01-01"), sale("4", "dan", "60")])
    appended, died = threading.Event(), threading.Event()

    def append_slowly() -> None:
        try:
            with transaction.atomic():
                journal.append(sale("between", "eve", "900"))
                appended.set()
                died.wait(timeout=60)
        finally:
            connection.close()

    slow = threading.Thread(target=append_slowly)
    slow.start()
    appended.wait(timeout=60)
    journal.append(close("2026-01-02"))
    assert drainer("dividends-ahead", many=0).wait(timeout=60) == -signal.SIGKILL
    before = written()
    died.set()
    slow.join()
    assert writer.drain() == 2
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2
    assert written() == before + 1


@BESIDE
def test_the_next_close_waits_for_an_insert_that_outlived_its_close(
    many: int, tmp_path: Path
) -> None:
    first_day_closed_second_queued()
    with late_session(LATE) as late:
        following = drainer(many=many)
        until_it_waits(following)
        late.rollback()
        assert following.wait(timeout=60) == 0
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


@BESIDE
def test_if_that_insert_commits_the_close_fails_and_the_one_after_discards_it(
    many: int, tmp_path: Path
) -> None:
    first_day_closed_second_queued()
    with late_session(LATE) as late:
        following = drainer(many=many)
        until_it_waits(following)
        late.commit()
        assert following.wait(timeout=60) == 1
    assert selectors.pool().last_closed == FIRST
    assert written() == 1
    assert verify() == []
    assert writer.drain() == 1
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


@BESIDE
def test_an_insert_that_comes_after_the_close_is_refused(many: int, tmp_path: Path) -> None:
    first_day_closed_second_queued()
    assert drainer(many=many).wait(timeout=60) == 0
    for day in ("2026-01-02", "2026-01-01"):
        with pytest.raises(Error, match="takes no more"):
            run(LATE.replace("2026-01-02", day))
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


def test_an_insert_that_saw_the_day_open_cannot_commit_beside_the_closed_one() -> None:
    """Nobody is paid on that day: what is written late would be all there is."""
    opened()
    with late_session("SELECT ledger_dividend_month('2026-01-01')") as late:
        late.commit()
        with late.cursor() as cursor:
            cursor.execute(LATE.replace("2026-01-02", "2026-01-01"))
        journal.append(close("2026-01-01"))
        following = drainer()
        until_it_waits(following)
        late.commit()
        assert following.wait(timeout=60) == 1
    assert selectors.pool().last_closed is None
    assert writer.drain() == 1
    assert verify() == []


@pytest.mark.usefixtures("always_beside")
@pytest.mark.parametrize("table", ["ledger_balance", "ledger_dividend", "ledger_day"])
def test_where_one_of_the_connections_fails_nothing_is_written(table: str, tmp_path: Path) -> None:
    first_day_closed_second_queued()
    run(
        f"CREATE TRIGGER stop BEFORE INSERT OR UPDATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    )
    try:
        with pytest.raises(Error, match="is refused"):
            writer.drain()
        assert selectors.pool().last_closed == FIRST
        assert bool(written()) == (table == "ledger_day")
    finally:
        run(f"DROP TRIGGER stop ON {table}")
    assert writer.drain() == 1
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


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
    assert drainer("dividends-ahead", many=0).wait(timeout=60) == -signal.SIGKILL
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
