"""What reads of the ledger give: plain values in micro-units."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event: `code` is "" when it was applied, else why it was rejected."""

    event_id: str
    position: int
    code: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds; `granted_micro` is all quota it was ever granted."""

    shares_micro: int = 0
    quota_micro: int = 0
    cash_micro: int = 0
    coins_micro: int = 0
    dividends_micro: int = 0
    level: int = 0
    granted_micro: int = 0


@dataclass(frozen=True, slots=True)
class PoolView:
    """The pool behind the last applied event, and the totals over all members."""

    reserve_micro: int
    outstanding_micro: int
    treasury_micro: int
    issued_micro: int
    dividend_fund_micro: int
    dividend_carry_micro: int
    honor_fund_micro: int
    honor_carry_micro: tuple[int, ...]
    unassigned_micro: int
    coins_micro: int
    quota_granted_micro: int
    quota_paid_micro: int
    position: int
    last_closed: date | None
    initial_price_micro: int

    @property
    def burned_micro(self) -> int:
        return self.issued_micro - self.outstanding_micro

    @property
    def price(self) -> Fraction:
        """Yuan per share, exact: reserve ÷ outstanding, or the initial price."""
        if not self.outstanding_micro:
            return Fraction(self.initial_price_micro, MICRO)
        return Fraction(self.reserve_micro, self.outstanding_micro)

    @property
    def price_micro(self) -> int:
        """The price floored to the micro-yuan."""
        return self.price.numerator * MICRO // self.price.denominator


@dataclass(frozen=True, slots=True)
class DividendRow:
    """What a member got at the close of `day`."""

    day: date
    fund_micro: int
    honour_micro: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What one event moved on an account, and why (a word of `reasons.REASONS`)."""

    position: int
    at: str
    reason: str
    cash_micro: int
    share_micro: int
    coin_micro: int
    quota_micro: int
    event_id: str


@dataclass(frozen=True, slots=True)
class PricePoint:
    """The reserve and the shares outstanding behind the close of `day` (the last point: now)."""

    day: date
    reserve_micro: int
    outstanding_micro: int
