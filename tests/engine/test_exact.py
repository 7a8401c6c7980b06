"""Columns against plain integers."""

import numpy as np
from hypothesis import example
from hypothesis import strategies as st

from sharemall.engine.amounts import MOST_EVER
from sharemall.engine.exact import scaled_down, total
from tests.engine.given import given

numbers = st.one_of(
    st.integers(0, 100), st.integers(0, MOST_EVER), st.integers(MOST_EVER - 100, MOST_EVER)
)
denominators = st.one_of(st.integers(1, 10), st.integers(1, 2**62 - 1), st.just(2**62 - 1))


@given(st.lists(numbers, max_size=20), numbers, denominators)
@example([MOST_EVER], MOST_EVER, 1)
@example([MOST_EVER, 1, 0], MOST_EVER, 2**62 - 1)
@example([10**18], MOST_EVER, 10**18)
def test_a_scaled_column_is_rounded_down_exactly(
    values: list[int], numerator: int, denominator: int
) -> None:
    column = scaled_down(np.array(values, np.int64), numerator, denominator)
    assert column.tolist() == [min(value * numerator // denominator, MOST_EVER) for value in values]


@given(st.integers(1, 2**61), st.integers(1, 2**61), st.integers(1, 2**61))
def test_an_exact_quotient_is_not_rounded(value: int, factor: int, denominator: int) -> None:
    numerator = factor * denominator
    column = scaled_down(np.array([value], np.int64), numerator, denominator)
    assert column.tolist() == [min(value * factor, MOST_EVER)]


@given(st.lists(st.integers(-MOST_EVER - 1, MOST_EVER), max_size=50))
def test_a_sum_may_pass_64_bits(values: list[int]) -> None:
    assert total(np.array(values, np.int64)) == sum(values)
