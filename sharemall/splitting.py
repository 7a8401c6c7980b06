"""One amount in whole parts."""

from collections.abc import Sequence
from itertools import accumulate


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in parts by weight that sum to it exactly.

    Each part is the step of the cumulative share rounded down: with W the weights' sum and C the
    sum up to and with this one, ⌊amount·C/W⌋ less the same of the one before. So a part is at least
    ⌊amount·w/W⌋ and at most ⌈amount·w/W⌉, and one of weight 0 is 0. Where `amount` ≤ W no part
    exceeds its weight. Raises ValueError for negative numbers, or an amount and nobody to take it.
    """
    total = sum(weights)
    if amount < 0 or min(weights, default=0) < 0 or (amount and not total):
        raise ValueError(f"cannot split {amount} by {list(weights)}")
    if not total:
        return [0] * len(weights)
    ends = [amount * cumulated // total for cumulated in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
