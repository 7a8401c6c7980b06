"""Whole journals: repeated ids, what stops a replay, and files."""

import json
from pathlib import Path

import pytest

from sharemall.engine.apply import apply
from sharemall.engine.errors import JournalError, OverflowStop, SchemeError
from sharemall.engine.replay import Replayed, replay, replay_files
from sharemall.engine.report import dumps
from sharemall.engine.state import Move
from tests.engine.stepping import snapshot

AT = "2026-01-01T10:00:00+08:00"
SCHEME = (Path(__file__).parent / "golden" / "wine.toml").read_text(encoding="utf-8")


def cash_in(name: str, **changes: object) -> str:
    event = {"id": name, "type": "cash_in", "at": AT, "member": "a", "amount": "1", "reason": "x"}
    return json.dumps(event | changes) + "\n"


def cash_of(replayed: Replayed) -> int:
    row = replayed.state.member("a")
    return row.cash if row else 0


def test_the_same_event_again_is_ignored_however_it_is_written() -> None:
    line = cash_in("e")
    other = json.dumps(dict(reversed(json.loads(line).items())), indent=1).replace("\n", " ")
    replayed = replay(SCHEME, [line, line, other, line.encode()])
    assert cash_of(replayed) == 10**6
    assert replayed.rejected == []


def test_an_id_with_another_content_is_rejected_every_time_and_changes_nothing() -> None:
    lines = [cash_in("e"), cash_in("e", amount="2"), cash_in("e"), cash_in("e", amount="2")]
    replayed = replay(SCHEME, lines)
    assert cash_of(replayed) == 10**6
    assert replayed.rejected == [("e", "id_conflict"), ("e", "id_conflict")]


def test_a_rejected_event_uses_its_id_up() -> None:
    lines = [cash_in("e", amount="-1"), cash_in("e", amount="-1"), cash_in("e")]
    replayed = replay(SCHEME, lines)
    assert cash_of(replayed) == 0
    assert replayed.rejected == [("e", "bad_amount"), ("e", "id_conflict")]


def test_a_conflict_comes_before_every_other_reason() -> None:
    lines = [cash_in("e"), json.dumps({"id": "e", "type": "mint"})]
    assert replay(SCHEME, lines).rejected == [("e", "id_conflict")]


def test_true_is_not_1_when_contents_are_compared() -> None:
    lines = [cash_in("e", amount=1), cash_in("e", amount=True), cash_in("e", amount=1.0)]
    assert replay(SCHEME, lines).rejected == [("e", "bad_event"), ("e", "id_conflict")]


def test_the_last_of_repeated_names_counts() -> None:
    line = cash_in("e").replace('"amount": "1"', '"amount": "5", "amount": "1"')
    assert cash_of(replay(SCHEME, [line, cash_in("e")])) == 10**6


def test_what_is_no_event_by_its_values_is_rejected_and_stops_nothing() -> None:
    lines = [
        cash_in("number", amount=1),
        cash_in("huge", amount=int("9" * 4000)),
        cash_in("huger").replace('"1"', "9" * 9000),
        cash_in("nested", amount={"x": [1]}),
        cash_in("null", reason=None),
        cash_in("true", reason=True),
        '{"id": "bare"}',
        cash_in("good"),
    ]
    replayed = replay(SCHEME, lines)
    assert [code for _, code in replayed.rejected] == ["bad_event"] * 7
    assert cash_of(replayed) == 10**6


def test_blank_lines_and_line_ends_of_windows_are_no_matter() -> None:
    lines = [b"\r\n", cash_in("e").replace("\n", "\r\n").encode(), b"  \n", b"\n"]
    assert cash_of(replay(SCHEME, lines)) == 10**6


@pytest.mark.parametrize("bad", ["x\n", "[]\n", '{"id": ""}\n', b"\xff\n", "\ufeff" + cash_in("f")])
def test_a_line_that_is_no_event_stops_with_its_number(bad: str | bytes) -> None:
    with pytest.raises(JournalError, match=r"^line 3: "):
        replay(SCHEME, [cash_in("e"), "\n", bad, cash_in("g")])


def test_a_close_that_would_pass_64_bits_stops_with_its_line_and_changes_nothing() -> None:
    scheme = (
        SCHEME
        + """
        [zones.fund]
        reserve = "0"
        dividend = "1"
        quota = "1"
        issue = { by = "value", buyer = "0" }
    """
    )
    lines = [sale("first", zone="wine", paid="100.00")]
    for day in range(1, 11):
        lines.append(sale(f"sale {day}", zone="fund", paid="1000000000000"))
        lines.append(close(day))
    with pytest.raises(OverflowStop, match=r"^line 21: .*2\^63"):
        replay(scheme, lines)
    replayed = replay(scheme, lines[:-1])
    assert replayed.rejected == []
    assert cash_of(replayed) == 9 * 10**18
    before = snapshot(replayed.state)
    moves: list[Move] = []
    with pytest.raises(OverflowStop):
        apply(replayed.state, json.loads(lines[-1]), moves)
    assert moves == []
    assert snapshot(replayed.state) == before
    assert len(replayed.state.days) == 9


def sale(name: str, **fields: str) -> str:
    return json.dumps({"id": name, "type": "sale", "at": AT, "member": "a", **fields})


def close(day: int) -> str:
    at, name = f"2026-01-{day:02d}T12:00:00Z", f"close {day}"
    return json.dumps({"id": name, "type": "close_day", "at": at, "date": at[:10]})


def test_ids_that_are_no_unicode_can_be_printed() -> None:
    report = replay(
        SCHEME, [cash_in("\ud800", member="\udfff"), cash_in("名", amount="x")]
    ).report()
    assert dumps(report).isascii()
    assert json.loads(dumps(report)) == report
    assert report["members"] == {"\udfff": report["members"]["\udfff"]}  # type: ignore[index]


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    path = tmp_path / "scheme.toml"
    path.write_text(SCHEME, encoding="utf-8")
    return path


def test_files_are_replayed(tmp_path: Path, scheme: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text(cash_in("e") + "\r\n" + cash_in("f").strip(), encoding="utf-8")
    report = replay_files(scheme, events)
    assert report["members"]["a"]["cash"] == "2.000000"  # type: ignore[index]


def test_an_empty_journal_is_a_journal(tmp_path: Path, scheme: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"")
    report = replay_files(scheme, events)
    assert (report["members"], report["days"], report["rejected"]) == ({}, [], [])


def test_a_line_is_ended_by_a_line_feed_only(tmp_path: Path, scheme: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text(cash_in("e", reason="\u2028\u0085").strip(), encoding="utf-8")
    raw = events.read_text(encoding="utf-8").replace("\\u2028", "\u2028").replace("\\u0085", "\x85")
    events.write_text(raw, encoding="utf-8")
    assert replay_files(scheme, events)["rejected"] == []


def test_files_that_cannot_be_read_are_named_in_one_line(tmp_path: Path, scheme: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(JournalError, match=r"missing cannot be read: "):
        replay_files(scheme, missing)
    with pytest.raises(JournalError, match=r"cannot be read: "):
        replay_files(scheme, tmp_path)
    with pytest.raises(SchemeError, match=r"missing cannot be read: "):
        replay_files(missing, missing)
    scheme.write_bytes(b"\xff")
    with pytest.raises(SchemeError, match=r"not UTF-8"):
        replay_files(scheme, missing)
