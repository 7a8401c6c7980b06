"""Amounts and packed files of others: read exactly, or refused."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.payments import reading


@given(st.integers(1, reading.MOST_FEN))
def test_an_amount_in_yuan_is_the_same_in_fen(fen: int) -> None:
    assert reading.fen(reading.fen_of_yuan(reading.yuan(fen))) == fen


@pytest.mark.parametrize(
    ("text", "fen"), [("88.8", 8880), ("1", 100), ("0.01", 1), ("-3.40", -340), ("007.5", 750)]
)
def test_yuan_may_have_up_to_two_decimals(text: str, fen: int) -> None:
    assert reading.fen_of_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", ".5", "5.", "1.234", "1,000.00", " 1", "1\n", "1e3", "NaN", "٣", "+1", "1" * 13]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="yuan"):
        reading.fen_of_yuan(text)


@pytest.mark.parametrize("value", [None, 5, 5.0, b"5", ["5"]])
def test_only_text_is_read_as_yuan(value: object) -> None:
    with pytest.raises(ValueError, match="yuan"):
        reading.fen_of_yuan(value)


@pytest.mark.parametrize("value", [None, "5", 5.0, True, 0, -1, reading.MOST_FEN + 1])
def test_an_amount_in_fen_is_a_whole_number_above_nothing(value: object) -> None:
    with pytest.raises(ValueError, match="fen"):
        reading.fen(value)


@pytest.mark.parametrize("value", [None, 5, "", "a b", "a\0", "a\n", "é", "x" * 65, "=1+1"])
def test_a_number_of_a_trade_has_no_strange_letters(value: object) -> None:
    with pytest.raises(ValueError, match="number"):
        reading.name(value)


def test_a_packed_file_is_unpacked_up_to_its_limit() -> None:
    packed = gzip.compress(b"x" * 1_000)
    assert reading.unpack_gzip(packed, limit=1_000) == b"x" * 1_000
    with pytest.raises(ValueError, match="large"):
        reading.unpack_gzip(packed, limit=999)
    for broken in (b"x", packed[:-1], packed[:-8] + b"\0" * 8, b"\0" * 100):
        with pytest.raises(ValueError, match="gzip"):
            reading.unpack_gzip(broken)


def zipped(*contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for number, content in enumerate(contents):
            file.writestr(f"{number}.csv", content)
    return buffer.getvalue()


def test_the_parts_of_a_zip_file_count_together() -> None:
    packed = zipped(b"x" * 600, b"y" * 400)
    assert reading.unpack_zip(packed, limit=1_000) == [b"x" * 600, b"y" * 400]
    with pytest.raises(ValueError, match="large"):
        reading.unpack_zip(packed, limit=999)
    with pytest.raises(ValueError, match="large"):
        reading.unpack_zip(zipped(b"\0" * 10_000_000), limit=1_000_000)


def test_a_zip_file_that_says_less_than_it_holds_is_refused() -> None:
    packed = bytearray(zipped(b"x" * 1_000))
    at = packed.rindex(b"PK\x01\x02") + 24  # the size in the directory at the end
    packed[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ValueError, match="zip"):
        reading.unpack_zip(bytes(packed))


BROKEN = [b"", b"x", zipped(b"x" * 99)[:-5], zipped(b"x")[20:]]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_zip_file_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="zip"):
        reading.unpack_zip(broken)


def test_an_encrypted_part_is_refused() -> None:
    packed = bytearray(zipped(b"x" * 99))
    packed[6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ValueError, match="zip"):
        reading.unpack_zip(bytes(packed))
