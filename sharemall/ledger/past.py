"""The ledger as a past close left it, and the sales and closes since: for running them again.

It is today's balances less what moved since, exact in shares, quota, coins and the pool. Three
things are simpler than it was: a level is what the shares held then reach by the thresholds of
today, which forgets who had sold some before; the honour pools' carries, less than a micro-yuan a
head, lie in the first pool; and cash is 0, so that what is there at the end was paid on the way.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.backends.utils import CursorWrapper

from sharemall.engine.amounts import LEVELS, amount
from sharemall.engine.state import Accounts, Pool
from sharemall.ledger import journal, selectors
from sharemall.ledger.columns import CLOSED, QUOTA
from sharemall.ledger.interpreter import without_collecting
from sharemall.ledger.models import Application, Day
from sharemall.ledger.models import Pool as PoolRow
from sharemall.ledger.moment import one_moment
from sharemall.ledger.reasons import NUMBER, NUMBER_OF_POOL

UNKNOWN = -1  # the cost of a sale that does not say it

HELD = f"""
SELECT substr(k.key, 3), b.is_member, b.level,
       b.share_micro - coalesce(m.share, 0)::bigint,
       b.{QUOTA[1:-1].replace(" - ", " - b.")} - coalesce(m.quota, 0)::bigint
           + coalesce(p.paid, 0)::bigint,
       b.coin_micro - coalesce(m.coin, 0)::bigint
FROM ledger_balance b JOIN ledger_account k ON k.id = b.account_id
LEFT JOIN (
    SELECT account_id, sum(share_micro) AS share, sum(quota_micro) AS quota, sum(coin_micro) AS coin
    FROM ledger_entry WHERE position > %(after)s GROUP BY account_id
) m ON m.account_id = b.account_id
LEFT JOIN (
    SELECT account_id, sum(fund_micro + honour_micro) AS paid
    FROM ledger_dividend WHERE day > %(closed)s AND {CLOSED} GROUP BY account_id
) p ON p.account_id = b.account_id
ORDER BY b.account_id
"""
MOVED = """
SELECT account_id, sum(cash_micro)::bigint, sum(share_micro)::bigint,
       coalesce(sum(share_micro) FILTER (WHERE reason = %(sale)s), 0)::bigint
FROM ledger_entry WHERE position > %(after)s AND account_id <= %(pools)s GROUP BY account_id
"""
SINCE = """
SELECT e.payload FROM ledger_application a JOIN ledger_event e ON e.id = a.event_id
WHERE a.position > %(after)s AND a.position <= %(upto)s AND a.code = '' ORDER BY a.position
"""


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale of the journal; amounts in micro-yuan, `paid` and `cost` as they were written too."""

    member: str
    zone: str
    paid: str
    cost: str | None
    referrer: str | None
    merchant: str
    paid_micro: int
    cost_micro: int  # UNKNOWN where it is not said


@dataclass(frozen=True, slots=True)
class Close:
    """The close of a day; `at` is its event's."""

    day: date
    at: str


@dataclass
class Past:
    """The state behind position `after`, and the steps from there to position `upto`."""

    after: int
    upto: int
    closed: date | None  # the last day closed then
    pool: Pool
    members: Accounts = field(default_factory=Accounts)
    merchants: Accounts = field(default_factory=Accounts)
    steps: list[Sale | Close] = field(default_factory=list)


def extent(first: date) -> tuple[int, int]:
    """How many journal positions and how many accounts `read` would give. Two queries."""
    row = PoolRow.objects.get()
    before = _last_close(first)
    return row.position - (before.position if before else 0), row.accounts


def read(first: date) -> Past:
    """The ledger behind the last close before the day `first`, and what came since; of one moment.

    Every account of today is there, those that came later without any balance. Never call it
    inside a transaction. Source: rules.md, "Changes of the scheme".
    """
    with without_collecting(), one_moment() as cursor:
        row = PoolRow.objects.get()
        before = _last_close(first)
        after, closed = (before.position, before.day) if before else (0, None)
        past = Past(after, row.position, closed, _pool_at(cursor, row, after, closed))
        _put_accounts(cursor, past)
        past.steps = list(_steps(after, row.position))
    for step in past.steps:
        if isinstance(step, Sale):
            past.members.row(step.member)
            if step.referrer is not None:
                past.members.row(step.referrer)
    return past


def _last_close(first: date) -> Day | None:
    return Day.objects.filter(day__lt=first).order_by("-day").first()


def _pool_at(cursor: CursorWrapper, row: PoolRow, after: int, closed: date | None) -> Pool:
    """The pool behind a position: as it is, less what its accounts moved since."""
    facts = {"after": after, "sale": NUMBER["sale"], "pools": len(NUMBER_OF_POOL)}
    cursor.execute(MOVED, facts)
    moved = {number: rest for number, *rest in cursor.fetchall()}

    def since(key: str, unit: int = 0) -> int:
        return int(moved.get(NUMBER_OF_POOL[key], (0, 0, 0))[unit])

    then = Application.objects.filter(position=after).first()
    carried = sum(row.honor_carry_micro) - since(".honor_carry")
    return Pool(
        reserve_micro=row.reserve_micro - since(".reserve"),
        outstanding_micro=then.outstanding_micro if then else 0,
        treasury_micro=row.treasury_micro - since(".treasury", 1),
        issued_micro=row.issued_micro + since(".outside", 2),
        dividend_fund_micro=row.dividend_fund_micro - since(".dividend_fund"),
        honor_fund_micro=row.honor_fund_micro - since(".honor_fund"),
        dividend_carry_micro=row.dividend_carry_micro - since(".dividend_carry"),
        honor_carry_micro=[carried, *[0] * (LEVELS - 1)],
        unassigned_micro=row.unassigned_micro - since(".unassigned"),
        last_closed=closed,
    )


def _put_accounts(cursor: CursorWrapper, past: Past) -> None:
    cursor.execute(HELD, {"after": past.after, "closed": past.closed or date.min})
    found = cursor.fetchall()
    thresholds = selectors.scheme().honor_thresholds_micro
    for accounts, is_member in ((past.members, True), (past.merchants, False)):
        own = [row for row in found if row[1] is is_member]
        accounts.rows = {row[0]: number for number, row in enumerate(own)}
        for name, place in (("shares", 3), ("quota", 4), ("coins", 5)):
            setattr(accounts, name, array("q", (row[place] for row in own)))
        reached = (min(row[2], bisect_right(thresholds, row[3])) for row in own)
        accounts.level = array("q", reached)
        accounts.cash, accounts.dividends = (array("q", bytes(8 * len(own))) for _ in range(2))


def _steps(after: int, upto: int) -> Iterator[Sale | Close]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(SINCE, {"after": after, "upto": upto})
        for (payload,) in cursor:
            event = journal.parsed(payload)
            if event["type"] == "sale":
                yield _sale(event)
            elif event["type"] == "close_day":
                yield Close(date.fromisoformat(event["date"]), event["at"])


def _sale(event: dict[str, str]) -> Sale:
    cost = event.get("cost")
    paid_micro = amount(event["paid"])
    cost_micro = UNKNOWN if cost is None else amount(cost)
    assert paid_micro is not None
    assert cost_micro is not None
    return Sale(
        member=event["member"],
        zone=event["zone"],
        paid=event["paid"],
        cost=cost,
        referrer=event.get("referrer"),
        merchant=event.get("merchant", ""),
        paid_micro=paid_micro,
        cost_micro=cost_micro,
    )
