"""Columns against plain integers."""

import numpy as np
from hypothesis import example
from hypothesis import strategies as st

from sharemall.engine.amounts import MOST_EVER
from sharemall.engine.exact import Scale, scaled_down, total
from tests.engine.given import given

numbers = st.one_of(
    st.integers(0, 100), st.integers(0, MOST_EVER), st.integers(MOST_EVER - 100, MOST_EVER)
)
denominators = st.one_of(
    st.integers(1, 10),
    st.integers(1, 2**62 - 1),
    st.integers(2**62 - 3, 2**62 + 3),
    st.integers(2**62, 2**70),
)
bits = st.integers(0, 63)


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


@given(st.lists(st.integers(-1000, 1000), max_size=50), st.integers(1000, MOST_EVER))
@example([1000] * 50, MOST_EVER // 50)
@example([1000] * 50, MOST_EVER // 50 + 1)
def test_a_sum_is_the_same_whatever_is_known_of_its_numbers(values: list[int], most: int) -> None:
    assert total(np.array(values, np.int64), most) == sum(values)


@st.composite
def fractions(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """A numerator, a denominator, and values up to a number of bits: of every size each."""
    values = draw(st.lists(st.integers(0, 2 ** draw(bits) - 1), min_size=1, max_size=8))
    denominator = draw(st.integers(1, 2 ** (draw(bits) + 1)))
    numerator = draw(
        st.one_of(
            st.integers(0, 2 ** (draw(bits) + 1)),
            st.integers(0, 3).map(lambda more: max(denominator + more - 2, 0)),
            bits.map(lambda size: denominator >> size),
            bits.map(lambda size: denominator << size),
        )
    )
    return numerator, denominator, values


@given(fractions(), st.integers(1, 9))
@example((1, 512, [2**40 - 1]), 1)  # one product
@example((2, 1, [2**40 - 1]), 1)  # two
@example((2**61, 2**61 - 1, [MOST_EVER, MOST_EVER - 1]), 1)  # four
def test_a_column_is_scaled_in_blocks_of_any_size(
    fraction: tuple[int, int, list[int]], rows: int
) -> None:
    numerator, denominator, values = fraction
    column, scale = np.array(values, np.int64), Scale(numerator, denominator, max(values), rows)
    for start in range(0, len(values), rows):
        block = column[start : start + rows]
        found = scale(block, np.empty_like(block)).tolist()
        assert found == [min(v * numerator // denominator, MOST_EVER) for v in block.tolist()]
    assert column.tolist() == values
