"""Columns of 64-bit integers, exactly: products of 128 bits, sums beyond 64, and no float.

This is `rules.py`'s arithmetic for a million accounts at once; the tests hold them equal.
"""

import numpy as np
from numpy.typing import NDArray

from sharemall.engine.amounts import MOST_EVER

Column = NDArray[np.int64]
Positive = NDArray[np.uint64]

_WORD = 64
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def total(column: Column, most: int = MOST_EVER) -> int:
    """The sum of a column, which may pass 64 bits (fewer than 2^31 rows).

    A caller who knows that no number is further from 0 than `most` saves time if it is small.
    """
    if len(column) * most <= MOST_EVER:
        return int(np.add.reduce(column))
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFFFFFF).sum())


def scaled_down(values: Column, numerator: int, denominator: int) -> Column:
    """⌊values·numerator ÷ denominator⌋ row by row; MOST_EVER where that is more than 64 bits hold.

    Values and numerator are not negative, the denominator is positive.
    """
    most = int(values.max(initial=0))
    return Scale(numerator, denominator, most, len(values))(values, np.empty_like(values))


class Scale:
    """⌊value·numerator ÷ denominator⌋ for values from 0 to `most`, as `scaled_down`, in blocks.

    Made once for a column, then called for `rows` of it at a time: its room is used again and
    again, so that everything stays in the processor's cache. The quotient is estimated by a
    reciprocal R = ⌊2^k·numerator ÷ denominator⌋, never too high and at most two too low; then what
    remains is below three denominators, 64 bits hold it, and it corrects the estimate.

    - one product, (value >> a)·R >> (k - a), if 64 bits hold it. Leaving out a bits, where
      2^a ≤ denominator/numerator, costs less than 1, and so does R where value < 2^k;
    - two products, of the upper and the lower half of (value >> a), if 64 bits hold these;
    - else four, of 32-bit halves, with R of 64 bits for the rest of numerator ÷ denominator.

    A denominator from 2^62 on (no scheme allows so many shares) is left to Python's integers.
    """

    def __init__(self, numerator: int, denominator: int, most: int, rows: int) -> None:
        self._fraction = numerator, denominator
        self._numerator = np.uint64(numerator % 2**_WORD)
        self._plain = denominator >= 2**62
        self._room = np.empty((2, 0 if self._plain else rows), np.uint64)
        bits, drop = most.bit_length(), 0
        if 0 < numerator <= denominator:
            drop = min((denominator // numerator).bit_length() - 1, bits)
        reciprocal = (numerator << bits) // denominator
        self._left_out, self._shift = np.uint64(drop), np.uint64(bits - drop)
        size = bits - drop
        self._half = np.uint64(0 if size + reciprocal.bit_length() <= _WORD else (size + 1) // 2)
        fits = reciprocal.bit_length() + int(self._half) <= _WORD
        self._short = fits and most * numerator // denominator <= MOST_EVER
        self._reciprocal = np.uint64(reciprocal if self._short else 0)

    def __call__(self, values: Column, out: Column) -> Column:
        """The block `out`, filled with the quotients of the block `values`."""
        if self._plain:
            numerator, denominator = self._fraction
            for place, value in enumerate(values.tolist()):
                out[place] = min(value * numerator // denominator, MOST_EVER)
        elif self._short:
            first, second = self._room[:, : len(values)]
            quotient = out.view(np.uint64)
            self._estimate(values.view(np.uint64), quotient, first)
            self._correct(values.view(np.uint64), quotient, first, second)
        else:
            self._by_words(values, out)
        return out

    def _estimate(self, values: Positive, quotient: Positive, room: Positive) -> None:
        np.right_shift(values, self._left_out, out=quotient)
        if not self._half:
            quotient *= self._reciprocal
            quotient >>= self._shift
            return
        # (upper·2^h + lower)·R >> s is (upper·R + (lower·R >> h)) >> (s - h), exactly.
        np.bitwise_and(quotient, (np.uint64(1) << self._half) - np.uint64(1), out=room)
        room *= self._reciprocal
        room >>= self._half
        quotient >>= self._half
        quotient *= self._reciprocal
        quotient += room
        quotient >>= self._shift - self._half

    def _correct(self, values: Positive, quotient: Positive, one: Positive, two: Positive) -> None:
        """Adds what fits into the remainder once more; products may wrap, the remainder cannot."""
        denominator = np.uint64(self._fraction[1])
        np.multiply(values, self._numerator, out=one)
        np.multiply(quotient, denominator, out=two)
        one -= two
        one //= denominator
        quotient += one

    def _by_words(self, values: Column, out: Column) -> None:
        numerator, denominator = self._fraction
        whole, rest = divmod(numerator, denominator)
        positive = values.view(np.uint64)
        quotient = _high_word(positive, (rest << _WORD) // denominator)
        remainder = positive * np.uint64(rest) - quotient * np.uint64(denominator)
        quotient += remainder // np.uint64(denominator)
        most = MOST_EVER // whole if whole else MOST_EVER
        quotient += positive * np.uint64(min(whole, MOST_EVER))
        saturated = (positive > np.uint64(most)) | (quotient > np.uint64(MOST_EVER))
        out[:] = np.where(saturated, np.uint64(MOST_EVER), quotient).view(np.int64)


def _high_word(values: Positive, factor: int) -> Positive:
    """The upper 64 bits of the 128-bit products, by schoolbook on 32-bit halves."""
    low, high = values & _LOW, values >> _HALF
    factor_low, factor_high = np.uint64(factor & 0xFFFFFFFF), np.uint64(factor >> 32)
    first, second = low * factor_high, high * factor_low
    middle = (low * factor_low >> _HALF) + (first & _LOW) + (second & _LOW)
    upper: Positive = high * factor_high + (first >> _HALF) + (second >> _HALF)
    upper += middle >> _HALF
    return upper
