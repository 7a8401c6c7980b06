"""The books that the writer works on: the pool, and the accounts met so far, in memory.

They are a part of the database's state, exact at the pool's position and hash. Whether the ledger
still stands there is what a batch asks before it writes (`batch.write`).
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.utils import CursorWrapper

from sharemall.engine.state import MemberRow, Pool, State
from sharemall.ledger import copying
from sharemall.ledger import models as rows
from sharemall.ledger.columns import CASH, QUOTA
from sharemall.ledger.reasons import NUMBER_OF_POOL
from sharemall.ledger.selectors import parsed_scheme

POOL_FIELDS = (
    "reserve_micro",
    "outstanding_micro",
    "treasury_micro",
    "issued_micro",
    "dividend_fund_micro",
    "honor_fund_micro",
    "dividend_carry_micro",
    "honor_carry_micro",
    "unassigned_micro",
    "last_closed",
)
_TOTALS = ("position", "hash", "accounts", "coins_micro", "granted_micro", "paid_micro")
NAMED = "SELECT id, key FROM ledger_account WHERE key = ANY(%s::text[])"
KEYS = "SELECT id, key FROM ledger_account WHERE id = ANY(%s::bigint[])"
HELD = f"""
SELECT account_id, is_member, level, share_micro, {QUOTA}, {CASH}, coin_micro, dividends_micro,
       granted_micro
FROM ledger_balance
"""
NOT_THERE = -1


@dataclass
class Kept:
    """What the ledger keeps beside the engine's accounts, row by row as they are there."""

    prefix: str  # of the accounts' keys
    number: "array[int]" = field(default_factory=lambda: array("q"))  # the account's id
    granted: "array[int]" = field(default_factory=lambda: array("q"))  # quota, ever
    level: "array[int]" = field(default_factory=lambda: array("q"))  # in the database, or NOT_THERE

    def add(self, number: int, granted: int, level: int) -> None:
        """Keep these of the next row."""
        self.number.append(number)
        self.granted.append(granted)
        self.level.append(level)


@dataclass
class Books:
    """A part of the state, and what the ledger keeps beside it."""

    row: rows.Pool
    state: State
    numbers: dict[str, int]  # account key → id, of the accounts that exist and are here
    members: Kept = field(default_factory=lambda: Kept("m:"))
    merchants: Kept = field(default_factory=lambda: Kept("s:"))

    def load(self, cursor: CursorWrapper, keys: Iterable[str]) -> None:
        """Bring in those of the accounts that exist and are not here yet."""
        missing = [key for key in keys if key not in self.numbers]
        if not missing:
            return
        cursor.execute(NAMED, [copying.text_array(missing)])
        names = dict(cursor.fetchall())
        if names:
            cursor.execute(f"{HELD} WHERE account_id = ANY(%s::bigint[])", [copying.array(names)])
            self._put(names, cursor.fetchall())

    def load_holders(self, cursor: CursorWrapper) -> None:
        """Bring in everybody with shares or coins: what a wind-up needs."""
        cursor.execute(f"{HELD} WHERE share_micro > 0 OR coin_micro > 0")
        found = cursor.fetchall()
        cursor.execute(KEYS, [copying.array(row[0] for row in found)])
        self._put(dict(cursor.fetchall()), found)
        self.state.complete = True

    def adopt(self) -> list[str]:
        """Number the accounts that events have made since the last time; their keys."""
        made = []
        for kept, accounts in (
            (self.members, self.state.members),
            (self.merchants, self.state.merchants),
        ):
            for name in islice(accounts.rows, len(kept.number), None):
                key = kept.prefix + name
                self.row.accounts += 1
                self.numbers[key] = self.row.accounts
                kept.add(self.row.accounts, 0, NOT_THERE)
                made.append(key)
        return made

    def pool_values(self) -> dict[str, Any]:
        """The pool's row as the events applied so far left it."""
        pool, row = self.state.pool, self.row
        values = {name: getattr(pool, name) for name in POOL_FIELDS}
        values |= {name: getattr(row, name) for name in _TOTALS}
        # Lists are copied: the books go on, the values stay.
        values["honor_carry_micro"] = list(pool.honor_carry_micro)
        values["level_counts"] = list(row.level_counts)
        return values

    def _put(self, names: dict[int, str], found: Iterable[Sequence[int]]) -> None:
        for number, is_member, level, share, quota, cash, coin, dividends, granted in found:
            key = names[number]
            if key in self.numbers:
                continue
            self.numbers[key] = number
            accounts = self.state.members if is_member else self.state.merchants
            accounts.put(key[2:], MemberRow(share, quota, cash, coin, dividends, level))
            kept = self.members if is_member else self.merchants
            kept.add(number, granted, level)


def opened() -> Books:
    """The books as the last committed batch left them, without any account yet. One query."""
    texts = rows.SchemeVersion.objects.order_by("version").values("toml")
    row = rows.Pool.objects.annotate(texts=ArraySubquery(texts)).get()
    row.hash = bytes(row.hash)
    schemes = [parsed_scheme(text) for text in row.texts]
    state = State(pool=pool_of(row), schemes=schemes, complete=False)
    return Books(row, state, dict(NUMBER_OF_POOL))


def pool_of(row: rows.Pool) -> Pool:
    """The engine's pool, as its row states it."""
    return Pool(**{name: getattr(row, name) for name in POOL_FIELDS})
