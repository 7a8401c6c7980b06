"""Decimal strings in and out."""

import pytest
from hypothesis import strategies as st

from sharemall.engine.amounts import UNACCEPTABLE, amount, decimal_string, scaled
from tests.engine.given import given


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("1", 1_000_000),
        ("0", 0),
        ("-0", 0),
        ("-0.00", 0),
        ("007.50", 7_500_000),
        ("0.000001", 1),
        ("1.100000", 1_100_000),
        ("1000000000000", 10**18),
        ("1000000000000.000000", 10**18),
        ("0" * 10_000 + "2", 2_000_000),
    ],
)
def test_an_amount_is_read_exactly(text: str, micro: int) -> None:
    assert amount(text) == micro


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "-0.000001",
        "1.0000000",
        "0.0000001",
        "1000000000000.000001",
        "9" * 10_000,
        "1." + "0" * 10_000,
        "1" + "0" * 13,
    ],
)
def test_an_amount_that_every_event_refuses_is_an_amount_by_its_form(text: str) -> None:
    assert amount(text) == UNACCEPTABLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "1.",
        ".5",
        "1e3",
        "1_000",
        "0x1",
        "--1",
        "1.2.3",
        "all",
        "NaN",
        "Infinity",
        "１",
        "1.٣",
        "²",
        "1,5",
        "-",
        "-.",
        "1.\n",
        "\ud800",
        "1\x00",
    ],
)
def test_what_is_no_plain_decimal_is_no_amount(text: str) -> None:
    assert amount(text) is None


@given(st.integers(0, 10**18))
def test_an_amount_that_is_written_reads_the_same(micro: int) -> None:
    assert amount(decimal_string(micro)) == micro


def test_a_number_is_written_with_six_places() -> None:
    assert decimal_string(0) == "0.000000"
    assert decimal_string(1) == "0.000001"
    assert decimal_string(1_234_567_890) == "1234.567890"
    assert decimal_string(-1) == "-0.000001"
    assert decimal_string(-1_500_000) == "-1.500000"


def test_a_rate_is_scaled_to_its_places_and_tells_how_many_it_has() -> None:
    assert scaled("0.30", 9) == (300_000_000, 2)
    assert scaled("-0.5", 9) == (-500_000_000, 1)
    assert scaled("0.1234567891", 9) == (123_456_789, 10)
    assert scaled("x", 9) is None
