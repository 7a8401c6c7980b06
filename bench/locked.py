"""The way of common ledgers: one transaction an order, with the pool's row locked.

On the ledger's own schema, with the engine's own numbers and without Django. Two round trips an
order: what is to be read goes out together, and so does what is to be written, commit included.
"""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import psycopg

from sharemall.engine.rules import sale_terms
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import Pool
from sharemall.ledger.reasons import NUMBER, POOL_ACCOUNTS

# In this order one client after the other gets the pool, whose lock holds until the commit.
POOL = """
SELECT position, hash, accounts, reserve_micro, outstanding_micro, issued_micro,
    dividend_fund_micro, honor_fund_micro, unassigned_micro, granted_micro, level_counts
FROM ledger_pool WHERE id = 1 FOR UPDATE
"""
HELD = """
SELECT a.key, a.id, b.level, b.share_micro, b.granted_micro
FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id WHERE a.key = ANY(%s)
"""
ACCOUNTS = "INSERT INTO ledger_account (id, key) SELECT * FROM unnest(%s::bigint[], %s::text[])"
BALANCES = """
INSERT INTO ledger_balance (account_id, is_member, level, share_micro, coin_micro, moved_micro,
    granted_micro, used_micro, dividends_micro)
SELECT id, true, level, share, 0, 0, granted, 0, 0
FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[])
    AS held(id, level, share, granted)
ON CONFLICT (account_id) DO UPDATE SET level = EXCLUDED.level,
    share_micro = EXCLUDED.share_micro, granted_micro = EXCLUDED.granted_micro
"""
ENTRIES = """
INSERT INTO ledger_entry (account_id, position, reason, cash_micro, share_micro, coin_micro,
    quota_micro)
SELECT id, %s, reason, cash, share, 0, quota
FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS moved(id, reason, cash, share, quota)
"""
APPLICATION = """
INSERT INTO ledger_application (position, event_id, code, day, reserve_micro, outstanding_micro,
    hash) VALUES (%s, %s, '', %s, %s, %s, %s)
"""
SAVE = """
UPDATE ledger_pool SET position = %s, hash = %s, accounts = %s, reserve_micro = %s,
    outstanding_micro = %s, issued_micro = %s, dividend_fund_micro = %s, honor_fund_micro = %s,
    unassigned_micro = %s, granted_micro = %s, level_counts = %s WHERE id = 1
"""
NUMBERS = {key: number for number, key in enumerate(POOL_ACCOUNTS, 1)}


class Order(NamedTuple):
    """A sale as its application has it: parsed, and as the journal keeps it."""

    event_id: str
    member: str
    referrer: str | None
    paid_micro: int
    day: date
    payload: str


@dataclass
class Holder:
    """What a transaction knows of one account."""

    number: int
    level: int = 0
    share: int = 0
    granted: int = 0


@dataclass
class Work:
    """One transaction between its reads and its writes."""

    pool: Pool
    position: int
    hash: bytes
    accounts: int
    granted: int
    level_counts: list[int]
    held: dict[str, Holder]
    before: int = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.accounts

    def holder(self, key: str) -> Holder:
        """An account, made if it does not exist."""
        if key not in self.held:
            self.accounts += 1
            self.held[key] = Holder(self.accounts)
            self.level_counts[0] += 1
        return self.held[key]

    def give(self, key: str, share: int, quota: int, thresholds: tuple[int, ...]) -> None:
        """New shares and quota, and the level that comes with them."""
        holder = self.holder(key)
        holder.share += share
        holder.granted += quota
        self.granted += quota
        reached = bisect_right(thresholds, holder.share)
        if reached > holder.level:
            self.level_counts[holder.level] -= 1
            self.level_counts[reached] += 1
            holder.level = reached


def work_off(address: str, scheme: Scheme, zone: str, orders: list[Order], go: Any) -> None:
    """Apply the orders one by one; starts when `go` (a barrier) lets it, and ends there too."""
    with psycopg.connect(address, prepare_threshold=0) as connection:
        connection.execute("SELECT 1")
        connection.commit()
        go.wait()
        for order in orders:
            apply_order(connection, scheme, zone, order)
        go.wait()


