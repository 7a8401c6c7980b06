"""Lines of a journal: what is read, what stops it, and whose accounts an event touches."""

import json

import pytest

from sharemall.engine.errors import JournalError
from sharemall.engine.events import MAX_DEPTH, SHAPES, accounts_of, parse_good_lines, parse_line


def nested(depth: int) -> str:
    """An event of this depth in all."""
    return '{"id": "e", "x": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "e"}',
        b'{"id": "e"}\n',
        '{"id": "e"}\r\n',
        ' \t{"id" : "e" } \n',
        '{"id": "\\u0065"}',
        '{"id": "x", "id": "e"}',
    ],
)
def test_a_line_is_a_json_object_with_an_id(line: str | bytes) -> None:
    assert parse_line(line, 1) == {"id": "e"}


@pytest.mark.parametrize("line", ["", "\n", " \t\r\n", b"\n", b"", "\u3000\n"])
def test_a_blank_line_is_none(line: str | bytes) -> None:
    assert parse_line(line, 1) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x", "not JSON"),
        ('{"id": "e"', "not JSON"),
        ('{"id": "e",}', "not JSON"),
        ("{'id': 'e'}", "not JSON"),
        ('{"id": "e", "x": NaN}', "not JSON"),
        ('{"id": "e", "x": -Infinity}', "not JSON"),
        ('{"id": "e", "x": 01}', "not JSON"),
        ('{"id": "e\x01"}', "not JSON"),
        ("\x00", "not JSON"),
        ('\ufeff{"id": "e"}', "byte order mark"),
        (b'\xef\xbb\xbf{"id": "e"}', "byte order mark"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": "\xed\xa0\x80"}', "not UTF-8"),
        ('{"id": "e"} {"id": "f"}', "more than one"),
        ('{"id": "e"}]', "more than one"),
        ("[]", "no JSON object"),
        ('"e"', "no JSON object"),
        ("null", "no JSON object"),
        ("1", "no JSON object"),
        ("9" * 10_000, "no JSON object"),
        ("{}", "no id"),
        ('{"id": ""}', "no id"),
        ('{"id": null}', "no id"),
        ('{"id": 1}', "no id"),
        ('{"id": ["e"]}', "no id"),
        ('{"Id": "e"}', "no id"),
        (nested(MAX_DEPTH + 1), "nested deeper"),
        (nested(100_000), "nested deeper"),
    ],
)
def test_any_other_line_stops_with_its_number_in_one_line(line: str | bytes, reason: str) -> None:
    with pytest.raises(JournalError, match=rf"^line 7: .*{reason}") as stopped:
        parse_line(line, 7)
    assert str(stopped.value).isprintable()


def test_deep_lines_are_read_up_to_a_limit_that_does_not_hang_on_the_stack() -> None:
    assert parse_line(nested(MAX_DEPTH), 1)
    wide = '{"id": "e", "x": [' + ", ".join(["[]"] * 2000) + "]}"
    assert parse_line(wide, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": "2"}', '{"b": "2", "a": 1}'),
        ('{"a": 1}', '{"a": 1.0}'),
        ('{"a": 1}', '{"a": 10e-1}'),
        ('{"a": 100}', '{"a": 1E+2}'),
        ('{"a": 0}', '{"a": -0.00e5}'),
        ('{"a": 1e400}', '{"a": 10e399}'),
        ('{"a": [1, {"b": null}]}', '{"a":[1,{"b":null}]}'),
        ('{"a": "\\u00e9"}', '{"a": "é"}'),
        ('{"a": ' + "1" * 9000 + "}", '{"a": ' + "1" * 9000 + "}"),
    ],
)
def test_lines_of_one_content_are_equal_once_parsed(one: str, other: str) -> None:
    assert content(one) == content(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1}', '{"a": true}'),
        ('{"a": 0}', '{"a": false}'),
        ('{"a": 1}', '{"a": "1"}'),
        ('{"a": 1}', '{"a": -1}'),
        ('{"a": 1e400}', '{"a": 1e401}'),
        ('{"a": 9007199254740993}', '{"a": 9007199254740992}'),
        ('{"a": []}', '{"a": {}}'),
        ('{"a": null}', "{}"),
        ('{"a": "é"}', '{"a": "e\\u0301"}'),
        ('{"a": 1e' + "1" * 9000 + "}", '{"a": 1e' + "1" * 9001 + "}"),
    ],
)
def test_lines_of_different_content_are_not(one: str, other: str) -> None:
    assert content(one) != content(other)


def content(fields: str) -> object:
    return parse_line(f'{{"id": "e", "fields": {fields}}}', 1)


def test_good_lines_together_are_what_each_is() -> None:
    lines = ['{"id":"e"}', ' \t{"id" : "f", "x": [1.50, 1e400, {}]}\n', '{"id":"g","id":"h"}\r\n']
    lines += [nested(MAX_DEPTH), '{"id":"\\ud800","x":"],["}']
    assert parse_good_lines(lines) == [parse_line(line, 1) for line in lines]
    assert parse_good_lines([]) == []


@pytest.mark.parametrize("line", ['{"id":"e"},{"id":"f"}', '{"id":"e"', "", "[]", '{"x":"y"}{'])
def test_a_line_that_is_none_stops_the_good_ones_with_its_place(line: str) -> None:
    with pytest.raises(JournalError, match="line 2"):
        parse_good_lines(['{"id":"d"}', line, '{"id":"z"}'])


def test_the_accounts_of_an_event_are_those_it_reads_or_changes() -> None:
    sale = {"type": "sale", "member": "a", "referrer": "b", "merchant": "s"}
    assert accounts_of(sale) == ["m:a", "m:b"]
    assert accounts_of({"type": "sell", "merchant": "s"}) == ["s:s"]
    assert accounts_of({"type": "pay_coins", "member": "a", "merchant": "s"}) == [
        "m:a",
        "s:s",
    ]
    assert accounts_of({"type": "pass_coins", "merchant": "s", "to": "t"}) == [
        "s:s",
        "s:t",
    ]
    assert accounts_of({"type": "cash_out", "member": "a"}) == ["m:a"]
    assert accounts_of({"type": "close_day", "date": "2026-01-01"}) == []
    assert accounts_of({"type": "set_scheme", "toml": ""}) == []


@pytest.mark.parametrize("kind", [*SHAPES, "mint", 1, None, [], {}])
@pytest.mark.parametrize("name", ["", 1, None, True, [], {"x": 1}])
def test_accounts_of_bears_whatever_comes(kind: object, name: object) -> None:
    fields = dict.fromkeys(("member", "merchant", "to", "referrer"), name)
    assert accounts_of({"type": kind, **fields}) == []
    assert json.dumps(accounts_of({})) == "[]"
