"""Between the tables and the engine's state: load what a batch touches, write what it moved.

Only the writer calls this, under its lock, inside its one transaction a batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper

from sharemall.engine.events import accounts_of
from sharemall.engine.state import Move, Pool, State
from sharemall.ledger import models as rows
from sharemall.ledger.balances import CASH, COLUMNS, QUOTA
from sharemall.ledger.events import Event
from sharemall.ledger.journal import ESCAPES
from sharemall.ledger.reasons import NUMBER, POOL_ACCOUNTS
from sharemall.ledger.selectors import parsed_scheme

PREFIX = {"member": "m:", "merchant": "s:"}
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
ENTRY_COLUMNS = (
    "account_id",
    "position",
    "reason",
    "cash_micro",
    "share_micro",
    "coin_micro",
    "quota_micro",
)
HELD = f"""
SELECT a.key, b.account_id, is_member, level, share_micro, {QUOTA}, {CASH}, coin_micro,
       dividends_micro, granted_micro
FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
"""
UPDATE = """
UPDATE ledger_balance b SET level = v.level, share_micro = v.share, coin_micro = v.coin,
    moved_micro = v.moved, granted_micro = v.granted, used_micro = v.used,
    dividends_micro = v.dividends
FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[])
    AS v(account_id, level, share, coin, moved, granted, used, dividends)
WHERE b.account_id = v.account_id
"""


@dataclass
class Batch:
    """A part of the state in memory, and what became of the events applied to it."""

    row: rows.Pool
    state: State
    numbers: dict[str, int]  # account key → id, of the accounts that exist
    granted: dict[str, int] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    entries: list[tuple[int, ...]] = field(default_factory=list)
    touched: dict[str, None] = field(default_factory=dict)  # keys, in the order first touched

    def load(self, found: Iterable[Sequence[int]]) -> None:
        """Put rows of HELD into the state, those already there excepted."""
        for row in found:
            key = str(row[0])
            if key in self.numbers:
                continue
            number, is_member, level, share, quota, cash, coin, dividends, granted = row[1:]
            self.numbers[key] = number
            if is_member:
                self.state.put_member(
                    key[2:],
                    shares=share,
                    quota=quota,
                    cash=cash,
                    coins=coin,
                    dividends=dividends,
                    level=level,
                )
                self.granted[key] = granted
                self.levels[key] = level
            else:
                self.state.put_merchant(key[2:], shares=share, cash=cash, coins=coin)

    def number(self, key: str) -> int:
        """The id of an account, a new one at its first use."""
        number = self.numbers.get(key)
        if number is None:
            self.row.accounts += 1
            number = self.numbers[key] = self.row.accounts
            if key.startswith("m:"):
                self.granted[key] = 0
        return number

    def record(self, position: int, moves: Iterable[Move]) -> None:
        """Keep an event's moves as entries of its position, and the totals they change."""
        for key, reason, cash, share, coin, quota in moves:
            number = self.number(key)
            self.touched[key] = None
            if cash or share or coin or quota:
                self.entries.append((number, position, NUMBER[reason], cash, share, coin, quota))
            if key == ".outside":
                self.row.coins_micro -= coin
            elif reason == "sale" and key.startswith("m:"):
                self.granted[key] += quota
                self.row.granted_micro += quota

    def touch_unmoved(self) -> None:
        """Find who changed without a move: a buyer who got nothing, a level after a new scheme."""
        for name, row in self.state.members.rows.items():
            key = "m:" + name
            if self.levels.get(key) != self.state.members.level[row]:
                self.number(key)
                self.touched[key] = None


def begin(row: rows.Pool, schemes: Sequence[str]) -> Batch:
    """An empty batch over the pool's row and the texts of all scheme versions."""
    pool = Pool(**{name: getattr(row, name) for name in POOL_FIELDS})
    state = State(pool=pool, schemes=[parsed_scheme(text) for text in schemes], complete=False)
    return Batch(row, state, {key: number for number, key in enumerate(POOL_ACCOUNTS, 1)})


