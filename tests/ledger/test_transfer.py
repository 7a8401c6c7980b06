"""Journals in and out of the database: always the engine's own result."""

import json
from pathlib import Path

import pytest

from sharemall.engine.errors import JournalError
from sharemall.ledger import selectors, transfer
from sharemall.ledger.opening import AlreadyOpen
from tests.ledger.helpers import GOLDEN, SCHEME, assert_equal_to_replay, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

CASES = sorted(path.stem for path in GOLDEN.glob("*.jsonl"))


@pytest.mark.parametrize("case", CASES)
def test_a_golden_journal_gives_its_state_in_the_database(case: str, tmp_path: Path) -> None:
    report = transfer.import_journal(GOLDEN / f"{case}.toml", GOLDEN / f"{case}.jsonl")
    state = assert_equal_to_replay(tmp_path)
    golden = json.loads((GOLDEN / f"{case}.json").read_text())
    conflicts = [row for row in golden["rejected"] if row["code"] == "id_conflict"]
    golden["rejected"] = [row for row in golden["rejected"] if row["code"] != "id_conflict"]
    assert json.loads(json.dumps(state)) == golden
    assert len(report.conflicts) == len(conflicts)


def test_an_export_imported_again_is_the_same_journal(tmp_path: Path) -> None:
    opened()
    feed([sale("1"), sale("2", "bob"), sale("3", paid="x")])
    count = transfer.export(tmp_path / "one")
    assert count == 3
    lines = (tmp_path / "one" / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["1", "2", "3"]
    chain = [json.loads(x) for x in (tmp_path / "one" / "chain.jsonl").read_text().splitlines()]
    assert [(row["position"], row["code"]) for row in chain] == [(1, ""), (2, ""), (3, "bad_event")]


def test_an_import_needs_an_empty_ledger(tmp_path: Path) -> None:
    opened()
    scheme = tmp_path / "scheme.toml"
    scheme.write_text(SCHEME)
    with pytest.raises(AlreadyOpen):
        transfer.import_journal(scheme, tmp_path / "none.jsonl")


def test_an_import_with_a_broken_line_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "scheme.toml").write_text(SCHEME)
    (tmp_path / "events.jsonl").write_text(json.dumps(sale("1")) + "\n{broken\n")
    with pytest.raises(JournalError, match="line 2"):
        transfer.import_journal(tmp_path / "scheme.toml", tmp_path / "events.jsonl")
    assert not selectors.is_open()


def test_an_import_lists_what_it_refuses_and_takes_the_rest(tmp_path: Path) -> None:
    (tmp_path / "scheme.toml").write_text(SCHEME)
    events = [sale("1"), sale("1"), sale("1", paid="7"), sale("x" * 201), sale("2")]
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, events)))
    report = transfer.import_journal(tmp_path / "scheme.toml", tmp_path / "events.jsonl")
    assert (report.appended, report.repeated) == (2, 1)
    assert (len(report.conflicts), len(report.refused)) == (1, 1)
    assert selectors.pool().position == 2
