"""What always holds, checked by sums after every simulated day. Source: rules.md."""

from dataclasses import dataclass

import numpy as np

from sharemall.engine.exact import Column, total
from sharemall.engine.rules import WHOLE_SHARE_MICRO
from sharemall.engine.state import Accounts, State


class BrokenInvariant(AssertionError):
    """Something that always holds did not: the text says what and when."""


@dataclass(slots=True)
class Booked:
    """What a run has counted for itself, beside the engine, in micro-units."""

    contributed_micro: int
    issued_micro: int
    granted_micro: int
    dividends_micro: int

    @classmethod
    def of(cls, state: State) -> "Booked":
        """As if what is in a state already had come to be by sales and closes alone."""
        members, merchants, pool = state.members, state.merchants, state.pool
        cash = _sum(members, "cash") + _sum(merchants, "cash") + sum(pool.cash_numbers())
        paid = _sum(members, "dividends")
        return cls(cash, pool.issued_micro, paid + _sum(members, "quota"), paid)


class Checks:
    """Checks a state and counts how often it did."""

    def __init__(self, state: State) -> None:
        self.count = 0
        self._state = state
        self._price = (0, 0)

    def price(self, after: str) -> None:
        """While anything is outstanding the price never falls; told after each step of a day."""
        pool = self._state.pool
        worth, shares = self._price
        now = self._price = pool.reserve_micro, pool.outstanding_micro
        if shares and now[1]:
            self._hold(now[0] * shares >= worth * now[1], f"the price fell by {after}")

    def day(self, booked: Booked, granted: Column) -> None:
        """All that sums can tell at the end of a day; `granted` is each member's quota so far."""
        state, pool, scheme = self._state, self._state.pool, self._state.scheme
        members, merchants = state.members, state.merchants
        held = _sum(members, "shares") + _sum(merchants, "shares") + pool.treasury_micro
        self._hold(pool.outstanding_micro == held, "shares are missing or were made")
        self._hold(
            pool.issued_micro == booked.issued_micro <= scheme.share_cap_micro,
            "more shares were issued than sales issued, or than the cap allows",
        )
        self._hold(
            not pool.outstanding_micro or pool.outstanding_micro >= WHOLE_SHARE_MICRO,
            "less than one whole share is outstanding",
        )
        coins = _sum(members, "coins") + _sum(merchants, "coins")
        self._hold(
            pool.treasury_micro * pool.reserve_micro >= coins * pool.outstanding_micro,
            "the treasury does not cover the coins",
        )
        cash = _sum(members, "cash") + _sum(merchants, "cash") + sum(pool.cash_numbers())
        self._hold(cash == booked.contributed_micro, "cash is missing or was made")
        paid, quota = _sum(members, "dividends"), _sum(members, "quota")
        self._hold(paid == booked.dividends_micro, "dividends are not what the closes paid")
        used_up = booked.granted_micro - paid - quota
        self._hold(
            used_up >= 0 if scheme.forced_exit else used_up == 0, "quota is missing or was made"
        )
        dividends = np.frombuffer(members.dividends, np.int64)
        self._hold(
            bool((dividends <= granted[: len(dividends)]).all()),
            "a member got more dividends than quota was granted",
        )

    def _hold(self, holds: bool, otherwise: str) -> None:
        self.count += 1
        if not holds:
            raise BrokenInvariant(f"after {self._state.pool.last_closed}: {otherwise}")


def _sum(accounts: Accounts, unit: str) -> int:
    column = np.frombuffer(getattr(accounts, unit), np.int64)
    return total(column, int(column.max(initial=0)))
