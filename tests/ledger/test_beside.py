"""A close over two connections: equal to one over one, killed anywhere, and what it leaves then."""

import signal
import threading
from pathlib import Path

import pytest
from django.db import Error, connection, transaction

from sharemall.ledger import (
    beside,
    closing_step,
    journal,
    selectors,
    writer,
)
from sharemall.ledger.models import Dividend, Payout
from sharemall.ledger.verify import verify
from tests.ledger.dying import (
    FIRST,
    LATE,
    SALES,
    SECOND,
    asked,
    died_ahead,
    first_day_closed_second_queued,
    late_session,
    run,
    until_it_waits,
    written,
)
from tests.ledger.helpers import (
    EXITING,
    assert_equal_to_replay,
    close,
    drained,
    draining,
    feed,
    opened,
    sale,
)
from tests.ledger.random_journal import Journal

# On Citus a close has one connection: the shards are written at once as it is.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_machine]

BESIDE = pytest.mark.parametrize("many", [0, 10**9], ids=["two connections", "one connection"])


@pytest.fixture
def always_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing_step, "MANY", 0)


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


@pytest.mark.usefixtures("always_beside")
def test_dividends_written_in_parts_are_those_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PAGES", 1)
    opened(EXITING)
    feed([sale(str(number), f"m{number}", str(6000 + number)) for number in range(150)])
    feed([close("2026-01-01"), sale("more", "m7", "900"), close("2026-01-02")])
    assert asked("SELECT pg_relation_size('ledger_balance')") > 2 * 8192
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2
    assert Dividend.objects.filter(day=FIRST).count() == 150


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
    assert drained(failpoint, many=0) == -signal.SIGKILL
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
        assert drained(failpoint, many=0) == -signal.SIGKILL
        assert written() > 0
    assert drained(many=0) == 0
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


def test_killed_while_the_other_connection_inserts_nothing_of_it_is_left(tmp_path: Path) -> None:
    first_day_closed_second_queued()
    late = late_session("INSERT INTO ledger_payout VALUES ('2026-01-02', 0, 0)")
    with late, draining(many=0) as dying:
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
    assert drained("dividends-ahead", many=0) == -signal.SIGKILL
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
    with late_session(LATE) as late, draining(many=many) as following:
        until_it_waits(following)
        late.rollback()
        assert following.wait(timeout=60) == 0
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


@BESIDE
def test_if_that_insert_commits_the_close_fails_and_the_one_after_discards_it(
    many: int, tmp_path: Path
) -> None:
    first_day_closed_second_queued()
    with late_session(LATE) as late, draining(many=many) as following:
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
    assert drained(many=many) == 0
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
        with draining() as following:
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
