"""Who takes how much of a fund, by columns: the sums that `close.py` asks a population for.

A fund costs a pass over all members. What a further rate changes is worked out from the few members
near their quota, who were set aside on the way.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharemall.engine.amounts import LEVELS, MOST_EVER
from sharemall.engine.columns import SIGN, Columns
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.engine.state import Rate

Levels = NDArray[np.int8]

# Members near their quota are set aside if they are at most this part of all.
_MOST_NEAR = 8
# Of so many blocks one tells beforehand how many heads of a level there are.
_SAMPLE = 64
_FEW = 1 << 12


def weight_of(members: Columns) -> int:
    """The shares of all who have quota, summed."""
    weight, (room,) = 0, members.room(1)
    for block in members.blocks():
        quota = members.quota[block]
        having = np.negative(quota, out=room[: len(quota)])
        having >>= SIGN
        having &= members.shares[block]
        weight += total(having, members.most_shares)
    return weight


class Sharers:
    """The capped and the uncapped at one rate, summed, and who would be capped by twice the rate.

    The rate's weight is not 0.
    """

    def __init__(self, members: Columns, rate: Rate) -> None:
        self._rate = rate
        self._capped = 0
        self._uncapped = 0
        self._near: tuple[Column, Column] | None = None
        self._sum(members)

    def covers(self, rate: Rate) -> bool:
        """Whether `totals` can tell the sums at this rate."""
        if self._near is None:
            return rate == self._rate
        least, asked = self._rate.left * rate.weight, rate.left * self._rate.weight
        return least <= asked <= 2 * least

    def totals(self, rate: Rate) -> tuple[int, int]:
        """The quota of the capped and the shares of the uncapped, summed, at a covered rate."""
        if self._near is None:
            return self._capped, self._uncapped
        shares, quota = self._near
        capped = quota <= scaled_down(shares, *rate)
        return self._capped + total(quota[capped]), self._uncapped - total(shares[capped])

    def _sum(self, members: Columns) -> None:
        scale, (first, second) = members.scale(self._rate), members.room(2)
        near: list[tuple[Column, Column]] = []
        room_left = len(members.shares) // _MOST_NEAR + 1
        for block in members.blocks():
            shares, quota = members.shares[block], members.quota[block]
            parts, other = scale(shares, first[: len(shares)]), second[: len(shares)]
            if room_left > 0:
                # Twice the rate gives at most twice the part and 1: these may be capped by it.
                maybe = np.right_shift(quota, 1, out=other) <= parts
                maybe &= quota > parts
                rows = np.flatnonzero(maybe)
                near.append((shares[rows], quota[rows]))
                room_left -= len(rows)
            uncapped = np.subtract(parts, quota, out=parts)
            uncapped >>= SIGN
            held = np.bitwise_and(shares, uncapped, out=other)
            self._uncapped += total(held, members.most_shares)
            np.invert(uncapped, out=uncapped)
            uncapped &= quota
            self._capped += total(uncapped, members.most_quota)
        if room_left > 0 and near:
            all_shares, all_quota = zip(*near, strict=True)
            self._near = np.concatenate(all_shares), np.concatenate(all_quota)


class Heads:
    """The members who take part in the honour pools after the dividend at `rate`.

    Counted by level in one pass, which also sets those aside whom the pools can cap: of each level,
    all who have no more quota left than a bound. The bounds come from a sample and from `pool`,
    what each pool is expected to hold; where they turn out too low, another pass is made.
    """

    def __init__(self, members: Columns, least_shares: int, rate: Rate, pool: int) -> None:
        self.key = least_shares, rate
        self._members = members
        self._near = np.empty(0, np.int64), np.empty(0, np.int8)
        self._counts = self._far = [0] * (LEVELS + 1)
        self._bounds = [0] * (LEVELS + 1)
        self._sum(_SAMPLE)
        blocks = len(members.shares) // members.block + 1
        self._counts = [count * min(blocks, _SAMPLE) for count in self._counts]
        self._bounds = self._expected(1, 0, pool)
        self._sum(1)

    def totals(self, level: int, before: tuple[int, ...], per_head: Rate | None) -> tuple[int, int]:
        """See `Population.honour_totals`."""
        spent = sum(before)
        reach = spent + (per_head.left // per_head.weight if per_head else 0)
        levels = range(level, LEVELS + 1)
        if any(self._counts[at] and self._bounds[at] < min(reach, MOST_EVER) for at in levels):
            self._bounds = self._expected(level, reach, per_head.left if per_head else 0)
            self._sum(1)
        left, level_of = self._near
        left = left[(level_of >= level) & (left > min(spent, MOST_EVER))]
        capped = left[left <= min(reach, MOST_EVER)]
        uncapped = len(left) - len(capped) + sum(self._far[at] for at in levels)
        return total(capped) - spent * len(capped), uncapped

    def _expected(self, level: int, reach: int, pool: int) -> list[int]:
        """By level, twice what a head gets from the pools from `level` on if each holds `pool`.

        Of few heads all are set aside: their pools can reach any quota.
        """
        bounds = [0] * (LEVELS + 1)
        for at in range(level, LEVELS + 1):
            heads = sum(self._counts[at:])
            reach += pool // max(heads, 1)
            bounds[at] = MOST_EVER if heads <= _FEW else min(2 * reach, MOST_EVER)
        return bounds

    def _sum(self, step: int) -> None:
        """Counts the heads of every `step`th block, and sets aside those within the bounds."""
        bounds, (room,) = np.array(self._bounds), self._members.room(1)
        near = [(np.empty(0, np.int64), np.empty(0, np.int8))]
        self._counts = [0] * (LEVELS + 1)
        for left, level_of in self._blocks(step):
            for level in range(1, LEVELS + 1):
                self._counts[level] += int(np.count_nonzero(level_of == level))
            bound = np.take(bounds, level_of, out=room[: len(left)], mode="clip")
            rows = np.flatnonzero((left <= bound) & (level_of > 0))
            near.append((left[rows], level_of[rows]))
        lefts, levels_of = zip(*near, strict=True)
        self._near = np.concatenate(lefts), np.concatenate(levels_of)
        found = np.bincount(self._near[1], minlength=LEVELS + 1).tolist()
        self._far = [count - near for count, near in zip(self._counts, found, strict=True)]

    def _blocks(self, step: int) -> Iterator[tuple[Column, Levels]]:
        """Block by block, what quota is left and the level; 0 for who is no head."""
        members, (least_shares, rate) = self._members, self.key
        if not rate.weight:
            return  # the dividend takes everybody's whole quota
        scale, (room,) = members.scale(rate), members.room(1)
        levels = np.empty(room.shape, np.int8)
        for block in members.blocks(step):
            shares, quota = members.shares[block], members.quota[block]
            left = scale(shares, room[: len(shares)])
            np.subtract(quota, left, out=left)
            heads = left > 0
            heads &= shares >= least_shares
            level_of = levels[: len(shares)]
            np.copyto(level_of, members.level[block], casting="unsafe")
            level_of *= heads.view(np.int8)
            yield left, level_of


class Payments:
    """What a close pays, block by block: the dividend at `rate`, then what the honour pools add."""

    def __init__(
        self, members: Columns, rate: Rate, amounts: tuple[int, ...], least_shares: int
    ) -> None:
        self._members = members
        self._least_shares = least_shares
        self._scale = members.scale(rate) if rate.weight else None
        sums = [sum(amounts[:level]) for level in range(LEVELS + 1)]
        self._open_to_level = np.array([min(paid, MOST_EVER) for paid in sums])
        self._room = members.room(3)

    def dividends(self, block: slice) -> Column:
        """min(quota, part), or the whole quota of those with shares if the weight is 0."""
        shares, quota = self._members.shares[block], self._members.quota[block]
        gets: Column = self._room[0, : len(shares)]
        if self._scale:
            np.minimum(self._scale(shares, gets), quota, out=gets)
        else:
            np.negative(shares, out=gets)
            gets >>= SIGN
            gets &= quota
        return gets

    def honours(self, block: slice, dividends: Column) -> Column:
        """min(quota left, what the pools open to the level pay) to those with enough shares."""
        shares, quota = self._members.shares[block], self._members.quota[block]
        gets: Column = self._room[1, : len(shares)]
        other: Column = self._room[2, : len(shares)]
        np.take(self._open_to_level, self._members.level[block], out=gets, mode="clip")
        np.minimum(gets, np.subtract(quota, dividends, out=other), out=gets)
        np.subtract(self._least_shares - 1, shares, out=other)
        other >>= SIGN
        gets &= other
        return gets


class Sellers:
    """Who is forced to sell out, round by round, at a price that rises.

    A round over everybody sets aside who comes next: all who sell if the price is up to an eighth
    higher.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._price = Rate(0, 1)
        self._near: Column | None = None

    def at(self, price: Rate) -> Iterator[tuple[Column, Column]]:
        """The rows of who sells, piece by piece, and the value of their shares."""
        least, asked = self._price.left * price.weight, price.left * self._price.weight
        if self._near is not None and least <= asked <= least + least // 8:
            return self._joined(self._of_near(price, self._near))
        return self._joined(self._of_all(price))

    def _joined(self, pieces: Iterator[tuple[Column, Column]]) -> Iterator[tuple[Column, Column]]:
        """The same rows in pieces of a block at least: a sale costs by the piece as by the row."""
        rows, values, size = [], [], 0
        for piece, value in pieces:
            rows.append(piece)
            values.append(value)
            size += len(piece)
            if size >= self._columns.block:
                yield np.concatenate(rows), np.concatenate(values)
                rows, values, size = [], [], 0
        if size:
            yield np.concatenate(rows), np.concatenate(values)

    def _of_near(self, price: Rate, near: Column) -> Iterator[tuple[Column, Column]]:
        columns, step = self._columns, self._columns.block
        for start in range(0, len(near), step):
            rows = near[start : start + step]
            shares = columns.shares[rows]
            value = scaled_down(shares, *price)
            sold = np.flatnonzero((value >= columns.quota[rows]) & (shares > 0))
            yield rows[sold], value[sold]

    def _of_all(self, price: Rate) -> Iterator[tuple[Column, Column]]:
        columns = self._columns
        scale, (first, second, third) = columns.scale(price), columns.room(3)
        near, room_left = [np.empty(0, np.int64)], len(columns.shares) // _MOST_NEAR + 1
        for block in columns.blocks():
            shares, quota = columns.shares[block], columns.quota[block]
            value, other = scale(shares, first[: len(shares)]), second[: len(shares)]
            held = shares > 0
            sold = value >= quota
            sold &= held
            if room_left > 0:
                # An eighth more than the price gives less than value + value/8 + 9/8.
                np.subtract(quota, value, out=other)
                other -= np.right_shift(value, 3, out=third[: len(shares)])
                held &= other <= 2
                rows = np.flatnonzero(held > sold)
                near.append(rows + block.start)
                room_left -= len(rows)
            rows = np.flatnonzero(sold)
            yield rows + block.start, value[rows]
        self._price, self._near = price, np.concatenate(near) if room_left > 0 else None
