"""The engine's state: the pool, the scheme's versions, and the accounts in columns.

All amounts are integers in micro-units. The columns hold 64-bit integers that the scalar rules
read and write one at a time and that the close reads and writes as NumPy arrays, without copies.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import NamedTuple

from sharemall.engine.amounts import LEVELS
from sharemall.engine.scheme import Scheme


class Rate(NamedTuple):
    """What a fund pays: `left` to be shared over a total weight, `weight` 0 if nobody shares it."""

    left: int
    weight: int


class Move(NamedTuple):
    """What one event changes in one account; the moves of an event come to 0 in every unit.

    Account: "m:ID", "s:ID" (a merchant), or the pool's ".reserve", ".outside" and so on.
    """

    account: str
    reason: str
    cash: int
    share: int
    coin: int
    quota: int


def post(
    moves: list[Move] | None,
    account: str,
    reason: str,
    *,
    cash: int = 0,
    share: int = 0,
    coin: int = 0,
    quota: int = 0,
) -> None:
    """Adds a move if moves are wanted and anything moves."""
    if moves is not None and (cash or share or coin or quota):
        moves.append(Move(account, reason, cash, share, coin, quota))


class MemberRow(NamedTuple):
    """A member's balances in micro-units, and its honour level."""

    shares: int
    quota: int
    cash: int
    coins: int
    dividends: int
    level: int


class MerchantRow(NamedTuple):
    """A merchant's balances in micro-units."""

    shares: int
    cash: int
    coins: int


class DayRow(NamedTuple):
    """A closed day.

    With `rate` (left, weight), a member got ⌊shares·left/weight⌋ but at most its quota. None: the
    fund was empty, or it sufficed for everybody's quota (or nobody had any) and the rest went to
    the reserve. Of honour pool k every one of its heads got the k-th amount, but at most its quota
    left; where the pool sufficed for everybody's, the amount is the whole pool. The heads of an
    empty pool are not counted.
    """

    date: date
    dividend_fund_micro: int
    dividend_paid_micro: int
    honor_fund_micro: int
    honor_paid_micro: int
    to_reserve_micro: int
    forced_exits: int
    rate: Rate | None = None
    honor_amounts_micro: tuple[int, ...] = (0,) * LEVELS
    honor_heads: tuple[int, ...] = (0,) * LEVELS
    passes: int = 0


@dataclass(slots=True)
class Pool:
    """The pool's numbers in micro-units. Source: rules.md, "State report"."""

    reserve_micro: int = 0
    outstanding_micro: int = 0
    treasury_micro: int = 0
    issued_micro: int = 0
    dividend_fund_micro: int = 0
    honor_fund_micro: int = 0
    dividend_carry_micro: int = 0
    honor_carry_micro: list[int] = field(default_factory=lambda: [0] * LEVELS)
    unassigned_micro: int = 0
    last_closed: date | None = None

    def numbers(self) -> tuple[int, ...]:
        """Every pool number that the report shows, in micro-units."""
        return (
            self.reserve_micro,
            self.outstanding_micro,
            self.treasury_micro,
            self.issued_micro,
            self.issued_micro - self.outstanding_micro,
            self.dividend_fund_micro,
            self.honor_fund_micro,
            self.dividend_carry_micro,
            *self.honor_carry_micro,
            self.unassigned_micro,
        )

    def cash_numbers(self) -> tuple[int, ...]:
        """Those of them that are cash."""
        return (
            self.reserve_micro,
            self.dividend_fund_micro,
            self.honor_fund_micro,
            self.dividend_carry_micro,
            *self.honor_carry_micro,
            self.unassigned_micro,
        )