def apply_order(
    connection: psycopg.Connection[Any], scheme: Scheme, zone: str, order: Order
) -> None:
    """One transaction: lock the pool, read, work out, write."""
    keys = [f"m:{name}" for name in (order.member, order.referrer) if name]
    with connection.pipeline():
        pool = connection.execute(POOL)
        held = connection.execute(HELD, [keys])
        work = read(pool.fetchone(), held.fetchall())
    moves = sell(work, scheme, zone, order)
    with connection.pipeline():
        write(connection, work, order, moves)
        connection.commit()


def read(row: Any, held: list[Any]) -> Work:
    """The pool's row and the accounts as they are under the lock."""
    position, digest, accounts, reserve, outstanding, issued, dividends, honours = row[:8]
    unassigned, granted, level_counts = row[8:]
    pool = Pool(
        reserve_micro=reserve,
        outstanding_micro=outstanding,
        issued_micro=issued,
        dividend_fund_micro=dividends,
        honor_fund_micro=honours,
        unassigned_micro=unassigned,
    )
    holders = {key: Holder(*rest) for key, *rest in held}
    return Work(pool, position, digest, accounts, granted, level_counts, holders)


def sell(work: Work, scheme: Scheme, zone: str, order: Order) -> list[tuple[int, ...]]:
    """Change what was read as the order says; the entries: account, reason, cash, share, quota."""
    referred = order.referrer is not None
    terms = sale_terms(work.pool, scheme, scheme.zones[zone], order.paid_micro, 0, referred)
    reserve, dividend, honour, unassigned, share, referrer_share, quota = terms
    pool, issued = work.pool, share + referrer_share
    pool.reserve_micro += reserve
    pool.dividend_fund_micro += dividend
    pool.honor_fund_micro += honour
    pool.unassigned_micro += unassigned
    pool.outstanding_micro += issued
    pool.issued_micro += issued
    work.give(f"m:{order.member}", share, quota, scheme.honor_thresholds_micro)
    sale, outside = NUMBER["sale"], -(reserve + dividend + honour + unassigned)
    moves = [
        (NUMBERS[".outside"], sale, outside, -issued, -quota),
        (NUMBERS[".reserve"], sale, reserve, 0, 0),
        (NUMBERS[".dividend_fund"], sale, dividend, 0, 0),
        (NUMBERS[".honor_fund"], sale, honour, 0, 0),
        (NUMBERS[".unassigned"], sale, unassigned, 0, 0),
        (work.holder(f"m:{order.member}").number, sale, 0, share, quota),
    ]
    if referrer_share:
        work.give(f"m:{order.referrer}", referrer_share, 0, scheme.honor_thresholds_micro)
        number = work.holder(f"m:{order.referrer}").number
        moves.append((number, NUMBER["referral"], 0, referrer_share, 0))
    return [move for move in moves if any(move[2:])]


def write(
    connection: psycopg.Connection[Any], work: Work, order: Order, moves: list[tuple[int, ...]]
) -> None:
    """All rows of the order, several of a table in one statement."""
    pool, held = work.pool, work.held
    position = work.position + 1
    text = f"{position}\n\n{pool.reserve_micro}\n{pool.outstanding_micro}\n{order.payload}"
    digest = hashlib.sha256(work.hash + text.encode()).digest()
    new = [key for key, holder in held.items() if holder.number > work.before]
    if new:
        connection.execute(ACCOUNTS, [[held[key].number for key in new], new])
    columns = zip(*((h.number, h.level, h.share, h.granted) for h in held.values()), strict=True)
    connection.execute(BALANCES, [list(column) for column in columns])
    connection.execute(ENTRIES, [position, *(list(c) for c in zip(*moves, strict=True))])
    after = (pool.reserve_micro, pool.outstanding_micro)
    connection.execute(APPLICATION, [position, order.event_id, order.day, *after, digest])
    funds = (pool.dividend_fund_micro, pool.honor_fund_micro, pool.unassigned_micro)
    connection.execute(
        SAVE,
        [
            *(position, digest, work.accounts, *after, pool.issued_micro),
            *(*funds, work.granted, work.level_counts),
        ],
    )