def load_accounts(cursor: CursorWrapper, batch: Batch, events: Iterable[Event]) -> None:
    """Load the accounts that the events may touch, as far as they exist."""
    keys = {PREFIX[kind] + name for event in events for kind, name in accounts_of(event)}
    cursor.execute(f"{HELD} WHERE a.key = ANY(%s)", [sorted(keys)])
    batch.load(cursor.fetchall())


def load_holders(cursor: CursorWrapper, batch: Batch) -> None:
    """Load everybody with shares or coins: what a wind-up needs."""
    cursor.execute(f"{HELD} WHERE b.share_micro > 0 OR b.coin_micro > 0")
    batch.load(cursor.fetchall())
    batch.state.complete = True


def save(cursor: CursorWrapper, batch: Batch, before: int) -> None:
    """Write entries, balances and new accounts; `before` is how many accounts there were."""
    copy_numbers(cursor, "ledger_entry", ENTRY_COLUMNS, batch.entries)
    batch.touch_unmoved()
    keys = [key for key in batch.touched if not key.startswith(".")]
    old = [key for key in keys if batch.numbers[key] <= before]
    new = [key for key in keys if batch.numbers[key] > before]
    if old:
        number, _, *rest = zip(*_balances(batch, old), strict=True)
        cursor.execute(UPDATE, [_array(column) for column in (number, *rest)])
    copy_rows(cursor, "ledger_account", ("id", "key"), [(batch.numbers[k], k) for k in new])
    copy_numbers(cursor, "ledger_balance", COLUMNS, _balances(batch, new))
    _count_levels(batch, keys)


def save_pool(batch: Batch) -> None:
    """Write the one row of the pool."""
    for name in POOL_FIELDS:
        setattr(batch.row, name, getattr(batch.state.pool, name))
    batch.row.save()


def copy_rows(
    cursor: CursorWrapper, table: str, columns: Sequence[str], values: Sequence[Sequence[object]]
) -> None:
    """COPY `values`, each in the order of `columns`."""
    _copy(cursor, table, columns, ["\t".join(map(_copied, row)) + "\n" for row in values])


def copy_numbers(
    cursor: CursorWrapper, table: str, columns: Sequence[str], values: Sequence[tuple[int, ...]]
) -> None:
    """The same for rows of nothing but integers (and booleans)."""
    line = "\t".join(["%d"] * len(columns)) + "\n"
    _copy(cursor, table, columns, [line % row for row in values])


def _copy(cursor: CursorWrapper, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """COPY lines in its text format; writing them here takes a fifth of the adapter's time."""
    if lines:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.write("".join(lines))


def _copied(value: object) -> str:
    """A value in COPY's text format."""
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return "\\N" if value is None else str(value)


def _array(values: Iterable[int]) -> str:
    """A literal of bigint[], likewise."""
    return "{" + ",".join(map(str, values)) + "}"


def _balances(batch: Batch, keys: Sequence[str]) -> list[tuple[int | bool, ...]]:
    return [_balance(batch, key) for key in keys]


def _balance(batch: Batch, key: str) -> tuple[int | bool, ...]:
    """The row of an account as the batch left it, in the order of `balances.COLUMNS`."""
    number, name = batch.numbers[key], key[2:]
    if not key.startswith("m:"):
        merchant = batch.state.merchant(name)
        assert merchant is not None
        return (number, False, 0, merchant.shares, merchant.coins, merchant.cash, 0, 0, 0)
    member = batch.state.member(name)
    assert member is not None
    granted = batch.granted[key]
    return (
        number,
        True,
        member.level,
        member.shares,
        member.coins,
        member.cash - member.dividends,
        granted,
        granted - member.quota - member.dividends,
        member.dividends,
    )


def _count_levels(batch: Batch, keys: Sequence[str]) -> None:
    counts = batch.row.level_counts
    for key in keys:
        if not key.startswith("m:"):
            continue
        member = batch.state.member(key[2:])
        assert member is not None
        before = batch.levels.get(key)
        if before is not None:
            counts[before] -= 1
        counts[member.level] += 1
