"""Columns of 64-bit integers, exactly: products of 128 bits, sums beyond 64, and no float.

This is `rules.py`'s arithmetic for a million accounts at once; the tests hold them equal.
"""

import numpy as np
from numpy.typing import NDArray

from sharemall.engine.amounts import MOST_EVER

Column = NDArray[np.int64]
Mask = NDArray[np.bool_]

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def total(column: Column) -> int:
    """The sum of a column, which may pass 64 bits (fewer than 2^31 rows)."""
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFFFFFF).sum())


def scaled_down(values: Column, numerator: int, denominator: int) -> Column:
    """⌊values·numerator ÷ denominator⌋ row by row; MOST_EVER where that is more than 64 bits hold.

    Values and numerator are not negative, the denominator is positive and below 2^62.
    """
    whole, rest = divmod(numerator, denominator)
    positive = values.astype(np.uint64)
    # The quotient of the rest is estimated by a 64-bit reciprocal, never too high and at most one
    # too low, and then corrected: its remainder is below 2 denominators, so 64 bits hold it.
    quotient = _high_word(positive, (rest << 64) // denominator)
    remainder = positive * np.uint64(rest) - quotient * np.uint64(denominator)
    quotient += (remainder >= np.uint64(denominator)).astype(np.uint64)
    most = MOST_EVER // whole if whole else MOST_EVER
    quotient += positive * np.uint64(min(whole, MOST_EVER))
    saturated = (positive > np.uint64(most)) | (quotient > np.uint64(MOST_EVER))
    return np.where(saturated, np.uint64(MOST_EVER), quotient).astype(np.int64)


def _high_word(values: NDArray[np.uint64], factor: int) -> NDArray[np.uint64]:
    """The upper 64 bits of the 128-bit products, by schoolbook on 32-bit halves."""
    low, high = values & _LOW, values >> _HALF
    factor_low, factor_high = np.uint64(factor & 0xFFFFFFFF), np.uint64(factor >> 32)
    first, second = low * factor_high, high * factor_low
    middle = (low * factor_low >> _HALF) + (first & _LOW) + (second & _LOW)
    upper: NDArray[np.uint64] = high * factor_high + (first >> _HALF) + (second >> _HALF)
    upper += middle >> _HALF
    return upper
