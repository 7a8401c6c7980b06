"""The mall at a glance: what was sold, who came, what the points stand on, what lags behind.

Everything here is one of a few sums by an index; the only pass over all members counts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sharemall.engine.rules import fee_of
from sharemall.engine.scheme import Scheme
from sharemall.ledger import lag, selectors, tallies
from sharemall.ledger.lag import Lag
from sharemall.ledger.models import Day, FailedVerification, Tally, Verification
from sharemall.ledger.values import MICRO, PoolView
from sharemall.members import selectors as members
from sharemall.orders import figures
from sharemall.orders.figures import DayTurnover

DAYS = 30


@dataclass(frozen=True, slots=True)
class Cover:
    """The reserve against what it must cover, in micro-yuan.

    `shares_micro` what members' and merchants' shares are worth at the formula price, `coins_micro`
    all coins at full value, `coins_net_micro` less the fee of selling what they become.
    """

    reserve_micro: int
    shares_micro: int
    coins_micro: int
    coins_net_micro: int

    @property
    def left_micro(self) -> int:
        """What is left when all shares and all coins at full value are covered."""
        return self.reserve_micro - self.shares_micro - self.coins_micro

    @property
    def left_net_micro(self) -> int:
        """Likewise with coins less the fee."""
        return self.reserve_micro - self.shares_micro - self.coins_net_micro


@dataclass(frozen=True, slots=True)
class Checked:
    """The newest verification that succeeded, and the newest that found faults."""

    passed: Verification | None
    failed: FailedVerification | None

    @property
    def is_broken(self) -> bool:
        """Whether the last one found faults."""
        if self.failed is None:
            return False
        return self.passed is None or self.passed.verified_at < self.failed.verified_at


@dataclass(frozen=True, slots=True)
class Overview:
    """All figures of one look; by day the oldest first."""

    today: date
    pool: PoolView
    scheme: Scheme
    turnover: Sequence[DayTurnover]
    joined: Sequence[tuple[date, int]]
    members: int
    days: Sequence[Day]
    tally: Tally | None
    lag: Lag
    checked: Checked

    @property
    def cover(self) -> Cover:
        """The reserve against what it must cover now."""
        pool = self.pool
        held = pool.outstanding_micro - pool.treasury_micro
        worth = held * pool.reserve_micro // max(pool.outstanding_micro, 1)
        net = pool.coins_micro - fee_of(pool.coins_micro, self.scheme)
        return Cover(pool.reserve_micro, worth, pool.coins_micro, net)

    @property
    def joined_today(self) -> int:
        """How many joined today."""
        return self.joined[-1][1]

    @property
    def forced_exits(self) -> int:
        """How many sold out at the closes shown."""
        return sum(day.forced_exits for day in self.days)

    @property
    def paid_permille(self) -> int:
        """The part of all quota granted that was ever paid, in thousandths, rounded down."""
        granted = self.pool.quota_granted_micro
        return self.pool.quota_paid_micro * 1000 // granted if granted else 0

    @property
    def prices(self) -> list[tuple[date, int]]:
        """The price behind each close and now, in micro-yuan a share, rounded down."""
        closed = [
            (day.day, day.reserve_micro * MICRO // day.outstanding_micro)
            for day in self.days
            if day.outstanding_micro
        ]
        live = (self.today, self.pool.price_micro)
        return [*[point for point in closed if point[0] < self.today], live]

    @property
    def dividends(self) -> list[tuple[date, int]]:
        """What one share got at each close, in micro-yuan, rounded down; 0 where no rate was."""
        return [(day.day, rate_micro(day)) for day in self.days]


def rate_micro(day: Day) -> int:
    """What one share got at a close, in micro-yuan, rounded down; 0 where no rate was needed."""
    rate = selectors.rate_of(day)
    return rate.numerator * MICRO // rate.denominator if rate else 0


def overview(now: datetime, days: int = DAYS) -> Overview:
    """All figures, of so many days back. Eleven queries. Raises LedgerClosed."""
    pool, scheme = selectors.pool_and_scheme()
    today = lag.day_of(now, scheme)
    first = today - timedelta(days=days - 1)
    closed = Day.objects.filter(day__gte=first).order_by("day")
    return Overview(
        today=today,
        pool=pool,
        scheme=scheme,
        turnover=figures.turnover_by_day(first, today, scheme.timezone),
        joined=members.joined_by_day(first, today, scheme.timezone),
        members=members.count(),
        days=list(closed),
        tally=tallies.newest(),
        lag=lag.lag(now),
        checked=checked(),
    )


def checked() -> Checked:
    """The newest verifications; two queries."""
    failed = FailedVerification.objects.order_by("-id").first()
    return Checked(selectors.last_verification(), failed)
