"""Live figures that several pages show, also where no ledger has been opened yet."""

from sharemall.charts import AreaChart, Point, area_chart
from sharemall.clock.services import now
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import MICRO, Balance, PoolView
from sharemall.members import selectors as members
from sharemall.members.models import Member


def pool_or_none() -> PoolView | None:
    """The pool as it is; None before the ledger is opened."""
    try:
        return ledger.pool()
    except ledger.LedgerClosed:
        return None


def price_chart() -> AreaChart | None:
    """The price behind every closed day and now, of an opened ledger; None before any share."""
    points = [
        Point(point.day, point.reserve_micro * MICRO // point.outstanding_micro)
        for point in ledger.price_history(ledger.business_day(now()))
        if point.outstanding_micro
    ]
    return area_chart(points)


def demo_accounts() -> list[tuple[Member, Balance]]:
    """The demo's accounts with what each holds."""
    return [(member, ledger.balance(member.account)) for member in members.demo_accounts()]
