"""What the real mall comes to if nobody buys any more, from its state after the last close.

Worked out once for each close, in the background process: the whole state is read and the
simulator goes on from it. The page reads the row. Source: docs/simulator.md.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from sharemall.clock import services as clock
from sharemall.engine import rules
from sharemall.engine.amounts import MICRO
from sharemall.engine.errors import OverflowStop
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import Pool, State
from sharemall.ledger import selectors as ledger
from sharemall.ledger.whole import whole_state
from sharemall.simulations.models import Outlook, Simulation
from sharemall.simulator.ahead import nobody_buys
from sharemall.simulator.checks import BrokenInvariant
from sharemall.simulator.results import Run

LOG = logging.getLogger(__name__)
# So many days nobody buys; on the last of them all sell.
DAYS = 60
PAST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Figures:
    """What comes of it; amounts in micro-units, exact.

    `paid_micro` is what dividends and honours pay on each day, `pays_until` the number of the last
    day on which they pay anything (1 is the first; 0: on none). `price_then_micro` is the price of
    a share before everybody sells, `alone_micro` what one share brings then to whoever sells it
    alone. On the last day `sellers` hold shares and sell them all, for `sold_micro` together after
    the fee; `unsold` members still hold some afterwards, and `reserve_left_micro` is what stays for
    coins and for shares that are not members'. `past` is what the last real days paid: (date,
    amount), the oldest first.
    """

    days: int
    price_micro: int
    price_then_micro: int
    alone_micro: int
    reserve_micro: int
    reserve_then_micro: int
    outstanding_micro: int
    holders: int
    waiting_micro: int
    paid_micro: list[int]
    dividends_micro: int
    honours_micro: int
    share_gets_micro: int
    pays_until: int
    forced_exits: int
    sellers: int
    sold_shares_micro: int
    sold_micro: int
    unsold: int
    reserve_left_micro: int
    checks: int
    past: list[tuple[str, int]]

    @property
    def all_are_paid(self) -> bool:
        """Whether everybody could sell everything, out of what was in the reserve."""
        return self.unsold == 0 and self.sold_micro <= self.reserve_then_micro

    @property
    def sold_each_micro(self) -> int:
        """What a share brought in the mean when all sold, rounded down."""
        return self.sold_micro * MICRO // self.sold_shares_micro if self.sold_shares_micro else 0


def figures_of(state: State, first_day: date, past: list[tuple[str, int]]) -> Figures:
    """The figures of a complete state, which is used up. `first_day` is the one after the close.

    Raises BrokenInvariant, OverflowStop.
    """
    pool, scheme = state.pool, state.scheme
    outstanding, reserve = pool.outstanding_micro, pool.reserve_micro
    waiting = pool.dividend_fund_micro + pool.dividend_carry_micro
    waiting += pool.honor_fund_micro + sum(pool.honor_carry_micro)
    holders = sum(shares > 0 for shares in state.members.shares)
    run = nobody_buys(state, start=first_day, days=DAYS, run_day=DAYS - 1)
    days = run.days
    paid = (days["dividend_paid_micro"] + days["honor_paid_micro"]).tolist()
    then = DAYS - 2
    return Figures(
        days=DAYS,
        price_micro=reserve * MICRO // outstanding if outstanding else 0,
        price_then_micro=int(days["price_micro"][then]) if days["outstanding_micro"][then] else 0,
        alone_micro=_alone_micro(run, then, scheme),
        reserve_micro=reserve,
        reserve_then_micro=int(days["reserve_micro"][then]),
        outstanding_micro=outstanding,
        holders=holders,
        waiting_micro=waiting,
        paid_micro=paid,
        dividends_micro=run.total("dividend_paid_micro"),
        honours_micro=run.total("honor_paid_micro"),
        share_gets_micro=int(days["dividend_per_share_micro"][: DAYS - 1].sum()),
        pays_until=max((day for day, amount in enumerate(paid, 1) if amount), default=0),
        forced_exits=run.total("forced_exits"),
        sellers=int(days["holders"][then]),
        sold_shares_micro=int(days["sold_shares_micro"][-1]),
        sold_micro=int(days["sold_shares_cash_micro"][-1]),
        unsold=int(days["holders"][-1]),
        reserve_left_micro=int(days["reserve_micro"][-1]),
        checks=run.checks,
        past=past,
    )


def compute_due() -> bool:
    """Work out the outlook of the last closed day, if nobody has begun with it; whether it did."""
    if not is_due():
        return False
    found = _begin(clock.now())
    if found is None:
        return False
    error, figures, position = "", None, 0
    try:
        state, position = whole_state()
        closed = state.pool.last_closed
        if closed is None or closed != found.day:
            # A further day was closed meanwhile: that one's turn is next.
            error = Simulation.Error.STOPPED
        else:
            figures = asdict(figures_of(state, closed + timedelta(days=1), _past()))
    except OverflowStop:
        error = Simulation.Error.OVERFLOW
    except BrokenInvariant:
        LOG.exception("the outlook of %s broke what always holds", found.day)
        error = Simulation.Error.INVARIANT
    except MemoryError:
        error = Simulation.Error.MEMORY
    found.figures, found.position, found.error = figures, position, error
    found.ended_at = clock.now()
    found.save()
    return True


def _past() -> list[tuple[str, int]]:
    """What dividends and honours paid on the last days, the oldest first."""
    return [
        (str(row.day), row.dividend_paid_micro + row.honor_paid_micro)
        for row in reversed(ledger.days(limit=PAST_DAYS))
    ]


def is_due() -> bool:
    """Whether the last closed day has no outlook yet. Two short queries."""
    if not ledger.is_open():
        return False
    closed = ledger.pool().last_closed
    return closed is not None and not Outlook.objects.filter(day=closed).exists()


def give_up_orphans() -> int:
    """What was being worked out when the process died is not tried again: the next close is."""
    return Outlook.objects.filter(ended_at=None).update(
        ended_at=clock.now(), error=Simulation.Error.KILLED
    )


def latest() -> tuple[Outlook, Figures] | None:
    """The newest one that there are figures of."""
    row = Outlook.objects.filter(figures__isnull=False).first()
    return None if row is None or row.figures is None else (row, Figures(**row.figures))


def _begin(now: datetime) -> Outlook | None:
    """The day's row, which says that somebody is at it; None if somebody else is."""
    closed = ledger.pool().last_closed
    if closed is None:
        return None
    try:
        with transaction.atomic():
            return Outlook.objects.create(day=closed, started_at=now)
    except IntegrityError:
        return None


def _alone_micro(run: Run, day: int, scheme: Scheme) -> int:
    """What a whole share brings after the fee at the end of this day; 0 where none is left."""
    reserve = int(run.days["reserve_micro"][day])
    outstanding = int(run.days["outstanding_micro"][day])
    if outstanding < MICRO:
        return 0
    numbers = Pool(reserve_micro=reserve, outstanding_micro=outstanding)
    return rules.sell(numbers, scheme, MICRO).paid_micro