class Accounts:
    """The members, or the merchants: an id's row in the columns. A merchant's quota is 0."""

    __slots__ = ("cash", "coins", "dividends", "level", "quota", "rows", "shares")

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.shares = array("q")
        self.quota = array("q")
        self.cash = array("q")
        self.coins = array("q")
        self.dividends = array("q")
        self.level = array("q")

    def row(self, name: str) -> int:
        """The row of account `name`, which is made if it does not exist."""
        row = self.rows.get(name)
        if row is None:
            row = self.rows[name] = len(self.shares)
            for column in (self.shares, self.quota, self.cash, self.coins):
                column.append(0)
            self.dividends.append(0)
            self.level.append(0)
        return row

    def add(self, names: Sequence[str]) -> None:
        """Makes accounts that do not exist yet, all at once, in the order given."""
        first = len(self.shares)
        self.rows.update(zip(names, range(first, first + len(names)), strict=True))
        if len(self.rows) != first + len(names):
            raise ValueError("an account is there already")
        nothing = bytes(len(names) * self.shares.itemsize)
        for column in (self.shares, self.quota, self.cash, self.coins, self.dividends, self.level):
            column.frombytes(nothing)

    def issue(self, row: int, shares: int, thresholds: tuple[int, ...]) -> None:
        """Gives an account new shares, and the honour level that it reaches with all it holds."""
        held = self.shares[row] = self.shares[row] + shares
        level = self.level[row]
        if level < len(thresholds) and held >= thresholds[level]:
            self.level[row] = bisect_right(thresholds, held)

    def put(self, name: str, balances: MemberRow) -> None:
        """Sets all balances of an account."""
        row = self.row(name)
        self.shares[row], self.quota[row], self.cash[row] = balances[:3]
        self.coins[row], self.dividends[row], self.level[row] = balances[3:]

    def get(self, name: str) -> MemberRow | None:
        """All balances of an account; None if it does not exist."""
        row = self.rows.get(name)
        return None if row is None else self._balances(row)

    def copy(self) -> "Accounts":
        """The same accounts with balances of their own; none may be made in either from then on."""
        other = Accounts()
        other.rows = self.rows
        other.shares, other.quota, other.cash = self.shares[:], self.quota[:], self.cash[:]
        other.coins, other.dividends = self.coins[:], self.dividends[:]
        other.level = self.level[:]
        return other

    def items(self) -> Iterator[tuple[str, MemberRow]]:
        """Every account, the oldest first."""
        return zip(
            self.rows,
            map(
                MemberRow,
                self.shares,
                self.quota,
                self.cash,
                self.coins,
                self.dividends,
                self.level,
            ),
            strict=True,
        )

    def _balances(self, row: int) -> MemberRow:
        return MemberRow(
            self.shares[row],
            self.quota[row],
            self.cash[row],
            self.coins[row],
            self.dividends[row],
            self.level[row],
        )


class Saved(NamedTuple):
    """A state's numbers as they were, for `State.restore`."""

    pool: Pool
    members: Accounts
    merchants: Accounts


class State:
    """Everything that events change.

    `complete` says that every account is here. A partial state holds the pool and at least the
    accounts of the events that are applied to it (`events.accounts_of`).
    """

    __slots__ = ("complete", "days", "members", "merchants", "pool", "schemes")

    def __init__(self, pool: Pool, schemes: list[Scheme], *, complete: bool) -> None:
        self.pool = pool
        self.schemes = schemes
        self.complete = complete
        self.members = Accounts()
        self.merchants = Accounts()
        self.days: list[DayRow] = []

    @classmethod
    def empty(cls, scheme: Scheme) -> "State":
        """The state before the first event: complete, with nothing in it."""
        return cls(Pool(), [scheme], complete=True)

    @property
    def scheme(self) -> Scheme:
        """The current version of the scheme."""
        return self.schemes[-1]

    def saved(self) -> Saved:
        """A copy of every number. Only for events that make no account."""
        pool = replace(self.pool, honor_carry_micro=list(self.pool.honor_carry_micro))
        return Saved(pool, self.members.copy(), self.merchants.copy())

    def restore(self, saved: Saved) -> None:
        """Takes everything back that changed since `saved`."""
        for number in fields(Pool):
            setattr(self.pool, number.name, getattr(saved.pool, number.name))
        self.members, self.merchants = saved.members, saved.merchants

    def put_member(
        self,
        name: str,
        *,
        shares: int = 0,
        quota: int = 0,
        cash: int = 0,
        coins: int = 0,
        dividends: int = 0,
        level: int = 0,
    ) -> None:
        """Puts a member's balances in, in micro-units."""
        self.members.put(name, MemberRow(shares, quota, cash, coins, dividends, level))

    def put_merchant(self, name: str, *, shares: int = 0, cash: int = 0, coins: int = 0) -> None:
        """Puts a merchant's balances in, in micro-units."""
        self.merchants.put(name, MemberRow(shares, 0, cash, coins, 0, 0))

    def member(self, name: str) -> MemberRow | None:
        """A member's balances; None if it has no account."""
        return self.members.get(name)

    def merchant(self, name: str) -> MerchantRow | None:
        """A merchant's balances; None if it has no account."""
        row = self.merchants.get(name)
        return None if row is None else MerchantRow(row.shares, row.cash, row.coins)
