"""Why a member got this dividend: the day's rate and pools, and what the member had at that moment.

Shares, quota and level are worked back from entries and earlier dividends, none of them from the
balance as it is now; the product must come out as the day's row to the micro-yuan.
Source: rules.md, "close_day".
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import connection

from sharemall.engine.scheme import Scheme
from sharemall.ledger import levels, months, selectors
from sharemall.ledger.columns import CLOSED
from sharemall.ledger.models import Day, Dividend, Entry
from sharemall.ledger.reasons import NUMBER
from sharemall.ledger.values import DividendRow
from sharemall.ledger.versions import Versions, in_force, versions

PAID_BEFORE = f"""
SELECT coalesce(sum(paid), 0) FROM (
    SELECT fund_micro + honour_micro AS paid FROM ledger_dividend
    WHERE account_id = %(account)s AND day >= {months.FIRST_OPEN} AND day < %(day)s AND {CLOSED}
    UNION ALL
    SELECT fund + honour FROM ledger_dividendmonth, unnest(days, funds_micro, honours_micro)
        AS paid(number, fund, honour)
    WHERE account_id = %(account)s AND month + (number - 1) < %(day)s
) paid
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member had just before a close, in micro-units."""

    shares_micro: int
    quota_micro: int
    level: int


@dataclass(frozen=True, slots=True)
class PoolPart:
    """What one honour pool gave each of its heads; `is_open` to this member."""

    level: int
    each_micro: int
    heads: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A member's dividend of a day, worked out once more.

    `rate` yuan a share, None where no rate was needed: the fund was empty, or it sufficed for
    everybody's whole quota. `product` is shares × rate, exact.
    """

    day: Day
    standing: Standing
    scheme: Scheme
    rate: Fraction | None
    product: Fraction
    pools: tuple[PoolPart, ...]
    fund_micro: int
    honour_micro: int
    row: DividendRow | None

    @property
    def product_yuan(self) -> Fraction:
        """The product in yuan."""
        return self.product / 1_000_000

    @property
    def rounded_off(self) -> Fraction:
        """What rounding down took off the product, in micro-yuan: below one."""
        return self.product - self.product.numerator // self.product.denominator

    @property
    def fund_is_capped(self) -> bool:
        """Whether the quota was less than the part of the fund."""
        return self.fund_micro < self.product.numerator // self.product.denominator

    @property
    def open_micro(self) -> int:
        """What the pools open to the member give a head, together."""
        return sum(pool.each_micro for pool in self.pools if pool.is_open)

    @property
    def honour_is_capped(self) -> bool:
        """Whether the quota left was less than what the pools gave."""
        return self.honour_micro < self.open_micro

    @property
    def stated(self) -> tuple[int, int]:
        """What the day's row says: dividend and honours; 0 where there is no row."""
        return (self.row.fund_micro, self.row.honour_micro) if self.row else (0, 0)

    @property
    def agrees(self) -> bool:
        """Whether this is the day's row to the micro-yuan."""
        return (self.fund_micro, self.honour_micro) == self.stated


def explain(account: str, day: date) -> Explanation | None:
    """A member's dividend of a closed day; None for a day that is not closed."""
    closed = Day.objects.filter(day=day).first()
    if closed is None:
        return None
    number, known = selectors.number_of(account), versions()
    row = _row(number, day)
    explained = _explained(closed, standing_before(number, closed, known), known, row)
    if explained.agrees:
        return explained
    # It may be that a sale which gave nothing raised the level: looking takes a while.
    looked = [
        sale.position
        for sale in levels.empty_sales(known, closed.position)
        if sale.account_id == number
    ]
    return _explained(closed, standing_before(number, closed, known, looked), known, row)


def _explained(
    closed: Day, standing: Standing, known: Versions, row: DividendRow | None
) -> Explanation:
    scheme = in_force(known, closed.position)
    rate = selectors.rate_of(closed)
    product = Fraction(standing.shares_micro) * rate if rate is not None else Fraction(0)
    fund = _fund(closed, standing, product, rate)
    least = scheme.honor_thresholds_micro[0] if scheme.honor_thresholds_micro else None
    takes_part = least is not None and standing.shares_micro >= least
    pools = tuple(
        PoolPart(level, each, heads, takes_part and standing.level >= level)
        for level, (each, heads) in enumerate(
            zip(closed.honor_amounts_micro, closed.honor_heads, strict=True), 1
        )
    )
    opened = sum(pool.each_micro for pool in pools if pool.is_open)
    return Explanation(
        day=closed,
        standing=standing,
        scheme=scheme,
        rate=rate,
        product=product if rate is not None else Fraction(fund),
        pools=pools,
        fund_micro=fund,
        honour_micro=min(standing.quota_micro - fund, opened),
        row=row,
    )


def standing_before(
    number: int, closed: Day, known: Versions, empty: Sequence[int] = ()
) -> Standing:
    """What the account of this number had just before a close; two queries.

    `empty` are the positions of its sales that gave it nothing (see `levels`).
    """
    shares = quota = level = 0
    entries = Entry.objects.filter(account_id=number, position__lt=closed.position)
    moments = list(entries.values_list("position", "reason", "share_micro", "quota_micro"))
    moments += [(position, NUMBER["sale"], 0, 0) for position in empty]
    for position, reason, share, moved in sorted(moments):
        shares += share
        quota += moved
        if reason in levels.LOOKED_AT:
            thresholds = in_force(known, position).honor_thresholds_micro
            level = max(level, bisect_right(thresholds, shares))
    with connection.cursor() as cursor:
        cursor.execute(PAID_BEFORE, {"account": number, "day": closed.day})
        paid = int(cursor.fetchone()[0])
    return Standing(shares, quota - paid, level)


def _fund(closed: Day, standing: Standing, product: Fraction, rate: Fraction | None) -> int:
    if standing.shares_micro <= 0 or standing.quota_micro <= 0 or not closed.dividend_fund_micro:
        return 0
    if rate is None:  # the fund sufficed for everybody's quota
        return standing.quota_micro
    return min(standing.quota_micro, product.numerator // product.denominator)


def _row(number: int, day: date) -> DividendRow | None:
    row = Dividend.objects.filter(account_id=number, day=day).first()
    return None if row is None else DividendRow(row.day, row.fund_micro, row.honour_micro)
