"""What anybody may see: the honour hall, and the numbers that the price stands on."""

from dataclasses import dataclass
from datetime import date

from sharemall.engine.scheme import LEVELS, Scheme
from sharemall.equity.quotes import gross_at
from sharemall.ledger import models as rows
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView

DAYS_PAGE = 31


@dataclass(frozen=True, slots=True)
class Rank:
    """One level of the honour hall; amounts per head are the last close's."""

    level: int
    threshold_micro: int
    members: int
    pool_micro: int
    paid_each_micro: int
    paid_heads: int


@dataclass(frozen=True, slots=True)
class HonourHall:
    """The ranks from the highest down, and the close that the amounts per head are from."""

    ranks: tuple[Rank, ...]
    fund_micro: int
    closed: date | None
    most_members: int


@dataclass(frozen=True, slots=True)
class Transparency:
    """The live pool with what follows from it. Source: rules.md, "What always holds"."""

    pool: PoolView
    scheme: Scheme

    @property
    def coin_cover_micro(self) -> int:
        """What the treasury's shares are worth, rounded down."""
        pool = self.pool
        return gross_at(pool.reserve_micro, pool.outstanding_micro, pool.treasury_micro)

    @property
    def carried_micro(self) -> int:
        """What the last close could not divide evenly: dividends and pools together."""
        return self.pool.dividend_carry_micro + sum(self.pool.honor_carry_micro)

    @property
    def unissued_micro(self) -> int:
        return self.scheme.share_cap_micro - self.pool.issued_micro


@dataclass(frozen=True, slots=True)
class PerHead:
    """What one honour pool gave each of those who took part."""

    level: int
    each_micro: int
    heads: int


@dataclass(frozen=True, slots=True)
class DayRates:
    """A closed day: what one share got (None where no rate was needed) and what the pools paid."""

    row: rows.Day
    rate_micro: int | None
    price_micro: int | None
    heads: tuple[PerHead, ...]


def transparency() -> Transparency:
    """The live numbers."""
    return Transparency(ledger.pool(), ledger.scheme())


def honour_hall() -> HonourHall:
    """Ranks with members, today's pools so far and what the last close paid per head.

    Today's part of a pool is a tenth of the day's honour fund, the remainder in pool 1, beside
    what its last close could not divide. Source: rules.md, "close_day" step 2.
    """
    pool, thresholds = ledger.pool(), ledger.scheme().honor_thresholds_micro
    counts, last = ledger.level_counts(), next(iter(ledger.days(limit=1)), None)
    tenth, remainder = divmod(pool.honor_fund_micro, LEVELS)
    ranks = [
        Rank(
            level=level,
            threshold_micro=threshold,
            members=counts[level],
            pool_micro=tenth + pool.honor_carry_micro[level - 1] + (remainder if level == 1 else 0),
            paid_each_micro=last.honor_amounts_micro[level - 1] if last else 0,
            paid_heads=last.honor_heads[level - 1] if last else 0,
        )
        for level, threshold in enumerate(thresholds, 1)
    ]
    return HonourHall(
        ranks=tuple(reversed(ranks)),
        fund_micro=pool.honor_fund_micro,
        closed=last.day if last else None,
        most_members=max((rank.members for rank in ranks), default=0),
    )


def closed_days(
    *, before: date | None = None, limit: int = DAYS_PAGE
) -> tuple[list[DayRates], date | None]:
    """A page of closed days, newest first, and the `before` of the next page."""
    found = list(ledger.days(before=before, limit=limit + 1))
    shown = found[:limit]
    following = shown[-1].day if len(found) > limit else None
    return [_rates(row) for row in shown], following


def _rates(row: rows.Day) -> DayRates:
    rate = None
    if row.rate_num is not None and row.rate_den:
        rate = int(row.rate_num) * 1_000_000 // int(row.rate_den)
    price = None
    if row.outstanding_micro:
        price = row.reserve_micro * 1_000_000 // row.outstanding_micro
    amounts = zip(row.honor_amounts_micro, row.honor_heads, strict=True)
    heads = tuple(
        PerHead(level, each, heads) for level, (each, heads) in enumerate(amounts, 1) if heads
    )
    return DayRates(row, rate, price, heads)
