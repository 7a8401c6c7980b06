"""Holders put straight into the tables: the benchmark of the close measures no sales.

An account's number says at which close its holder reaches the quota. So the bare floor can write
the very same rows without looking at anything else.
"""

from dataclasses import dataclass
from typing import Any

from sharemall.ledger.reasons import POOL_ACCOUNTS

KINDS = 200  # an account's kind is its number modulo this
# How many kinds reach their quota at a close. Without forced exits 8 % of the holders are capped,
# one in eight of those by the honours alone. With them 3 % sell: a third was capped by the
# dividend, a sixth sells in a second round, at the price that the first one raised.
CAPPED, CAPPED_BY_HONOURS = 14, 2
LEAVING_CAPPED, LEAVING, LEAVING_SECOND = 2, 3, 1
A_CLOSE = {
    False: CAPPED + CAPPED_BY_HONOURS,
    True: LEAVING_CAPPED + LEAVING + LEAVING_SECOND,
}
# What each day has to share out, micro-yuan a holder.
DIVIDENDS, HONOURS = 1_000_000, 500_000

# From 1 to 1 400 shares, few holders with many; the level that goes with them; quota for years.
FILL = """
WITH holder AS (
    INSERT INTO ledger_balance (account_id, is_member, level, share_micro, coin_micro, moved_micro,
        granted_micro, used_micro, dividends_micro)
    SELECT n, true, width_bucket(share, %(thresholds)s::bigint[]), share, 0, 0,
        share * 4 + 10000000, 0, 0
    FROM (
        SELECT n, 1000000 + (n * 7919 %% 1009) * (n * 7919 %% 1009) * 1400 AS share
        FROM generate_series(%(first)s::bigint, %(last)s) n
    ) numbered
    RETURNING account_id, share_micro
), named AS (
    INSERT INTO ledger_account (id, key) SELECT account_id, 'm:' || account_id FROM holder
)
UPDATE ledger_pool SET accounts = %(last)s, outstanding_micro = held, issued_micro = held,
    reserve_micro = held * 2, treasury_micro = 0
FROM (SELECT sum(share_micro)::bigint AS held FROM holder) sums
"""
FUNDS = """
UPDATE ledger_pool SET dividend_fund_micro = %s, honor_fund_micro = %s
RETURNING dividend_fund_micro + dividend_carry_micro, honor_carry_micro, reserve_micro,
    outstanding_micro
"""
KIND = f"account_id %% {KINDS}"
CAP = f"""
UPDATE ledger_balance SET granted_micro = used_micro + dividends_micro
    + div(share_micro::numeric * %(fund)s, 2 * %(weight)s)::bigint
WHERE {KIND} >= %(first)s AND {KIND} < %(last)s
"""
NEAR = f"""
UPDATE ledger_balance SET granted_micro = used_micro + dividends_micro + {{left}}
WHERE {KIND} >= %(first)s AND {KIND} < %(last)s
"""
DIVIDEND = "div(share_micro::numeric * %(fund)s, %(weight)s)::bigint"
HONOURS_OF_LEVEL = "(%(honours)s::bigint[])[level]"
VALUE = "div(share_micro::numeric * %(reserve)s, %(outstanding)s)::bigint"


@dataclass(frozen=True, slots=True)
class Due:
    """The kinds of accounts that a close changes: from `first` on all are paid.

    Those below `paid_out` have no quota afterwards or, with forced exits, sell.
    """

    first: int
    paid_out: int


def fill(cursor: Any, holders: int, thresholds: tuple[int, ...]) -> None:
    """An open ledger with nothing in it but `holders`."""
    first = len(POOL_ACCOUNTS) + 1
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("TRUNCATE ledger_balance, ledger_entry, ledger_account, ledger_dividend")
    cursor.executemany(
        "INSERT INTO ledger_account (id, key) VALUES (%s, %s)",
        list(enumerate(POOL_ACCOUNTS, 1)),
    )
    last = holders + len(POOL_ACCOUNTS)
    cursor.execute(FILL, {"first": first, "last": last, "thresholds": list(thresholds)})
    cursor.execute("SET session_replication_role = origin")


def prepare(cursor: Any, turn: int, holders: int, *, exits: bool) -> Due:
    """Fill the funds of the day, and bring the quota of those whose turn it is to its end."""
    cursor.execute(FUNDS, [DIVIDENDS * holders, HONOURS * holders])
    fund, carries, reserve, outstanding = cursor.fetchone()
    a_close = A_CLOSE[exits]
    first = turn * a_close
    capped = first + (LEAVING_CAPPED if exits else CAPPED)
    weight, _ = _sums(cursor, first, KINDS)
    cursor.execute(CAP, {"fund": fund, "weight": weight, "first": first, "last": capped})
    _, kept = _sums(cursor, first, capped)
    weight, _ = _sums(cursor, capped, KINDS)
    known = {
        "fund": fund - kept,
        "weight": weight,
        "honours": _honours(cursor, capped, HONOURS * holders, carries),
        "reserve": reserve,
        "outstanding": outstanding,
    }
    if exits:
        second = capped + LEAVING
        _near(cursor, capped, second, f"{VALUE} + {DIVIDEND} / 2", known)
        after_first = f"{VALUE} + {VALUE} / 1000 + {DIVIDEND} + {HONOURS_OF_LEVEL}"
        _near(cursor, second, first + a_close, after_first, known)
    else:
        _near(cursor, capped, first + a_close, f"{DIVIDEND} + {HONOURS_OF_LEVEL} / 2", known)
    return Due(first, first + a_close)


def _sums(cursor: Any, first: int, last: int) -> tuple[int, int]:
    """Shares, and quota left, of the kinds from `first` to before `last`."""
    cursor.execute(
        "SELECT sum(share_micro), sum(granted_micro - used_micro - dividends_micro)"
        f" FROM ledger_balance WHERE {KIND} >= %s AND {KIND} < %s",
        [first, last],
    )
    shares, quota = cursor.fetchone()
    return int(shares), int(quota)


def _honours(cursor: Any, first: int, fund: int, carries: list[int]) -> list[int]:
    """What a holder of each level, from the first on, gets of all pools together."""
    cursor.execute(
        f"SELECT level, count(*) FROM ledger_balance WHERE {KIND} >= %s GROUP BY level", [first]
    )
    at_level = dict(cursor.fetchall())
    sums, total = [], 0
    for level, carry in enumerate(carries, 1):
        heads = sum(count for at, count in at_level.items() if at >= level)
        total += (fund // 10 + carry) // heads if heads else 0
        sums.append(total)
    return sums


def _near(cursor: Any, first: int, last: int, left: str, known: dict[str, Any]) -> None:
    """Leave the kinds from `first` to before `last` a quota of `left`."""
    cursor.execute(NEAR.format(left=left), {**known, "first": first, "last": last})
