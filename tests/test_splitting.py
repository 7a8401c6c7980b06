"""Amounts in whole parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.splitting import split


@given(st.integers(0, 10**14), st.lists(st.integers(0, 10**12), max_size=60))
def test_a_split_sums_exactly_and_each_part_is_its_share_within_a_fen(
    total: int, weights: list[int]
) -> None:
    whole = sum(weights)
    if total and not whole:
        with pytest.raises(ValueError, match="cannot split"):
            split(total, weights)
        return
    parts = split(total, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == (total if weights else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert total * weight // (whole or 1) <= part <= -(-total * weight // (whole or 1))
        assert total > whole or part <= weight


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [2, -1]), (1, []), (1, [0])])
def test_what_cannot_be_split_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        split(total, weights)
