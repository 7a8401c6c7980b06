"""Amounts as they are typed."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from sharemall.console import amounts
from sharemall.console.fields import MOST_FEN, CountField, PercentField, YuanField

YUAN, PERCENT = YuanField("price"), PercentField("rate")


@given(st.integers(0, MOST_FEN))
def test_an_amount_comes_back_as_it_was_shown(fen: int) -> None:
    assert YUAN.clean(YUAN.prepare_value(fen)) == fen
    assert YUAN.clean(amounts.yuan(fen)) == fen


@given(st.integers(0, 10**9))
def test_a_rate_comes_back_as_it_was_shown(nano: int) -> None:
    assert PERCENT.clean(PERCENT.prepare_value(nano)) == nano


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12", 1200),
        ("12.5", 1250),
        (" 12.50 ", 1250),
        ("¥1,234.50", 123450),
        ("１２．５０", 1250),
        ("￥８", 800),
        ("0", 0),
        ("007", 700),
    ],
)
def test_what_people_type_is_read_to_the_fen(typed: str, fen: int) -> None:
    assert YUAN.clean(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        *("12.505", "-1", "+1", "1e9", "1E9", "abc", "1.2.3", ".5", "5.", "1,23", "1_000", "NaN"),
        *("Infinity", "0x10", "１２元", "²", "٣", "1" + "0" * 30, "1000000000.00", "1 000", "\0"),
    ],
)
def test_what_is_no_amount_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        YUAN.clean(typed)
    assert all(sentence.endswith((".", "。")) for sentence in refused.value.messages)


@pytest.mark.parametrize("typed", ["", "  ", None])
def test_nothing_is_nothing_where_it_may_be(typed: str | None) -> None:
    assert YuanField("price", required=False).clean(typed) is None
    with pytest.raises(ValidationError):
        YUAN.clean(typed)


@pytest.mark.parametrize("typed", ["100.00000001", "100.1", "-5", "5%", "1e1"])
def test_what_is_no_percentage_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        PERCENT.clean(typed)


def test_counts_are_whole_and_within_their_limits() -> None:
    field = CountField("pieces", least=-5, most=1000)
    assert [field.clean(text) for text in ("-5", "１０", "+3", "1000")] == [-5, 10, 3, 1000]
    for typed in ("-6", "1001", "1.0", "1_0", "1e2", "x", "9" * 5000, "\0"):
        with pytest.raises(ValidationError):
            field.clean(typed)
