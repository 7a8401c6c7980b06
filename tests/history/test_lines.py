"""A file's rows, whatever is in it, and where each ends."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from sharemall.history import lines
from sharemall.history.lines import FileError, Row, Rows, digest_of
from sharemall.history.mapping import Map, parse_map
from tests.history.given import MAP

USED = parse_map(MAP)
CHINESE = parse_map('encoding = "gb18030"\ndelimiter = ";"\n' + MAP)


def rows(path: Path, data: bytes) -> list[Row]:
    path.write_bytes(data)
    with closing(Rows(path, USED)) as found:
        return list(found)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.csv"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_rows_have_the_numbers_of_their_lines(path: Path, end: bytes) -> None:
    data = end.join([b"a,b", b"1,2", b"", b'"3\n3",4', b",", b"5,6"])
    assert rows(path, data) == [
        Row(2, ["1", "2"], ""),
        Row(4, ["3\n3", "4"], ""),
        Row(7, ["5", "6"], ""),
    ]


@pytest.mark.parametrize(
    ("encoding", "used"), [("utf-8-sig", USED), ("utf-8", USED), ("gb18030", CHINESE)]
)
def test_a_byte_order_mark_is_no_part_of_a_name(path: Path, encoding: str, used: Map) -> None:
    sign = CHINESE.delimiter if used is CHINESE else ","
    path.write_bytes(f'"订单"{sign}b\n龘㐀𠀀{sign}2\n'.encode(encoding))
    with closing(Rows(path, used)) as found:
        assert found.header == ["订单", "b"]
        assert next(iter(found)).fields == ["龘㐀𠀀", "2"]


def test_the_gb18030_mark_is_none_either(path: Path) -> None:
    path.write_bytes("\ufeff号;b\n1;2".encode("gb18030"))
    with closing(Rows(path, CHINESE)) as found:
        assert found.header == ["号", "b"]


def test_a_quote_that_nothing_closes_costs_only_its_own_line(path: Path) -> None:
    data = b'a,b\n1,"2\n3,4\n5,6\n"7"8,9\n10,11'
    first, *rest = rows(path, data)
    assert (first.line, first.fields) == (2, ['1,"2'])
    assert "not readable as CSV" in first.fault
    assert rest[:2] == [Row(3, ["3", "4"], ""), Row(4, ["5", "6"], "")]
    assert rest[2].fault
    assert rest[3] == Row(6, ["10", "11"], "")


def test_a_quote_may_go_on_over_lines_but_not_for_ever(path: Path) -> None:
    data = b'a,b\n1,"' + b"\n" * 300_000 + b'"\n3,4\n'
    *refused, last = rows(path, data)  # the quote that comes too late opens another
    assert [row.line for row in refused] == [2, 300_002]
    assert all("not readable as CSV" in row.fault for row in refused)
    assert last == Row(300_003, ["3", "4"], "")


def test_a_huge_line_is_refused_and_passed_over(path: Path) -> None:
    data = b"a,b\n" + b"x" * (3 * lines.MOST_BYTES + 5) + b",1\n3,4\n" + b"y" * (2 << 20)
    first, middle, last = rows(path, data)
    assert "longer than" in first.fault
    assert first.fields == ["x" * lines.MOST_SHOWN]
    assert middle == Row(3, ["3", "4"], "")
    assert "longer than" in last.fault


def test_rows_can_be_read_on_from_behind_any_row(path: Path) -> None:
    every = rows(path, b'\xef\xbb\xbfa,b\n1,2\n\n"3\n3",4\n5,"6\n7,8\n')
    assert len(every) == 4
    for count in range(len(every)):
        with closing(Rows(path, USED)) as found, closing(Rows(path, USED)) as again:
            for _ in zip(range(count), found, strict=False):
                pass
            again.move_to(*found.place)
            assert list(again) == every[count:]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b'"a,b\n', b'"a"b,c\n1,2'])
def test_a_file_without_a_header_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(FileError, match="no columns"):
        Rows(path, USED)


def test_a_file_of_a_header_alone_has_no_rows(path: Path) -> None:
    assert rows(path, b"a,b") == []


def test_a_file_in_another_encoding_is_refused_before_a_row_is_read(path: Path) -> None:
    path.write_bytes(b"a,b\n" + b"1,2\n" * 600_000 + "红,酒".encode("gb18030"))
    with pytest.raises(FileError, match="not utf-8 near byte 2400004"):
        digest_of(path, USED)
    path.write_bytes("a,红".encode()[:-1])
    with pytest.raises(FileError, match="not utf-8"):
        digest_of(path, USED)


def test_another_file_or_another_map_is_another_import(path: Path) -> None:
    path.write_bytes(b"a,b\n")
    one = digest_of(path, USED)
    assert one == digest_of(path, parse_map(MAP))
    assert one != digest_of(path, parse_map(MAP + "# a note"))
    path.write_bytes(b"a,c\n")
    assert one != digest_of(path, USED)


def test_what_is_added_to_the_file_meanwhile_is_not_read(path: Path) -> None:
    path.write_bytes(b"a,b\n1,2\n")
    with closing(Rows(path, USED)) as found:
        with path.open("ab") as more:
            more.write(b"3,4\n")
            os.fsync(more.fileno())
        assert list(found) == [Row(2, ["1", "2"], "")]
