"""The benchmarks of the ledger run, at sizes that measure nothing: they check what they write."""

from datetime import date
from pathlib import Path

import pytest

from bench import backlog, close, latency, pages, peers, writer
from bench.server import SCHEME
from bench.table import Table
from sharemall.ledger.opening import open_ledger
from sharemall.ledger.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _open() -> None:
    open_ledger(SCHEME.format(exit="false"))


def figures(table: Table) -> dict[str, str]:
    """The second column by the first."""
    return {row[0]: row[1] for row in table.rows}


def test_the_writer_and_copies_of_its_rows_are_measured() -> None:
    found = figures(writer.compare(100))
    assert list(found)[-1].startswith("the writer, of COPY")
    assert verify() == []


@pytest.mark.parametrize(("exits", "sold"), [(False, 0), (True, 60)])
def test_the_close_and_its_floor_write_the_same_rows(exits: bool, sold: int) -> None:
    if exits:
        close.allow_exits()
    found = close.turns(2_000, exits=exits, days=close.Days(date(2026, 2, 27)))
    assert [turn.exits for turn in found] == [sold] * close.TURNS
    lost = 60 if exits else 160
    assert [turn.dividends for turn in found] == [
        2_000 - lost * turn for turn in range(close.TURNS)
    ]


def test_a_backlog_is_drained_by_a_process_of_its_own() -> None:
    found = figures(backlog.drain(100))
    assert found["peak memory of the draining process"].endswith("MB")
    assert verify() == []


def test_sells_are_timed_while_events_flow() -> None:
    found = figures(latency.flow(1))
    assert found["sells"] == "26 of 26"
    assert verify() == []


def test_a_locked_pool_row_makes_a_ledger_that_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "PEERS", tmp_path)
    table = peers.compare(60, 8, rounds=1)
    assert [row[1] for row in table.rows] == ["1", "1", "2", "4", ""]
    assert verify() == []


def test_pages_read_what_was_filled_in() -> None:
    table = pages.read_pages(50, 50, days=70, reads=5)
    assert len(table.rows) == 3


def test_pages_that_read_something_else_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "HONOUR", (1, 1, 7))
    with pytest.raises(AssertionError, match="something else"):
        pages.read_pages(50, 50, days=40, reads=5)
